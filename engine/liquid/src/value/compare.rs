//! When values are equal, and which comes first: JavaScript's rules, since templates were written for them.

use std::cmp::Ordering;

use super::{Text, Value, Word, script_text, to_number};
use crate::limits::Budget;
use crate::text::is_space;

/// Whether `==` holds. Values of different kinds are never equal; lists are if their items are; objects if they are
/// the same one.
pub(crate) fn equals<'a>(left: &Value<'a>, right: &Value<'a>, budget: &Budget) -> bool {
    match (left, right) {
        (Value::Word(word), other) | (other, Value::Word(word)) => word_equals(*word, other),
        (Value::Array(a), Value::Array(b)) => {
            a.is_same(b)
                || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| budget.step() && equals(a, b, budget))
        }
        _ => is_same(left, right),
    }
}

fn word_equals(word: Word, other: &Value<'_>) -> bool {
    match (word, other) {
        (Word::Nil, other) => other.is_nil(),
        (Word::Blank, Value::Bool(false)) => true,
        (Word::Blank, other) if other.is_nil() => true,
        (Word::Blank, Value::Text(text)) => text.chars().all(is_space),
        (Word::Empty, Value::Text(text)) => text.is_empty(),
        (Word::Empty | Word::Blank, Value::Array(items)) => items.is_empty(),
        (Word::Empty | Word::Blank, Value::Object(object)) => object.is_empty(),
        _ => false,
    }
}

/// Whether both are the same: equal texts or numbers, but one and the same list or object.
pub(crate) fn is_same<'a>(left: &Value<'a>, right: &Value<'a>) -> bool {
    match (left, right) {
        (Value::Undefined, Value::Undefined) | (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Integer(a), Value::Integer(b)) => a == b,
        (Value::Integer(_) | Value::Float(_), Value::Integer(_) | Value::Float(_)) => left.as_f64() == right.as_f64(),
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Array(a), Value::Array(b)) => a.is_same(b),
        (Value::Object(a), Value::Object(b)) => a.is_same(b),
        (Value::Word(a), Value::Word(b)) => a == b,
        _ => false,
    }
}

/// How the values compare: two texts by their characters, anything else as numbers; `None` if that makes no sense.
pub(crate) fn order(left: &Value<'_>, right: &Value<'_>, budget: &Budget) -> Option<Ordering> {
    if let (Value::Integer(a), Value::Integer(b)) = (left, right) {
        return Some(a.cmp(b));
    }
    match (as_text(left, budget), as_text(right, budget)) {
        (Some(a), Some(b)) => Some(compare_texts(&a, &b)),
        _ => to_number(left).partial_cmp(&to_number(right)),
    }
}

/// Whether `<` holds, or `<=` if `or_equal`. Words are neither less nor greater than anything.
pub(crate) fn less_than(left: &Value<'_>, right: &Value<'_>, or_equal: bool, budget: &Budget) -> bool {
    if matches!(left, Value::Word(_)) || matches!(right, Value::Word(_)) {
        return false;
    }
    match order(left, right, budget) {
        Some(Ordering::Less) => true,
        Some(Ordering::Equal) => or_equal,
        _ => false,
    }
}

/// The order of `sort_natural`: as texts without regard to case, nothing last.
pub(crate) fn order_ignoring_case(left: &Value<'_>, right: &Value<'_>, budget: &Budget) -> Ordering {
    let lower = |value: &Value<'_>| script_text(value, budget).to_lowercase();
    compare_texts(&lower(left), &lower(right))
}

fn as_text<'a>(value: &Value<'a>, budget: &Budget) -> Option<Text<'a>> {
    matches!(value, Value::Text(_) | Value::Array(_) | Value::Object(_)).then(|| script_text(value, budget))
}

/// By UTF-16 units, as JavaScript does: characters beyond U+FFFF come before those from U+E000 on.
fn compare_texts(left: &str, right: &str) -> Ordering {
    if left.is_ascii() || right.is_ascii() { left.cmp(right) } else { left.encode_utf16().cmp(right.encode_utf16()) }
}
