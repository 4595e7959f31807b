use bds_macro_api::HostError;
use bds_project::nearest;
use serde_json::{Map, Value};

/// The arguments of a call, taken by name and checked by type.
pub(crate) struct Arguments<'a> {
    method: &'a str,
    values: Option<&'a Map<String, Value>>,
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(method: &'a str, values: &'a Map<String, Value>) -> Self {
        Self { method, values: Some(values) }
    }

    /// A text that must be given.
    pub(crate) fn text(&self, name: &str) -> Result<&'a str, HostError> {
        self.optional_text(name)?.ok_or_else(|| self.wrong(name, "is missing"))
    }

    /// A text that may be left out.
    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<&'a str>, HostError> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "must be a string")),
        }
    }

    /// A whole number that may be left out.
    pub(crate) fn optional_number(&self, name: &str) -> Result<Option<i64>, HostError> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => whole(value).map(Some).ok_or_else(|| self.wrong(name, "must be a whole number")),
        }
    }

    /// An object that may be left out, as arguments of its own.
    pub(crate) fn object(&self, name: &str) -> Result<Arguments<'a>, HostError> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(Self { method: self.method, values: None }),
            Some(Value::Object(values)) => Ok(Self { method: self.method, values: Some(values) }),
            Some(_) => Err(self.wrong(name, "must be a dictionary")),
        }
    }

    /// Refuses keys that are none of these: what is misspelt would count as not given.
    pub(crate) fn only(self, known: &[&str]) -> Result<Self, HostError> {
        let is_unknown = |key: &&String| !known.contains(&key.as_str());
        let Some(unknown) = self.values.and_then(|values| values.keys().find(is_unknown)) else { return Ok(self) };
        let hint = match nearest(unknown, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys are {}", known.join(", ")),
        };
        Err(HostError::BadArgument(format!("`bds.{}` knows no key `{unknown}`; {hint}", self.method)))
    }

    /// A list of texts that may be left out; a single text counts as a list of one.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<&'a str>, HostError> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(values)) => {
                let texts = values.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
                texts.ok_or_else(|| self.wrong(name, "must be a list of strings"))
            }
            Some(_) => Err(self.wrong(name, "must be a list of strings")),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.values?.get(name)
    }

    /// Says what is wrong with an argument.
    pub(crate) fn wrong(&self, name: &str, what: &str) -> HostError {
        HostError::BadArgument(format!("`{name}` of `bds.{}` {what}", self.method))
    }
}

/// A whole number, also one that is written as `5.0`.
fn whole(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "numbers without a fraction in the range of `i32` are exact")]
    let from_float =
        |number: f64| (number.fract() == 0.0 && number.abs() < f64::from(i32::MAX)).then_some(number as i64);
    value.as_i64().or_else(|| value.as_f64().and_then(from_float))
}
