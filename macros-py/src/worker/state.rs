//! What each call has for itself: modules of the project, a context for context variables (`decimal` has its precision
//! there), and Python as nobody has changed it.
//!
//! Whatever a module keeps, or a script changes, ends with the call. A call within another one begins in the same way,
//! and the other one goes on with what it had: it cannot see whether the inner result was made just now or remembered.
//! What cannot be undone ends the worker with the call.
//! Inside the main process, where calls of several threads share one Python, only the modules end with the call.

use pyo3::prelude::*;

use super::cpython::Context;
use super::{held, modules, python};

/// What one call has for itself, while it runs; calls nest.
#[derive(Debug)]
pub(super) struct State {
    modules: modules::Aside,
    context: Context,
    /// What the call had changed that waits for this one.
    waiting: held::Changes,
    is_alone: bool,
}

impl State {
    /// `is_alone`: whether no other thread runs calls in this process; `is_within`: whether another call waits for
    /// this one.
    pub(super) fn begin(py: Python<'_>, is_alone: bool, is_within: bool) -> PyResult<Self> {
        let mut waiting = held::Changes::default();
        if is_alone && is_within {
            waiting = held::put_back(py, true)?;
            python::begin_within(py)?;
        }
        Ok(Self { modules: modules::set_aside(py)?, context: Context::enter(py)?, waiting, is_alone })
    }

    /// Lets go of what the call leaves behind. That is still its own time: finalizers run, and the ends of generators
    /// that were never closed.
    pub(super) fn let_go(self, py: Python<'_>) -> PyResult<Undone> {
        let Self { modules, context, waiting, is_alone } = self;
        context.leave(py)?;
        if is_alone {
            python::let_go(py)?;
        } else {
            modules::throw_out_own(py)?;
        }
        Ok(Undone { modules, waiting, is_alone })
    }
}

/// What is to be undone of a call that has let go of everything.
#[derive(Debug)]
pub(super) struct Undone {
    modules: modules::Aside,
    waiting: held::Changes,
    is_alone: bool,
}

impl Undone {
    /// Undoes what the call has done. Says whether that was possible.
    pub(super) fn end(self, py: Python<'_>) -> PyResult<bool> {
        if self.is_alone {
            held::put_back(py, false)?;
            python::end(py)?;
            self.waiting.make(py)?;
        }
        self.modules.put_back(py)?;
        Ok(!self.is_alone || !(held::is_spent() || python::leaves_descriptors(py)))
    }
}
