//! The diagnostics of this crate: why a command could not be done at all.

use bds_base::Code;

/// No project.
pub(crate) const NO_PROJECT: Code =
    Code::new("no-project", "There is no project where one was named, or at or above the current folder.");
/// Something else.
pub(crate) const NOT_DONE: Code =
    Code::new("not-done", "The command could not be done at all, because of how it was given or of the machine.");
