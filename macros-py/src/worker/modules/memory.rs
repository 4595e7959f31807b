//! Modules that may remember what they looked at.
//!
//! What a module looks at while it loads is in its record, and whoever imports it later takes that over. What one of
//! its functions looks at later is in the record of the call alone, and so is every answer of the engine. Had the
//! function kept it (`functools.cache`, a global), the next call would use it unseen. So such a module, and every
//! module that was built on it, ends with the call: the next one loads it anew.

use std::collections::{BTreeMap, BTreeSet};

use bds_base::SitePath;
use bds_macro_api::Read;
use pyo3::prelude::*;

use super::super::calls::{self, Call};
use super::super::python;
use super::{LOADED, LOADING, throw_out};

/// Notes that files or what is outside were looked at. Modules that are being loaded have it in their records.
pub(in super::super) fn note_look(call: &Call) {
    note(call, true);
}

/// Notes that the engine was asked.
pub(in super::super) fn note_request(call: &Call) {
    note(call, false);
}

fn note(call: &Call, is_recorded: bool) {
    let is_needless = LOADED.with_borrow(BTreeMap::is_empty) && LOADING.with_borrow(Vec::is_empty);
    if is_needless && !calls::is_of_a_script() {
        return;
    }
    // What cannot be looked through, a stack that is about to overflow, fails the call anyway.
    let running = calls::pause(|| Python::attach(python::modules_running)).unwrap_or_default();
    for (name, file) in running {
        if !is_recorded || !LOADING.with_borrow(|loading| loading.contains(&name)) {
            call.touches(file);
        }
    }
}

/// Forgets the modules whose files these are, and all that were built on one of them.
pub(in super::super) fn let_go(py: Python<'_>, files: &BTreeSet<String>) -> PyResult<()> {
    let files: BTreeSet<SitePath> = files.iter().filter_map(|file| SitePath::new(file).ok()).collect();
    if files.is_empty() {
        return Ok(());
    }
    let is_one = |read: &Read| matches!(read, Read::File(file, _) if files.contains(file));
    let gone: Vec<String> = LOADED.with_borrow(|loaded| {
        let built_on = loaded.iter().filter(|(_, module)| module.record.reads.iter().any(is_one));
        built_on.map(|(name, _)| name.clone()).collect()
    });
    gone.iter().try_for_each(|name| throw_out(python::present(py), name))
}
