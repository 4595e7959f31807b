//! The index follows the files: what has happened to the sources while nobody looked, what becomes of changes that were
//! cut short, and what is kept of what loses.
//!
//! Three states are compared: what the index has, what the disk has, and what was noted before it was to be written.
//! First the notes are settled ([`settle`](mod@settle)), then the differences are followed ([`plan()`]). Both decide on
//! values alone. The file wins; what loses is kept below `.bds/conflicts`.
//!
//! Invariant: copies are made before the index forgets what they are copies of, and the index changes in one transaction.

pub mod git;
pub mod plan;
pub mod settle;

mod problems;

use bds_base::{Diagnostic, SitePath};
use bds_store::{IndexKind, Pending, StoreError, Unfinished};
use serde::Serialize;

use crate::Project;
use crate::change::{self, ChangeError, Keeping, Kept, keep};
use crate::index::survey::{Watcher, survey};
use crate::index::{IndexChanges, IndexEntry, IndexTable, Survey};
use plan::{Difference, Keep, Plan, plan_of};
use settle::Settlement;

pub use plan::plan;

#[cfg(test)]
mod tests;

/// How far a sync goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Nothing is written at all.
    Look,
    /// The index follows; changes that were cut short stay as they are. For builds, which never write sources.
    Follow,
    /// Changes that were cut short are made whole, or kept.
    Whole,
}

/// Why there was no sync.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// What is remembered cannot be written, or the notes cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A copy cannot be kept, or a change that was cut short cannot be made whole.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// Git does not say what it was asked.
    #[error(transparent)]
    Git(#[from] git::GitError),
}

/// What came of a sync, or would come of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Outcome {
    /// Changes that had been cut short.
    pub settled: Vec<Settled>,
    /// What has happened to files, sorted by kind and path.
    pub followed: Vec<Followed>,
    /// What is wrong with the sources now, whether it is new or not.
    pub problems: Vec<Diagnostic>,
}

/// What became of a change that had been cut short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settled {
    /// The file.
    pub path: SitePath,
    /// What became of it.
    pub end: End,
    /// Why, where it was not made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where a copy lies of what has lost, or was replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Kept,
}

/// How a change that had been cut short ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// It had been made already.
    Made,
    /// It is made now.
    Finished,
    /// It is given up: the file has changed since.
    GivenUp,
    /// It waits.
    Waiting,
}

/// A file to which something has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Followed {
    /// The kind of the file.
    pub kind: IndexKind,
    /// The file.
    pub path: SitePath,
    /// What has happened.
    #[serde(flatten)]
    pub difference: Difference,
    /// Where a copy lies of what bds had written there, where that is lost in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Kept,
}

impl Outcome {
    /// Whether nothing has happened.
    pub fn is_nothing(&self) -> bool {
        self.settled.is_empty() && self.followed.is_empty()
    }

    /// Whether something was kept that somebody should look at.
    pub fn has_conflicts(&self) -> bool {
        let is_conflict = |copy: &Kept| copy.as_ref().is_some_and(|copy| copy.as_str().contains("/conflicts/"));
        self.settled.iter().any(|settled| settled.end == End::GivenUp || is_conflict(&settled.copy))
            || self.followed.iter().any(|followed| is_conflict(&followed.copy))
    }
}

/// Brings the index of these kinds to what the files are. Hold the project's lock, unless it is only to look.
pub fn sync(
    project: Project<'_>,
    kinds: &[IndexKind],
    reach: Reach,
    watcher: &dyn Watcher,
) -> Result<Outcome, SyncError> {
    let settled = settle_all(project, reach)?;
    let follow = |kind| {
        let index = project.store.index(kind);
        let survey = survey(project, kind, &index, watcher);
        Part { kind, plan: plan(&index, &survey), index, survey }
    };
    let parts = kinds.iter().copied().map(follow).collect();
    finish(project, settled, parts, reach)
}

/// Makes the index of these kinds anew from the files alone. Says how many files of each kind there are.
pub fn rebuild(
    project: Project<'_>,
    kinds: &[IndexKind],
    watcher: &dyn Watcher,
) -> Result<(Vec<(IndexKind, usize)>, Outcome), SyncError> {
    let mut outcome = Outcome { settled: settle_all(project, Reach::Whole)?, ..Outcome::default() };
    let mut changes = Vec::new();
    let mut counts = Vec::new();
    for kind in kinds {
        let old = project.store.index(*kind);
        let survey = survey(project, *kind, &IndexTable::new(), watcher);
        let anew = plan(&IndexTable::new(), &survey);
        // What cannot be looked at is not forgotten.
        let hidden = old.iter().filter(|(path, _)| anew.failed.contains_key(*path) || survey.is_hidden(path).is_some());
        let hidden = hidden.map(|(path, entry)| (path.clone(), entry.clone()));
        let mut new: IndexTable = anew.changes.put.iter().map(|(path, entry)| remembered(&old, path, entry)).collect();
        new.extend(hidden);
        // Somebody may just have lost what bds wrote there: that is told, and kept, as a sync would.
        outcome.followed.extend(follow(project, *kind, &plan_anew(&old, &survey), Reach::Whole)?);
        outcome.problems.extend(problems::of(*kind, &new, &anew, &survey));
        counts.push((*kind, new.len()));
        changes.push((*kind, IndexChanges::between(&old, &new)));
    }
    project.store.update_index(&changes)?;
    Ok((counts, outcome))
}

/// What no file says is not forgotten where the file is as it was: what bds wrote there, and what its metadata said when
/// it could be read.
fn remembered(old: &IndexTable, path: &SitePath, entry: &IndexEntry) -> (SitePath, IndexEntry) {
    let before = old.get(path).filter(|before| before.fingerprint == entry.fingerprint);
    let entry = match before {
        Some(before) if entry.unreadable.is_some() => {
            IndexEntry { fields: before.fields.clone(), written: before.written.clone(), ..entry.clone() }
        }
        Some(before) => IndexEntry { written: before.written.clone(), ..entry.clone() },
        None => entry.clone(),
    };
    (path.clone(), entry)
}

/// What has happened to the files of a survey that has read them all.
fn plan_anew(old: &IndexTable, survey: &Survey) -> Plan {
    let mut differing = survey.clone();
    differing.files.retain(|path, found| match found {
        crate::index::Found::Read(entry) => old.get(path).is_none_or(|before| before.fingerprint != entry.fingerprint),
        _ => true,
    });
    plan_of(old, &differing, &|path| !survey.files.contains_key(path))
}

/// One kind on its way through a sync.
struct Part {
    kind: IndexKind,
    index: IndexTable,
    survey: Survey,
    plan: Plan,
}

fn finish(project: Project<'_>, settled: Vec<Settled>, parts: Vec<Part>, reach: Reach) -> Result<Outcome, SyncError> {
    let mut outcome = Outcome { settled, ..Outcome::default() };
    let mut changes = Vec::new();
    for Part { kind, index, survey, plan } in parts {
        outcome.followed.extend(follow(project, kind, &plan, reach)?);
        let after = with(index, &plan.changes);
        outcome.problems.extend(problems::of(kind, &after, &plan, &survey));
        changes.push((kind, plan.changes));
    }
    outcome.problems.extend(problems::of_notes(&project.store.pending()?));
    outcome.problems.sort();
    if reach != Reach::Look {
        project.store.update_index(&changes)?;
    }
    Ok(outcome)
}

/// Keeps what is lost, and says what has happened.
fn follow(project: Project<'_>, kind: IndexKind, plan: &Plan, reach: Reach) -> Result<Vec<Followed>, ChangeError> {
    let one = |step: &plan::Step| {
        let copy = match &step.keep {
            Some(lost) if reach != Reach::Look => Some(keep_lost(project, &step.path, lost)?),
            _ => None,
        };
        Ok(Followed { kind, path: step.path.clone(), difference: step.difference.clone(), copy })
    };
    plan.steps.iter().map(one).collect()
}

fn keep_lost(project: Project<'_>, path: &SitePath, lost: &Keep) -> Result<SitePath, ChangeError> {
    match lost {
        Keep::InConflicts(text) => keep(project, Keeping::Conflicts, path, text.as_bytes()),
        Keep::InTrash(text) => keep(project, Keeping::Trash, path, text.as_bytes()),
    }
}

/// The index after these changes.
fn with(mut index: IndexTable, changes: &IndexChanges) -> IndexTable {
    for path in &changes.remove {
        index.remove(path);
    }
    index.extend(changes.put.iter().map(|(path, entry)| (path.clone(), entry.clone())));
    index
}

/// Settles what was noted, oldest first.
fn settle_all(project: Project<'_>, reach: Reach) -> Result<Vec<Settled>, SyncError> {
    let mut settled = Vec::new();
    for note in project.store.pending()? {
        let Unfinished::Change(id, change) = note else { continue };
        let settlement = change::settle_now(project, &change);
        if reach != Reach::Whole {
            settled.extend(foretold(&change, settlement));
            continue;
        }
        let one = carry_out(project, &change, settlement)?;
        if one.end != End::Waiting {
            project.store.settle_change(id)?;
        }
        settled.push(one);
    }
    Ok(settled)
}

/// What would become of a change.
fn foretold(change: &Pending, settlement: Settlement) -> Option<Settled> {
    let (end, reason) = match settlement {
        Settlement::Made => return None,
        Settlement::Make | Settlement::Finish => (End::Finished, None),
        Settlement::Keep(reason) | Settlement::Undo(reason) | Settlement::GiveUp(reason) => {
            (End::GivenUp, Some(reason))
        }
        Settlement::Wait(reason) => (End::Waiting, Some(reason)),
    };
    Some(Settled { path: change.path.clone(), end, reason, copy: None })
}

fn carry_out(project: Project<'_>, change: &Pending, settlement: Settlement) -> Result<Settled, SyncError> {
    let keeping = Keeping::Trash;
    let (end, reason, copy) = match settlement {
        Settlement::Made => (End::Made, None, None),
        Settlement::Make => match change::carry_out(project, change, keeping) {
            Ok(copy) => (End::Finished, None, copy),
            Err(error) => (End::Waiting, Some(told(&error)), None),
        },
        Settlement::Finish => match change::finish(project, change, keeping) {
            Ok(copy) => (End::Finished, None, copy),
            Err(error) => (End::Waiting, Some(told(&error)), None),
        },
        Settlement::Keep(reason) => (End::GivenUp, Some(reason), change::give_up(project, change, false)?),
        Settlement::Undo(reason) => (End::GivenUp, Some(reason), change::give_up(project, change, true)?),
        Settlement::GiveUp(reason) => (End::GivenUp, Some(reason), None),
        Settlement::Wait(reason) => (End::Waiting, Some(reason), None),
    };
    if matches!(end, End::Made | End::Finished) {
        change::record(project, change)?;
    }
    Ok(Settled { path: change.path.clone(), end, reason, copy })
}

/// An error with what caused it, as a phrase.
fn told(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
