//! The diagnostics of checks of scripts.

use bds_base::Code;

/// No Python.
pub const SCRIPT_SYNTAX: Code = Code::new("script-syntax", "The code of a script is no valid Python.");
/// No function to call.
pub const SCRIPT_ENTRYPOINT: Code = Code::new(
    "script-entrypoint",
    "The function that a script is called by is missing, or cannot be called as its kind is.",
);
/// A module that is not there.
pub const SCRIPT_IMPORT: Code =
    Code::new("script-import", "A script imports a module that is not there, or that its kind may not use.");
/// Nobody uses it.
pub const SCRIPT_IDLE: Code = Code::new("script-idle", "No text calls a macro, or no script imports a module.");
/// A file that cannot be read.
pub const SCRIPT_UNREADABLE: Code = Code::new("script-unreadable", "The file of a script cannot be read.");
