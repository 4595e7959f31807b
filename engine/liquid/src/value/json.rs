//! Values as JSON, and JSON as values.

use std::fmt::Write as _;

use super::{Map, Text, Value, format_number};
use crate::limits::Budget;

/// The value as JSON, each level indented by `indent` unless that is empty; `None` if it is undefined.
pub(crate) fn to_json(value: &Value<'_>, indent: &str, budget: &Budget) -> Option<String> {
    if matches!(value, Value::Undefined) {
        return None;
    }
    let mut writer = Writer { out: String::new(), indent, depth: 0, budget };
    writer.value(value);
    Some(writer.out)
}

/// How deep objects may stand in each other that make their values when asked, and so could go on for ever.
const DEPTH: usize = 64;

struct Writer<'w> {
    out: String,
    indent: &'w str,
    depth: usize,
    budget: &'w Budget,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value<'_>) {
        match value {
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Integer(number) => write!(self.out, "{number}").expect("writing to a string cannot fail"),
            Value::Float(number) if number.is_finite() => self.out.push_str(&format_number(*number)),
            Value::Undefined | Value::Nil | Value::Float(_) => self.out.push_str("null"),
            Value::Text(text) => write_json_string(text, &mut self.out),
            Value::Word(_) => self.out.push_str("{}"),
            Value::Array(items) => self.list(['[', ']'], items.iter(), Self::value),
            Value::Object(_) if self.depth >= DEPTH => self.out.push_str("null"),
            Value::Object(object) => {
                let entries = object.keys().into_iter().map(|key| (object.get(&key).unwrap_or_default(), key));
                let defined = entries.filter(|(value, _)| !matches!(value, Value::Undefined));
                self.list(['{', '}'], defined, |writer, (value, key)| writer.entry(&key, &value));
            }
        }
    }

    fn entry(&mut self, key: &Text<'_>, value: &Value<'_>) {
        write_json_string(key, &mut self.out);
        self.out.push_str(if self.indent.is_empty() { ":" } else { ": " });
        self.value(value);
    }

    fn list<T>(&mut self, [open, close]: [char; 2], items: impl Iterator<Item = T>, write: impl Fn(&mut Self, T)) {
        self.out.push(open);
        self.depth += 1;
        let mut is_empty = true;
        for item in items {
            if !self.budget.step() || !self.budget.holds(self.out.len()) {
                break;
            }
            if !is_empty {
                self.out.push(',');
            }
            is_empty = false;
            self.line();
            write(self, item);
        }
        self.depth -= 1;
        if !is_empty {
            self.line();
        }
        self.out.push(close);
    }

    fn line(&mut self) {
        if !self.indent.is_empty() {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(self.indent, self.depth));
        }
    }
}

/// Appends a text as a JSON string.
pub(crate) fn write_json_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if control < ' ' => {
                write!(out, "\\u{:04x}", u32::from(control)).expect("writing to a string cannot fail");
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

impl<'a> From<&'a serde_json::Value> for Value<'a> {
    fn from(json: &'a serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::Nil,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => from_json_number(number),
            Json::String(text) => Self::Text(Text::Borrowed(text)),
            Json::Array(items) => Self::array(items.iter().map(Self::from)),
            Json::Object(entries) => {
                entries.iter().map(|(key, value)| (key.as_str(), value)).collect::<Map<'_>>().into()
            }
        }
    }
}

impl From<serde_json::Value> for Value<'_> {
    fn from(json: serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::Nil,
            Json::Bool(value) => Self::Bool(value),
            Json::Number(number) => from_json_number(&number),
            Json::String(text) => Self::Text(text.into()),
            Json::Array(items) => Self::array(items.into_iter().map(Self::from)),
            Json::Object(entries) => entries.into_iter().collect::<Map<'_>>().into(),
        }
    }
}

fn from_json_number<'a>(number: &serde_json::Number) -> Value<'a> {
    number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap_or(f64::NAN)), Value::Integer)
}
