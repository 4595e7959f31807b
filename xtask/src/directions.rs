//! The arrows between the rooms of the house, and the marks that the code is held to.

mod edges;
mod marks;

use anyhow::Context as _;
use bds_base::{OsSystem, System as _};

use crate::workspace;

/// Proves which crates may know which, and that the marks of the house are kept.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> anyhow::Result<bool> {
    let mut faults = edges::faults(&metadata()?)?;
    faults.extend(marks::lock_faults(&text("Cargo.lock")?));
    faults.extend(marks::source_faults()?);
    for fault in &faults {
        println!("{fault}");
    }
    println!("{}", if faults.is_empty() { "all arrows point the right way" } else { "the house is not in order" });
    Ok(faults.is_empty())
}

fn metadata() -> anyhow::Result<serde_json::Value> {
    let output = workspace::cargo(&["metadata", "--format-version=1", "--no-deps"]).output()?;
    anyhow::ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("cargo metadata printed no JSON")
}

fn text(path: &str) -> anyhow::Result<String> {
    let path = workspace::root().join(path);
    let bytes = OsSystem.read(&path).with_context(|| format!("`{}` cannot be read", path.display()))?;
    String::from_utf8(bytes).with_context(|| format!("`{}` is not UTF-8", path.display()))
}
