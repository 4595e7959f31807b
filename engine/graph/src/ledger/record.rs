//! Entries and questions as bytes on a shelf.

use std::sync::Arc;

use bds_base::{Code, Diagnostic, Fingerprint, Place, Severity, TraceStep};
use serde::{Deserialize, Serialize};

use super::{Entry, Read};
use crate::lens::Question;

/// An entry as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredEntry {
    content: [u8; 32],
    diagnostics: Vec<StoredDiagnostic>,
    reads: Box<[Read]>,
}

/// A diagnostic as it is stored; its code is known by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredDiagnostic {
    place: Option<Place>,
    is_error: bool,
    code: String,
    message: String,
    hints: Vec<String>,
    trace: Vec<TraceStep>,
    traceback: Option<String>,
}

pub(super) fn pack_question(question: &Question) -> Vec<u8> {
    postcard::to_stdvec(question).expect("questions are plain data, which always serialises")
}

pub(crate) fn unpack_question(bytes: &[u8]) -> Option<Question> {
    postcard::from_bytes(bytes).ok()
}

pub(super) fn pack(entry: &Entry) -> Vec<u8> {
    let stored = StoredEntry {
        content: *entry.content.as_bytes(),
        diagnostics: entry.diagnostics.iter().map(StoredDiagnostic::of).collect(),
        reads: entry.reads.clone(),
    };
    postcard::to_stdvec(&stored).expect("entries are plain data, which always serialises")
}

pub(crate) fn unpack(bytes: &[u8]) -> Option<Entry> {
    let StoredEntry { content, diagnostics, reads } = postcard::from_bytes(bytes).ok()?;
    let diagnostics: Option<Arc<[_]>> = diagnostics.into_iter().map(StoredDiagnostic::into_diagnostic).collect();
    Some(Entry { content: Fingerprint::from_bytes(content), diagnostics: diagnostics?, reads })
}

impl StoredDiagnostic {
    pub(crate) fn of(diagnostic: &Diagnostic) -> Self {
        let Diagnostic { place, severity, code, message, hints, trace, traceback } = diagnostic.clone();
        let (is_error, code) = (severity == Severity::Error, code.name.to_owned());
        Self { place, is_error, code, message, hints, trace, traceback }
    }

    /// None when no such diagnostic is known.
    pub(crate) fn into_diagnostic(self) -> Option<Diagnostic> {
        let Self { place, is_error, code, message, hints, trace, traceback } = self;
        let severity = if is_error { Severity::Error } else { Severity::Warning };
        Some(Diagnostic { place, severity, code: known(&code)?, message, hints, trace, traceback })
    }
}

/// The code of this name.
fn known(name: &str) -> Option<Code> {
    let all = [crate::codes::ALL, bds_project::codes::ALL, bds_liquid::codes::ALL];
    all.into_iter().flatten().find(|code| code.name == name).copied()
}

#[cfg(test)]
mod tests {
    use bds_base::{Position, SitePath};

    use super::*;
    use crate::ledger::Seal;

    #[test]
    fn entries_come_back_as_they_were() {
        let file = SitePath::new("posts/a.md").expect("a plain path");
        let place = Place::at(file, Position::new(3, 4));
        let step = TraceStep { message: "in render".to_owned(), place: Some(place.clone()) };
        let mut diagnostic = Diagnostic::error(crate::codes::MACRO_FAILED, "failed").at(place).hint("do").trace([step]);
        diagnostic.traceback = Some("Traceback".to_owned());
        let warning = Diagnostic::warning(bds_project::codes::PUBLIC_URL, "no address");
        let entry = Entry {
            content: Fingerprint::of("page"),
            diagnostics: [diagnostic, warning].into(),
            reads: [Read::new(7, Seal::of(&"x")), Read::new(300_000, Seal::of(&1))].into(),
        };
        assert_eq!(unpack(&pack(&entry)), Some(entry));
        assert_eq!(unpack(b"something else"), None);
    }
}
