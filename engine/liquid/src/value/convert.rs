//! How values turn into text, and what a loop over them meets.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Array, Map, ObjectRef, Text, Value, Word, format_number};
use crate::limits::Budget;

/// What an object prints as that says nothing of its own; `LiquidJS` prints the same.
const OBJECT: &str = "[object Object]";

/// Appends what `{{ value }}` prints: lists without anything between their items, nothing for nil.
pub(crate) fn print(value: &Value<'_>, out: &mut String, budget: &Budget) {
    match value {
        Value::Text(text) => out.push_str(text),
        Value::Integer(number) => write!(out, "{number}").expect("writing to a string cannot fail"),
        Value::Float(number) => out.push_str(&format_number(*number)),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Undefined | Value::Nil | Value::Word(_) => {}
        Value::Array(items) => {
            for item in items.iter() {
                if !budget.step() || !budget.holds(out.len()) {
                    return;
                }
                print(item, out, budget);
            }
        }
        Value::Object(object) => print_object(object, out),
    }
}

fn print_object(object: &ObjectRef<'_>, out: &mut String) {
    out.push_str(&object.text().unwrap_or(Text::Borrowed(OBJECT)));
}

/// As text, the way that it prints; no copy is made of what is text already.
pub(crate) fn to_text<'a>(value: &Value<'a>) -> Text<'a> {
    match value {
        Value::Text(text) => text.clone(),
        Value::Undefined | Value::Nil | Value::Word(_) => Text::Borrowed(""),
        Value::Bool(true) => Text::Borrowed("true"),
        Value::Bool(false) => Text::Borrowed("false"),
        _ => {
            let mut out = String::new();
            print(value, &mut out, &Budget::of_one_value());
            out.into()
        }
    }
}

/// As JavaScript's `String(value)` gives it: what `join` puts between commas, and what `contains` looks for.
pub(crate) fn script_text<'a>(value: &Value<'a>, budget: &Budget) -> Text<'a> {
    match value {
        Value::Undefined => Text::Borrowed("undefined"),
        Value::Nil | Value::Word(Word::Nil) => Text::Borrowed("null"),
        Value::Array(items) => {
            let mut out = String::new();
            write_joined(items, ",", &mut out, budget);
            out.into()
        }
        _ => to_text(value),
    }
}

/// Appends the items with a text between them; items that are nothing give nothing.
pub(crate) fn write_joined(items: &[Value<'_>], separator: &str, out: &mut String, budget: &Budget) {
    for (index, item) in items.iter().enumerate() {
        if !budget.step() || !budget.holds(out.len()) {
            return;
        }
        if index > 0 {
            out.push_str(separator);
        }
        match item {
            Value::Array(inner) => write_joined(inner, ",", out, budget),
            _ => print(item, out, budget),
        }
    }
}

/// The items that a filter on lists works on: nothing gives none, anything but a list is a list of one.
pub(crate) fn items<'a>(value: &Value<'a>) -> Array<'a> {
    match value {
        Value::Array(array) => array.clone(),
        value if value.is_nil() => Array::from(Vec::new()),
        Value::Word(_) => Array::from(vec![Value::from("")]),
        value => Array::from(vec![value.clone()]),
    }
}

/// What a loop over the value meets: a text is one item, an object gives pairs of key and value, numbers give nothing.
pub(crate) fn entries<'a>(value: &Value<'a>, budget: &Budget) -> Array<'a> {
    match value {
        Value::Array(array) => array.clone(),
        Value::Text(text) if !text.is_empty() => Array::from(vec![value.clone()]),
        Value::Object(object) => {
            let pair = |key: Text<'a>| {
                let value = object.get(&key).unwrap_or_default();
                Value::array([Value::Text(key), value])
            };
            object.keys().into_iter().take_while(|_| budget.step()).map(pair).collect()
        }
        _ => Array::from(Vec::new()),
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Arc<str>> for Value<'_> {
    fn from(text: Arc<str>) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<Text<'a>> for Value<'a> {
    fn from(text: Text<'a>) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

/// Counts past what 64 bits with a sign can hold, which no memory can hold either, become the greatest such number.
impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl<'a> From<Array<'a>> for Value<'a> {
    fn from(array: Array<'a>) -> Self {
        Self::Array(array)
    }
}

impl<'a, T: Into<Value<'a>>> From<Vec<T>> for Value<'a> {
    fn from(items: Vec<T>) -> Self {
        Self::array(items.into_iter().map(Into::into))
    }
}

impl<'a> From<Map<'a>> for Value<'a> {
    fn from(map: Map<'a>) -> Self {
        Self::object(map)
    }
}

impl<'a> From<ObjectRef<'a>> for Value<'a> {
    fn from(object: ObjectRef<'a>) -> Self {
        Self::Object(object)
    }
}

/// `None` becomes nil: known, but nothing.
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}
