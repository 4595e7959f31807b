//! What is said of each build.

use std::fmt::Write as _;
use std::time::Duration;

use bds_base::{Diagnostic, Severity, SitePath};
use bds_graph::{Built, FileFate};
use bds_project::layout;
use bds_serve::Changes;

/// Whether anybody wants to know of a build: something came of it, or a file of the project was changed.
pub(super) fn is_of_interest(changes: &Changes, built: &Built) -> bool {
    let is_source = |path: &SitePath| layout::classify(path).is_some() || path.as_str() == layout::CONFIG_FILE;
    changes.paths.iter().any(is_source) || built.files.iter().any(|file| file.fate != FileFate::Unchanged)
}

/// One line: what changed, what was made of it, how long that took.
pub(super) fn line(changes: &Changes, built: &Built, took: Duration) -> String {
    let mut line = format!("{}: {}, {}", what(changes), done(built), duration(took));
    for (severity, name) in [(Severity::Error, "error"), (Severity::Warning, "warning")] {
        let count = built.diagnostics.iter().filter(|found| found.severity == severity).count();
        if count > 0 {
            let _ = write!(line, "; {}", plural(count, name));
        }
    }
    line + "."
}

/// Says that something is no longer wrong.
pub(super) fn struck(gone: &Diagnostic) -> String {
    let place = gone.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
    format!("No longer: {place}{}", gone.message)
}

fn what(changes: &Changes) -> String {
    let mut paths = changes.paths.iter();
    match (paths.next(), paths.len()) {
        (_, _) if changes.everything => "Everything looked at".to_owned(),
        (None, _) => "A post is due".to_owned(),
        (Some(path), 0) => path.to_string(),
        (Some(path), others) => format!("{path} and {others} more"),
    }
}

fn done(built: &Built) -> String {
    let written: Vec<_> =
        built.files.iter().filter(|file| matches!(file.fate, FileFate::Written(_))).map(|file| &file.file).collect();
    let removed = built.files_that(|fate| *fate == FileFate::Removed);
    let kept = built.files_that(|fate| *fate == FileFate::Kept);
    let mut done = match written.as_slice() {
        [] => "nothing to write".to_owned(),
        [only] => format!("{only} written"),
        files => format!("{} written", plural(files.len(), "file")),
    };
    if removed > 0 {
        let _ = write!(done, ", {removed} removed");
    }
    if kept > 0 {
        let _ = write!(done, ", {} in the last good version", plural(kept, "page"));
    }
    done
}

fn duration(took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{} ms", took.as_millis())
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
