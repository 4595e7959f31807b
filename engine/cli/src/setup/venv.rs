use std::path::{Path, PathBuf};

use bds_base::{Diagnostic, System};
use bds_project::codes;
use bds_project::config::Python;

/// The virtual environment of the project, if it is there.
pub(super) fn folder(root: &Path, python: &Python, system: &dyn System) -> Option<PathBuf> {
    let folder = root.join(&python.venv);
    is_folder(&folder, system).then_some(folder)
}

/// Whether the virtual environment that `bds.toml` names is one. Which Python it is for is seen when macros run: a site
/// without any needs neither.
///
/// # Errors
/// What it lacks. A build without its packages would fail in every macro that imports one.
pub(super) fn check(root: &Path, python: &Python, system: &dyn System) -> Result<(), Vec<Diagnostic>> {
    let Some(place) = &python.place else { return Ok(()) };
    let Some(lack) = lack(&root.join(&python.venv), system) else { return Ok(()) };
    let venv = &python.venv;
    let message = format!("`python.venv` cannot be that: `{venv}` {lack}");
    let hint = format!("make it with `python3 -m venv {venv}`, or remove the key");
    Err(vec![Diagnostic::error(codes::CONFIG_VALUE, message).hint(hint).at(place.clone())])
}

/// Why a folder is no virtual environment.
fn lack(folder: &Path, system: &dyn System) -> Option<&'static str> {
    if system.stat(folder).is_err() {
        Some("is not there")
    } else if !is_folder(folder, system) {
        Some("is no folder")
    } else if system.stat(&folder.join("pyvenv.cfg")).is_err() {
        Some("is no virtual environment: it has no `pyvenv.cfg`")
    } else if !has_packages(folder, system) {
        Some("is no virtual environment: it has no `site-packages`")
    } else {
        None
    }
}

/// Whether there is a place for packages, of whatever Python.
fn has_packages(folder: &Path, system: &dyn System) -> bool {
    let below = |library: &str| {
        let library = folder.join(library);
        system.list(&library).unwrap_or_default().into_iter().map(move |name| library.join(name).join("site-packages"))
    };
    let mut places = below("lib").chain(below("lib64")).chain([folder.join("Lib/site-packages")]);
    places.any(|place| is_folder(&place, system))
}

fn is_folder(path: &Path, system: &dyn System) -> bool {
    system.stat(path).is_ok_and(|stat| stat.is_dir)
}
