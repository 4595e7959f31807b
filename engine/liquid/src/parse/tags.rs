//! What stands in the tags.

use std::sync::Arc;

use bds_base::Span;

use super::Cursor;
use super::expression::{operand, options, pipeline};
use super::lexer::{Token, lex};
use crate::error::ParseError;
use crate::syntax::{Binding, Cycle, Literal, Name, Node, NodeKind, Operand, Options, Partial, Pipeline};
use crate::text::is_blank;

/// The head of a `for` or `tablerow`.
pub(crate) struct Loop {
    pub(crate) variable: Arc<str>,
    pub(crate) collection: Operand,
    pub(crate) name: Arc<str>,
    pub(crate) options: Options,
    /// What stands before `else`, once that was met.
    pub(crate) body: Vec<Node>,
    pub(crate) has_else: bool,
}

/// `x in posts limit: 3 offset: 1 reversed`.
pub(crate) fn looping(cursor: &mut Cursor<'_>, span: Span) -> Result<Loop, ParseError> {
    let variable = cursor.identifier();
    let is_in = cursor.identifier() == "in";
    cursor.skip_blank();
    let start = cursor.position();
    let collection = operand(cursor)?;
    let name = format!("{variable}-{}", cursor.since(start)).into();
    match collection {
        Some(collection) if is_in && !variable.is_empty() => {
            let options = options(cursor)?;
            Ok(Loop { variable: variable.into(), collection, name, options, body: Vec::new(), has_else: false })
        }
        _ => Err(ParseError::new("this is no loop", span).with_hint("loops look like `{% for post in posts %}`")),
    }
}

/// `name = value | filter`.
pub(crate) fn assign(cursor: &mut Cursor<'_>) -> Result<(Arc<str>, Pipeline), ParseError> {
    let hint = "assignments look like `{% assign name = value %}`";
    let place = cursor.here();
    let variable = cursor.identifier();
    if variable.is_empty() {
        return Err(ParseError::new("the name of a variable is missing", place).with_hint(hint));
    }
    cursor.skip_blank();
    let place = cursor.here();
    if !cursor.take('=') {
        return Err(ParseError::new("`=` is missing after the name", place).with_hint(hint));
    }
    Ok((variable.into(), pipeline(cursor)?))
}

/// The name of the variable, bare or in quotes.
pub(crate) fn capture(cursor: &mut Cursor<'_>, span: Span) -> Result<Arc<str>, ParseError> {
    let bare = cursor.identifier();
    let name = if bare.is_empty() { cursor.quoted().map_or("", |(name, _)| name) } else { bare };
    if name.is_empty() {
        let error = ParseError::new("the name of a variable is missing", span);
        return Err(error.with_hint("captures look like `{% capture name %}…{% endcapture %}`"));
    }
    Ok(name.into())
}

/// The first run of letters; a block without a name is the layout's main one.
pub(crate) fn block_name(cursor: &Cursor<'_>) -> Arc<str> {
    let is_letter = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let start = cursor.rest().trim_start_matches(|character| !is_letter(character));
    start.split(|character| !is_letter(character)).next().unwrap_or_default().into()
}

/// `'a', 'b' or 'c'`.
pub(crate) fn when(cursor: &mut Cursor<'_>) -> Result<Vec<Operand>, ParseError> {
    let mut values = Vec::new();
    while !cursor.is_at_end() {
        let place = cursor.here();
        let hint = "values look like `{% when 'a', 'b' or 'c' %}`";
        values.push(operand(cursor)?.ok_or_else(|| ParseError::new("there is no value here", place).with_hint(hint))?);
        cursor.skip_blank();
        let is_list = cursor.peek() == Some(',');
        cursor.skip_past(if is_list { "," } else { "or" });
    }
    Ok(values)
}

/// `'a', 'b'`, or `group: 'a', 'b'`.
pub(crate) fn cycle(cursor: &mut Cursor<'_>, span: Span) -> Result<Cycle, ParseError> {
    let start = cursor.position();
    let group = operand(cursor)?;
    cursor.skip_blank();
    let group = if group.is_some() && cursor.take(':') {
        group
    } else {
        cursor.rewind(start);
        None
    };
    let mut candidates = Vec::new();
    let mut source = String::new();
    while !cursor.is_at_end() {
        cursor.skip_blank();
        let start = cursor.position();
        candidates.push(pipeline(cursor)?);
        source.push_str(cursor.since(start));
        source.push(',');
        cursor.skip_past(",");
    }
    if candidates.is_empty() {
        return Err(
            ParseError::new("there is nothing to cycle through", span).with_hint("name values: `{% cycle 'a', 'b' %}`")
        );
    }
    Ok(Cycle { group, source: source.into(), candidates })
}

/// `'name' with value as x, for list as y, key: value`.
pub(crate) fn render(cursor: &mut Cursor<'_>) -> Result<Partial, ParseError> {
    let name = required_name(cursor)?;
    let (mut with, mut each) = (None, None);
    loop {
        cursor.skip_blank();
        let start = cursor.position();
        let keyword = cursor.identifier();
        let bound = if matches!(keyword, "with" | "for") { binding(cursor)? } else { None };
        let Some(binding) = bound else {
            cursor.rewind(start);
            break;
        };
        *(if keyword == "with" { &mut with } else { &mut each }) = Some(binding);
        cursor.skip_blank();
        cursor.take(',');
    }
    Ok(Partial { name, with, each, arguments: options(cursor)? })
}

/// What follows `with` or `for`; `None` if that is the name of an argument here, as in `with: 1`.
fn binding(cursor: &mut Cursor<'_>) -> Result<Option<Binding>, ParseError> {
    cursor.skip_blank();
    if cursor.peek() == Some(':') {
        return Ok(None);
    }
    let start = cursor.position();
    let Some(value) = operand(cursor)? else { return Ok(None) };
    let source = cursor.since(start).into();
    let before = cursor.position();
    let alias = if cursor.identifier() == "as" {
        Some(cursor.identifier()).filter(|name| !name.is_empty()).map(Into::into)
    } else {
        cursor.rewind(before);
        None
    };
    Ok(Some(Binding { value, source, alias }))
}

/// `'name' with value, key: value`.
pub(crate) fn include(cursor: &mut Cursor<'_>) -> Result<Partial, ParseError> {
    let name = required_name(cursor)?;
    let start = cursor.position();
    let mut with = None;
    if cursor.identifier() == "with" {
        cursor.skip_blank();
        if cursor.peek() != Some(':') {
            let begin = cursor.position();
            let value = operand(cursor)?;
            with = value.map(|value| Binding { value, source: cursor.since(begin).into(), alias: None });
        }
    }
    if with.is_none() {
        cursor.rewind(start);
    }
    Ok(Partial { name, with, each: None, arguments: options(cursor)? })
}

/// `'name', key: value`, or `none`.
pub(crate) fn layout(cursor: &mut Cursor<'_>) -> Result<(Option<Name>, Options), ParseError> {
    Ok((template_name(cursor)?, options(cursor)?))
}

fn required_name(cursor: &mut Cursor<'_>) -> Result<Name, ParseError> {
    let place = cursor.here();
    let missing = || ParseError::new("the name of a template is missing", place).with_hint("write it in quotes");
    template_name(cursor)?.ok_or_else(missing)
}

/// The name of another template; `None` for the bare word `none`.
fn template_name(cursor: &mut Cursor<'_>) -> Result<Option<Name>, ParseError> {
    cursor.skip_blank();
    let start = cursor.position();
    let missing = ParseError::new("the name of a template is missing", cursor.here()).with_hint("write it in quotes");
    let name = operand(cursor)?.ok_or(missing)?;
    let written = cursor.since(start);
    Ok(match name {
        _ if written == "none" => None,
        Operand::Literal(Literal::Text(_)) if written.contains("{{") => {
            let inside = Span::new(start + 1, start + written.len() - 1);
            Some(Name::Pieces(pieces(cursor.source(), inside)?))
        }
        Operand::Literal(Literal::Text(name)) => Some(Name::Known(name)),
        operand => Some(Name::Value(operand)),
    })
}

/// A name with outputs in it.
fn pieces(source: &str, range: Span) -> Result<Vec<Node>, ParseError> {
    let (tokens, stopped) = lex(source, range);
    if let Some(error) = stopped {
        return Err(error);
    }
    let piece = |token| match token {
        Token::Text(span) | Token::Raw(span) => Ok(Node { span, kind: NodeKind::Text }),
        Token::Output { span, content } => {
            Ok(Node { span, kind: NodeKind::Output(pipeline(&mut Cursor::new(source, content))?) })
        }
        Token::Tag { span, .. } => Err(ParseError::new("a name cannot hold tags", span)),
    };
    tokens.into_iter().map(piece).collect()
}

/// Every line of an inline comment begins with `#`.
pub(crate) fn inline_comment(cursor: &Cursor<'_>, span: Span) -> Result<(), ParseError> {
    let mut lines = cursor.rest().split('\n').skip(1).map(|line| line.trim_start_matches(is_blank));
    if lines.all(|line| line.is_empty() || line.starts_with('#')) {
        return Ok(());
    }
    Err(ParseError::new("a line of this comment does not begin with `#`", span)
        .with_hint("begin each line with `#`, or use `comment`"))
}
