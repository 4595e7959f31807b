//! What scripts look at that cannot be asked again: the clock, randomness, the environment, whatever lies outside.

use bds_macro_api::{Frame, Permission, Volatile, VolatileRead};
use pyo3::prelude::*;

use super::calls::{self, Call};
use super::python;

/// One look. Whether it was allowed is not kept with it: a module that looked while it was loaded is shared by scripts
/// that may do different things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) what: Volatile,
    /// What would allow it; none where nothing can.
    permission: Option<Permission>,
    /// Whether the script said by the way in which it looked that it knows what it does.
    is_open: bool,
    at: Option<Frame>,
}

impl Look {
    /// Whether the two differ in nothing but their place.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.what, &self.permission, self.is_open) == (other.what, &other.permission, other.is_open)
    }
}

/// Notes that a script looks at something that only `permission` allows to depend on.
pub(super) fn note(call: &Call, what: Volatile, permission: Option<Permission>) {
    record(call, Look { what, permission, is_open: false, at: None });
}

/// Notes that a script reads the clock in the way that is made for it.
pub(super) fn note_open_clock(call: &Call) {
    record(call, Look { what: Volatile::Clock, permission: Some(Permission::Clock), is_open: true, at: None });
}

/// The first look of a kind is the one that is told, with its place.
fn record(call: &Call, look: Look) {
    if call.has_looked(&look) {
        return;
    }
    let at = calls::pause(|| Python::attach(|py| python::place(py).ok().flatten()));
    call.looked(Look { at, ..look });
}

/// What is told of all looks of a call: one of each kind, the first that was not allowed, or else the first.
pub(super) fn told(looks: &[Look], call: &Call) -> Vec<VolatileRead> {
    let is_declared =
        |look: &Look| look.is_open || look.permission.as_ref().is_some_and(|permission| call.may(permission));
    let mut told: Vec<VolatileRead> = Vec::new();
    let (declared, undeclared): (Vec<&Look>, Vec<&Look>) = looks.iter().partition(|look| is_declared(look));
    for (looks, declared) in [(undeclared, false), (declared, true)] {
        for Look { what, permission, at, .. } in looks {
            if told.iter().all(|read| read.what != *what) {
                told.push(VolatileRead { what: *what, declared, permission: permission.clone(), at: at.clone() });
            }
        }
    }
    told.sort();
    told
}
