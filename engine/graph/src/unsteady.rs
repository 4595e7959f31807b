//! Results that hold for one build only: failures, what depends on the clock, files that did not hold still.
//!
//! Such a query reports an untracked read, so salsa runs it again in the next revision. That alone is not enough: if it
//! then comes to a lasting result, salsa dates that by its inputs, which have not changed, and whoever used the old
//! result keeps it. So the lasting result depends on a [`Recovery`] too, an input that is made just then. It goes on
//! depending on it: a result that is made again and is the same must not be dated earlier.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bds_base::Fingerprint;
use salsa::Durability;

use crate::db::Db;

/// Stands for the moment in which a query came to a lasting result that had come to none before.
#[salsa::input(debug)]
struct Recovery {
    /// Read for the sake of being read.
    #[returns(copy)]
    moment: (),
}

/// The queries whose last result holds for one build only.
#[derive(Debug, Default)]
pub(crate) struct Unsteady(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    queries: BTreeSet<Fingerprint>,
    recovered: BTreeMap<Fingerprint, Recovery>,
    /// Whether the next build has to look again even if no source differs.
    is_urgent: bool,
}

/// What names a query: its kind, and its key in words.
fn name(kind: &str, key: &str) -> Fingerprint {
    Fingerprint::of_key(kind, &key)
}

impl Unsteady {
    /// Begins a query that may be one of these.
    pub(crate) fn begin(&self, db: &dyn Db, kind: &str, key: impl FnOnce() -> String) {
        let state = self.state();
        if !state.recovered.is_empty()
            && let Some(recovery) = state.recovered.get(&name(kind, &key()))
        {
            recovery.moment(db);
        }
    }

    /// Says that the running query has a result that lasts.
    pub(crate) fn settle(&self, db: &dyn Db, kind: &str, key: impl FnOnce() -> String) {
        let mut state = self.state();
        if state.queries.is_empty() {
            return;
        }
        let name = name(kind, &key());
        if state.queries.remove(&name) {
            let recovery = Recovery::builder(()).durability(Durability::LOW).new(db);
            recovery.moment(db);
            state.recovered.insert(name, recovery);
        }
    }

    /// Says that the running query has such a result.
    pub(crate) fn mark(&self, db: &dyn Db, kind: &str, key: &str) {
        self.state().queries.insert(name(kind, key));
        db.report_untracked_read();
    }

    /// The same, for a result that must not stand: something changed while it was made.
    pub(crate) fn mark_urgent(&self, db: &dyn Db, kind: &str, key: &str) {
        self.mark(db, kind, key);
        self.state().is_urgent = true;
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.state().queries.is_empty()
    }

    /// Whether anything must not stand, since this was asked last.
    pub(crate) fn take_urgent(&self) -> bool {
        std::mem::take(&mut self.state().is_urgent)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
