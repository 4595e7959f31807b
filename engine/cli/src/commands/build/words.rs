//! What a build says about itself.

use std::fmt::Write as _;

use bds_base::Severity;
use bds_graph::{Built, FileDecision, FileFate};

/// One sentence about the whole build.
pub(in crate::commands) fn summary(built: &Built, duration_ms: u64, is_dry_run: bool) -> String {
    let report = built.report(duration_ms);
    let (begin, written, removed) =
        if is_dry_run { ("Would build", "to write", "to remove") } else { ("Built", "written", "removed") };
    let mut sentence = format!(
        "{begin} {} in {}: {} {written}, {} unchanged, {} {removed}; {} ran, {} reused.",
        plural(report.pages, "page"),
        seconds(duration_ms),
        plural(report.files_written, "file"),
        report.files_unchanged,
        report.files_removed,
        plural(usize::try_from(report.macro_calls).unwrap_or(usize::MAX), "macro"),
        report.macro_cache_hits,
    );
    for (severity, name) in [(Severity::Error, "error"), (Severity::Warning, "warning")] {
        let count = built.diagnostics.iter().filter(|found| found.severity == severity).count();
        if count > 0 {
            let _ = write!(sentence, " {}.", plural(count, name));
        }
    }
    sentence
}

/// What a real build would change, a line for each file.
pub(super) fn dry_run(built: &Built) -> String {
    let differing = built.files.iter().filter(|decision| decision.fate != FileFate::Unchanged);
    lines(differing.map(|FileDecision { file, fate }| match fate {
        FileFate::Failed => format!("{file}: {fate}"),
        fate => format!("{file}: would be {fate}"),
    }))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.fold(String::new(), |text, line| text + &line + "\n")
}

fn seconds(duration_ms: u64) -> String {
    format!("{}.{:02} s", duration_ms / 1000, duration_ms % 1000 / 10)
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
