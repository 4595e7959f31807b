use std::cell::OnceCell;

use bds_base::{Diagnostic, LineIndex, Place, SitePath, Span, Stretch};

use crate::Parsed;

/// Collects what is wrong with one file. Lines are only looked for when something is.
pub(crate) struct Report<'t> {
    path: &'t SitePath,
    text: &'t str,
    lines: OnceCell<LineIndex>,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Report<'t> {
    pub(crate) fn new(path: &'t SitePath, text: &'t str) -> Self {
        Self { path, text, lines: OnceCell::new(), diagnostics: Vec::new() }
    }

    pub(crate) fn path(&self) -> &'t SitePath {
        self.path
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// Takes a diagnostic that concerns this stretch of the text.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic, span: Span) {
        let place = Place::stretch(self.path.clone(), Some(self.stretch(span)));
        self.diagnostics.push(diagnostic.at(place));
    }

    /// The stretch of the text as people count.
    pub(crate) fn stretch(&self, span: Span) -> Stretch {
        let lines = self.lines.get_or_init(|| LineIndex::new(self.text));
        Stretch { start: lines.position(self.text, span.start), end: lines.position(self.text, span.end) }
    }

    /// Takes a diagnostic that concerns the file as a whole.
    pub(crate) fn push_file(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic.in_file(self.path));
    }

    pub(crate) fn with<T>(self, value: T) -> Parsed<T> {
        Parsed { value, diagnostics: self.into_diagnostics() }
    }

    pub(crate) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort();
        self.diagnostics
    }
}
