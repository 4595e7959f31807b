//! All files below a folder.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{FileStat, file_stat};

/// What a walk met, sorted by path; symbolic links are followed, those that lead back are errors.
#[derive(Debug, Default)]
pub struct Walk {
    /// The files.
    pub files: Vec<WalkedFile>,
    /// What could not be looked at.
    pub errors: Vec<WalkError>,
}

/// A file that a walk met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkedFile {
    /// Its whole path.
    pub path: PathBuf,
    /// What the file system says of it.
    pub stat: FileStat,
}

/// A folder or file that a walk could not look at.
#[derive(Debug)]
pub struct WalkError {
    /// Its whole path.
    pub path: PathBuf,
    /// What went wrong.
    pub error: io::Error,
    /// The link that it is; none when it is none.
    pub link: Option<BadLink>,
}

/// A symbolic link that could not be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLink {
    /// Where it leads, as it is written in the link.
    pub target: PathBuf,
    /// Whether it leads back to itself, or to a folder that it lies in.
    pub is_loop: bool,
}

/// Walks over a folder of this machine's disk.
pub(super) fn walk(folder: &Path) -> Walk {
    let mut walk = Walk::default();
    if matches!(fs::symlink_metadata(folder), Err(error) if error.kind() == io::ErrorKind::NotFound) {
        return walk;
    }
    let mut entries = walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let is_back = |entry: &walkdir::DirEntry| {
            entry.path_is_symlink() && entry.file_type().is_dir() && leads_above(entry.path())
        };
        match entry {
            Ok(entry) if is_back(&entry) => {
                entries.skip_current_dir();
                walk.errors.push(WalkError::new(entry.into_path(), io::Error::other("a loop of links"), true));
            }
            Ok(entry) => walk.take(entry),
            Err(error) => {
                let is_loop = error.loop_ancestor().is_some();
                let path = error.path().unwrap_or(folder).to_owned();
                walk.errors.push(WalkError::new(path, error.into(), is_loop));
            }
        }
    }
    walk.files.sort_by(|a, b| a.path.cmp(&b.path));
    walk
}

/// A symbolic link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Its whole path.
    pub path: PathBuf,
    /// Where it leads, as a whole path without links. What it leads to may not be there.
    pub target: PathBuf,
}

impl Link {
    /// The link at a path; none when it is none, or leads nowhere near anything.
    fn at(path: PathBuf) -> Option<Self> {
        let written = fs::read_link(&path).ok()?;
        let target = path.parent()?.join(written);
        let whole = || Some(target.parent()?.canonicalize().ok()?.join(target.file_name()?));
        Some(Self { target: path.canonicalize().ok().or_else(whole)?, path })
    }
}

/// The links in a folder of this machine's disk, and below it.
pub(super) fn links(folder: &Path) -> Vec<Link> {
    let entries = walkdir::WalkDir::new(folder).follow_root_links(false).sort_by_file_name().into_iter().flatten();
    entries.filter(walkdir::DirEntry::path_is_symlink).filter_map(|entry| Link::at(entry.into_path())).collect()
}

impl Walk {
    fn take(&mut self, entry: walkdir::DirEntry) {
        match entry.metadata() {
            Ok(metadata) if metadata.is_file() => {
                self.files.push(WalkedFile { path: entry.into_path(), stat: file_stat(&metadata) });
            }
            Ok(_) => {}
            Err(error) => self.errors.push(WalkError::new(entry.into_path(), error.into(), false)),
        }
    }
}

impl WalkError {
    fn new(path: PathBuf, error: io::Error, is_loop: bool) -> Self {
        let target = fs::read_link(&path).ok();
        let link = target.map(|target| BadLink { target, is_loop: is_loop || leads_to_itself(&path) });
        Self { path, error, link }
    }
}

/// Whether a link leads to a folder that it lies in. Above the folder where a walk begins, the walk itself cannot tell:
/// it would go through half the disk, and through everything that it has seen once more.
fn leads_above(link: &Path) -> bool {
    let target = link.canonicalize();
    let lies_in = link.parent().map(Path::canonicalize);
    matches!((target, lies_in), (Ok(target), Some(Ok(lies_in))) if lies_in.starts_with(&target))
}

/// Whether a link leads to a link, and so on, back to one of them.
fn leads_to_itself(link: &Path) -> bool {
    let mut seen = BTreeSet::new();
    let mut at = link.to_owned();
    while seen.insert(at.clone()) {
        let Ok(target) = fs::read_link(&at) else { return false };
        at = at.parent().unwrap_or(Path::new("")).join(target);
    }
    true
}
