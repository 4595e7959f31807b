use std::fmt;
use std::sync::Arc;

use bds_base::{LineIndex, Position, Span};

use crate::warning::Warning;

/// Something in a template that is not Liquid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong, as a lower-case phrase.
    pub message: String,
    /// Where, in bytes of the source that was parsed.
    pub span: Span,
    /// Where, as people count.
    pub position: Position,
    /// What to do.
    pub hint: Option<String>,
}

impl ParseError {
    pub(crate) fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), span, position: Position::new(1, 1), hint: None }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {}, column {})", self.message, self.position.line, self.position.column)
    }
}

impl std::error::Error for ParseError {}

/// All that is wrong with one template, in the order of its text; never empty, and no more than twenty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseErrors {
    template: Arc<str>,
    errors: Vec<ParseError>,
}

impl ParseErrors {
    /// How many are kept of one template.
    const MOST: usize = 20;

    /// Takes the errors of a template, which must be some, and finds their lines.
    pub(crate) fn new(template: Arc<str>, source: &str, mut errors: Vec<ParseError>) -> Self {
        let lines = LineIndex::new(source);
        errors.sort_by_key(|error| error.span);
        errors.truncate(Self::MOST);
        for error in &mut errors {
            error.position = lines.position(source, error.span.start);
        }
        Self { template, errors }
    }

    /// The name of the template.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// The first error of the text.
    pub fn first(&self) -> &ParseError {
        self.errors.first().expect("a template with errors has one")
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, ParseError> {
        self.errors.iter()
    }
}

impl<'e> IntoIterator for &'e ParseErrors {
    type Item = &'e ParseError;
    type IntoIter = std::slice::Iter<'e, ParseError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ParseErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.template, self.first())
    }
}

impl std::error::Error for ParseErrors {}

/// Why a template could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    /// What is wrong, as a lower-case phrase.
    pub message: String,
    /// The template in which it is wrong.
    pub template: Arc<str>,
    /// Where, in bytes of that template's source.
    pub span: Span,
    /// Where, as people count.
    pub position: Position,
    /// The tags that led there, the nearest first, the page's own template last; the middle of a very long way is left
    /// out.
    pub trace: Vec<TraceStep>,
    /// What to do.
    pub hint: Option<String>,
    /// What was probably not meant in what was rendered before; often it is the reason.
    pub warnings: Vec<Warning>,
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.template, self.position.line, self.position.column, self.message)
    }
}

impl std::error::Error for RenderError {}

/// A tag that renders another template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceStep {
    /// The template in which the tag stands.
    pub template: Arc<str>,
    /// Where, in bytes.
    pub span: Span,
    /// Where, as people count.
    pub position: Position,
}

/// What a filter cannot work with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    /// What is wrong, as a lower-case phrase.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl FilterError {
    /// An error without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// The error with a hint what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FilterError {}
