//! What is wrong with the sources as they are now, whether it is new or not.

use std::collections::BTreeMap;

use bds_base::{Code, Diagnostic, SitePath};
use bds_project::codes;
use bds_store::{IndexKind, IndexTable, Unfinished};

use super::plan::Plan;
use crate::codes::{NOTE_UNKNOWN, SOURCE_UNREADABLE, SOURCE_UNSEEN};
use crate::index::Survey;

/// What is wrong with the files of a kind.
pub(super) fn of(kind: IndexKind, index: &IndexTable, plan: &Plan, survey: &Survey) -> Vec<Diagnostic> {
    let unreadable = index.iter().filter_map(|(path, entry)| {
        let reason = entry.unreadable.as_ref().filter(|_| !plan.failed.contains_key(path))?;
        let diagnostic = Diagnostic::error(SOURCE_UNREADABLE, format!("its metadata cannot be read: {reason}"));
        Some(diagnostic.hint("mend the file; nothing is written over it until then").in_file(path))
    });
    let failed = plan.failed.iter().map(|(path, reason)| unseen(path, reason));
    let hidden = survey.unseen.iter().map(|hidden| unseen(&hidden.path, &hidden.reason));
    let mut problems: Vec<_> = unreadable.chain(failed).chain(hidden).collect();
    problems.extend(duplicates(kind, index, "id"));
    if kind != IndexKind::Media {
        problems.extend(duplicates(kind, index, "slug"));
    }
    problems
}

/// Notes that cannot be read.
pub(super) fn of_notes(notes: &[Unfinished]) -> Vec<Diagnostic> {
    let unknown = notes.iter().filter_map(|note| match note {
        Unfinished::Unknown(path) => Some(path),
        Unfinished::Change(..) => None,
    });
    let told = unknown.map(|path| {
        let message = format!("`{path}` is no note that this bds can read; it was left alone");
        let hint = "it holds a change that was not made: look at it, then remove it";
        Diagnostic::warning(NOTE_UNKNOWN, message).hint(hint)
    });
    told.collect()
}

fn unseen(path: &SitePath, reason: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(SOURCE_UNSEEN, format!("it cannot be looked at: {reason}"));
    diagnostic.hint("what is known of it, and of all below, stays as it was").in_file(path)
}

/// Files that say what an earlier one says already.
fn duplicates(kind: IndexKind, index: &IndexTable, key: &str) -> Vec<Diagnostic> {
    let mut holders: BTreeMap<&str, &SitePath> = BTreeMap::new();
    let mut found = Vec::new();
    for (path, entry) in index.iter().filter(|(_, entry)| entry.unreadable.is_none()) {
        let Some(said) = entry.text(key) else { continue };
        match holders.get(said) {
            Some(holder) => {
                let message = format!("the {key} `{said}` is already that of `{holder}`");
                let hint = format!("give one of the two {} a {key} of its own", kind.name());
                found.push(Diagnostic::warning(code(kind, key), message).hint(hint).in_file(path));
            }
            None => drop(holders.insert(said, path)),
        }
    }
    found
}

fn code(kind: IndexKind, key: &str) -> Code {
    match (kind, key) {
        (IndexKind::Scripts, "id") => codes::SCRIPT_DUPLICATE_ID,
        (IndexKind::Scripts, _) => codes::SCRIPT_DUPLICATE_SLUG,
        (IndexKind::Templates, "id") => codes::TEMPLATE_DUPLICATE_ID,
        (IndexKind::Templates, _) => codes::TEMPLATE_DUPLICATE_SLUG,
        (IndexKind::Posts, "id") => codes::POST_DUPLICATE_ID,
        (IndexKind::Posts, _) => codes::POST_DUPLICATE_SLUG,
        (IndexKind::Media, _) => codes::MEDIA_DUPLICATE_ID,
    }
}
