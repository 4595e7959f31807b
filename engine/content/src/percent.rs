//! Percent-encoding: the one place where a name becomes part of an address.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What `encodeURIComponent` of JavaScript leaves as it is, beside letters and digits: `- _ . ! ~ * ' ( )`.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// What `encodeURI` leaves as it is, and `%`, so that what is encoded already stays so.
const ADDRESS: &AsciiSet = &SEGMENT
    .remove(b';')
    .remove(b',')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b'#')
    .remove(b'%');

/// Encodes one part of a path, as `encodeURIComponent` of JavaScript does: `R & D` becomes `R%20%26%20D`.
pub fn encode_segment(segment: &str) -> Cow<'_, str> {
    utf8_percent_encode(segment, SEGMENT).into()
}

/// Encodes each part of a plain path and keeps its slashes: `/tag/füße/` becomes `/tag/f%C3%BC%C3%9Fe/`.
pub fn encode_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for (at, segment) in path.split('/').enumerate() {
        if at > 0 {
            out.push('/');
        }
        out.extend(utf8_percent_encode(segment, SEGMENT));
    }
    out
}

/// Encodes what cannot stand in an address, and nothing that is part of one: for addresses that people wrote.
pub fn encode_address(address: &str) -> Cow<'_, str> {
    utf8_percent_encode(address, ADDRESS).into()
}

/// Reads an encoded text; what does not decode to UTF-8 stays as it is.
pub fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_as_the_web_does() {
        assert_eq!(encode_segment("R & D/C++ 'x' (y)!"), "R%20%26%20D%2FC%2B%2B%20'x'%20(y)!");
        assert_eq!(encode_path("/tag/füße & co/"), "/tag/f%C3%BC%C3%9Fe%20%26%20co/");
        assert_eq!(encode_address("/a b/ü?x=%20&y=[1]#z"), "/a%20b/%C3%BC?x=%20&y=%5B1%5D#z");
    }

    #[test]
    fn decodes_what_is_text() {
        assert_eq!(decode("a%20%C3%BC"), "a ü");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%FF"), "%FF");
    }
}
