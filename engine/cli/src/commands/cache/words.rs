//! What is said of a store.

use std::fmt::Write as _;

use bds_graph::upkeep::Removed;
use bds_store::{Holding, Inventory, Run};

/// A line for each kind of record, and for the whole.
pub(super) fn inventory(inventory: &Inventory, latest: Option<&Run>) -> String {
    let mut text = String::new();
    for Holding { kind, records, bytes: size } in &inventory.kinds {
        // A shelf is called by what is on it, and by the engine that wrote it.
        let kind = kind.split('/').next().unwrap_or(kind);
        writeln!(text, "{kind:<12}{records:>10}  {:>10}", bytes(*size)).expect("strings take all");
    }
    writeln!(text, "{:<12}{:>10}  {:>10}", "store.db", "", bytes(inventory.bytes)).expect("strings take all");
    for name in &inventory.set_aside {
        writeln!(text, "set aside   {name}").expect("strings take all");
    }
    if let Some(Run { number, run }) = latest {
        let milliseconds = run.duration_ms;
        writeln!(text, "build {number} of {} took {milliseconds} ms", run.started).expect("strings take all");
    }
    text
}

/// What went, in a sentence.
pub(super) fn removed(removed: &Removed, before: u64, after: u64) -> String {
    let Removed { questions, entries, calls, heads, store } = removed;
    format!(
        "Removed {questions} questions, {entries} records of pages and texts, {calls} of macro calls, {heads} of files, \
         {} macro results and {} shelves of other versions: {} of {} are left.",
        store.traces,
        store.shelves,
        bytes(after),
        bytes(before)
    )
}

/// A size for people.
pub(super) fn bytes(size: u64) -> String {
    match size {
        0..10_000 => format!("{size} B"),
        10_000..10_000_000 => format!("{} kB", size / 1000),
        _ => format!("{} MB", size / 1_000_000),
    }
}

/// A fault as a sentence begins.
pub(super) fn sentence(fault: &str) -> String {
    let mut letters = fault.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}
