//! The sources of a project, as the commands that look at them or change them need them.

use std::path::{Path, PathBuf};

use bds_base::{OsSystem, Severity, SitePath, System as _};
use bds_project::layout;
use bds_scripts::Project;
use bds_scripts::index::IndexKind;
use bds_scripts::sync::{self, End, Outcome, Reach};
use bds_store::{Lock, Store, Wait};
use clap::ValueEnum;

use crate::failure::Failure;
use crate::{find, output, setup};

/// The sources of a project, and what is remembered of them.
pub(crate) struct Sources {
    pub(crate) root: PathBuf,
    system: OsSystem,
    store: Store,
    /// None where another bds is at work, or where the machine knows no locks: nothing is written then.
    lock: Option<Lock>,
}

/// What is followed at the start of every command: these are few, and commands go by what they say. Posts and media are
/// compared when that is asked for.
pub(crate) const FOLLOWED: [IndexKind; 2] = [IndexKind::Scripts, IndexKind::Templates];

impl Sources {
    /// Opens them to be changed. Waits for another bds that is at work.
    pub(crate) fn to_change(project: Option<&Path>) -> Result<Self, Failure> {
        let root = find::project(project, &OsSystem)?;
        let folder = root.join(layout::STATE);
        let lock = setup::lock(&folder, Wait::Forever)?;
        let store = open(&folder)?;
        Ok(Self { root, system: OsSystem, store, lock: Some(lock) })
    }

    /// Opens them to be looked at. Nobody is waited for.
    pub(crate) fn to_look(project: Option<&Path>) -> Result<Self, Failure> {
        let root = find::project(project, &OsSystem)?;
        let folder = root.join(layout::STATE);
        if !folder.join("store.db").exists() {
            return Ok(Self { root, system: OsSystem, store: Store::in_memory(), lock: None });
        }
        let lock = Lock::acquire(&folder, Wait::No).ok();
        let store = open(&folder)?;
        Ok(Self { root, system: OsSystem, store, lock })
    }

    pub(crate) fn project(&self) -> Project<'_> {
        Project { root: &self.root, system: &self.system, store: &self.store }
    }

    /// Follows what others have done to scripts and templates, and tells of what was kept.
    pub(crate) fn follow(&self) -> Result<(), Failure> {
        if self.lock.is_none() {
            return Ok(());
        }
        let outcome = sync::sync(self.project(), &FOLLOWED, Reach::Whole, &())?;
        tell_conflicts(&outcome, true);
        Ok(())
    }

    /// A file of the project, named from here or from the project's folder.
    pub(crate) fn path(&self, wanted: &Path) -> Result<SitePath, Failure> {
        let from_root = SitePath::from_root(&self.root, &self.root.join(wanted)).ok();
        let is_there = |path: &SitePath| self.system.stat(&path.to_path(&self.root)).is_ok();
        let from_here = || find::resolve(wanted).ok().and_then(|path| SitePath::from_root(&self.root, &path).ok());
        let known = from_root.clone().filter(is_there).or_else(|| from_here().filter(is_there));
        known.or(from_root).ok_or_else(|| Failure::new(format!("`{}` is no file of the project", wanted.display())))
    }
}

/// Follows what others have done to scripts and templates, for commands that write no source. A store that cannot be
/// written is no obstacle to them. The project's lock is to be held.
pub(crate) fn follow(root: &Path, system: &dyn bds_base::System, store: &Store) {
    let project = Project { root, system, store };
    if let Ok(outcome) = sync::sync(project, &FOLLOWED, Reach::Follow, &()) {
        tell_conflicts(&outcome, false);
    }
}

/// The same where nobody holds the lock of the project, for commands that only look.
pub(crate) fn follow_if_free(root: &Path, system: &dyn bds_base::System, store: &Store) {
    if let Ok(_lock) = Lock::acquire(&root.join(layout::STATE), Wait::No) {
        follow(root, system, store);
    }
}

/// Tells what somebody should look at: what was kept, and what did not come to its end. A line each.
fn tell_conflicts(outcome: &Outcome, is_done: bool) {
    for line in outcome.settled.iter().filter_map(|settled| settled_line(settled, is_done)) {
        output::status(&line);
    }
    for followed in outcome.followed.iter().filter(|followed| followed.copy.is_some()) {
        output::status(&followed_line(followed));
    }
}

/// What became of a change that had been cut short; none where there is nothing to tell. `is_done` is false where only
/// a look was taken.
pub(crate) fn settled_line(settled: &sync::Settled, is_done: bool) -> Option<String> {
    let sync::Settled { path, end, reason, copy } = settled;
    let reason = reason.as_deref().unwrap_or_default();
    let kept = copy.as_ref().map(|copy| format!("; its text is kept in {copy}")).unwrap_or_default();
    Some(match (end, is_done) {
        (End::Made, _) => return None,
        (End::Finished, true) => format!("{path}: a change that was cut short is made now"),
        (End::Finished, false) => format!("{path}: a change was cut short; `bds sync` makes it whole"),
        (End::GivenUp, true) => format!("{path}: a change that was cut short was given up: {reason}{kept}"),
        (End::GivenUp, false) => format!("{path}: a change was cut short, and {reason}; `bds sync` keeps its text"),
        (End::Waiting, _) => format!("{path}: a change that was cut short waits: {reason}"),
    })
}

/// What has happened to a file.
pub(crate) fn followed_line(followed: &sync::Followed) -> String {
    use bds_scripts::sync::plan::{Difference, Edit};
    let edit = |edit: &Edit| {
        let body = edit.body.then_some("body");
        let parts: Vec<_> = edit.fields.iter().map(String::as_str).chain(body).collect();
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    };
    let what = match &followed.difference {
        Difference::Added => "added".to_owned(),
        Difference::Edited(it) => format!("edited{}", edit(it)),
        Difference::Renamed { from, edit: it } => format!("renamed from {from}{}", edit(it)),
        Difference::Deleted => "deleted".to_owned(),
        Difference::Unreadable { reason } => format!("edited, and its metadata cannot be read: {reason}"),
    };
    let kept = match &followed.copy {
        Some(copy) => format!("; what bds had written there is kept in {copy}"),
        None => String::new(),
    };
    format!("{}: {what}{kept}", followed.path)
}

/// Whether there is something that somebody has to mend.
pub(crate) fn has_faults(outcome: &Outcome) -> bool {
    outcome.has_conflicts() || outcome.problems.iter().any(|problem| problem.severity == Severity::Error)
}

fn open(folder: &Path) -> Result<Store, Failure> {
    let opened = Store::open(folder)?;
    if let Some(notice) = opened.notice {
        output::status(&notice.to_string());
    }
    Ok(opened.store)
}

/// The kinds of sources that commands can be told to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Python scripts
    Scripts,
    /// Liquid templates
    Templates,
    /// Posts and their translations
    Posts,
    /// What is known of media files
    Media,
}

impl From<Kind> for IndexKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Scripts => Self::Scripts,
            Kind::Templates => Self::Templates,
            Kind::Posts => Self::Posts,
            Kind::Media => Self::Media,
        }
    }
}

/// The kinds that were named; all where none was.
pub(crate) fn kinds(named: &[Kind]) -> Vec<IndexKind> {
    let is_wanted = |kind: &IndexKind| named.is_empty() || named.iter().any(|named| IndexKind::from(*named) == *kind);
    IndexKind::ALL.into_iter().filter(is_wanted).collect()
}
