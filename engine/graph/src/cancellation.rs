//! Builds that end before they are through, because what they build is out of date.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Ends one build early, from any thread. A clone is for the same build.
///
/// The build stops between two pages, and a macro at its next question. One that asks nothing has to be ended by
/// [`end_calls`](bds_macro_api::MacroRuntime::end_calls) of its runtime, after this.
#[derive(Debug, Clone, Default)]
pub struct Cancellation(Arc<AtomicBool>);

impl Cancellation {
    /// Says that nobody wants the result any more.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether that was said.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The cancellation of the build that runs.
#[derive(Debug, Default)]
pub(crate) struct Current(RwLock<Cancellation>);

impl Current {
    /// A build begins that this one ends.
    pub(crate) fn set(&self, cancellation: &Cancellation) {
        cancellation.clone_into(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether the build that runs is to end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_cancelled()
    }
}
