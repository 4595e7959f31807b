//! The time in which code runs that an import brought, and not a script: what it changes elsewhere stays, as the module
//! does.

use std::cell::Cell;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule};

use super::super::calls;
use super::super::held::{self, Loading};

thread_local! {
    /// Whether a module is being loaded that is not the project's.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    /// How many modules of the project were run.
    static OWN: Cell<u64> = const { Cell::new(0) };
}

/// The time of one import; imports nest.
#[derive(Debug)]
pub(super) struct Region {
    was_inside: bool,
    own: u64,
    loading: Option<Loading>,
}

impl Region {
    /// `by_script`: whether a script imports, and not a library or package; `is_loaded`: whether nothing will run.
    pub(super) fn enter(py: Python<'_>, by_script: bool, is_loaded: impl FnOnce() -> bool) -> Self {
        let (was_inside, own) = (INSIDE.get(), OWN.get());
        let is_ours = !calls::is_worker() || calls::current().is_none() || calls::is_paused();
        let has_no_own = is_ours || (was_inside && !by_script) || is_loaded();
        if !has_no_own && calls::is_of_a_script() {
            // A thread of a script: what it changes cannot be told from what others do meanwhile.
            held::spend();
        }
        let loading = (!has_no_own).then(|| Loading::begin(py));
        INSIDE.set(was_inside || loading.is_some());
        Self { was_inside, own, loading }
    }

    /// Takes over what was changed, unless it was the project's code that ran.
    pub(super) fn leave(self, py: Python<'_>) -> PyResult<()> {
        INSIDE.set(self.was_inside);
        match self.loading {
            Some(loading) if OWN.get() == self.own => loading.end(py),
            _ => Ok(()),
        }
    }
}

/// Whether what runs was brought by an import.
pub(in super::super) fn is_inside() -> bool {
    INSIDE.get()
}

/// Says that a module of the project is run next.
pub(super) fn runs_own() {
    INSIDE.set(false);
    OWN.set(OWN.get() + 1);
}

/// Whether a module is there with all that is asked for from it: a package may have modules that are not loaded yet.
pub(super) fn is_loaded(present: &Bound<'_, PyDict>, name: &str, listed: &[String]) -> bool {
    let Ok(Some(module)) = present.get_item(name) else { return false };
    let Ok(module) = module.cast::<PyModule>() else { return true };
    let names = module.dict();
    let has = |name: &str| names.contains(name).unwrap_or(false);
    listed.is_empty() || !has("__path__") || listed.iter().all(|name| has(name))
}
