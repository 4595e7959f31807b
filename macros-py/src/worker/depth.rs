//! How deep calls of functions may be inside each other. Python has one limit for a whole process: inside the main
//! process, where several threads may run macros at once, it is that of the call which began last.

use std::cell::Cell;

use pyo3::prelude::*;

use super::{calls, cpython, python};

/// What we ourselves and an event loop put below a script.
const OWN: i32 = 40;

thread_local! {
    static ALLOWED: Cell<i32> = const { Cell::new(i32::MAX) };
}

/// The limit of one call; calls nest.
#[derive(Debug)]
pub(super) struct Depth {
    enforced_before: i32,
    allowed_before: i32,
}

impl Depth {
    /// Allows so many calls inside each other, on top of those that are running.
    pub(super) fn limit(py: Python<'_>, calls: u64) -> Self {
        let running = if calls::current().is_some() { python::depth(py) } else { 0 };
        let allowed = i32::try_from(calls).unwrap_or(i32::MAX).saturating_add(running).saturating_add(OWN);
        let enforced_before = cpython::recursion_limit(py);
        cpython::limit_recursion(py, allowed);
        Self { enforced_before, allowed_before: ALLOWED.replace(allowed) }
    }

    /// Goes back to what was before, also from what a script has set.
    pub(super) fn restore(self, py: Python<'_>) {
        ALLOWED.set(self.allowed_before);
        cpython::limit_recursion(py, self.enforced_before);
    }
}

/// The most that a script may set as its limit: `sys.setrecursionlimit` goes no further, since what it is for is a
/// matter of `bds.toml`.
pub(super) fn allowed() -> i32 {
    ALLOWED.get()
}
