//! What git says of the files between two commits, and what the index makes of it (format sheet §5,
//! "reconcileScriptsFromGitChanges").

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use bds_base::SitePath;
use bds_store::IndexKind;
use serde::Serialize;

use super::{Outcome, Part, Reach, SyncError, finish, settle_all};
use crate::Project;
use crate::index::entry::{folder, kind_of};
use crate::index::survey::{Found, survey_of};
use crate::index::{IndexTable, Survey};
use crate::sync::plan::plan_of;

/// Why git does not say what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// It cannot be started.
    #[error("git cannot be started")]
    Start(#[source] io::Error),
    /// It says no.
    #[error("git cannot compare the two commits: {0}")]
    Said(String),
    /// What it says has another form than we know.
    #[error("git says something that bds does not understand: `{0}`")]
    Form(String),
    /// What was asked for are no two commits.
    #[error("`{0}` does not name two commits")]
    Range(String),
}

/// A file that differs between two commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitChange {
    /// What has happened to it.
    pub status: Status,
    /// The file; its new name, where it was renamed.
    pub path: SitePath,
    /// The name that it had, or that of the file it was copied from.
    pub previous: Option<SitePath>,
}

/// What git says has happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `A`, and `C`: it is new.
    Added,
    /// `M`, and `T`: it was written.
    Modified,
    /// `D`: it is gone.
    Deleted,
    /// `R`: it has another name.
    Renamed,
}

/// How many files of a kind were what, by the names of the format sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Files that the index did not have.
    pub created: usize,
    /// Files that it had.
    pub updated: usize,
    /// Files that it had and that are gone.
    pub deleted: usize,
    /// Files that git named, and that could be looked at.
    pub processed_files: usize,
}

/// Asks git which sources differ between two commits: `range` is `OLD..NEW`, as git writes it.
pub fn changes(root: &Path, range: &str) -> Result<Vec<GitChange>, GitError> {
    let is_range = range.split_once("..").is_some_and(|(old, new)| !(old.is_empty() && new.is_empty()));
    if !is_range || range.starts_with('-') {
        return Err(GitError::Range(range.to_owned()));
    }
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(["diff", "--name-status", "-z", "-M", "--relative", range, "--"]);
    command.args(IndexKind::ALL.map(folder)).stdin(Stdio::null());
    let output = command.output().map_err(GitError::Start)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it ended without a word");
        return Err(GitError::Said(first.trim_start_matches("fatal: ").to_owned()));
    }
    parse(&output.stdout)
}

/// Reads what `git diff --name-status -z` prints. Files whose names are no paths of a site are passed over.
pub fn parse(output: &[u8]) -> Result<Vec<GitChange>, GitError> {
    let mut words = output.split(|byte| *byte == 0).filter(|word| !word.is_empty());
    let mut changes = Vec::new();
    while let Some(word) = words.next() {
        let lost = || GitError::Form(String::from_utf8_lossy(word).into_owned());
        let mut path = || words.next().ok_or_else(lost).map(|name| SitePath::new(std::str::from_utf8(name).ok()?).ok());
        let (status, previous): (_, Option<Option<SitePath>>) = match word.first() {
            Some(b'A') => (Status::Added, None),
            Some(b'C') => (Status::Added, Some(path()?)),
            Some(b'M' | b'T' | b'U') => (Status::Modified, None),
            Some(b'D') => (Status::Deleted, None),
            Some(b'R') => (Status::Renamed, Some(path()?)),
            _ => return Err(lost()),
        };
        if let Some(path) = path()? {
            changes.push(GitChange { status, path, previous: previous.flatten() });
        }
    }
    Ok(changes)
}

/// Brings the index to what these files are now, whatever else may have changed. The files themselves count, not the
/// commits: they are the truth.
pub fn reconcile(
    project: Project<'_>,
    changes: &[GitChange],
    reach: Reach,
) -> Result<(Vec<(IndexKind, Counts)>, Outcome), SyncError> {
    let settled = settle_all(project, reach)?;
    let mut parts = Vec::new();
    let mut counts = Vec::new();
    for kind in IndexKind::ALL {
        let of_kind = |path: &SitePath| kind_of(path) == Some(kind);
        let renamed_from = |change: &GitChange| change.previous.clone().filter(|_| change.status == Status::Renamed);
        let named = changes.iter().flat_map(|change| renamed_from(change).into_iter().chain([change.path.clone()]));
        let paths: BTreeSet<SitePath> = named.filter(of_kind).collect();
        let index = project.store.index(kind);
        let survey = survey_of(project, kind, &paths, &index);
        counts.push((kind, count(changes, kind, &index, &survey)));
        let plan = plan_of(&index, &survey, &|path| paths.contains(path));
        parts.push(Part { kind, index, survey, plan });
    }
    Ok((counts, finish(project, settled, parts, reach)?))
}

/// Counts as the sheet does: a file is looked for in the index by the name that it had, by its name, then by its id.
fn count(changes: &[GitChange], kind: IndexKind, index: &IndexTable, survey: &Survey) -> Counts {
    let mut counts = Counts::default();
    let of_kind = |path: &&SitePath| kind_of(path) == Some(kind);
    for change in changes {
        let (path, previous) = (Some(&change.path).filter(of_kind), change.previous.as_ref().filter(of_kind));
        let previous = previous.filter(|_| change.status == Status::Renamed);
        let is_known = [previous, path].into_iter().flatten().any(|path| index.contains_key(path));
        let found = path.and_then(|path| survey.files.get(path));
        match found {
            _ if path.is_none() && previous.is_none() => continue,
            Some(Found::Failed(_)) => continue,
            None => counts.deleted += usize::from(is_known),
            Some(found) if is_known || has_known_id(found, index) => counts.updated += 1,
            Some(_) => counts.created += 1,
        }
        counts.processed_files += 1;
    }
    counts
}

fn has_known_id(found: &Found, index: &IndexTable) -> bool {
    let Found::Read(entry) = found else { return true };
    entry.text("id").is_some_and(|id| index.values().any(|known| known.text("id") == Some(id)))
}
