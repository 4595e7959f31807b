//! Filters on dates. All times are UTC unless a template names another zone, so that a page does not depend on where it
//! was made.

mod format;
mod parse;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};

use super::{Call, Group};
use crate::error::FilterError;
use crate::value::{Value, script_text, to_count, to_number};
use format::format;

pub(super) const FILTERS: Group = &[
    ("date", date),
    ("date_to_xmlschema", date_to_xmlschema),
    ("date_to_rfc822", date_to_rfc822),
    ("date_to_string", date_to_string),
    ("date_to_long_string", date_to_long_string),
];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

/// How a date prints if no format is given.
const DEFAULT: &str = "%A, %B %-e, %Y at %-l:%M %P %z";

/// By the format of the first argument, in the zone of the second (its name, or the minutes that it is behind UTC). What
/// is no date is left as it is.
fn date<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let pattern = call.argument(0);
    let pattern = if pattern.is_nil() { DEFAULT.into() } else { pattern.to_text() };
    let Some(moment) = moment(call, &input) else { return Ok(input) };
    let zone = zone(&call.argument(1))?;
    Ok(format(&ZonedDateTime::new(moment, zone), &pattern, call.budget()).into())
}

fn date_to_xmlschema<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(formatted(call, input, "%Y-%m-%dT%H:%M:%S%:z"))
}

fn date_to_rfc822<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(formatted(call, input, "%a, %d %b %Y %H:%M:%S %z"))
}

fn date_to_string<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(in_words(call, input, "%b"))
}

fn date_to_long_string<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(in_words(call, input, "%B"))
}

/// `07 Nov 2008`, `7th Nov 2008` with `ordinal`, `Nov 7th, 2008` with `ordinal` and `US`.
fn in_words<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>, month: &str) -> Value<'a> {
    let pattern = match (&*call.text(0), &*call.text(1)) {
        ("ordinal", "US") => format!("{month} %-d%q, %Y"),
        ("ordinal", _) => format!("%-d%q {month} %Y"),
        _ => format!("%d {month} %Y"),
    };
    formatted(call, input, &pattern)
}

fn formatted<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>, pattern: &str) -> Value<'a> {
    match moment(call, &input) {
        None => input,
        Some(moment) => format(&ZonedDateTime::new(moment, TimeZone::UTC), pattern, call.budget()).into(),
    }
}

/// The point in time that a value stands for.
fn moment(call: &mut Call<'_, '_, '_>, value: &Value<'_>) -> Option<Timestamp> {
    match value {
        Value::Text(text) if matches!(&**text, "now" | "today") => {
            let now = call.renderer.environment.now();
            if now.is_none() {
                call.renderer.warn_of_clock(text, call.span);
            }
            now
        }
        Value::Text(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            from_seconds(to_number(value))
        }
        Value::Text(text) => parse::parse(text),
        Value::Array(_) => parse::parse(&script_text(value, call.budget())),
        Value::Integer(_) | Value::Float(_) => from_seconds(to_number(value)),
        Value::Bool(flag) => from_seconds(f64::from(u8::from(*flag)) / 1000.0),
        _ => None,
    }
}

fn from_seconds(seconds: f64) -> Option<Timestamp> {
    let milliseconds = (seconds * 1000.0).trunc();
    if milliseconds.is_nan() || milliseconds.abs() > 8.64e15 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within range")]
    Timestamp::from_millisecond(milliseconds as i64).ok()
}

fn zone(value: &Value<'_>) -> std::result::Result<TimeZone, FilterError> {
    match value {
        value if value.is_nil() => Ok(TimeZone::UTC),
        Value::Text(name) if !name.is_empty() => TimeZone::get(name).map_err(|_| {
            let hint = "name one as `Europe/Berlin`, or give the minutes that it is behind UTC";
            FilterError::new(format!("there is no time zone `{name}`")).with_hint(hint)
        }),
        value => {
            let seconds = to_count(to_number(value)).saturating_mul(-60);
            let offset = i32::try_from(seconds).ok().and_then(|seconds| Offset::from_seconds(seconds).ok());
            Ok(offset.map_or(TimeZone::UTC, TimeZone::fixed))
        }
    }
}
