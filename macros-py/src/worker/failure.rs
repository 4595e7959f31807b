//! Exceptions to failures.

use std::fmt::Write as _;

use bds_macro_api::FailureKind;
use pyo3::exceptions::{PyMemoryError, PyRecursionError, PySyntaxError};
use pyo3::prelude::*;

use super::calls::Call;
use super::errors::{BdsDenied, BdsStopped};
use super::python::{self, Described};
use crate::protocol::Failed;

/// The longest message, in bytes.
const MAX_MESSAGE: usize = 2000;
/// The longest traceback, in bytes.
const MAX_TRACEBACK: usize = 64 << 10;
/// How many exceptions are followed from one to its cause.
const MAX_CAUSES: usize = 10;

/// What became of a call that ended in an exception.
pub(super) fn of(py: Python<'_>, error: &PyErr, call: &Call) -> Failed {
    // Only the value itself, taken out, carries its traceback on every version of Python.
    let value = error.clone_ref(py).into_value(py);
    python::stop_tracing(py);
    let described = python::describe(py, value.bind(py).as_any()).unwrap_or_else(|trouble| Described {
        message: format!("{}, which cannot be shown ({trouble})", error.get_type(py)),
        frames: Vec::new(),
        traceback: String::new(),
    });
    let (kind, message) = if error.is_instance_of::<BdsStopped>(py) {
        (None, String::new())
    } else if is_denied(py, error) {
        (Some(FailureKind::Denied), described.message.trim_start_matches("BdsDenied: ").to_owned())
    } else if error.is_instance_of::<PyMemoryError>(py) {
        (Some(FailureKind::Limit), format!("used more than {} MB of memory (MemoryError)", call.limits.memory_mb))
    } else if error.is_instance_of::<PyRecursionError>(py) {
        let limit = call.limits.recursion;
        (Some(FailureKind::Limit), format!("nested more than {limit} calls ({})", described.message))
    } else if error.is_instance_of::<PySyntaxError>(py) && is_of_a_script(py, error, call) {
        (Some(FailureKind::Syntax), described.message.clone())
    } else {
        (Some(FailureKind::Raised), described.message.clone())
    };
    failed(kind, &message, described)
}

/// What became of a call whose threads did not end.
pub(super) fn of_threads(py: Python<'_>, slug: &str) -> Failed {
    let message = format!("a thread that `{slug}` started did not end");
    match python::describe_threads(py) {
        Ok(described) => failed(None, &message, described),
        Err(_) => Failed { message, ..Failed::default() },
    }
}

fn failed(kind: Option<FailureKind>, message: &str, described: Described) -> Failed {
    let Described { frames, mut traceback, .. } = described;
    if traceback.len() > MAX_TRACEBACK {
        // The end says what happened.
        let start = traceback.ceil_char_boundary(traceback.len() - MAX_TRACEBACK);
        traceback.drain(..start);
    }
    let traceback = Some(printable(&traceback, true)).filter(|text| !text.is_empty());
    Failed { kind, message: plain(message), frames, traceback }
}

/// Whether something that is not allowed is the reason, over what the script made of it.
fn is_denied(py: Python<'_>, error: &PyErr) -> bool {
    let mut next = Some(error.clone_ref(py));
    for _ in 0..MAX_CAUSES {
        let Some(error) = next else { return false };
        if error.is_instance_of::<BdsDenied>(py) {
            return true;
        }
        next = error.cause(py);
    }
    false
}

/// Whether the text that is no Python is a script's, and not some text that a script tried to read.
fn is_of_a_script(py: Python<'_>, error: &PyErr, call: &Call) -> bool {
    let file: Option<String> = error.value(py).getattr("filename").and_then(|file| file.extract()).unwrap_or(None);
    let scripts = call.paths.scripts.strip_prefix(&call.paths.root).unwrap_or(&call.paths.scripts);
    file.is_some_and(|file| file.starts_with("<default>/") || std::path::Path::new(&file).starts_with(scripts))
}

/// A message that fits into one line of a terminal without moving its cursor.
pub(super) fn plain(message: &str) -> String {
    let end = message.floor_char_boundary(MAX_MESSAGE);
    let mut text = printable(&message[..end], false);
    if end < message.len() {
        text.push('…');
    }
    text
}

/// The text with control characters written out; `as_lines` keeps line breaks.
fn printable(text: &str, as_lines: bool) -> String {
    let mut printable = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' if as_lines => printable.push(char),
            '\t' => printable.push(char),
            _ if char.is_control() => {
                let _ = write!(printable, "{}", char.escape_default());
            }
            _ => printable.push(char),
        }
    }
    printable
}
