//! Which files are whose.

use std::path::{Component, Path, PathBuf};

use bds_base::SitePath;

use crate::protocol::Setup;

/// Where things lie, for one project.
#[derive(Debug)]
pub(super) struct Paths {
    pub(super) root: PathBuf,
    pub(super) scripts: PathBuf,
    /// Where installed packages lie.
    pub(super) packages: Vec<PathBuf>,
    private: Vec<String>,
    /// Python itself and installed packages: reading there needs no permission and is no read.
    free: Vec<PathBuf>,
}

/// Whose a path is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Python's own, or a package's.
    Free,
    /// The project's, under this name.
    Project(SitePath),
    /// The project's, but nothing for scripts: what the build itself writes.
    Private(SitePath),
    /// Somebody else's.
    Outside,
}

/// Time zones and random numbers are Python's installation in all but name.
pub(super) const FREE_EVERYWHERE: [&str; 4] = ["/usr/share/zoneinfo", "/dev/null", "/dev/urandom", "/dev/random"];

impl Paths {
    /// `library` is where the standard library lies.
    pub(super) fn new(setup: &Setup, library: Vec<PathBuf>) -> Self {
        let mut free = library;
        free.extend(setup.packages.iter().cloned());
        free.extend(FREE_EVERYWHERE.map(PathBuf::from));
        Self {
            root: setup.root.clone(),
            scripts: setup.root.join(&setup.scripts),
            packages: setup.packages.clone(),
            private: setup.private.clone(),
            free,
        }
    }

    /// The whole path, without `.` and `..`.
    pub(super) fn absolute(&self, path: &Path) -> PathBuf {
        let mut whole = PathBuf::new();
        for component in self.root.join(path).components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    whole.pop();
                }
                other => whole.push(other),
            }
        }
        whole
    }

    /// Whose the path is. The path must be whole; symbolic links are followed, so that none leads out.
    pub(super) fn place(&self, path: &Path) -> Place {
        if self.is_free(path) {
            return Place::Free;
        }
        let real = real(path);
        if self.is_free(&real) {
            return Place::Free;
        }
        if !real.starts_with(&self.root) {
            return Place::Outside;
        }
        // The engine knows files by the name that leads to them, not by what that name is a link to.
        let named = SitePath::from_root(&self.root, path).or_else(|_| SitePath::from_root(&self.root, &real));
        let is_private = |site: &SitePath| self.private.iter().any(|folder| site.is_in(folder));
        match (named, SitePath::from_root(&self.root, &real)) {
            (Ok(named), Ok(real)) if is_private(&named) || is_private(&real) => Place::Private(named),
            (Ok(named), _) => Place::Project(named),
            (Err(_), _) => Place::Outside,
        }
    }

    pub(super) fn is_free(&self, path: &Path) -> bool {
        self.free.iter().any(|folder| path.starts_with(folder))
    }

    /// Whether the path is Python's own.
    pub(super) fn is_library(&self, path: &Path) -> bool {
        self.is_free(path) && !self.packages.iter().any(|folder| path.starts_with(folder))
    }

    /// Whether the path leads to something that scripts may read: everybody may know that such folders exist.
    pub(super) fn leads_inside(&self, path: &Path) -> bool {
        self.root.starts_with(path) || self.free.iter().any(|folder| folder.starts_with(path))
    }
}

/// The path without symbolic links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    for ancestor in path.ancestors() {
        if let Ok(real) = std::fs::canonicalize(ancestor) {
            return missing.iter().rev().fold(real, |path, name| path.join(name));
        }
        match ancestor.file_name() {
            Some(name) => missing.push(name.to_owned()),
            None => break,
        }
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_placed_by_where_it_leads() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = std::fs::canonicalize(folder.path()).expect("it exists").join("blog");
        std::fs::create_dir_all(root.join("data")).expect("made");
        std::os::unix::fs::symlink("/etc", root.join("outside")).expect("linked");
        std::os::unix::fs::symlink("data", root.join("alias")).expect("linked");
        let paths = Paths {
            scripts: root.join("scripts"),
            packages: Vec::new(),
            private: vec!["html".to_owned()],
            free: vec![PathBuf::from("/usr/lib/python3")],
            root,
        };
        let project = |path: &str| Place::Project(SitePath::new(path).expect("plain"));
        let check =
            |path: &str, place: Place| assert_eq!(paths.place(&paths.absolute(Path::new(path))), place, "{path}");
        check("data/x.json", project("data/x.json"));
        check("./data/../data/x.json", project("data/x.json"));
        check("alias/x.json", project("alias/x.json"));
        check("html/index.html", Place::Private(SitePath::new("html/index.html").expect("plain")));
        check("outside/passwd", Place::Outside);
        check("../secret", Place::Outside);
        check("/usr/lib/python3/os.py", Place::Free);
        check("/usr/lib/python3/../../../etc/passwd", Place::Outside);
    }
}
