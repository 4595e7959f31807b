//! What is installed for scripts, found without Python: the folders of packages, and what lies in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bds_base::{Fingerprint, OsSystem, System as _};
use bds_macro_api::RuntimeUnavailable;

use crate::protocol::Package;
use crate::{RuntimeConfig, worker};

/// The name under which the fingerprint of all packages together stands among them: what a script depends on that
/// looked for a package in vain.
pub(super) const ALL: &str = "*";

/// Where modules lie besides the standard library and the folder of scripts.
#[derive(Debug, Default)]
pub(super) struct Folders {
    /// Folders of packages: what is in them is known by name and version alone.
    pub(super) packages: Vec<PathBuf>,
    /// Folders of the project that a `*.pth` file names: their files are files of the project like any other.
    pub(super) linked: Vec<PathBuf>,
}

/// The folders of the virtual environment, if there is one, and of what is linked into it.
pub(super) fn folders(config: &RuntimeConfig) -> Result<Folders, RuntimeUnavailable> {
    let mut folders = Folders::default();
    let Some(venv) = &config.venv else { return Ok(folders) };
    let venv = config.project_root.join(venv);
    let short = worker::python_short_version();
    check(&venv)?;
    for place in [format!("lib/python{short}/site-packages"), format!("lib64/python{short}/site-packages")] {
        let place = venv.join(place);
        // `lib64` is often a link to `lib`.
        if OsSystem.stat(&place).is_ok() && !folders.packages.iter().any(|other| is_same(other, &place)) {
            folders.packages.push(place);
        }
    }
    for linked in folders.packages.iter().flat_map(|folder| linked(folder)).collect::<Vec<_>>() {
        sort(&config.project_root, &venv, linked, &mut folders);
    }
    Ok(folders)
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((std::fs::canonicalize(one), std::fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// Whether the folder is an environment for the Python that is linked.
fn check(venv: &Path) -> Result<(), RuntimeUnavailable> {
    let (version, short) = (worker::python_version(), worker::python_short_version());
    let unavailable = |reason| Err(RuntimeUnavailable { reason });
    let Ok(settings) = OsSystem.read(&venv.join("pyvenv.cfg")) else {
        return unavailable(format!("`{}` is no virtual environment: it has no `pyvenv.cfg`", venv.display()));
    };
    let settings = String::from_utf8_lossy(&settings).into_owned();
    let theirs = settings.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        matches!(key.trim(), "version" | "version_info").then(|| value.trim().to_owned())
    });
    match theirs {
        Some(theirs) if theirs != short && !theirs.starts_with(&format!("{short}.")) => unavailable(format!(
            "the virtual environment `{}` is for Python {theirs}, but bds runs Python {version}: \
             make it anew with Python {short}",
            venv.display()
        )),
        _ => Ok(()),
    }
}

/// The folders that `*.pth` files name. Lines that are code are left alone: they could be anything.
fn linked(folder: &Path) -> Vec<PathBuf> {
    let mut linked = Vec::new();
    for name in OsSystem.list(folder).unwrap_or_default().iter().filter(|name| name.strip_suffix(".pth").is_some()) {
        let Ok(text) = OsSystem.read(&folder.join(name)) else { continue };
        for line in String::from_utf8_lossy(&text).lines().map(str::trim) {
            let is_code = line.starts_with("import ") || line.starts_with("import\t");
            let path = folder.join(line);
            if !line.is_empty() && !line.starts_with('#') && !is_code && OsSystem.stat(&path).is_ok_and(|it| it.is_dir)
            {
                linked.push(path);
            }
        }
    }
    linked
}

/// Puts a linked folder to where it belongs. One that holds the whole project is left out: the project would then be
/// a package, whose files nobody watches.
fn sort(root: &Path, venv: &Path, linked: PathBuf, folders: &mut Folders) {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (root, venv, folder) = (real(root), real(venv), real(&linked));
    if folder.starts_with(&root) && !folder.starts_with(&venv) {
        folders.linked.push(linked);
    } else if !root.starts_with(&folder) {
        folders.packages.push(linked);
    }
}

/// The packages that are installed in these folders; where two have the same name, the first is the one that counts.
pub(super) fn installed(folders: &[PathBuf]) -> Vec<Package> {
    let mut packages: BTreeMap<String, Package> = BTreeMap::new();
    for folder in folders {
        for name in OsSystem.list(folder).unwrap_or_default() {
            let info = folder.join(&name);
            let described = match name.rsplit_once('.') {
                Some((stem, "dist-info")) => describe(stem, &info.join("METADATA")),
                Some((stem, "egg-info")) if OsSystem.stat(&info).is_ok_and(|stat| stat.is_dir) => {
                    describe(stem, &info.join("PKG-INFO"))
                }
                Some((stem, "egg-info")) => describe(stem, &info),
                _ => continue,
            };
            let (name, version) = described;
            packages.entry(name.clone()).or_insert(Package { name, version, info });
        }
    }
    packages.into_values().collect()
}

/// Name and version as the headers of a file say them, or else the name of its folder.
fn describe(stem: &str, file: &Path) -> (String, String) {
    let text = OsSystem.read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let header = |wanted: &str| {
        let headers = text.lines().take_while(|line| !line.trim().is_empty());
        let mut values = headers.filter_map(|line| line.split_once(':'));
        values.find(|(key, _)| key.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim().to_owned())
    };
    let mut parts = stem.split('-');
    let (name, version) = (parts.next().unwrap_or(stem), parts.next().unwrap_or("?"));
    let name = header("Name").unwrap_or_else(|| name.to_owned());
    (normal(&name), header("Version").unwrap_or_else(|| version.to_owned()))
}

/// The name of a package as it is compared (PEP 503): lower case, any run of `-`, `_` and `.` a single `-`.
fn normal(name: &str) -> String {
    name.to_lowercase().split(['-', '_', '.']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Versions by name, and the fingerprint of all of them.
pub(super) fn versions(packages: &[Package]) -> BTreeMap<String, String> {
    let mut versions: BTreeMap<_, _> =
        packages.iter().map(|package| (package.name.clone(), package.version.clone())).collect();
    let all = Fingerprint::of_key("packages", &versions);
    versions.insert(ALL.to_owned(), all.to_string());
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_the_index_does() {
        for (name, expected) in [("Shapely", "shapely"), ("zope.interface", "zope-interface"), ("a__B-.c", "a-b-c")] {
            assert_eq!(normal(name), expected);
        }
    }
}
