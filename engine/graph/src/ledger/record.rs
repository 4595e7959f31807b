//! Entries and questions as bytes on a shelf.

use std::sync::Arc;

use bds_base::{Code, Diagnostic, Fingerprint, Place, Severity, TraceStep};
use serde::{Deserialize, Serialize};

use super::{Entry, Read, Seal};
use crate::lens::Question;

/// The beginning of an entry as it is stored. Its reads follow: many numbers of the same size, which are cut out of the
/// bytes and not taken one by one.
#[derive(Serialize, Deserialize)]
struct StoredEntry {
    content: [u8; 32],
    diagnostics: Vec<StoredDiagnostic>,
}

/// The bytes of a read: its question and its answer, the lowest byte first.
const READ_BYTES: usize = 4 + 8;

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
    };
    let mut bytes = postcard::to_stdvec(&stored).expect("entries are plain data, which always serialises");
    for Read { question, answer } in &entry.reads {
        bytes.extend_from_slice(&question.to_le_bytes());
        bytes.extend_from_slice(&answer.0.to_le_bytes());
    }
    bytes
}

pub(crate) fn unpack(bytes: &[u8]) -> Option<Entry> {
    let (StoredEntry { content, diagnostics }, reads) = postcard::take_from_bytes(bytes).ok()?;
    let diagnostics: Option<Arc<[_]>> = diagnostics.into_iter().map(StoredDiagnostic::into_diagnostic).collect();
    let (reads, []) = reads.as_chunks::<READ_BYTES>() else { return None };
    let reads = reads.iter().map(|&[a, b, c, d, answer @ ..]| {
        Read::new(u32::from_le_bytes([a, b, c, d]), Seal(u64::from_le_bytes(answer)))
    });
    let reads = reads.collect();
    Some(Entry { content: Fingerprint::from_bytes(content), diagnostics: diagnostics?, reads })
}

/// The questions that an entry names.
pub(super) fn asked(bytes: &[u8]) -> Option<Vec<u32>> {
    let (_, reads) = postcard::take_from_bytes::<StoredEntry>(bytes).ok()?;
    let (reads, []) = reads.as_chunks::<READ_BYTES>() else { return None };
    Some(reads.iter().map(|&[a, b, c, d, ..]| u32::from_le_bytes([a, b, c, d])).collect())
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
