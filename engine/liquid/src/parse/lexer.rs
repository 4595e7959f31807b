//! Cuts a template into text, outputs and tags.

use bds_base::Span;

use super::Cursor;
use crate::error::ParseError;
use crate::text::is_blank;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// Text that is printed as it stands.
    Text(Span),
    /// What stands in a `raw` tag: `{%-` and `-%}` do not reach into it.
    Raw(Span),
    /// `{{ … }}`.
    Output {
        /// With its braces.
        span: Span,
        /// Without braces, marks and blanks.
        content: Span,
    },
    /// `{% … %}`, or a line of a `liquid` tag.
    Tag {
        /// With its braces.
        span: Span,
        /// The name.
        name: Span,
        /// What follows the name.
        arguments: Span,
    },
}

/// The pieces, and what stopped the cutting if anything did.
pub(crate) fn lex(source: &str, range: Span) -> (Vec<Token>, Option<ParseError>) {
    let mut lexer = Lexer { source, position: range.start, end: range.end, tokens: Vec::new(), trims_next: false };
    let stopped = lexer.run().err();
    (lexer.tokens, stopped)
}

/// The lines of a `liquid` tag, each a tag of its own.
pub(crate) fn lex_lines(source: &str, range: Span) -> Result<Vec<Token>, ParseError> {
    let mut tokens = Vec::new();
    let mut start = range.start;
    for line in source[range.range()].split_inclusive('\n') {
        let span = trim(source, Span::new(start, start + line.len()));
        start += line.len();
        if span.start < span.end {
            tokens.push(tag(source, span, span)?);
        }
    }
    Ok(tokens)
}

struct Lexer<'s> {
    source: &'s str,
    position: usize,
    end: usize,
    tokens: Vec<Token>,
    /// Whether the last tag ended with `-%}`.
    trims_next: bool,
}

impl Lexer<'_> {
    fn run(&mut self) -> Result<(), ParseError> {
        while self.position < self.end {
            let start = self.position;
            match self.next_opening(start) {
                Some(at) if at == start => self.delimited(start)?,
                at => {
                    self.position = at.unwrap_or(self.end);
                    self.text(Span::new(start, self.position));
                }
            }
        }
        Ok(())
    }

    fn rest(&self, from: usize) -> &str {
        &self.source[from..self.end]
    }

    fn next_opening(&self, from: usize) -> Option<usize> {
        let bytes = self.rest(from).as_bytes();
        memchr::memchr_iter(b'{', bytes).find(|at| matches!(bytes.get(at + 1), Some(b'{' | b'%'))).map(|at| from + at)
    }

    fn text(&mut self, span: Span) {
        let trimmed = if std::mem::take(&mut self.trims_next) { trim_start(self.source, span) } else { span };
        if trimmed.start < trimmed.end {
            self.tokens.push(Token::Text(trimmed));
        }
    }

    /// Takes the blanks from the end of the text before a tag that begins with `{%-`.
    fn trim_last(&mut self) {
        if let Some(Token::Text(span)) = self.tokens.last_mut() {
            *span = trim_end(self.source, *span);
            if span.start == span.end {
                self.tokens.pop();
            }
        }
    }

    fn delimited(&mut self, start: usize) -> Result<(), ParseError> {
        let is_output = self.rest(start).starts_with("{{");
        let close =
            if is_output { self.output_end(start) } else { self.rest(start + 2).find("%}").map(|at| start + 2 + at) };
        let Some(close) = close else {
            let what = if is_output { "output" } else { "tag" };
            let hint =
                if is_output { "close it with `}}`, and every quote with its like" } else { "close it with `%}`" };
            let span = Span::new(start, start + 2);
            return Err(ParseError::new(format!("this {what} is not closed"), span).with_hint(hint));
        };
        let span = Span::new(start, close + 2);
        let (content, trims_before, trims_after) = unmark(self.source, Span::new(start + 2, close));
        if trims_before {
            self.trim_last();
        }
        self.position = span.end;
        self.trims_next = trims_after;
        if is_output {
            self.tokens.push(Token::Output { span, content });
            return Ok(());
        }
        let token = tag(self.source, span, content)?;
        if matches!(&token, Token::Tag { name, .. } if &self.source[name.range()] == "raw") {
            self.raw(span)
        } else {
            self.tokens.push(token);
            Ok(())
        }
    }

    /// Where `}}` begins; braces in quotes do not count.
    fn output_end(&self, start: usize) -> Option<usize> {
        let mut cursor = Cursor::new(self.source, Span::new(start + 2, self.end));
        while !cursor.is_at_end() {
            if cursor.rest().starts_with("}}") {
                return Some(cursor.position());
            }
            if cursor.quoted().is_none() {
                cursor.bump();
            }
        }
        None
    }

    /// Takes everything up to `{% endraw %}` as text.
    fn raw(&mut self, open: Span) -> Result<(), ParseError> {
        self.trims_next = false;
        let mut cursor = Cursor::new(self.source, Span::new(open.end, self.end));
        while cursor.skip_past("{%") {
            let start = cursor.position() - 2;
            cursor.take('-');
            if cursor.identifier() != "endraw" {
                continue;
            }
            let Some(at) = cursor.rest().find("%}") else { break };
            let inside = &cursor.rest()[..at];
            if inside.contains("{%") {
                continue;
            }
            self.tokens.push(Token::Raw(Span::new(open.end, start)));
            self.trims_next = inside.ends_with('-');
            self.position = cursor.position() + at + 2;
            return Ok(());
        }
        Err(ParseError::new("this `raw` is not closed", open).with_hint("close it with `{% endraw %}`"))
    }
}

/// A tag whose content, trimmed, is at `content`.
fn tag(source: &str, span: Span, content: Span) -> Result<Token, ParseError> {
    let mut cursor = Cursor::new(source, content);
    cursor.skip_blank();
    let start = cursor.position();
    if !cursor.take('#') {
        cursor.identifier();
    }
    let name = cursor.span_since(start);
    if name.start == name.end {
        return Err(ParseError::new("a tag begins with its name", span).with_hint("write it as in `{% if … %}`"));
    }
    cursor.skip_blank();
    Ok(Token::Tag { span, name, arguments: Span::new(cursor.position(), content.end.max(cursor.position())) })
}

/// What is between the braces without blanks and the marks `-`, and whether there is a mark before and after.
fn unmark(source: &str, span: Span) -> (Span, bool, bool) {
    let inside = &source[span.range()];
    let (before, after) = (inside.starts_with('-'), inside.ends_with('-'));
    let start = span.start + usize::from(before);
    let end = span.end - usize::from(after);
    (trim(source, Span::new(start, end.max(start))), before, after)
}

fn trim(source: &str, span: Span) -> Span {
    trim_end(source, trim_start(source, span))
}

fn trim_start(source: &str, span: Span) -> Span {
    Span::new(span.end - source[span.range()].trim_start_matches(is_blank).len(), span.end)
}

fn trim_end(source: &str, span: Span) -> Span {
    Span::new(span.start, span.start + source[span.range()].trim_end_matches(is_blank).len())
}
