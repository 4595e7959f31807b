//! What is wrong with a user's content, as a value: collected, sorted, shown in full, never thrown.

pub mod render;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use crate::{LineIndex, Position, SitePath, Span, Stretch};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Part of the site is missing or wrong; the build's exit code is 1.
    Error,
    /// The site is whole, but probably not as meant; an error under `--strict`.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// The stable name of one kind of diagnostic, such as `post-front-matter`, and what it means.
///
/// Each crate lists its own in a module `codes`. People search for the name and filter by it: it never changes.
#[derive(Debug, Clone, Copy)]
pub struct Code {
    /// The name: lower-case words joined by `-`.
    pub name: &'static str,
    /// What the diagnostic means, in one sentence, for the index of diagnostics.
    pub meaning: &'static str,
}

impl Code {
    /// Declares a code.
    pub const fn new(name: &'static str, meaning: &'static str) -> Self {
        Self { name, meaning }
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Code {}

impl std::hash::Hash for Code {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.name.cmp(other.name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// Where something stands: a file of the project, and a stretch of it where that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the project.
    pub file: SitePath,
    /// Where it begins; none when the whole file is meant.
    pub start: Option<Position>,
    /// Where it has ended; none when only the beginning is known.
    pub end: Option<Position>,
}

impl Place {
    /// A file as a whole.
    pub fn file(file: SitePath) -> Self {
        Self { file, start: None, end: None }
    }

    /// A position in a file.
    pub fn at(file: SitePath, start: Position) -> Self {
        Self { file, start: Some(start), end: None }
    }

    /// A stretch of a file; the file as a whole when there is none.
    pub fn stretch(file: SitePath, stretch: Option<Stretch>) -> Self {
        Self { file, start: stretch.map(|stretch| stretch.start), end: stretch.map(|stretch| stretch.end) }
    }

    /// A stretch of `text`, which is the whole text of the file.
    pub fn span(file: SitePath, text: &str, span: Span) -> Self {
        let lines = LineIndex::new(text);
        let (start, end) = (lines.position(text, span.start), lines.position(text, span.end));
        Self { file, start: Some(start), end: Some(end) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.start {
            Some(Position { line, column }) => write!(f, "{}:{line}:{column}", self.file),
            None => write!(f, "{}", self.file),
        }
    }
}

/// One step of how it came to a diagnostic: a frame of a Python traceback, a template that rendered another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TraceStep {
    /// What happened there, as a phrase: `in render`.
    pub message: String,
    /// Where, if it lies in the project.
    pub place: Option<Place>,
}

/// Something wrong with the content of a project.
///
/// Messages are lower-case phrases that say what is wrong; hints say what to do. Diagnostics sort by place, then by
/// code and message, so that their order never depends on what was found first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Diagnostic {
    /// Where it is; none when it concerns the project as a whole.
    pub place: Option<Place>,
    /// How bad it is.
    pub severity: Severity,
    /// Its kind.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hints: Vec<String>,
    /// How it came to it, outermost first.
    pub trace: Vec<TraceStep>,
    /// The whole traceback as Python prints it, where a script failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traceback: Option<String>,
}

impl Diagnostic {
    /// An error of this kind.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning of this kind.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: Code, message: String) -> Self {
        Self { place: None, severity, code, message, hints: Vec::new(), trace: Vec::new(), traceback: None }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says that it concerns this file as a whole.
    #[must_use]
    pub fn in_file(self, file: &SitePath) -> Self {
        self.at(Place::file(file.clone()))
    }

    /// Adds something to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds how it came to it, outermost first.
    #[must_use]
    pub fn trace(mut self, steps: impl IntoIterator<Item = TraceStep>) -> Self {
        self.trace.extend(steps);
        self
    }

    /// Adds the traceback that Python printed, if it did. Programs get it; people see it where they ask for it.
    #[must_use]
    pub fn traceback(mut self, traceback: Option<String>) -> Self {
        self.traceback = traceback;
        self
    }
}
