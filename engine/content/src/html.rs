//! Escaping text for HTML, and reading the text out of HTML.

mod entities;

use std::borrow::Cow;

pub use entities::decode;

use crate::tags::{Piece, Pieces};

/// Escapes text for element content and for attribute values in either kind of quote: `& < > " '` become
/// `&amp; &lt; &gt; &quot; &#39;` (format sheet §11.6).
pub fn escape(text: &str) -> Cow<'_, str> {
    if first_special(text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    escape_into(&mut out, text);
    Cow::Owned(out)
}

/// Appends text, escaped as by [`escape`].
pub fn escape_into(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = first_special(rest.as_bytes()) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// Reads the text of HTML as a person would: without tags, comments, scripts and styles, with character references
/// resolved and every run of white space as one space.
pub fn text_of(html: &str) -> String {
    let mut text = String::new();
    for piece in Pieces::new(html) {
        match piece {
            Piece::Text(words) => push_words(&mut text, &decode(words)),
            Piece::Tag(tag) if is_block(tag.name) => push_break(&mut text),
            Piece::Tag(_) | Piece::Hidden(_) => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn first_special(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\''))
}

fn push_words(text: &mut String, raw: &str) {
    let mut words = raw.split_whitespace().peekable();
    if raw.starts_with(char::is_whitespace) {
        push_break(text);
    }
    while let Some(word) = words.next() {
        text.push_str(word);
        if words.peek().is_some() {
            text.push(' ');
        }
    }
    if raw.ends_with(char::is_whitespace) {
        push_break(text);
    }
}

fn push_break(text: &mut String) {
    if !text.is_empty() && !text.ends_with(' ') {
        text.push(' ');
    }
}

/// Elements that stand apart from the text before and after them.
fn is_block(name: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ];
    BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_html_reads() {
        assert_eq!(escape(r#"a & <b> "c" 'd'"#), "a &amp; &lt;b&gt; &quot;c&quot; &#39;d&#39;");
        assert!(matches!(escape("plain – ü"), Cow::Borrowed(_)));
    }

    #[test]
    fn reads_the_text() {
        let check = |html, text| assert_eq!(text_of(html), text, "{html}");
        check("<p>One <b>two</b>\n three.</p>\n<p>Four&nbsp;&amp; five</p>", "One two three. Four & five");
        check("a<!-- <b>no</b> --> b <script>x < y</script>c<style>p{}</style>", "a b c");
        check("in<b>side</b>", "inside");
        check("1 < 2 &unknown; <", "1 < 2 &unknown; <");
        check("", "");
    }
}
