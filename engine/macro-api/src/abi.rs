//! ABI v1: the shapes that a macro script sees (format sheet §11.3 and §11.5).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of the shapes below.
pub const ABI_VERSION: u32 = 1;

/// The first argument of a macro.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Context {
    /// Where and for whom the macro is rendered.
    pub env: Env,
    /// The parameters of the call as written; every value is a string.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Free for later versions; empty in this one.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub data: Map<String, Value>,
}

/// Where and for whom a macro is rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Env {
    /// Whether this is a preview. `false` in builds.
    pub is_preview: bool,
    /// The language that is being rendered (not the project's main language; the name is ABI v1's).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub main_language: Option<String>,
    /// `""` in the main tree, `"/en"` in the English one.
    #[serde(default)]
    pub language_prefix: String,
    /// The name that the macro was called by, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub hook: Option<String>,
    /// Which script it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ScriptRef")]
    pub source: Option<ScriptRef>,
    /// The strings `render.*` in the language that is being rendered.
    #[serde(default)]
    pub translations: BTreeMap<String, String>,
}

/// Names the script that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScriptRef {
    /// Always `macro` for macros.
    pub kind: String,
    /// The script's id; none for a shipped default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub id: Option<String>,
}

/// What a macro returns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Result")]
pub struct MacroResult {
    /// The HTML that stands in the place of the call.
    pub html: String,
    /// Anything that the script wants to hand on; must be JSON. `errors` in it, a list of texts, says what is wrong with the call:
    /// they are told to the user as errors at the call, and the HTML stands in its place all the same.
    #[serde(default)]
    pub data: Option<Map<String, Value>>,
    /// Told to the user as warnings at the call.
    #[serde(default)]
    pub warnings: Vec<String>,
}

impl MacroResult {
    /// What the macro says is wrong with its call: `errors` in `data`, where that is a list of texts.
    pub fn errors(&self) -> Vec<&str> {
        let errors = self.data.as_ref().and_then(|data| data.get("errors")).and_then(Value::as_array);
        errors.and_then(|errors| errors.iter().map(Value::as_str).collect()).unwrap_or_default()
    }
}
