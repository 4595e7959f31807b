//! Markdown to HTML: `CommonMark` with GitHub's tables, strikethrough, task lists, footnotes and bare addresses.

mod autolink;
mod footnotes;
mod placeholder;
mod plain;
mod strike;
mod table;
mod writer;

use std::borrow::Cow;

use bds_base::Span;
use placeholder::Edit;
use pulldown_cmark::{Event, Parser, Tag};

/// How a document is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style<'a> {
    /// What the ids of footnotes carry after `fn-`, such as `hello-world-`: where several documents stand on one page,
    /// each needs its own.
    pub footnote_prefix: &'a str,
}

/// Renders Markdown as HTML (format sheet §9): raw HTML passes through, headings have no ids, code has
/// `class="language-x"`, cells have `align`.
pub fn to_html(markdown: &str) -> String {
    to_html_with(markdown, Style::default())
}

/// Renders Markdown as [`to_html`] does, in a style.
pub fn to_html_with(markdown: &str, style: Style<'_>) -> String {
    let (text, links) = placeholder::Placeholders::put(markdown, &edits(markdown));
    writer::write(parse(&text), &links, style)
}

/// What has to be changed in a text so that the parser, which knows neither bare addresses nor strikethrough within
/// words, reads it as GitHub's does: disjoint, in order.
fn edits(markdown: &str) -> Vec<Edit> {
    let triggers = autolink::triggers(markdown);
    let has_tildes = strike::is_likely(markdown);
    if triggers.is_empty() && !has_tildes {
        return Vec::new();
    }
    let plain = plain::Plain::new(markdown);
    let links = autolink::find(markdown, &triggers, &plain);
    let in_link = |at: usize| autolink::contains(&links, at);
    let tildes = if has_tildes { strike::find(markdown, &plain.runs, in_link) } else { Vec::new() };
    let tildes = tildes.into_iter().map(Edit::Tilde);
    let mut edits: Vec<Edit> = tildes.chain(links.iter().copied().map(Edit::Link)).collect();
    edits.sort_by_key(Edit::start);
    edits
}

/// Finds the code of a document, spans and blocks, delimiters included: disjoint stretches in order.
pub fn code_spans(markdown: &str) -> Vec<Span> {
    let events = parse(markdown).into_offset_iter();
    events
        .filter(|(event, _)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))))
        .map(|(_, range)| Span::from(range))
        .collect()
}

pub(crate) fn parse(markdown: &str) -> Parser<'_> {
    use pulldown_cmark::Options;
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    Parser::new_ext(markdown, options)
}

/// The address as it stands in an attribute.
pub(crate) fn attribute_address(address: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b':' | b'#');
    if address.bytes().all(is_plain) {
        return Cow::Borrowed(address);
    }
    let encoded = crate::percent::encode_address(address);
    Cow::Owned(crate::html::escape(&encoded).into_owned())
}

#[cfg(test)]
mod tests;
