use std::fmt;
use std::sync::Arc;

use bds_base::{LineIndex, Position, Span};

use crate::error::ParseErrors;
use crate::parse;
use crate::syntax::Node;

/// A parsed template. Cloning it copies nothing; two are equal if their names and texts are.
#[derive(Clone)]
pub struct Template(Arc<Parsed>);

struct Parsed {
    name: Arc<str>,
    source: Arc<str>,
    start: usize,
    nodes: Vec<Node>,
}

impl Template {
    /// Parses a template. `name` is what its errors and warnings call it.
    pub fn parse(name: &str, source: &str) -> Result<Self, ParseErrors> {
        Self::parse_body(name, source, 0)
    }

    /// Parses what stands in a file from byte `start` on, such as below its front matter. Spans and lines count from the
    /// begin of the file.
    pub fn parse_body(name: &str, file: &str, start: usize) -> Result<Self, ParseErrors> {
        let name: Arc<str> = name.into();
        let start = file.floor_char_boundary(start);
        match parse::template(file, Span::new(start, file.len())) {
            Ok(nodes) => Ok(Self(Arc::new(Parsed { name, source: file.into(), start, nodes }))),
            Err(errors) => Err(ParseErrors::new(name, file, errors)),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its text; of a file with front matter, the whole file.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Its place in memory, which is that of no other template as long as it is kept.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    pub(crate) fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.0.name)
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.0.nodes
    }

    pub(crate) fn position(&self, offset: usize) -> Position {
        LineIndex::new(&self.0.source).position(&self.0.source, offset)
    }

    pub(crate) fn text(&self, span: Span) -> &str {
        &self.0.source[span.range()]
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        let (this, other) = (&self.0, &other.0);
        Arc::ptr_eq(this, other) || this.name == other.name && this.start == other.start && this.source == other.source
    }
}

impl Eq for Template {}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Template").field(&self.0.name).finish()
    }
}
