//! References that are generated from the code, so that they cannot say anything else.

mod cli;
mod diagnostics;

use std::path::PathBuf;

use anyhow::Context as _;
use bds_base::{OsSystem, System as _};
use schemars::{JsonSchema, Schema};
use serde_json::json;

use crate::workspace;

/// Writes the generated references in `docs/`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail if anything would change.
    #[arg(long)]
    check: bool,
}

/// A file that is written from the code: its path in the workspace, and its text.
struct Generated {
    path: &'static str,
    text: String,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<bool> {
    let mut stale = Vec::new();
    for Generated { path, text } in generate()? {
        let file = workspace::root().join(path);
        if OsSystem.read(&file).is_ok_and(|before| before == text.as_bytes()) {
            continue;
        }
        if !args.check {
            OsSystem.write_atomic(&file, text.as_bytes()).with_context(|| format!("`{path}` cannot be written"))?;
        }
        stale.push((path, file));
    }
    say(&stale, args.check);
    Ok(stale.is_empty() || !args.check)
}

fn say(stale: &[(&str, PathBuf)], check: bool) {
    let verb = if check { "is not what the code says; run `cargo xtask codegen`" } else { "written" };
    stale.iter().for_each(|(path, _)| println!("{path}: {verb}"));
    if stale.is_empty() {
        println!("all generated files are up to date");
    }
}

fn generate() -> anyhow::Result<Vec<Generated>> {
    Ok(vec![
        Generated {
            path: "docs/bds.schema.json",
            text: pretty(&schema_of::<bds_project::config::Config>("bds.toml"))?,
        },
        Generated { path: "docs/abi-v1.schema.json", text: pretty(&abi())? },
        Generated { path: "docs/diagnostics.md", text: diagnostics::page()? },
        Generated { path: "docs/cli.md", text: cli::page()? },
    ])
}

fn schema_of<T: JsonSchema>(title: &str) -> Schema {
    let mut schema = schemars::schema_for!(T);
    schema.insert("title".to_owned(), json!(title));
    schema
}

/// What a macro is called with, and what it returns, as one document with two parts.
fn abi() -> serde_json::Value {
    let mut generator = schemars::SchemaGenerator::default();
    let context = generator.subschema_for::<bds_macro_api::Context>();
    let result = generator.subschema_for::<bds_macro_api::MacroResult>();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Macro ABI v{}", bds_macro_api::ABI_VERSION),
        "description": "The first argument of a macro, and what it returns.",
        "type": "object",
        "properties": { "context": context, "result": result },
        "$defs": generator.take_definitions(true),
    })
}

fn pretty(value: &impl serde::Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
