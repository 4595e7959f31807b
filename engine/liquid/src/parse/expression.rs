//! Values, conditions, filters and options.

use std::sync::Arc;

use bds_base::Span;

use super::Cursor;
use super::quoted::unescape;
use crate::error::ParseError;
use crate::filters;
use crate::syntax::{
    Argument, Expression, FilterCall, Junction, Literal, Operand, Operator, Options, Path, Pipeline, Segment, Term,
    TermItem,
};
use crate::value::Word;

/// How deep brackets may stand in each other.
const NESTING: u32 = 32;

/// The operators; where one begins like another, the longer one stands first.
const OPERATORS: &[(&str, Operator)] = &[
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<>", Operator::NotEqual),
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("contains", Operator::Contains),
    ("not", Operator::Not),
];

const JUNCTIONS: &[(&str, Junction)] = &[("and", Junction::And), ("or", Junction::Or)];

/// A value with its filters. What follows a `,` or `)` is left unread.
pub(crate) fn pipeline(cursor: &mut Cursor<'_>) -> Result<Pipeline, ParseError> {
    let value = expression(cursor)?;
    let mut filters = Vec::new();
    while let Some(filter) = filter(cursor)? {
        filters.push(filter);
    }
    Ok(Pipeline { value, filters })
}

fn expression(cursor: &mut Cursor<'_>) -> Result<Expression, ParseError> {
    cursor.skip_blank();
    let start = cursor.here();
    let (first, mut junction) = term(cursor)?;
    if first.0.is_empty() && junction.is_none() {
        return Err(
            ParseError::new("there is no value here", start).with_hint("name a variable, or write a text in quotes")
        );
    }
    let mut rest = Vec::new();
    while let Some(joined_by) = junction {
        let (next, follows) = term(cursor)?;
        rest.push((joined_by, next));
        junction = follows;
    }
    Ok(Expression { first, rest })
}

/// Reads up to the next `and` or `or`. Comparisons bind to the right, and before `not`.
fn term(cursor: &mut Cursor<'_>) -> Result<(Term, Option<Junction>), ParseError> {
    let mut items = Vec::new();
    let mut pending: Vec<Operator> = Vec::new();
    let junction = loop {
        cursor.skip_blank();
        if let Some(junction) = cursor.take_word_of(JUNCTIONS) {
            break Some(junction);
        }
        if let Some(operator) = cursor.take_word_of(OPERATORS) {
            while let Some(tighter) = pending.pop_if(|last| *last != Operator::Not && operator == Operator::Not) {
                items.push(TermItem::Operator(tighter));
            }
            pending.push(operator);
        } else if let Some(operand) = operand(cursor)? {
            items.push(TermItem::Operand(operand));
        } else {
            break None;
        }
    };
    items.extend(pending.into_iter().rev().map(TermItem::Operator));
    Ok((Term(items), junction))
}

/// The value that stands next, if there is one.
pub(crate) fn operand(cursor: &mut Cursor<'_>) -> Result<Option<Operand>, ParseError> {
    nested_operand(cursor, NESTING)
}

fn nested_operand(cursor: &mut Cursor<'_>, levels: u32) -> Result<Option<Operand>, ParseError> {
    cursor.skip_blank();
    let start = cursor.position();
    let Some(levels) = levels.checked_sub(1) else {
        return Err(ParseError::new("brackets stand too deep in each other", cursor.here()));
    };
    let mut base = literal(cursor)?;
    if base.is_none() && cursor.peek() == Some('(') {
        base = Some(range(cursor, levels)?);
    }
    let segments = segments(cursor, base.is_none(), levels)?;
    if segments.is_empty() {
        return Ok(base);
    }
    Ok(Some(Operand::Path(Box::new(Path { base, segments, span: cursor.span_since(start) }))))
}

fn literal(cursor: &mut Cursor<'_>) -> Result<Option<Operand>, ParseError> {
    let words = [
        ("true", LiteralWord::True),
        ("false", LiteralWord::False),
        ("nil", LiteralWord::Word(Word::Nil)),
        ("null", LiteralWord::Word(Word::Nil)),
        ("empty", LiteralWord::Word(Word::Empty)),
        ("blank", LiteralWord::Word(Word::Blank)),
    ];
    if let Some(word) = cursor.take_word_of(&words) {
        return Ok(Some(Operand::Literal(match word {
            LiteralWord::True => Literal::Bool(true),
            LiteralWord::False => Literal::Bool(false),
            LiteralWord::Word(word) => Literal::Word(word),
        })));
    }
    let start = cursor.here();
    if let Some((text, is_closed)) = cursor.quoted() {
        if !is_closed {
            return Err(
                ParseError::new("this text has no closing quote", start).with_hint("end it with the same quote")
            );
        }
        return Ok(Some(Operand::Literal(Literal::Text(unescape(text)))));
    }
    Ok(cursor.number().map(|number| Operand::Literal(number_literal(number))))
}

#[derive(Clone, Copy)]
enum LiteralWord {
    True,
    False,
    Word(Word),
}

fn number_literal(text: &str) -> Literal {
    match text.parse::<i64>() {
        Ok(number) => Literal::Integer(number),
        Err(_) => Literal::Float(text.parse().unwrap_or(f64::NAN)),
    }
}

/// `(1..5)`.
fn range(cursor: &mut Cursor<'_>, levels: u32) -> Result<Operand, ParseError> {
    let hint = "ranges look like `(1..5)`; other parentheses are not part of the language";
    cursor.bump();
    let start = cursor.here();
    let missing = |span| ParseError::new("there is no value here", span).with_hint(hint);
    let low = nested_operand(cursor, levels)?.ok_or_else(|| missing(start))?;
    cursor.skip_blank();
    let place = cursor.here();
    if !cursor.take_text("..") {
        return Err(ParseError::new("this is no range", place).with_hint(hint));
    }
    let high = nested_operand(cursor, levels)?.ok_or_else(|| missing(cursor.here()))?;
    cursor.skip_blank();
    if !cursor.take(')') {
        return Err(ParseError::new("this range is not closed", cursor.here()).with_hint(hint));
    }
    Ok(Operand::Range(Box::new((low, high))))
}

fn segments(cursor: &mut Cursor<'_>, is_variable: bool, levels: u32) -> Result<Vec<Segment>, ParseError> {
    let mut segments = Vec::new();
    loop {
        match cursor.peek() {
            Some('[') => segments.push(bracket(cursor, levels)?),
            Some('.') if cursor.peek_second() != Some('.') => {
                cursor.bump();
                match cursor.identifier() {
                    "" => break,
                    name => segments.push(Segment::Key(name.into())),
                }
            }
            _ if is_variable && segments.is_empty() => match cursor.identifier() {
                "" => break,
                name => segments.push(Segment::Key(name.into())),
            },
            _ => break,
        }
    }
    Ok(segments)
}

fn bracket(cursor: &mut Cursor<'_>, levels: u32) -> Result<Segment, ParseError> {
    let place = cursor.here();
    cursor.bump();
    let inside = nested_operand(cursor, levels)?;
    if !cursor.skip_past("]") {
        return Err(ParseError::new("this bracket is not closed", place).with_hint("close it with `]`"));
    }
    Ok(match inside {
        None => Segment::Key("".into()),
        Some(Operand::Literal(Literal::Text(text))) => Segment::Key(text),
        Some(Operand::Literal(literal)) => Segment::Literal(literal),
        Some(operand) => Segment::Dynamic(operand),
    })
}

fn filter(cursor: &mut Cursor<'_>) -> Result<Option<FilterCall>, ParseError> {
    cursor.skip_blank();
    if cursor.is_at_end() || matches!(cursor.peek(), Some(')' | ',')) {
        return Ok(None);
    }
    if !cursor.take('|') {
        return Err(unexpected(
            cursor,
            "filters begin with `|`, comparisons are `==`, `!=`, `<`, `>`, `<=`, `>=`, `contains`",
        ));
    }
    cursor.skip_blank();
    let start = cursor.position();
    let name = cursor.identifier();
    let span = cursor.span_since(start);
    if name.is_empty() {
        return if cursor.is_at_end() { Ok(None) } else { Err(unexpected(cursor, "the name of a filter follows `|`")) };
    }
    cursor.skip_blank();
    let arguments = match cursor.peek() {
        Some(':') => arguments(cursor)?,
        None | Some('|' | ')' | ',') => Vec::new(),
        Some(_) => return Err(unexpected(cursor, "arguments of a filter follow a `:`")),
    };
    Ok(Some(FilterCall { name: name.into(), span, builtin: filters::find(name), arguments }))
}

fn arguments(cursor: &mut Cursor<'_>) -> Result<Vec<Argument>, ParseError> {
    let mut arguments = Vec::new();
    loop {
        cursor.bump();
        arguments.extend(argument(cursor)?);
        cursor.skip_blank();
        match cursor.peek() {
            Some(',') => {}
            None | Some('|' | ')') => return Ok(arguments),
            Some(_) => return Err(unexpected(cursor, "arguments of a filter are separated by `,`")),
        }
    }
}

fn argument(cursor: &mut Cursor<'_>) -> Result<Option<Argument>, ParseError> {
    cursor.skip_blank();
    let start = cursor.position();
    let Some(value) = operand(cursor)? else { return Ok(None) };
    let name = cursor.since(start);
    cursor.skip_blank();
    if cursor.take(':') {
        return Ok(Some(Argument { name: Some(name.into()), value: operand(cursor)? }));
    }
    Ok(Some(Argument { name: None, value: Some(value) }))
}

/// `limit: 2, reversed`: whatever names follow, each perhaps with a value. What is no name ends them.
pub(crate) fn options(cursor: &mut Cursor<'_>) -> Result<Options, ParseError> {
    let mut options: Options = Vec::new();
    loop {
        cursor.skip_blank();
        cursor.take(',');
        let name = cursor.identifier();
        if name.is_empty() {
            return Ok(options);
        }
        cursor.skip_blank();
        let value = if cursor.take(':') { operand(cursor)? } else { None };
        let name: Arc<str> = name.into();
        match options.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => options.push((name, value)),
        }
    }
}

fn unexpected(cursor: &Cursor<'_>, hint: &str) -> ParseError {
    let place: Span = cursor.here();
    let found = cursor.peek().map_or_else(|| "the end".to_owned(), |character| format!("`{character}`"));
    ParseError::new(format!("unexpected {found}"), place).with_hint(hint)
}

/// A path that begins with a property, even one called `true` or `5`.
pub(crate) fn property(cursor: &mut Cursor<'_>) -> Result<Option<Path>, ParseError> {
    cursor.skip_blank();
    let start = cursor.position();
    let segments = segments(cursor, true, NESTING)?;
    Ok((!segments.is_empty()).then(|| Path { base: None, segments, span: cursor.span_since(start) }))
}
