//! The defaults of a project: which of what ships with bds it has as files, of which version, and how newer versions get
//! into it without stepping on anyone.
//!
//! A default is a script, a template or a table of strings. A project need not have any of them: what it does not have
//! as a file is taken from bds, in the version that `meta/defaults.json` says, or else in the first. So that nobody's
//! work is lost, everything here goes in three steps: [`survey()`] reads what is there, [`plan()`] decides on values alone,
//! and `apply` writes.
//!
//! Invariant: a text that neither ships nor was written by another bds is never overwritten, but by [`Wish::Take`] and
//! [`Wish::Update`] with `merge`, and then a copy of it is kept below `.bds/conflicts`.
//!
//! Invariant: files are written before they are recorded. A file that is there and ships is known by its text, so what a
//! process that was killed has written is as good as recorded.

pub mod plan;
pub mod state;
pub mod survey;

pub mod merge;

mod apply;

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use bds_base::{Diagnostic, System};
use bds_defaults::{Shipped, find, shipped};
use bds_project::nearest;
use bds_store::{Lock, LockError, Wait};

pub use apply::Done;
pub use merge::Comparison;
pub use plan::{Outcome, Step, Wish, plan};
pub use state::{Found, Standing, State};
pub use survey::{Survey, survey};

/// Why nothing could be done.
#[derive(Debug, thiserror::Error)]
pub enum DefaultsError {
    /// `meta/defaults.json` cannot be understood; the text that the diagnostics are about comes with them.
    #[error("`meta/defaults.json` is not valid, so nothing was done")]
    Record {
        /// What is wrong with it.
        diagnostics: Vec<Diagnostic>,
        /// Its text.
        text: String,
    },
    /// There is no such default.
    #[error("nothing called `{name}` ships with bds")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The name that comes nearest.
        near: Option<String>,
    },
    /// A file cannot be read or written that all depends on.
    #[error("`{path}` cannot be {what}")]
    File {
        /// The file, relative to the project.
        path: String,
        /// What could not be done with it: `read`, `written`.
        what: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The defaults of the project cannot be locked.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// How all defaults stand in a project, sorted by path.
pub fn status(root: &Path, system: &dyn System) -> Result<Vec<Standing>, DefaultsError> {
    let survey = survey(root, system)?;
    Ok(shipped().iter().map(|default| survey.standing(default)).collect())
}

/// Does what is wished with some defaults, or with all. Says what came of each, sorted by path; with `dry_run`, what would.
///
/// Processes that do this at the same time wait for one another; builds are not waited for.
pub fn run(
    root: &Path,
    system: &dyn System,
    wish: Wish,
    defaults: &[&Shipped],
    dry_run: bool,
) -> Result<Vec<Done>, DefaultsError> {
    if dry_run {
        let survey = survey(root, system)?;
        return Ok(steps(&survey, wish, defaults).into_iter().map(Done::planned).collect());
    }
    let _lock = Lock::acquire(&lock_folder(root), Wait::Forever)?;
    let survey = survey(root, system)?;
    apply::apply(root, system, &survey, steps(&survey, wish, defaults))
}

/// Gives a new project all defaults as files, in their newest versions.
pub fn seed_new(root: &Path, system: &dyn System) -> Result<Vec<Done>, DefaultsError> {
    let survey = survey(root, system)?;
    let all: Vec<_> = shipped().iter().collect();
    apply::apply(root, system, &survey, steps(&survey, Wish::SeedNewest, &all))
}

/// Seeds what is missing, as `bds watch` does when it begins. Where there is nothing to do, nothing is locked or written.
pub fn seed_missing(root: &Path, system: &dyn System) -> Result<Vec<Done>, DefaultsError> {
    let all: Vec<_> = shipped().iter().collect();
    let planned = run(root, system, Wish::Seed, &all, true)?;
    if planned.iter().all(|done| done.outcome == Outcome::Unchanged || done.is_fault()) {
        return Ok(planned);
    }
    run(root, system, Wish::Seed, &all, false)
}

/// What the project has of a default beside what it was made from and what is newest.
pub fn compare(root: &Path, system: &dyn System, default: &Shipped) -> Result<Comparison, DefaultsError> {
    let survey = survey(root, system)?;
    Ok(Comparison::of(default, survey.record.entries.get(&default.path), survey.found(default)))
}

/// The defaults that people mean with these names; all where there are none.
pub fn named<N: AsRef<str>>(names: &[N]) -> Result<Vec<&'static Shipped>, DefaultsError> {
    if names.is_empty() {
        return Ok(shipped().iter().collect());
    }
    let mut defaults = names.iter().map(|name| one(name.as_ref())).collect::<Result<Vec<_>, _>>()?;
    defaults.sort_by(|a, b| a.path.cmp(&b.path));
    defaults.dedup();
    Ok(defaults)
}

/// The default that people mean with a name.
pub fn one(name: &str) -> Result<&'static Shipped, DefaultsError> {
    find(name).ok_or_else(|| {
        let near = nearest(name, shipped().iter().map(|default| default.slug.as_str()));
        DefaultsError::Unknown { name: name.to_owned(), near: near.map(str::to_owned) }
    })
}

fn steps<'d>(survey: &Survey, wish: Wish, defaults: &[&'d Shipped]) -> Vec<Step<'d>> {
    let step =
        |default: &&'d Shipped| plan(wish, default, survey.record.entries.get(&default.path), survey.found(default));
    defaults.iter().map(step).collect()
}

/// The folder of the lock: not that of builds, for they only read, and `bds watch` holds theirs all day.
fn lock_folder(root: &Path) -> PathBuf {
    root.join(bds_store::FOLDER).join("defaults")
}
