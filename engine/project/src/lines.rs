//! Lines of `key: value`, as sidecars, scripts and templates have them. Not YAML (format sheet §3, §5).

use std::borrow::Cow;

use bds_base::Span;

use crate::front_matter::{Line, lines};

/// One line `key: value`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair<'t> {
    /// Trimmed.
    pub(crate) key: &'t str,
    /// Trimmed, as written.
    pub(crate) value: &'t str,
    /// Where the value stands in the text.
    pub(crate) span: Span,
}

/// Reads the lines in a stretch of the text; blank ones and those that begin with `#` are passed over. A line without
/// a colon is given back as it is.
pub(crate) fn pairs(text: &str, within: Span) -> impl Iterator<Item = Result<Pair<'_>, Span>> {
    lines(&text[..within.end], within.start).filter_map(|line| pair(text, line))
}

fn pair(text: &str, line: Line) -> Option<Result<Pair<'_>, Span>> {
    let content = line.content(text);
    if content.trim().is_empty() || content.trim_start().starts_with('#') {
        return None;
    }
    let Some((key, rest)) = content.split_once(':') else { return Some(Err(line.span)) };
    let value = rest.trim();
    let start = line.span.start + key.len() + 1 + (rest.len() - rest.trim_start().len());
    Some(Ok(Pair { key: key.trim(), value, span: Span::new(start, start + value.len()) }))
}

/// The text that a value means: without the quotes around it, and with its escapes undone.
///
/// One dialect escapes `\`, `"` and line breaks inside quotes, the other writes everything as it is (format sheet §3).
/// What cannot come from the first is therefore taken as it is.
pub(crate) fn unquote(value: &str) -> Cow<'_, str> {
    for quote in ['"', '\''] {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return unescape(inner, quote).map_or(Cow::Borrowed(inner), Cow::Owned);
        }
    }
    Cow::Borrowed(value)
}

/// None when an escape is unknown, or when the quote stands there without one.
fn unescape(inner: &str, quote: char) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next()? {
                'n' => '\n',
                escaped @ ('\\' | '"' | '\'') => escaped,
                _ => return None,
            },
            _ if character == quote => return None,
            _ => character,
        });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_at_the_first_colon() {
        let text = "x\na: b: c\r\n\n # no\n  größe :  1  \nnothing\n";
        let read: Vec<_> = pairs(text, Span::new(2, text.len()))
            .map(|pair| {
                pair.map(|pair| (pair.key, pair.value, &text[pair.span.range()])).map_err(|span| &text[span.range()])
            })
            .collect();
        assert_eq!(read, [Ok(("a", "b: c", "b: c")), Ok(("größe", "1", "1")), Err("nothing")]);
    }

    #[test]
    fn quotes_and_escapes_of_both_dialects_are_undone() {
        let check = |value: &str, text: &str| assert_eq!(unquote(value), text, "{value}");
        check("bare", "bare");
        check("\"plain\"", "plain");
        check("'single'", "single");
        check(r#""a \"b\" \\ c\nd""#, "a \"b\" \\ c\nd");
        check(r#""he said "no" twice""#, r#"he said "no" twice"#);
        check(r#""a "b" \\ c""#, r#"a "b" \\ c"#);
        check(r#""C:\temp""#, r"C:\temp");
        check(r#""ends in \""#, r"ends in \");
        check("\"", "\"");
        check("\"\"", "");
        check("'it''s'", "it''s");
    }
}
