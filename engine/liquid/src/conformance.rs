//! Runs recorded cases: templates with what `LiquidJS` 10 made of them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::environment::{Environment, Loaded, render};
use crate::limits::Budget;
use crate::template::Template;
use crate::value::{Map, Value, script_text};

/// Why some of our results differ from the recorded ones on purpose, as JSON: case name to reason.
pub const DEVIATIONS: &str = include_str!("../deviations.json");

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The name of the case.
    pub name: String,
    /// What was recorded; `None` where `LiquidJS` refuses the template.
    pub expected: Option<String>,
    /// What came out, or why nothing did.
    pub actual: Result<String, String>,
    /// Whether it is as recorded.
    pub passed: bool,
    /// Why it need not be, where that is decided.
    pub deviation: Option<String>,
}

/// A file of cases that share partials and variables.
#[derive(Debug, Deserialize)]
struct Suite {
    #[serde(default)]
    partials: BTreeMap<String, String>,
    context: serde_json::Value,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    template: String,
    expected: Option<String>,
    #[serde(default)]
    error: bool,
}

/// Runs all cases of a file, given as its JSON text. Errors if that is no such file.
pub fn run(file: &str) -> Result<Vec<CaseResult>, serde_json::Error> {
    let suite: Suite = serde_json::from_str(file)?;
    let deviations: BTreeMap<String, String> = serde_json::from_str(DEVIATIONS)?;
    Ok(suite.cases.iter().map(|case| case.run(&suite, &deviations)).collect())
}

impl Case {
    fn run(&self, suite: &Suite, deviations: &BTreeMap<String, String>) -> CaseResult {
        let actual = self.render(suite);
        let passed = match &actual {
            Ok(text) => !self.error && self.expected.as_ref() == Some(text),
            Err(_) => self.error,
        };
        CaseResult {
            name: self.name.clone(),
            expected: self.expected.clone().filter(|_| !self.error),
            actual,
            passed,
            deviation: deviations.get(&self.name).cloned(),
        }
    }

    fn render(&self, suite: &Suite) -> Result<String, String> {
        let template = Template::parse(&self.name, &self.template).map_err(|errors| errors.to_string())?;
        let load = |name: &str| match suite.partials.get(name) {
            None => Loaded::Missing,
            Some(source) => Template::parse(name, source).map_or_else(Loaded::Broken, Loaded::Found),
        };
        let globals: Map<'_> = match &suite.context {
            serde_json::Value::Object(entries) => entries.iter().map(|(key, value)| (key.as_str(), value)).collect(),
            _ => Map::new(),
        };
        let environment = Environment::new()
            .with_loader(load)
            .with_filter("i18n", |key, arguments| Ok(i18n(&key, arguments.get(0)).into()));
        render(&template, &globals, &environment).map(|page| page.text).map_err(|error| error.to_string())
    }
}

/// The stand-in for translation with which the cases were recorded: language and key.
fn i18n<'a>(key: &Value<'a>, language: Value<'a>) -> String {
    let budget = Budget::of_one_value();
    let language = Some(language).filter(Value::is_script_truthy).unwrap_or_else(|| "en".into());
    let key = if key.is_nil() { "".into() } else { script_text(key, &budget) };
    format!("{}:{key}", script_text(&language, &budget))
}
