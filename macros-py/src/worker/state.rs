//! What each call has for itself: modules of the project, a context for context variables (`decimal` has its precision
//! there), and Python as nobody has changed it.
//!
//! Whatever a module keeps, or a script changes, ends with the call. A call within another one begins in the same way,
//! and the other one goes on with what it had: it cannot see whether the inner result was made just now or remembered.
//! Inside the main process, where calls of several threads share one Python, only the modules end with the call.

use pyo3::prelude::*;

use super::cpython::Context;
use super::{modules, python};

/// What one call has for itself, while it runs; calls nest.
#[derive(Debug)]
pub(super) struct State {
    modules: modules::Aside,
    context: Context,
    is_alone: bool,
}

impl State {
    /// `is_alone`: whether no other thread runs calls in this process; `is_within`: whether another call waits for
    /// this one.
    pub(super) fn begin(py: Python<'_>, is_alone: bool, is_within: bool) -> PyResult<Self> {
        if is_alone && is_within {
            python::begin_within(py)?;
        }
        Ok(Self { modules: modules::set_aside(py)?, context: Context::enter(py)?, is_alone })
    }

    /// Undoes what the call has done.
    pub(super) fn end(self, py: Python<'_>) -> PyResult<()> {
        self.context.leave(py)?;
        let undone = if self.is_alone { python::end(py) } else { modules::throw_out_own(py) };
        undone.and(self.modules.put_back(py))
    }
}
