//! Filters on addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{Call, Group, slug};
use crate::error::FilterError;
use crate::value::Value;

pub(super) const FILTERS: Group = &[
    ("url_encode", url_encode),
    ("url_decode", url_decode),
    ("cgi_escape", cgi_escape),
    ("uri_escape", uri_escape),
    ("slugify", slug::slugify),
];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

/// What stays in one part of an address; a space becomes `+`.
const PART: &AsciiSet = &CGI.remove(b'!').remove(b'\'').remove(b'(').remove(b')').remove(b'*');
const CGI: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b' ');

/// What stays in a whole address.
const WHOLE: &AsciiSet = &PART
    .add(b' ')
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
    .remove(b'[')
    .remove(b']');

fn url_encode<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(encode(&input, PART).replace(' ', "+").into())
}

fn cgi_escape<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(encode(&input, CGI).replace(' ', "+").into())
}

fn uri_escape<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(encode(&input, WHOLE).into())
}

fn encode(input: &Value<'_>, set: &'static AsciiSet) -> String {
    utf8_percent_encode(&input.to_text(), set).to_string()
}

fn url_decode<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let text = input.to_text().replace('+', " ");
    let malformed =
        || FilterError::new("this is no encoded address").with_hint("each `%` needs two hexadecimal digits");
    let is_encoded = text
        .split('%')
        .skip(1)
        .all(|part| part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()));
    if !is_encoded {
        return Err(malformed());
    }
    let decoded = percent_decode_str(&text).decode_utf8().map_err(|_| malformed())?;
    Ok(decoded.into_owned().into())
}
