//! Filters that change texts.

use super::words::split_at_spaces;
use super::{Call, Group};
use crate::error::FilterError;
use crate::text::is_space;
use crate::value::{Text, Value};

pub(super) const FILTERS: Group = &[
    ("append", append),
    ("prepend", prepend),
    ("upcase", upcase),
    ("downcase", downcase),
    ("capitalize", capitalize),
    ("remove", remove),
    ("remove_first", remove_first),
    ("remove_last", remove_last),
    ("replace", replace),
    ("replace_first", replace_first),
    ("replace_last", replace_last),
    ("split", split),
    ("truncate", truncate),
    ("truncatewords", truncate_words),
];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

fn append<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let end = joined(call)?;
    Ok(concatenate(call, &input.to_text(), &end))
}

fn prepend<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let start = joined(call)?;
    Ok(concatenate(call, &start, &input.to_text()))
}

/// The text to join, which must be given, though it may turn out to be nothing.
fn joined<'a>(call: &Call<'_, '_, 'a>) -> std::result::Result<Text<'a>, FilterError> {
    if call.arguments.len() == 1 {
        return Ok(call.text(0));
    }
    Err(FilterError::new("one argument is needed").with_hint("say what to add: `| append: 'text'`"))
}

fn concatenate<'a>(call: &Call<'_, '_, 'a>, left: &str, right: &str) -> Value<'a> {
    if !call.may_make(left.len() + right.len()) {
        return Value::Undefined;
    }
    [left, right].concat().into()
}

fn upcase<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(input.to_text().to_uppercase().into())
}

fn downcase<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(input.to_text().to_lowercase().into())
}

fn capitalize<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let text = input.to_text();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    Ok((first + &characters.as_str().to_lowercase()).into())
}

fn remove<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(replaced(call, &input.to_text(), &call.text(0), ""))
}

fn replace<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(replaced(call, &input.to_text(), &call.text(0), &call.text(1)))
}

/// Every `pattern` becomes `by`; an empty pattern stands between any two characters.
fn replaced<'a>(call: &Call<'_, '_, 'a>, text: &str, pattern: &str, by: &str) -> Value<'a> {
    let count = if pattern.is_empty() { text.chars().count().saturating_sub(1) } else { text.matches(pattern).count() };
    let length = (text.len() - count * pattern.len()).saturating_add(count.saturating_mul(by.len()));
    if !call.may_make(length) {
        return Value::Undefined;
    }
    if !pattern.is_empty() {
        return text.replace(pattern, by).into();
    }
    let mut out = String::with_capacity(length);
    for (index, character) in text.chars().enumerate() {
        out.push_str(if index == 0 { "" } else { by });
        out.push(character);
    }
    out.into()
}

fn remove_first<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(replaced_once(&input.to_text(), &call.text(0), "", str::find).into())
}

fn remove_last<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(replaced_once(&input.to_text(), &call.text(0), "", str::rfind).into())
}

fn replace_first<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(replaced_once(&input.to_text(), &call.text(0), &call.text(1), str::find).into())
}

fn replace_last<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(replaced_once(&input.to_text(), &call.text(0), &call.text(1), str::rfind).into())
}

fn replaced_once<'p>(text: &str, pattern: &'p str, by: &str, find: fn(&str, &'p str) -> Option<usize>) -> String {
    match find(text, pattern) {
        Some(at) => [&text[..at], by, &text[at + pattern.len()..]].concat(),
        None => text.to_owned(),
    }
}

/// Empty pieces at the end are dropped; without a separator the pieces are the characters.
fn split<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let (text, separator) = (input.to_text(), call.text(0));
    let mut pieces: Vec<&str> = if separator.is_empty() {
        text.char_indices().map(|(at, character)| &text[at..at + character.len_utf8()]).collect()
    } else {
        text.split(&*separator).collect()
    };
    while pieces.pop_if(|piece| piece.is_empty()).is_some() {}
    if !call.budget().steps(pieces.len() as u64) {
        return Ok(Value::Undefined);
    }
    Ok(Value::array(pieces.into_iter().map(|piece| piece.to_owned().into())))
}

/// Cuts to so many characters, the ellipsis included.
fn truncate<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let text = input.to_text();
    let (most, ellipsis) = (call.number_or(0, 50.0), call.text_or(1, "..."));
    if most.is_nan() {
        return Ok(if text.is_empty() { input } else { Value::Text(ellipsis) });
    }
    let kept = count(most);
    if text.char_indices().nth(kept).is_none() {
        return Ok(input);
    }
    let kept = kept.saturating_sub(ellipsis.chars().count());
    let start: String = text.chars().take(kept).collect();
    Ok((start + &ellipsis).into())
}

/// Cuts to so many words; the ellipsis follows even when no word was cut.
fn truncate_words<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let text = input.to_text();
    let (most, ellipsis) = (call.number_or(0, 15.0), call.text_or(1, "..."));
    let most = if most <= 0.0 { 1.0 } else { most };
    let mut words = split_at_spaces(text.trim_start_matches(is_space));
    #[expect(clippy::cast_precision_loss, reason = "no text has that many words")]
    let has_more = words.len() as f64 >= most;
    words.truncate(count(most.floor()));
    let mut out = words.join(" ");
    if has_more {
        out.push_str(&ellipsis);
    }
    Ok(out.into())
}

/// The number as a count: no less than 0, without fraction.
fn count(number: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate")]
    let count = number.max(0.0).ceil() as usize;
    count
}
