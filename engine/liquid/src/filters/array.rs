//! Filters that make and change lists.

use super::{Call, Group};
use crate::error::FilterError;
use crate::render::dotted;
use crate::value::{Value, from_number, is_same, to_count, to_number, write_joined};

pub(super) const FILTERS: Group = &[
    ("join", join),
    ("first", first),
    ("last", last),
    ("size", size),
    ("map", map),
    ("sum", sum),
    ("compact", compact),
    ("concat", concat),
    ("push", push),
    ("unshift", unshift),
    ("pop", pop),
    ("shift", shift),
    ("reverse", reverse),
    ("slice", slice),
    ("uniq", uniq),
    ("sample", sample),
];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

fn join<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let items = call.items(&input);
    let separator = call.argument(0);
    let separator = if separator.is_nil() { " ".into() } else { separator.to_text() };
    let mut out = String::new();
    write_joined(&items, &separator, &mut out, call.budget());
    Ok(out.into())
}

fn first<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(match &input {
        Value::Array(items) => items.first().cloned().unwrap_or_default(),
        Value::Text(text) => text.chars().next().map(String::from).unwrap_or_default().into(),
        _ => Value::from(""),
    })
}

fn last<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(match &input {
        Value::Array(items) => items.last().cloned().unwrap_or_default(),
        Value::Text(text) => text.chars().next_back().map(String::from).unwrap_or_default().into(),
        _ => Value::from(""),
    })
}

/// How many items or characters; 0 for anything else.
fn size<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(match &input {
        Value::Array(items) => items.len().into(),
        Value::Text(text) => text.utf16_len().into(),
        Value::Object(object) => object.get("length").filter(Value::is_truthy).unwrap_or(Value::Integer(0)),
        _ => Value::Integer(0),
    })
}

fn map<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let names = call.text(0);
    Ok(Value::array(call.items(&input).iter().map(|item| dotted(item, &names))))
}

fn sum<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let names = call.property();
    let number = |item: &Value<'a>| {
        let number = to_number(&names.as_deref().map_or_else(|| item.clone(), |names| dotted(item, names)));
        if number.is_nan() { 0.0 } else { number }
    };
    Ok(from_number(call.items(&input).iter().map(number).sum::<f64>() + 0.0))
}

fn compact<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(Value::array(call.items(&input).iter().filter(|item| !item.is_nil()).cloned()))
}

fn concat<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let (left, right) = (call.items(&input), call.items(&call.argument(0)));
    Ok(Value::array(left.iter().chain(right.iter()).cloned()))
}

fn push<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let items = call.items(&input);
    Ok(Value::array(items.iter().cloned().chain([call.argument(0)])))
}

fn unshift<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let items = call.items(&input);
    Ok(Value::array([call.argument(0)].into_iter().chain(items.iter().cloned())))
}

fn pop<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let items = call.items(&input);
    Ok(Value::array(items[..items.len().saturating_sub(1)].iter().cloned()))
}

fn shift<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(Value::array(call.items(&input).iter().skip(1).cloned()))
}

fn reverse<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(Value::array(call.items(&input).iter().rev().cloned()))
}

/// So many items or characters, one unless said otherwise, from a place on; a negative place counts from the end.
fn slice<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    if input.is_nil() {
        return Ok(Value::array([]));
    }
    let (begin, length) = (call.number_or(0, 0.0), call.number_or(1, 1.0));
    if let Value::Array(items) = &input {
        let (begin, length) = window(items.len(), to_count(begin), to_count(length));
        return Ok(Value::array(items.iter().skip(begin).take(length).cloned()));
    }
    let text = input.to_text();
    let (begin, length) = window(text.chars().count(), to_count(begin.ceil()), to_count(length.ceil()));
    Ok(text.chars().skip(begin).take(length).collect::<String>().into())
}

/// How many to skip and how many to take.
fn window(size: usize, begin: i64, length: i64) -> (usize, usize) {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let begin = if begin < 0 { size.saturating_add(begin) } else { begin };
    if begin < 0 || length < 0 {
        return (0, 0);
    }
    (usize::try_from(begin).unwrap_or(usize::MAX), usize::try_from(length).unwrap_or(usize::MAX))
}

/// The first of each of the same values.
fn uniq<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let items = call.items(&input);
    let mut texts = std::collections::BTreeSet::new();
    let mut kept: Vec<Value<'a>> = Vec::new();
    for item in items.iter() {
        let is_new = match item {
            Value::Text(text) => texts.insert(text.to_string()),
            item => {
                call.budget().steps(kept.len() as u64)
                    && !kept.iter().any(|known| is_same(known, item) || is_nan(known) && is_nan(item))
            }
        };
        if is_new {
            kept.push(item.clone());
        }
    }
    Ok(kept.into())
}

fn is_nan(value: &Value<'_>) -> bool {
    matches!(value, Value::Float(number) if number.is_nan())
}

/// The first item, or so many first ones: `LiquidJS` picks at random, but the same site has to come out of each build.
fn sample<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let count = to_count(call.number_or(0, 1.0));
    let items = match &input {
        Value::Array(items) => items.to_vec(),
        value if value.is_nil() => Vec::new(),
        value => value.to_text().chars().map(|character| character.to_string().into()).collect(),
    };
    if !call.budget().steps(items.len() as u64) {
        return Ok(Value::Undefined);
    }
    let mut items = items.into_iter();
    if count == 1 && !input.is_nil() {
        return Ok(items.next().unwrap_or_default());
    }
    Ok(Value::array(items.take(usize::try_from(count).unwrap_or(0))))
}
