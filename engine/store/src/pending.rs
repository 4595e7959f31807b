//! Changes of sources, noted before they are made, so that one that was cut short is made whole or kept.
//!
//! A file each, in the folder `pending`, as JSON with the whole text: not in the database, which may be thrown away.

use std::io;
use std::path::{Path, PathBuf};

use bds_base::{Fingerprint, OsSystem, SitePath, System as _};
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// A change of a source that is about to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// The file that is written, or removed.
    pub path: SitePath,
    /// The file whose place it takes, where it gets another name.
    pub moved_from: Option<SitePath>,
    /// The fingerprint of the file that is changed, before: of `moved_from`, if there is one. None when there is none.
    pub base: Option<Fingerprint>,
    /// What the file becomes; none when it is removed.
    pub text: Option<String>,
}

/// The number of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PendingId(u64);

/// A note that is not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfinished {
    /// A change.
    Change(PendingId, Pending),
    /// A file that is no note of this version of bds. It is left alone; the path is relative to the project.
    Unknown(String),
}

const FOLDER: &str = "pending";

/// With the version of the form.
const SUFFIX: &str = ".v1.json";

pub(crate) fn note(folder: Option<&Path>, change: &Pending) -> Result<PendingId, StoreError> {
    let Some(folder) = folder else { return Ok(PendingId(0)) };
    let last = names(folder)?.iter().filter_map(|name| number(name)).max().unwrap_or(0);
    let id = PendingId(last + 1);
    let text = serde_json::to_vec_pretty(change).expect("notes are plain data, which always serialises");
    let path = path(folder, id);
    OsSystem.write_atomic(&path, &text).map_err(|source| StoreError::Unwritable { path, source })?;
    Ok(id)
}

pub(crate) fn read(folder: Option<&Path>) -> Result<Vec<Unfinished>, StoreError> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let mut notes = Vec::new();
    for name in names(folder)? {
        let unknown = || Unfinished::Unknown(format!("{}/{FOLDER}/{name}", crate::FOLDER));
        let read = OsSystem.read(&folder.join(FOLDER).join(&name)).ok();
        let change = read.and_then(|text| serde_json::from_slice(&text).ok());
        notes.push(match (number(&name), change) {
            (Some(number), Some(change)) => Unfinished::Change(PendingId(number), change),
            _ => unknown(),
        });
    }
    notes.sort_by_key(|note| match note {
        Unfinished::Change(id, _) => Some(*id),
        Unfinished::Unknown(_) => None,
    });
    Ok(notes)
}

pub(crate) fn settle(folder: Option<&Path>, id: PendingId) -> Result<(), StoreError> {
    let Some(folder) = folder else { return Ok(()) };
    let path = path(folder, id);
    match OsSystem.remove_file(&path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(StoreError::Unwritable { path, source }),
        _ => Ok(()),
    }
}

fn path(folder: &Path, id: PendingId) -> PathBuf {
    folder.join(FOLDER).join(format!("{}{SUFFIX}", id.0))
}

/// The names of all notes. What an interrupted write left behind is none.
fn names(folder: &Path) -> Result<Vec<String>, StoreError> {
    let path = folder.join(FOLDER);
    match OsSystem.list(&path) {
        Ok(names) => Ok(names.into_iter().filter(|name| !bds_base::is_temporary(name)).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(StoreError::Unwritable { path, source }),
    }
}

fn number(name: &str) -> Option<u64> {
    name.strip_suffix(SUFFIX)?.parse().ok()
}
