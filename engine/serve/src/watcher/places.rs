use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use bds_base::{SitePath, System};

use crate::passing::is_passing;

/// Which folders of a project are watched. A clone is of the same.
#[derive(Debug, Clone)]
pub struct Places {
    root: PathBuf,
    excluded: Arc<RwLock<Vec<PathBuf>>>,
    system: Arc<dyn System>,
}

/// A folder that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// Whether everything below it is, too.
    pub(super) is_whole: bool,
}

impl Places {
    /// All of the project but these folders, such as the output. Both are whole paths without links.
    pub fn new(root: PathBuf, excluded: Vec<PathBuf>, system: Arc<dyn System>) -> Self {
        Self { root, excluded: Arc::new(RwLock::new(excluded)), system }
    }

    /// Leaves out another folder from now on.
    pub fn exclude(&self, folder: PathBuf) {
        let mut excluded = self.excluded.write().unwrap_or_else(PoisonError::into_inner);
        if !excluded.contains(&folder) {
            excluded.push(folder);
        }
    }

    fn is_any_excluded(&self, is_meant: impl Fn(&PathBuf) -> bool) -> bool {
        self.excluded.read().unwrap_or_else(PoisonError::into_inner).iter().any(is_meant)
    }

    /// The project's folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The disk.
    pub(super) fn system(&self) -> &dyn System {
        &*self.system
    }

    /// What a path is called in the project. None when it means nothing, an error when it has no name that can be told.
    pub(super) fn name(&self, path: &Path) -> Result<Option<SitePath>, NoName> {
        if self.is_any_excluded(|excluded| path.starts_with(excluded)) {
            return Ok(None);
        }
        let name = SitePath::from_root(&self.root, path).map_err(|_| NoName)?;
        Ok(Some(name).filter(|name| !is_passing(name)))
    }

    /// The folders to watch so that all of the project is, and nothing else.
    pub(super) fn folders(&self) -> Vec<Folder> {
        let mut folders = Vec::new();
        self.add(&self.root, &mut folders);
        folders
    }

    /// The folders to watch of one that has appeared.
    pub(super) fn folders_of(&self, path: &Path) -> Vec<Folder> {
        let mut folders = Vec::new();
        if matches!(self.name(path), Ok(Some(_))) && self.is_dir(path) {
            self.add(path, &mut folders);
        }
        folders
    }

    fn add(&self, path: &Path, folders: &mut Vec<Folder>) {
        let has_excluded = path == self.root || self.is_any_excluded(|excluded| excluded.starts_with(path));
        folders.push(Folder { path: path.to_owned(), is_whole: !has_excluded });
        if has_excluded {
            for child in self.system.list(path).unwrap_or_default() {
                let child = path.join(child);
                if matches!(self.name(&child), Ok(Some(_))) && self.is_dir(&child) {
                    self.add(&child, folders);
                }
            }
        }
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.system.stat(path).is_ok_and(|stat| stat.is_dir)
    }
}

/// Says that a path has no name in the project: it is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoName;

#[cfg(test)]
mod tests {
    use bds_base::OsSystem;

    use super::*;

    #[test]
    fn the_output_the_store_and_version_control_are_not_watched() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("it is there");
        for file in
            ["posts/a.md", "public/site/index.html", "public/logo.svg", ".bds/x", ".git/x", "data/x", "bds.toml"]
        {
            OsSystem.write_atomic(&root.join(file), b"").expect("written");
        }
        let places = Places::new(root.clone(), vec![root.join("public/site")], Arc::new(OsSystem));
        let folders = places.folders();
        let shown = |folder: &Folder| {
            let path = folder.path.strip_prefix(&root).expect("below").display().to_string();
            format!("{path}{}", if folder.is_whole { "/**" } else { "/*" })
        };
        let shown: Vec<_> = folders.iter().map(shown).collect();
        assert_eq!(shown, ["/*", "data/**", "posts/**", "public/*"]);
        assert_eq!(places.name(&root.join("public/site/index.html")), Ok(None));
        assert!(matches!(places.name(&root.join("public/logo.svg")), Ok(Some(_))));
    }
}
