//! The shapes of ABI v1, from the schemas of the Rust types.

use anyhow::{Context as _, bail};
use bds_macro_api::{Context, MacroResult};
use indexmap::IndexMap;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

use super::{Key, Kind, Shape, Usage};

/// The shapes of the first argument of a macro and of what it returns.
pub(super) fn shapes() -> anyhow::Result<IndexMap<String, Shape>> {
    let mut shapes = IndexMap::new();
    for (definitions, usage) in [(context_schema(), Usage::Argument), (result_schema(), Usage::Result)] {
        for (name, schema) in definitions {
            let shape = shape(&schema, usage).with_context(|| format!("the schema of `{name}`"))?;
            shapes.insert(name, shape);
        }
    }
    Ok(shapes)
}

/// The definitions of the first argument, as it is when a macro gets it.
pub(in crate::codegen) fn context_schema() -> Map<String, Value> {
    definitions::<Context>(SchemaSettings::draft2020_12().for_serialize())
}

/// The definitions of what a macro returns, as it may be.
pub(in crate::codegen) fn result_schema() -> Map<String, Value> {
    definitions::<MacroResult>(SchemaSettings::draft2020_12().for_deserialize())
}

fn definitions<T: JsonSchema>(settings: SchemaSettings) -> Map<String, Value> {
    let mut generator = SchemaGenerator::new(settings);
    generator.subschema_for::<T>();
    generator.take_definitions(true)
}

fn shape(schema: &Value, usage: Usage) -> anyhow::Result<Shape> {
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut keys = IndexMap::new();
    for (name, property) in schema["properties"].as_object().context("it has no properties")? {
        let kind = kind(property).with_context(|| format!("the key `{name}`"))?;
        keys.insert(name.clone(), Key { kind, optional: !required.contains(&name.as_str()), doc: doc(property)? });
    }
    Ok(Shape { doc: doc(schema)?, usage, keys })
}

fn doc(schema: &Value) -> anyhow::Result<String> {
    let doc = schema["description"].as_str().context("it has no description")?;
    Ok(doc.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn kind(schema: &Value) -> anyhow::Result<Kind> {
    if *schema == Value::Bool(true) {
        return Ok(Kind::Any);
    }
    if let Some(name) = schema["$ref"].as_str() {
        return Ok(Kind::Shape(name.trim_start_matches("#/$defs/").to_owned()));
    }
    match &schema["type"] {
        Value::String(name) => of_type(name, schema),
        Value::Array(names) => {
            let kinds = names.iter().filter_map(Value::as_str).map(|name| of_type(name, schema));
            Ok(Kind::Union(kinds.collect::<anyhow::Result<_>>()?))
        }
        _ => bail!("{schema} cannot be said in Python"),
    }
}

fn of_type(name: &str, schema: &Value) -> anyhow::Result<Kind> {
    Ok(match name {
        "null" => Kind::None,
        "boolean" => Kind::Bool,
        "integer" => Kind::Int,
        "string" => Kind::Str,
        "array" => Kind::List(Box::new(kind(&schema["items"])?)),
        "object" => Kind::Dict(Box::new(kind(&schema["additionalProperties"])?)),
        _ => bail!("{schema} cannot be said in Python"),
    })
}
