use std::fmt;
use std::sync::Arc;

use bds_base::{Diagnostic, Span};
use indexmap::IndexMap;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::codes;
use crate::nearest::nearest_hint;
use crate::report::Report;

/// An object in a JSON file, whose keys are asked for one by one; what nobody asks for is kept.
pub(super) struct Object<'r, 't> {
    members: IndexMap<String, &'t RawValue>,
    report: &'r mut Report<'t>,
}

/// The members of an object in their order, those included whose key stands twice.
pub(super) struct Pairs<'t>(pub(super) Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Pairs<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Members).map(Pairs)
    }
}

/// The first line that version control has left in a file whose two sides it could not merge.
pub(super) fn merge_marker(text: &str) -> Option<Span> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|marker| line.starts_with(marker)) {
            return Some(Span::new(start, start + line.trim_end().len()));
        }
        start += line.len();
    }
    None
}

/// Reads the whole file as one value of a shape; `shape` names that in the diagnostic when it is none.
pub(super) fn file<'t, T: Deserialize<'t>>(report: &mut Report<'t>, shape: &str) -> Option<T> {
    match serde_json::from_str(report.text()) {
        Ok(value) => Some(value),
        Err(error) => {
            let at = offset(report.text(), error.line(), error.column());
            let (message, hint) = if error.is_data() {
                (format!("the file is no {shape}"), "it counts as missing")
            } else {
                (without_place(&error), "correct the JSON; until then the file counts as missing")
            };
            report.push(Diagnostic::error(codes::META_JSON, message).hint(hint), Span::new(at, at));
            None
        }
    }
}

/// Where a value stands in the text that it was read from.
pub(super) fn span(report: &Report<'_>, raw: &RawValue) -> Span {
    let start = raw.get().as_ptr().addr().saturating_sub(report.text().as_ptr().addr());
    Span::new(start, start + raw.get().len())
}

impl<'r, 't> Object<'r, 't> {
    /// Reads the object that the whole file is.
    pub(super) fn file(report: &'r mut Report<'t>) -> Option<Self> {
        let members = file(report, "object in JSON: `{ … }`")?;
        Some(Self { members, report })
    }

    /// Reads the object that a value in the file is; `what` names it in the diagnostic when it is none.
    pub(super) fn value(raw: &'t RawValue, what: &str, report: &'r mut Report<'t>) -> Option<Self> {
        let Ok(members) = serde_json::from_str(raw.get()) else {
            let span = span(report, raw);
            report.push(Diagnostic::warning(codes::META_VALUE, format!("{what} is no object: `{{ … }}`")), span);
            return None;
        };
        Some(Self { members, report })
    }

    /// A text; none when it is missing, null or blank.
    pub(super) fn text(&mut self, key: &str) -> Option<Arc<str>> {
        self.text_at(key).map(|(text, _)| text.into())
    }

    /// The same with its place.
    pub(super) fn text_at(&mut self, key: &str) -> Option<(String, Span)> {
        match self.take(key)? {
            (Value::String(text), span) => (!text.trim().is_empty()).then_some((text, span)),
            (_, span) => self.wrong(key, "text in double quotes", span),
        }
    }

    /// A value as it stands.
    pub(super) fn raw(&mut self, key: &str) -> Option<&'t RawValue> {
        self.members.shift_remove(key)
    }

    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        match self.take(key)? {
            (Value::Bool(flag), _) => Some(flag),
            (_, span) => self.wrong(key, "truth value: `true` or `false`", span),
        }
    }

    /// A number.
    pub(super) fn number_at(&mut self, key: &str) -> Option<(f64, Span)> {
        let (value, span) = self.take(key)?;
        match value.as_f64() {
            Some(number) => Some((number, span)),
            None => self.wrong(key, "number", span),
        }
    }

    /// The entries of a list that are texts, with their places; the others are left out with a warning.
    pub(super) fn texts(&mut self, key: &str) -> Vec<(String, Span)> {
        let Some(raw) = self.members.shift_remove(key) else { return Vec::new() };
        let span = span(self.report, raw);
        match serde_json::from_str::<Option<Vec<&RawValue>>>(raw.get()) {
            Ok(entries) => texts(&entries.unwrap_or_default(), &format!("an entry of `{key}`"), self.report),
            Err(_) => self.wrong(key, "list: `[ … ]`", span).unwrap_or_default(),
        }
    }

    /// One of a few words; none when it is missing or another.
    pub(super) fn word<K: Copy>(&mut self, key: &str, known: &[(&str, K)]) -> Option<K> {
        let (word, span) = self.text_at(key)?;
        let found = known.iter().find(|(name, _)| *name == word.trim());
        if found.is_none() {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            let diagnostic = Diagnostic::warning(codes::META_VALUE, format!("`{key}` cannot be `{word}`"));
            self.report.push(diagnostic.hint(nearest_hint(&word, &names)), span);
        }
        found.map(|(_, value)| *value)
    }

    pub(super) fn complain(&mut self, diagnostic: Diagnostic, span: Span) {
        self.report.push(diagnostic, span);
    }

    /// What nobody asked for, as it stands.
    pub(super) fn rest(self) -> Map<String, Value> {
        let read = |raw: &RawValue| serde_json::from_str(raw.get()).ok();
        self.members.into_iter().filter_map(|(key, raw)| Some((key, read(raw)?))).collect()
    }

    fn take(&mut self, key: &str) -> Option<(Value, Span)> {
        let raw = self.members.shift_remove(key)?;
        let value = serde_json::from_str(raw.get()).ok().filter(|value: &Value| !value.is_null())?;
        Some((value, span(self.report, raw)))
    }

    fn wrong<T>(&mut self, key: &str, expected: &str, span: Span) -> Option<T> {
        let diagnostic = Diagnostic::warning(codes::META_VALUE, format!("`{key}` is no {expected}"));
        self.report.push(diagnostic.hint("it counts as missing"), span);
        None
    }
}

/// The texts among some values, with their places; `what` names the others in the warnings that they are worth.
pub(super) fn texts(values: &[&RawValue], what: &str, report: &mut Report<'_>) -> Vec<(String, Span)> {
    let mut texts = Vec::with_capacity(values.len());
    for raw in values {
        let span = span(report, raw);
        match serde_json::from_str::<String>(raw.get()) {
            Ok(text) => texts.push((text, span)),
            Err(_) => report.push(Diagnostic::warning(codes::META_VALUE, format!("{what} is no text")), span),
        }
    }
    texts
}

/// Columns of `serde_json` count bytes from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.rfind(" at line ").map_or(message.clone(), |at| message[..at].to_owned())
}
