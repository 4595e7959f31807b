use std::collections::BTreeMap;

use bds_base::Span;
use memchr::{memchr, memchr2};

use super::Call;

/// Whether what stands between `[[` and the next `]]` reads as a call: a name, and nothing more, or white space and at
/// least one more character. It holds no `]`.
pub(super) fn is_call(between: &str) -> bool {
    let (name, rest) = between.split_at(name_length(between));
    let mut rest = rest.chars();
    !name.is_empty()
        && match rest.next() {
            None => true,
            Some(first) => is_space(first) && rest.next().is_some(),
        }
}

/// Reads the call at `span`, for which [`is_call`] holds.
pub(super) fn call(text: &str, span: Span) -> Call {
    let (start, end) = (span.start + 2, span.end - 2);
    let name = &text[start..start + name_length(&text[start..end])];
    let mut call =
        Call { span, name: name.to_ascii_lowercase(), params: BTreeMap::new(), param_spans: BTreeMap::new() };
    let mut at = start + name.len();
    while let Some(param) = next_param(text, at, end) {
        at = param.end;
        call.params.insert(param.name.to_owned(), text[param.value.range()].to_owned());
        call.param_spans.insert(param.name.to_owned(), param.value);
    }
    call
}

struct Param<'a> {
    name: &'a str,
    value: Span,
    end: usize,
}

/// The next `name=value` in `text[from..end]`.
fn next_param(text: &str, from: usize, end: usize) -> Option<Param<'_>> {
    let mut at = from;
    loop {
        let equals = at + memchr(b'=', &text.as_bytes()[at..end])?;
        let name = trailing_name(&text[at..equals]);
        at = equals + 1;
        let Some((value, after)) = value(&text[at..end]).filter(|_| !name.is_empty()) else { continue };
        return Some(Param { name, value: Span::from(value).shifted(at), end: at + after });
    }
}

/// Where the value at the start of `text` stands, and where what belongs to it has ended.
fn value(text: &str) -> Option<(std::ops::Range<usize>, usize)> {
    if text.starts_with(['"', '\''])
        && let Some(length) = memchr2(b'"', b'\'', &text.as_bytes()[1..])
    {
        return Some((1..1 + length, 2 + length));
    }
    let end = text.find(is_space).unwrap_or(text.len());
    (end > 0).then_some((0..end, end))
}

fn name_length(text: &str) -> usize {
    text.bytes().position(|byte| !is_word(byte)).unwrap_or(text.len())
}

fn trailing_name(text: &str) -> &str {
    let length = text.bytes().rev().position(|byte| !is_word(byte)).unwrap_or(text.len());
    &text[text.len() - length..]
}

/// `\w` of JavaScript.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// `\s` of JavaScript, which counts the byte order mark and not the next-line character.
fn is_space(character: char) -> bool {
    character == '\u{feff}' || (character.is_whitespace() && character != '\u{85}')
}
