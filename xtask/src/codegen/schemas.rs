//! JSON Schemas of `bds.toml`, of ABI v1 and of the API.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::api::{Api, Method, Shape, Usage, context_schema, result_schema};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// `docs/bds.schema.json`.
pub(super) fn config() -> anyhow::Result<String> {
    pretty(&schema_of::<bds_project::config::Config>("bds.toml"))
}

/// `docs/abi-v1.schema.json`: what a macro is called with, and what it returns, as one document with three parts.
pub(super) fn abi() -> anyhow::Result<String> {
    let api = Api::read()?;
    let mut definitions = context_schema();
    let arguments = api.shapes.iter().filter(|(_, shape)| shape.usage == Usage::Argument);
    for (name, made) in arguments.map(|(name, it)| (name, shape(it))) {
        // What Rust types say of themselves is more exact.
        definitions.entry(name.clone()).or_insert(made);
    }
    definitions.extend(result_schema());
    pretty(&json!({
        "$schema": DIALECT,
        "title": format!("Macro ABI v{}", bds_macro_api::ABI_VERSION),
        "description": "The two arguments of a macro, and what it returns.",
        "type": "object",
        "properties": {
            "context": { "$ref": "#/$defs/Context" },
            "post": { "anyOf": [{ "$ref": "#/$defs/Post" }, { "type": "null" }] },
            "result": { "$ref": "#/$defs/Result" },
        },
        "$defs": definitions,
    }))
}

/// `docs/api-v1.schema.json`: the arguments and the answer of each method, by its name.
pub(super) fn methods() -> anyhow::Result<String> {
    let api = Api::read()?;
    let methods: Map<_, _> = api.methods().map(|(space, it)| (format!("{space}.{}", it.name), method(it))).collect();
    let shapes = api.shapes.iter().filter(|(_, shape)| matches!(shape.usage, Usage::Answer | Usage::Question));
    let definitions: Map<_, _> = shapes.map(|(name, it)| (name.clone(), shape(it))).collect();
    pretty(&json!({
        "$schema": DIALECT,
        "title": format!("Macro API v{}", bds_macro_api::ABI_VERSION),
        "description": "The methods of `bds` and `site`: what each is asked with, by the names of its parameters, and what it answers.",
        "type": "object",
        "properties": methods,
        "additionalProperties": false,
        "$defs": definitions,
    }))
}

fn method(method: &Method) -> Value {
    let parameters = method.parameters.iter();
    let properties: Map<_, _> = parameters.clone().map(|it| (it.name.clone(), it.kind().schema())).collect();
    let required: Vec<_> = parameters.filter(|it| !it.optional).map(|it| &it.name).collect();
    let arguments = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "description": method.doc,
        "properties": { "arguments": arguments, "answer": method.returns.schema() },
        "required": ["arguments", "answer"],
        "additionalProperties": false,
    })
}

fn shape(shape: &Shape) -> Value {
    let property = |schema: Value, doc: &str| match schema {
        Value::Object(mut schema) => {
            schema.insert("description".to_owned(), json!(doc));
            Value::Object(schema)
        }
        schema => schema,
    };
    let keys = shape.keys.iter();
    let properties: Map<_, _> =
        keys.clone().map(|(name, key)| (name.clone(), property(key.kind.schema(), &key.doc))).collect();
    let required: Vec<_> = keys.filter(|(_, key)| !key.optional).map(|(name, _)| name).collect();
    let mut schema = json!({
        "type": "object",
        "description": shape.doc,
        "properties": properties,
        "required": required,
    });
    // What is asked may hold keys that mean nothing; what is answered never does.
    if shape.usage != Usage::Question {
        schema["additionalProperties"] = json!(false);
    }
    schema
}

fn schema_of<T: JsonSchema>(title: &str) -> schemars::Schema {
    let mut schema = schemars::schema_for!(T);
    schema.insert("title".to_owned(), json!(title));
    schema
}

fn pretty(value: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
