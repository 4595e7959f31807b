//! References that are generated from the code, so that they cannot say anything else.

mod cli;
mod diagnostics;

use anyhow::{Context as _, ensure};
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

/// A file that is written from the code: its path in the workspace, and what makes its text.
type Generated = (&'static str, fn() -> anyhow::Result<String>);

const GENERATED: &[Generated] = &[
    ("docs/bds.schema.json", || pretty(&schema_of::<bds_project::config::Config>("bds.toml"))),
    ("docs/abi-v1.schema.json", || pretty(&abi())),
    ("docs/report.schema.json", report),
    ("docs/diagnostics.md", diagnostics::page),
    ("docs/cli.md", cli::page),
];

/// What became of a generated file.
enum Fate {
    UpToDate,
    Written,
    Stale,
}

pub(crate) fn run(args: &Args) -> bool {
    let mut good = true;
    for generated @ (path, _) in GENERATED {
        let renewed = renew(generated, args.check);
        match &renewed {
            Ok(Fate::UpToDate) => println!("{path}: up to date"),
            Ok(Fate::Written) => println!("{path}: written"),
            Ok(Fate::Stale) => println!("{path}: not what the code says; run `cargo xtask codegen`"),
            Err(error) => println!("{path}: cannot be made: {error:#}"),
        }
        good &= matches!(renewed, Ok(Fate::UpToDate | Fate::Written));
    }
    good
}

/// Writes one file if it is not what the code says, or only looks.
fn renew((path, make): &Generated, check: bool) -> anyhow::Result<Fate> {
    let (text, file) = (make()?, workspace::root().join(path));
    if OsSystem.read(&file).is_ok_and(|before| before == text.as_bytes()) {
        return Ok(Fate::UpToDate);
    }
    if check {
        return Ok(Fate::Stale);
    }
    OsSystem.write_atomic(&file, text.as_bytes()).with_context(|| format!("`{path}` cannot be written"))?;
    Ok(Fate::Written)
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

/// Asked of the graph by an example of it: the other chores do not need it to compile.
fn report() -> anyhow::Result<String> {
    let output =
        workspace::cargo(&["run", "--quiet", "--package", "bds-graph", "--example", "report_schema"]).output()?;
    ensure!(output.status.success(), "report_schema: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).context("the schema is not UTF-8")
}

fn pretty(value: &impl serde::Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
