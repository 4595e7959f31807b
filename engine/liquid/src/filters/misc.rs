//! Filters on whatever there is.

use super::{Call, Group};
use crate::error::FilterError;
use crate::value::{Value, from_number, to_count, to_json, to_number};

pub(super) const FILTERS: Group = &[
    ("default", default),
    ("json", json),
    ("jsonify", json),
    ("inspect", json),
    ("raw", raw),
    ("to_integer", to_integer),
];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

/// The argument, where there is nothing: nil, false, an empty text or list. With `allow_false: true`, false is something.
fn default<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let is_kept = match &input {
        Value::Text(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Word(_) => false,
        Value::Bool(false) => call.arguments.named("allow_false").is_truthy(),
        value => value.is_truthy(),
    };
    Ok(if is_kept { input } else { call.argument(0) })
}

/// As JSON, indented by the number of spaces, or the text, of the argument.
fn json<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let indent = match call.argument(0) {
        Value::Text(text) => text.chars().take(10).collect(),
        value => {
            let count = value.as_f64().map_or(0, to_count).clamp(0, 10);
            " ".repeat(usize::try_from(count).unwrap_or(0))
        }
    };
    Ok(to_json(&input, &indent, call.budget()).map_or(Value::Undefined, Value::from))
}

fn raw<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(input)
}

fn to_integer<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(from_number(to_number(&input)))
}
