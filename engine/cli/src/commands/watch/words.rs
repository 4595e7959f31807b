//! What is said of each build.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use bds_base::{Diagnostic, Severity, SitePath};
use bds_graph::{Built, FileFate};
use bds_project::layout;
use bds_serve::Changes;

/// The files that changed, as far as they are to be named; a folder only where there is nothing else.
///
/// Tools that copy or remove touch the folders around it, too.
pub(super) fn files(changes: &Changes, is_folder: impl Fn(&SitePath) -> bool) -> Vec<&SitePath> {
    let above = |path: &SitePath| std::iter::successors(path.parent(), SitePath::parent);
    let folders: BTreeSet<_> = changes.paths.iter().flat_map(above).collect();
    let files: Vec<_> = changes.paths.iter().filter(|path| !folders.contains(*path) && !is_folder(path)).collect();
    if files.is_empty() { changes.paths.iter().collect() } else { files }
}

/// Whether anybody wants to know of a build: something came of it, or a source was saved.
pub(super) fn is_of_interest(changes: &Changes, built: &Built, is_folder: impl Fn(&SitePath) -> bool) -> bool {
    let is_source = |path: &SitePath| layout::classify(path).is_some() || path.as_str() == layout::CONFIG_FILE;
    built.files.iter().any(|file| file.fate != FileFate::Unchanged)
        || changes.paths.iter().any(|path| is_source(path) && !is_folder(path))
}

/// One line: what changed, what was made of it, how long that took.
pub(super) fn line(changes: &Changes, files: &[&SitePath], built: &Built, took: Duration) -> String {
    let mut line = format!("{}: {}, {}", what(changes, files), done(built), duration(took));
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

fn what(changes: &Changes, files: &[&SitePath]) -> String {
    match files {
        _ if changes.everything => "Everything looked at".to_owned(),
        [] => "A post is due".to_owned(),
        [file] => file.to_string(),
        [file, others @ ..] => format!("{file} and {} more", others.len()),
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
