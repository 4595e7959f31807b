use std::collections::BTreeSet;

use serde_json::Value;

/// What of a schema has been seen in values: each optional key there and missing, whatever can be null null and not,
/// each list with an item. A shape that no value has ever had proves nothing.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    possible: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Coverage {
    /// Takes a valid value into account. `pointer` says where its schema stands: for the answer of a method, below the
    /// name of the method.
    pub(super) fn add(&mut self, value: &Value, schema: &Value, pointer: &str) {
        let name = pointer.split('/').nth(2).expect("a name follows the first part");
        let part = schema.pointer(pointer).expect("the schema was used already");
        self.walk(name, Some(value), part, schema);
    }

    /// What could have been seen and was not, sorted.
    pub(super) fn unseen(&self) -> Vec<&str> {
        self.possible.difference(&self.seen).map(String::as_str).collect()
    }

    fn note(&mut self, name: &str, what: &str, is_seen: bool) {
        let what = format!("{name}: {what}");
        if is_seen {
            self.seen.insert(what.clone());
        }
        self.possible.insert(what);
    }

    fn walk(&mut self, name: &str, value: Option<&Value>, part: &Value, schema: &Value) {
        if let Some(place) = part["$ref"].as_str() {
            let part = schema.pointer(place.trim_start_matches('#')).expect("a reference leads somewhere");
            let name = place.rsplit('/').next().expect("a reference has a last part");
            // Without a value there is nothing more to learn, and a shape may hold itself.
            if value.is_some() {
                self.walk(name, value, part, schema);
            }
        } else if let Some(options) = part["anyOf"].as_array() {
            self.walk_options(name, value, options, schema);
        } else if let Some(keys) = part["properties"].as_object() {
            let required = part["required"].as_array().map_or(&[][..], Vec::as_slice);
            for (key, part) in keys {
                let inner = value.and_then(|value| value.get(key));
                let name = format!("{name}.{key}");
                if !required.iter().any(|required| required == key) {
                    self.note(&name, "there", inner.is_some());
                    self.note(&name, "missing", inner.is_none());
                }
                self.walk(&name, inner, part, schema);
            }
        } else if let Some(part) = part.get("items") {
            let items = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            self.note(name, "an item", !items.is_empty());
            for item in items {
                self.walk(name, Some(item), part, schema);
            }
        } else if let Some(part) = part.get("additionalProperties").filter(|part| part.is_object()) {
            for value in value.and_then(Value::as_object).into_iter().flat_map(|values| values.values()) {
                self.walk(name, Some(value), part, schema);
            }
        }
    }

    fn walk_options(&mut self, name: &str, value: Option<&Value>, options: &[Value], schema: &Value) {
        let (null, others): (Vec<_>, Vec<_>) = options.iter().partition(|option| option["type"] == "null");
        if !null.is_empty() {
            self.note(name, "null", value.is_some_and(Value::is_null));
            self.note(name, "a value", value.is_some_and(|value| !value.is_null()));
        }
        for part in others {
            self.walk(name, value.filter(|value| !value.is_null()), part, schema);
        }
    }
}
