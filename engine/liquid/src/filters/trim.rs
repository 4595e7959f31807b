//! Filters on white space at the ends and within.

use super::{Call, Group};
use crate::error::FilterError;
use crate::text::is_space;
use crate::value::Value;

pub(super) const FILTERS: Group = &[
    ("strip", strip),
    ("lstrip", strip_start),
    ("rstrip", strip_end),
    ("strip_newlines", strip_newlines),
    ("squish", squish),
    ("normalize_whitespace", normalize_whitespace),
];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

fn strip<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(stripped(call, &input, true, true))
}

fn strip_start<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(stripped(call, &input, true, false))
}

fn strip_end<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(stripped(call, &input, false, true))
}

/// Takes off white space, or the characters of the argument.
fn stripped<'a>(call: &Call<'_, '_, 'a>, input: &Value<'a>, at_start: bool, at_end: bool) -> Value<'a> {
    let text = input.to_text();
    let characters = Some(call.argument(0)).filter(Value::is_script_truthy).map(|value| value.to_text());
    let goes = |character: char| match &characters {
        None => is_space(character),
        Some(characters) => characters.contains(character),
    };
    let mut kept: &str = &text;
    if at_start {
        kept = kept.trim_start_matches(goes);
    }
    if at_end {
        kept = kept.trim_end_matches(goes);
    }
    if kept.len() == text.len() { Value::Text(text.clone()) } else { kept.to_owned().into() }
}

fn strip_newlines<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(input.to_text().replace("\r\n", "\n").replace('\n', "").into())
}

fn squish<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(single_spaced(input.to_text().trim_matches(is_space)).into())
}

fn normalize_whitespace<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(single_spaced(&input.to_text()).into())
}

fn single_spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if !is_space(character) {
            out.push(character);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}
