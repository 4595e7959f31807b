//! Comparing two folders byte for byte.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bds_base::{OsSystem, SitePath, System};

use crate::failure::Failure;

/// The files of a folder by their paths in it, sorted.
pub(super) type Files = BTreeMap<SitePath, PathBuf>;

/// The files of a folder.
pub(super) fn files(folder: &Path) -> Files {
    let walk = OsSystem.walk(folder);
    let named =
        walk.files.into_iter().filter_map(|file| Some((SitePath::from_root(folder, &file.path).ok()?, file.path)));
    named.collect()
}

/// How two trees differ in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// Only the first has it.
    OnlyFirst,
    /// Only the second has it.
    OnlySecond,
    /// Both have it, with other content.
    Content,
}

/// The files in which two trees differ, sorted.
pub(super) fn differences(first: &Files, second: &Files) -> Result<Vec<(SitePath, Difference)>, Failure> {
    let mut found = Vec::new();
    for (file, path) in first {
        match second.get(file) {
            None => found.push((file.clone(), Difference::OnlyFirst)),
            Some(other) if read(path)? != read(other)? => found.push((file.clone(), Difference::Content)),
            Some(_) => {}
        }
    }
    let only_second = second.keys().filter(|file| !first.contains_key(*file));
    found.extend(only_second.map(|file| (file.clone(), Difference::OnlySecond)));
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    OsSystem.read(path).map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", path.display())))
}
