//! From text to nodes: cutting into tokens, then blocks, then what stands in their tags.

mod blocks;
mod cursor;
mod expression;
mod frame;
mod lexer;
mod quoted;
mod tags;

use bds_base::Span;

use blocks::Blocks;
use cursor::Cursor;
pub(crate) use expression::pipeline;

use crate::error::ParseError;
use crate::syntax::{Node, Pipeline};

/// How deep blocks may stand in each other, within one template.
const NESTING: usize = 64;

/// Parses a template, or says all that is wrong with it.
pub(crate) fn template(source: &str, range: Span) -> Result<Vec<Node>, Vec<ParseError>> {
    let (tokens, stopped) = lexer::lex(source, range);
    let mut blocks = Blocks::new(source, NESTING);
    blocks.feed(&tokens);
    let (nodes, errors) = blocks.finish(stopped);
    if errors.is_empty() { Ok(nodes) } else { Err(errors) }
}

/// Parses a value with filters that stands in a text of its own, as the argument of `where_exp` does.
pub(crate) fn lone_pipeline(source: &str) -> Result<Pipeline, ParseError> {
    pipeline(&mut Cursor::new(source, Span::new(0, source.len())))
}

/// Parses the property that `where` and its like look at, such as `meta.views`; `None` if it is none.
pub(crate) fn lone_path(source: &str) -> Result<Option<crate::syntax::Path>, ParseError> {
    expression::property(&mut Cursor::new(source, Span::new(0, source.len())))
}
