//! Changes of sources by bds itself: noted, made, indexed, and only then forgotten.
//!
//! 1. What is to become of the file is noted with its whole text ([`Store::note`](bds_store::Store::note)).
//! 2. What it replaces is kept in the trash; the file is written whole or not at all.
//! 3. The index takes the new file.
//! 4. The note goes.
//!
//! Whenever the process ends in between, the next command finds the note and decides by what is on disk
//! ([`crate::sync::settle`]).

mod keep;

use std::io;

use bds_base::{Fingerprint, SitePath};
use bds_store::{IndexChanges, IndexEntry, Pending, StoreError, Written};

use crate::Project;
use crate::index::entry::kind_of;
use crate::index::survey::{Found, survey_of};
use crate::sync::settle::{At, Settlement, settle};

pub use keep::{Keeping, keep};

/// Why a change was not made. Nothing of it was, then.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The permissions of the file say that it is not to be written.
    #[error("`{path}` is read-only")]
    ReadOnly {
        /// The file.
        path: SitePath,
    },
    /// The disk has something else than the change was meant for.
    #[error("`{path}` was not changed: {reason}")]
    Overtaken {
        /// The file.
        path: SitePath,
        /// What is there, as a phrase.
        reason: String,
    },
    /// The system refuses it.
    #[error("`{path}` cannot be {what}")]
    File {
        /// The file.
        path: SitePath,
        /// What could not be done with it: `written`, `removed`, `kept`.
        what: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It cannot be noted.
    #[error("the change cannot be noted")]
    Store(#[from] StoreError),
}

/// Where a change left what it replaced; none where it replaced nothing.
pub type Kept = Option<SitePath>;

/// Makes a change, whole or not at all.
pub fn make(project: Project<'_>, change: &Pending, keeping: Keeping) -> Result<Kept, ChangeError> {
    let meant = change.moved_from.as_ref().unwrap_or(&change.path);
    for path in [Some(&change.path), change.moved_from.as_ref()].into_iter().flatten() {
        if project.system.is_read_only(&path.to_path(project.root)) {
            return Err(ChangeError::ReadOnly { path: path.clone() });
        }
    }
    match settle_now(project, change) {
        Settlement::Make => {}
        Settlement::Made => return Ok(None),
        Settlement::Keep(reason) | Settlement::Undo(reason) | Settlement::GiveUp(reason) | Settlement::Wait(reason) => {
            return Err(ChangeError::Overtaken { path: meant.clone(), reason });
        }
        Settlement::Finish => {
            let reason = "another file has its new name".to_owned();
            return Err(ChangeError::Overtaken { path: meant.clone(), reason });
        }
    }
    let note = project.store.note(change)?;
    let made = carry_out(project, change, keeping);
    // What was made stays made: where the index or the note cannot be written now, the next command finds the note, and
    // the file as the note says.
    if made.is_err() || record(project, change).is_ok() {
        let _ = project.store.settle_change(note);
    }
    made
}

/// What becomes of a change by what is on disk now.
pub(crate) fn settle_now(project: Project<'_>, change: &Pending) -> Settlement {
    let at = look(project, &change.path);
    let from = change.moved_from.as_ref().map(|from| {
        // Where names differ in case only, both may mean the same file.
        let [a, b] = [from, &change.path].map(|path| path.to_path(project.root));
        if project.system.is_same_file(&a, &b) { At::Nothing } else { look(project, from) }
    });
    settle(change, &at, from.as_ref())
}

/// Does what a change says to the files. What it replaces is kept before.
pub(crate) fn carry_out(project: Project<'_>, change: &Pending, keeping: Keeping) -> Result<Kept, ChangeError> {
    let replaced = change.base.map(|base| {
        let path = change.moved_from.as_ref().unwrap_or(&change.path);
        keep_file(project, path, base, keeping)
    });
    let kept = replaced.transpose()?;
    match (&change.text, &change.moved_from) {
        (None, _) => remove(project, &change.path)?,
        (Some(text), None) => write(project, &change.path, text)?,
        (Some(text), Some(from)) => {
            write(project, &change.path, text)?;
            if let Err(error) = remove(project, from) {
                // With both there would be two files of one name.
                remove(project, &change.path)?;
                return Err(error);
            }
        }
    }
    Ok(kept)
}

/// Removes the old file of a change whose new one is there.
pub(crate) fn finish(project: Project<'_>, change: &Pending, keeping: Keeping) -> Result<Kept, ChangeError> {
    let (Some(from), Some(base)) = (&change.moved_from, change.base) else { return Ok(None) };
    let kept = keep_file(project, from, base, keeping)?;
    remove(project, from)?;
    Ok(Some(kept))
}

/// Keeps the text of a change that is given up, and removes the file that it has made, if it has.
pub(crate) fn give_up(project: Project<'_>, change: &Pending, is_written: bool) -> Result<Kept, ChangeError> {
    let Some(text) = &change.text else { return Ok(None) };
    let kept = keep(project, Keeping::Conflicts, &change.path, text.as_bytes())?;
    if is_written {
        remove(project, &change.path)?;
    }
    Ok(Some(kept))
}

/// Brings the files of a change into the index, with what was written.
pub(crate) fn record(project: Project<'_>, change: &Pending) -> Result<(), StoreError> {
    let Some(kind) = kind_of(&change.path) else { return Ok(()) };
    let survey = survey_of(project, kind, [&change.path], &crate::index::IndexTable::new());
    let mut changes = IndexChanges { remove: change.moved_from.iter().cloned().collect(), ..IndexChanges::default() };
    match (survey.files.get(&change.path), &change.text) {
        (Some(Found::Read(entry)), Some(text)) if entry.fingerprint == Fingerprint::of(text) => {
            let written = Written { text: text.clone(), base: change.base };
            changes.put.insert(change.path.clone(), IndexEntry { written: Some(written), ..(**entry).clone() });
        }
        // Somebody has just written it again: the next look will see that.
        (Some(_), _) => {}
        (None, _) => changes.remove.push(change.path.clone()),
    }
    project.store.update_index(&[(kind, changes)])
}

/// What is at a path.
fn look(project: Project<'_>, path: &SitePath) -> At {
    let file = path.to_path(project.root);
    match project.system.read(&file) {
        Ok(bytes) => At::File(Fingerprint::of(bytes)),
        Err(_) if project.system.stat(&file).is_ok_and(|stat| stat.is_dir) => {
            At::Blocked("a folder in its place".to_owned())
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            At::Blocked("a file where its folder belongs".to_owned())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_listed(project, path) => {
            At::Blocked("a link that leads nowhere".to_owned())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => At::Nothing,
        Err(error) => At::Unknown(error.to_string()),
    }
}

/// Whether the folder of a path has something with its name, though it may lead nowhere.
fn is_listed(project: Project<'_>, path: &SitePath) -> bool {
    let folder = path.parent().unwrap_or_else(|| path.clone()).to_path(project.root);
    project.system.list(&folder).is_ok_and(|names| names.iter().any(|name| name == path.file_name()))
}

/// Keeps a file that is about to go, if it is the one that is meant.
fn keep_file(
    project: Project<'_>,
    path: &SitePath,
    base: Fingerprint,
    keeping: Keeping,
) -> Result<SitePath, ChangeError> {
    let failed = |what| move |source| ChangeError::File { path: path.clone(), what, source };
    let bytes = project.system.read(&path.to_path(project.root)).map_err(failed("read"))?;
    if Fingerprint::of(&bytes) != base {
        let reason = "it has just been changed".to_owned();
        return Err(ChangeError::Overtaken { path: path.clone(), reason });
    }
    keep(project, keeping, path, &bytes)
}

fn write(project: Project<'_>, path: &SitePath, text: &str) -> Result<(), ChangeError> {
    let written = project.system.write_atomic(&path.to_path(project.root), text.as_bytes());
    written.map_err(|source| ChangeError::File { path: path.clone(), what: "written", source })
}

fn remove(project: Project<'_>, path: &SitePath) -> Result<(), ChangeError> {
    match project.system.remove_file(&path.to_path(project.root)) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(ChangeError::File { path: path.clone(), what: "removed", source })
        }
        _ => Ok(()),
    }
}
