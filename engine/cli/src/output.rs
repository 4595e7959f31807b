//! Everything that is printed. Data goes to stdout, everything else to stderr.
//!
//! Invariant: a reader that has gone away (`bds … | head`) is no error. `print!` would panic, and the thread with it: the
//! one that ends the process on Ctrl-C, too.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use bds_base::{Diagnostic, MessageFormat, System, render};

use crate::failure::Failure;

/// Prints diagnostics of a project: for people to stderr, for programs to stdout.
pub(crate) fn diagnostics(found: &[Diagnostic], format: MessageFormat, root: &Path, system: &dyn System) {
    print(found, format, &|file| {
        system.read(&file.to_path(root)).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    });
}

fn print(found: &[Diagnostic], format: MessageFormat, source: &render::SourceText<'_>) {
    let color = colors(format);
    for diagnostic in found {
        let text = render::render(diagnostic, format, color, source);
        match format {
            MessageFormat::Human | MessageFormat::Short => tell(&text),
            MessageFormat::Json | MessageFormat::Github => data(&text),
        }
    }
}

fn colors(format: MessageFormat) -> bool {
    format == MessageFormat::Human
        && std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Prints why a command could not be done.
pub(crate) fn failure(failure: &Failure) {
    print(&failure.diagnostics, failure.format, &|_| Some(failure.text.clone()));
    status(&format!("bds: {}", failure.message));
    if let Some(hint) = &failure.hint {
        status(&format!("hint: {hint}"));
    }
}

/// Prints a whole sentence about what happened.
pub(crate) fn status(sentence: &str) {
    tell(&format!("{sentence}\n"));
}

fn tell(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Prints data as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<(), Failure> {
    data(&(serde_json::to_string_pretty(value)? + "\n"));
    Ok(())
}

/// Prints data that comes bit by bit, at once.
pub(crate) fn stream(text: &str) {
    data(text);
    let _ = std::io::stdout().flush();
}

/// Prints text of others that is no data: tracebacks.
pub(crate) fn aside(text: &str) {
    tell(text);
}

/// Prints data.
pub(crate) fn data(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
