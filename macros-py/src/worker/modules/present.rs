//! `sys.modules`, and whether it is as it was between calls.

use std::cell::Cell;

use pyo3::prelude::*;
use pyo3::types::PyModule;

use super::super::{cpython, python};

thread_local! {
    /// The number that it had when only those modules were in it that stay.
    static SETTLED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Has a module in it while something runs.
pub(in super::super) fn with_module<T>(
    py: Python<'_>,
    name: &str,
    module: &Bound<'_, PyModule>,
    run: impl FnOnce() -> T,
) -> PyResult<T> {
    let present = python::present(py);
    let before = present.get_item(name)?;
    let was_settled = !is_changed(py);
    present.set_item(name, module)?;
    let inside = cpython::number_of(present);
    let result = run();
    let is_as_left = inside.is_some() && cpython::number_of(present) == inside;
    match before {
        Some(before) => present.set_item(name, before)?,
        None if present.contains(name)? => present.del_item(name)?,
        None => {}
    }
    if was_settled && is_as_left {
        settle(py);
    }
    Ok(result)
}

/// Whether it can be another than it was when it was settled.
pub(in super::super) fn is_changed(py: Python<'_>) -> bool {
    SETTLED.get().is_none() || cpython::number_of(python::present(py)) != SETTLED.get()
}

/// Notes that only modules are in it that stay.
pub(in super::super) fn settle(py: Python<'_>) {
    SETTLED.set(cpython::number_of(python::present(py)));
}
