//! Results that hold for one build only: failures, what depends on the clock, files that did not hold still.
//!
//! Such a query reports an untracked read, so salsa runs it again in the next revision. That alone is not enough: if it
//! then comes to a lasting result, salsa dates that by its inputs, which have not changed, and whoever used the old
//! result keeps it. So the query that runs again reports an untracked read once more.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use bds_base::Fingerprint;

use crate::db::Db;

/// The queries whose last result holds for one build only.
#[derive(Debug, Default)]
pub(crate) struct Unsteady(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    queries: BTreeSet<Fingerprint>,
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
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.queries.is_empty() && state.queries.remove(&name(kind, &key())) {
            db.report_untracked_read();
        }
    }

    /// Says that the running query has such a result.
    pub(crate) fn mark(&self, db: &dyn Db, kind: &str, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).queries.insert(name(kind, key));
        db.report_untracked_read();
    }

    /// The same, for a result that must not stand: something changed while it was made.
    pub(crate) fn mark_urgent(&self, db: &dyn Db, kind: &str, key: &str) {
        self.mark(db, kind, key);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_urgent = true;
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).queries.is_empty()
    }

    /// Whether anything must not stand, since this was asked last.
    pub(crate) fn take_urgent(&self) -> bool {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).is_urgent)
    }
}
