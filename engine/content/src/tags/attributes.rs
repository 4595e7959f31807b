use bds_base::Span;
use memchr::memchr;

use super::is_space;

/// One attribute of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its name as written: names compare without regard to case.
    pub name: &'a str,
    /// Its value as written, without quotes and with character references as they are; empty when it has none.
    pub value: &'a str,
    /// Where the value stands, without quotes.
    pub span: Span,
    /// The quote around the value, if it is quoted.
    pub quote: Option<u8>,
}

/// Iterates over the attributes of a tag.
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    html: &'a str,
    at: usize,
}

impl<'a> Attributes<'a> {
    /// Begins at `at` in `html`, which must be after the name of a tag.
    pub(super) fn new(html: &'a str, at: usize) -> Self {
        Self { html, at }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let bounds = attribute(self.html.as_bytes(), self.at)?;
        self.at = bounds.end;
        Some(Attribute {
            name: &self.html[bounds.name.range()],
            value: &self.html[bounds.value.range()],
            span: bounds.value,
            quote: bounds.quote,
        })
    }
}

/// Where a tag has ended whose attributes begin at `at`; none when it never ends.
pub(super) fn tag_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    while let Some(bounds) = attribute(bytes, at) {
        at = bounds.end;
    }
    let at = skip(bytes, at, |byte| is_space(byte) || byte == b'/');
    (bytes.get(at) == Some(&b'>')).then_some(at + 1)
}

struct Bounds {
    name: Span,
    value: Span,
    quote: Option<u8>,
    end: usize,
}

/// The attribute at or after `at`; none at the end of the tag, and when its value never ends.
fn attribute(bytes: &[u8], at: usize) -> Option<Bounds> {
    let start = skip(bytes, at, |byte| is_space(byte) || byte == b'/');
    if *bytes.get(start)? == b'>' {
        return None;
    }
    // A name may begin with `=`, but holds no other.
    let name_end = skip(bytes, start + 1, |byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'='));
    let name = Span::new(start, name_end);
    let equals = skip(bytes, name_end, is_space);
    if bytes.get(equals) != Some(&b'=') {
        return Some(Bounds { name, value: Span::new(name_end, name_end), quote: None, end: name_end });
    }
    let value = skip(bytes, equals + 1, is_space);
    if let Some(&quote @ (b'"' | b'\'')) = bytes.get(value) {
        let end = value + 1 + memchr(quote, &bytes[value + 1..])?;
        return Some(Bounds { name, value: Span::new(value + 1, end), quote: Some(quote), end: end + 1 });
    }
    let end = skip(bytes, value, |byte| !is_space(byte) && byte != b'>');
    Some(Bounds { name, value: Span::new(value, end), quote: None, end })
}

fn skip(bytes: &[u8], from: usize, while_true: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|byte| !while_true(*byte)).map_or(bytes.len(), |length| from + length)
}

#[cfg(test)]
mod tests {
    use crate::tags::Tags;

    #[test]
    fn are_read_as_a_browser_does() {
        let check = |html, expected: &[(&str, &str)]| {
            let tag = Tags::new(html).next().expect("a tag");
            let found: Vec<_> = tag.attributes().map(|attribute| (attribute.name, attribute.value)).collect();
            assert_eq!(found, expected, "{html}");
        };
        check(r#"<a href="x>y" TITLE='a "b"' hidden>"#, &[("href", "x>y"), ("TITLE", "a \"b\""), ("hidden", "")]);
        check("<a\nhref = /x/ b=c/>", &[("href", "/x/"), ("b", "c/")]);
        check("<a x=\"1\"y='2'/z>", &[("x", "1"), ("y", "2"), ("z", "")]);
        check("<a = =b =c>", &[("=", "b"), ("=c", "")]);
        check("<a b=>", &[("b", "")]);
        check("<br/>", &[]);
    }
}
