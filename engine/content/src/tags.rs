//! Walking over the tags of HTML text without building a tree: what is a tag, an attribute, a comment and raw text is
//! decided as a browser's tokenizer does (HTML standard §13.2.5), in one pass over the bytes.

mod attributes;
mod edit;

use bds_base::Span;
use memchr::{memchr, memmem};

pub use attributes::{Attribute, Attributes};
pub use edit::edit_attributes;

/// Iterates over the tags of HTML text. What looks like a tag inside a comment, a script, a style or another element of
/// raw text is none.
#[derive(Debug, Clone)]
pub struct Tags<'a>(Pieces<'a>);

impl<'a> Tags<'a> {
    /// Walks over `html`.
    pub fn new(html: &'a str) -> Self {
        Self(Pieces::new(html))
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        self.0.find_map(|piece| match piece {
            Piece::Tag(tag) => Some(tag),
            Piece::Text(_) | Piece::Hidden(_) => None,
        })
    }
}

/// One tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The element's name as written: tags compare without regard to case.
    pub name: &'a str,
    /// Whether it is an end tag.
    pub is_end: bool,
    /// Where it stands, angle brackets included.
    pub span: Span,
    html: &'a str,
    attributes_at: usize,
}

impl<'a> Tag<'a> {
    /// Iterates over its attributes.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(&self.html[..self.span.end], self.attributes_at)
    }

    /// Whether it has an attribute of this name (lower-case).
    pub fn has(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }
}

/// A stretch of HTML text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as readers see it, with character references as written.
    Text(&'a str),
    /// A tag.
    Tag(Tag<'a>),
    /// What is not shown: a comment, a document type, the content of a script or another element of raw text, a tag
    /// that never ends.
    Hidden(&'a str),
}

/// Takes HTML text apart, without leaving anything out: joined, the pieces are the text.
#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    html: &'a str,
    at: usize,
    /// The element whose raw text begins at `at`.
    raw: Option<&'a str>,
}

impl<'a> Pieces<'a> {
    /// Walks over `html`.
    pub fn new(html: &'a str) -> Self {
        Self { html, at: 0, raw: None }
    }

    fn take(&mut self, end: usize) -> &'a str {
        let piece = &self.html[self.at..end];
        self.at = end;
        piece
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(name) = self.raw.take() {
            let end = raw_text_end(self.html, self.at, name);
            if end > self.at {
                return Some(Piece::Hidden(self.take(end)));
            }
        }
        if self.at == self.html.len() {
            return None;
        }
        let markup = next_markup(self.html.as_bytes(), self.at);
        if markup > self.at {
            return Some(Piece::Text(self.take(markup)));
        }
        Some(match tag(self.html, self.at) {
            Some(tag) => {
                self.raw = raw_text_element(&tag);
                self.at = tag.span.end;
                Piece::Tag(tag)
            }
            None => Piece::Hidden(self.take(hidden_end(self.html, self.at))),
        })
    }
}

/// Where the next tag, comment or declaration begins at or after `from`; a lone `<` is text.
fn next_markup(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found;
        match (bytes.get(at + 1), bytes.get(at + 2)) {
            (Some(b'!' | b'?'), _) | (Some(b'/'), Some(_)) => return at,
            (Some(letter), _) if letter.is_ascii_alphabetic() => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The tag that begins at `at`; none when something else begins there, or when the tag never ends.
fn tag(html: &str, at: usize) -> Option<Tag<'_>> {
    let bytes = html.as_bytes();
    let is_end = bytes.get(at + 1) == Some(&b'/');
    let name_at = at + 1 + usize::from(is_end);
    if !bytes.get(name_at)?.is_ascii_alphabetic() {
        return None;
    }
    let name_length = bytes[name_at..].iter().position(|byte| is_space(*byte) || matches!(byte, b'/' | b'>'))?;
    let attributes_at = name_at + name_length;
    // Most tags have no attributes.
    let end = match bytes[attributes_at] {
        b'>' => attributes_at + 1,
        _ => attributes::tag_end(bytes, attributes_at)?,
    };
    Some(Tag { name: &html[name_at..attributes_at], is_end, span: Span::new(at, end), html, attributes_at })
}

/// Where a comment, a declaration or a tag without end that begins at `at` has ended.
fn hidden_end(html: &str, at: usize) -> usize {
    let bytes = html.as_bytes();
    let after = |from: usize, end: &[u8]| memmem::find(&bytes[from..], end).map(|found| from + found + end.len());
    let end = match &bytes[at..] {
        // `<!-->` and `<!--->` are comments as well.
        [b'<', b'!', b'-', b'-', rest @ ..] if rest.starts_with(b">") || rest.starts_with(b"->") => after(at, b">"),
        [b'<', b'!', b'-', b'-', ..] => after(at + 4, b"-->"),
        [b'<', letter, ..] | [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => None,
        _ => after(at, b">"),
    };
    end.unwrap_or(bytes.len())
}

/// The name of the element, if what follows its start tag is raw text.
fn raw_text_element<'a>(tag: &Tag<'a>) -> Option<&'a str> {
    const RAW: &[&str] = &["script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes"];
    // The first letter decides for most.
    let may_be = matches!(tag.name.as_bytes()[0] | 0x20, b's' | b't' | b'i' | b'x' | b'n') && !tag.is_end;
    (may_be && RAW.iter().any(|raw| tag.name.eq_ignore_ascii_case(raw))).then_some(tag.name)
}

/// Where the raw text of the element `name` that begins at `at` ends: before its end tag.
fn raw_text_end(html: &str, at: usize, name: &str) -> usize {
    let bytes = html.as_bytes();
    memmem::find_iter(&bytes[at..], b"</")
        .map(|found| at + found)
        .find(|end| {
            let rest = &bytes[end + 2..];
            rest.len() > name.len()
                && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes())
                && (is_space(rest[name.len()]) || matches!(rest[name.len()], b'/' | b'>'))
        })
        .unwrap_or(bytes.len())
}

/// White space between attributes.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(html: &str) -> Vec<String> {
        Tags::new(html).map(|tag| format!("{}{}", if tag.is_end { "/" } else { "" }, tag.name)).collect()
    }

    #[test]
    fn finds_tags_where_a_browser_does() {
        let check = |html, expected: &[&str]| assert_eq!(names(html), expected, "{html}");
        check("<p>a <B class='>'>x</B></p>", &["p", "B", "/B", "/p"]);
        check("<!-- <a> --><i><!--><b><!---><u>", &["i", "b", "u"]);
        check("<script>'<a>' </scripty> </ script></SCRIPT ><a>", &["script", "/SCRIPT", "a"]);
        check("1 < 2, <3, </>, <>, </ p>, <?php <a> ?><!DOCTYPE html>", &[]);
        check("<br/><img src=a/><x-y>", &["br", "img", "x-y"]);
        check("<p><a href=\"x", &["p"]);
        check("<style>a", &["style"]);
        check("<!-- <a>", &[]);
        check("<", &[]);
        check("</", &[]);
    }

    proptest! {
        #[test]
        fn pieces_leave_nothing_out(html in "([<>/!a=\"' -]|<!--|-->|<script>|</script>|ü)*") {
            let joined: String = Pieces::new(&html).map(|piece| match piece {
                Piece::Text(text) | Piece::Hidden(text) => text,
                Piece::Tag(tag) => &html[tag.span.range()],
            }).collect();
            prop_assert_eq!(joined, html);
        }
    }
}
