use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use bds_base::{Link, SitePath, System};
use bds_project::passing::is_passing;

use super::links::Links;

/// Which folders of a project are watched. A clone is of the same.
#[derive(Debug, Clone)]
pub struct Places {
    root: PathBuf,
    excluded: Arc<RwLock<Vec<PathBuf>>>,
    links: Arc<RwLock<Links>>,
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
        Self { root, excluded: Arc::new(RwLock::new(excluded)), links: Arc::default(), system }
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

    /// What a path is called in the project by all ways that lead to it: its own, and those by way of links.
    pub(super) fn names(&self, path: &Path) -> Result<BTreeSet<SitePath>, NoName> {
        let paths = self.links.read().unwrap_or_else(PoisonError::into_inner).paths(path);
        let mut names = BTreeSet::new();
        for path in paths.iter().filter(|path| path.starts_with(&self.root)) {
            names.extend(self.name(path)?);
        }
        Ok(names)
    }

    /// The folders of the project, so that everything in them is all of it, and nothing else. Some may be links.
    pub(super) fn folders(&self) -> Vec<Folder> {
        let mut folders = Vec::new();
        self.add(&self.root, &mut folders);
        folders
    }

    /// The folders to watch by events for the same, without links: what they lead to is watched where it is.
    pub(super) fn watched(&self) -> Vec<Folder> {
        *self.links.write().unwrap_or_else(PoisonError::into_inner) = Links::default();
        self.without_links(self.folders())
    }

    /// The folders to watch of something that has appeared.
    pub(super) fn watched_of(&self, path: &Path) -> Vec<Folder> {
        if !self.matters(path) {
            return Vec::new();
        }
        let mut folders = Vec::new();
        if self.is_dir(path) {
            self.add(path, &mut folders);
        }
        let mut watched = self.without_links(folders);
        if !self.is_dir(path) {
            self.follow(self.system.links(path), &mut watched);
        }
        watched
    }

    fn without_links(&self, folders: Vec<Folder>) -> Vec<Folder> {
        let mut watched = Vec::new();
        let mut links = Vec::new();
        for folder in folders {
            let found = if folder.is_whole { self.system.links(&folder.path) } else { self.links_in(&folder.path) };
            if found.first().is_none_or(|link| link.path != folder.path) {
                watched.push(folder);
            }
            links.extend(found);
        }
        self.follow(links, &mut watched);
        watched
    }

    /// The links in a folder of which not everything counts. Those to folders are folders of the project themselves.
    fn links_in(&self, folder: &Path) -> Vec<Link> {
        let names = self.system.list(folder).unwrap_or_default();
        let files = names.into_iter().map(|name| folder.join(name)).filter(|path| !self.is_dir(path));
        files.flat_map(|file| self.system.links(&file)).collect()
    }

    /// Adds what links lead to, and the links there.
    fn follow(&self, mut found: Vec<Link>, watched: &mut Vec<Folder>) {
        while let Some(link) = found.pop() {
            let Link { path, target } = &link;
            let is_other = |excluded: &PathBuf| target.starts_with(excluded);
            if path.starts_with(target) || !self.matters(path) || self.is_any_excluded(is_other) {
                continue;
            }
            // What it leads to may be replaced: the folder around it tells. One that is watched as a whole stays so.
            let around = target.parent().filter(|around| !self.is_watched(around));
            watched.extend(around.map(|path| Folder { path: path.to_owned(), is_whole: false }));
            if self.is_dir(target) && !self.is_watched(target) {
                watched.push(Folder { path: target.clone(), is_whole: true });
                found.extend(self.system.links(target));
            }
            self.links.write().unwrap_or_else(PoisonError::into_inner).add(link);
        }
    }

    /// Whether a folder is watched as a whole: as part of the project, or because of a link.
    fn is_watched(&self, folder: &Path) -> bool {
        let is_of_project = folder.starts_with(&self.root) && folder != self.root && self.matters(folder);
        is_of_project || self.links.read().unwrap_or_else(PoisonError::into_inner).lead_above(folder)
    }

    fn matters(&self, path: &Path) -> bool {
        self.names(path).is_ok_and(|names| !names.is_empty())
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
