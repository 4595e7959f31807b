//! References that are generated from the code, so that they cannot say anything else.

mod api;
mod cli;
mod diagnostics;
mod manifest;
mod reference;
mod schemas;
mod stubs;

use anyhow::{Context as _, ensure};
use bds_base::{OsSystem, System as _};

use crate::workspace;

/// Writes the generated references in `docs/`, the stubs of `bds_api`, and the manifest of what ships.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail if anything would change.
    #[arg(long)]
    check: bool,
}

/// A file that is written from the code: its path in the workspace, and what makes its text.
type Generated = (&'static str, fn() -> anyhow::Result<String>);

const GENERATED: &[Generated] = &[
    (manifest::MANIFEST, manifest::manifest),
    ("macros-py/python/bds_api/__init__.pyi", stubs::stub),
    ("docs/bds.schema.json", schemas::config),
    ("docs/abi-v1.schema.json", schemas::abi),
    ("docs/api-v1.schema.json", schemas::methods),
    ("docs/shapes.md", reference::shapes),
    (reference::MACROS, reference::macros),
    ("docs/report.schema.json", || graph_schema("report")),
    ("docs/explain.schema.json", || graph_schema("explain")),
    ("docs/why.schema.json", || graph_schema("why")),
    ("docs/deps.schema.json", || graph_schema("deps")),
    ("docs/rdeps.schema.json", || graph_schema("rdeps")),
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

/// Asked of the graph by an example of it: the other chores do not need it to compile.
fn graph_schema(name: &str) -> anyhow::Result<String> {
    let example = ["run", "--quiet", "--package", "bds-graph", "--example", "schemas", "--", name];
    let output = workspace::cargo(&example).output()?;
    ensure!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).context("the schema is not UTF-8")
}
