//! The runtime of the macros, beside Python in WebAssembly (Pyodide), as the original app runs it.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use bds_base::{OsSystem, System as _};

use crate::workspace::cargo;

/// The version that is compared with, so that figures of two days can be compared too.
const PYODIDE: &str = "0.29.0";

/// What Node.js runs. Prints rows like those of our own table.
const SCRIPT: &str = include_str!("pyodide.mjs");

pub(super) fn run() -> anyhow::Result<bool> {
    let ours = cargo(&["bench", "--quiet", "--package", "bds-macros-py", "--bench", "runtime"]).status()?.success();
    println!();
    if !answers("node") || !answers("npm") {
        println!("Python in WebAssembly is left out: there is no Node.js with npm on this machine");
        return Ok(ours);
    }
    let folder = std::env::temp_dir().join(format!("bds-bench-pyodide-{PYODIDE}"));
    match install(&folder) {
        Ok(()) => Ok(Command::new("node").arg("pyodide.mjs").current_dir(&folder).status()?.success() && ours),
        Err(error) => {
            println!("Python in WebAssembly is left out: {error:#}");
            Ok(ours)
        }
    }
}

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Puts the package and the script into a folder outside of the checkout; what is there is used again.
fn install(folder: &Path) -> anyhow::Result<()> {
    OsSystem.write_atomic(&folder.join("pyodide.mjs"), SCRIPT.as_bytes())?;
    if OsSystem.stat(&folder.join("node_modules/pyodide/pyodide.mjs")).is_ok() {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix", "."]).arg(format!("pyodide@{PYODIDE}"));
    let status = npm.current_dir(folder).stdin(Stdio::null()).status().context("npm")?;
    anyhow::ensure!(status.success(), "pyodide {PYODIDE} could not be installed from the npm registry");
    Ok(())
}
