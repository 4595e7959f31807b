//! Type checks of what is written in Python: the package that scripts import, its stubs, the scripts that ship, and the
//! example.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use bds_base::{OsSystem, System as _};

use crate::workspace;

/// Checks the types of our Python with mypy and pyright, where they are installed.
///
/// They are looked for in the Python that `BDS_TYPECHECK_PYTHON` names, or else in `python3`. One that is not there is
/// named in a line and left out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// The versions that everybody runs.
const PINNED: &str = include_str!("../../.ci/requirements.txt");

/// Where imports are looked for, besides the standard library.
const SEARCHED: [&str; 3] = ["macros-py/python", "macros-py/python/native", "examples/field-notes/scripts"];

/// The package itself: the same module as its stub, so it cannot be checked together with what sees the stub.
const PACKAGE: &str = "macros-py/python/bds_api/__init__.py";

/// What sees the stub: files, and folders of files.
const SEES_THE_STUB: [&str; 6] = [
    "macros-py/python/bds_api/__init__.pyi",
    "macros-py/python/bds_api/testing.py",
    "macros-py/python/checked",
    "defaults/scripts",
    "defaults/older/scripts",
    "examples/field-notes/scripts",
];

pub(crate) fn run(_: &Args) -> anyhow::Result<bool> {
    let mut good = true;
    if is_there("mypy")? {
        let whole = files(&SEES_THE_STUB);
        ensure!(whole.len() > SEES_THE_STUB.len(), "the scripts to check are not found");
        good &= passes(&mut mypy(&whole)?)? & passes(&mut mypy(&[PACKAGE.to_owned()])?)?;
    }
    if is_there("pyright")? {
        // What it looks at stands in `pyrightconfig.json`, where editors find it, too.
        good &= passes(python("pyright").arg("--warnings"))?;
    }
    Ok(good)
}

fn python(module: &str) -> Command {
    let mut command = Command::new(std::env::var_os("BDS_TYPECHECK_PYTHON").unwrap_or_else(|| "python3".into()));
    command.args(["-m", module]).current_dir(workspace::root()).stdin(Stdio::null());
    command
}

fn mypy(files: &[String]) -> anyhow::Result<Command> {
    let mut command = python("mypy");
    let searched = std::env::join_paths(SEARCHED).context("our own folders have plain names")?;
    command.args(["--strict", "--cache-dir", "target/mypy"]).args(files).env("MYPYPATH", searched);
    Ok(command)
}

/// Whether a checker is installed. Says so when it is not, or when it is not the one that everybody runs.
fn is_there(module: &str) -> anyhow::Result<bool> {
    let pinned = pinned(module).with_context(|| format!("`.ci/requirements.txt` names no version of {module}"))?;
    let output = python(module).arg("--version").output();
    let Some(output) = output.ok().filter(|output| output.status.success()) else {
        println!("{module} is not installed, so it checks nothing; install it with: pip install {module}=={pinned}");
        return Ok(false);
    };
    let told = String::from_utf8_lossy(&output.stdout);
    if !told.split_whitespace().any(|word| word == pinned) {
        println!("this is {}, and not version {pinned}: what it finds may differ", told.trim());
    }
    Ok(true)
}

fn pinned(module: &str) -> Option<&'static str> {
    PINNED.lines().find_map(|line| line.strip_prefix(module)?.strip_prefix("=="))
}

/// The Python files among these and below these, sorted.
fn files(paths: &[&str]) -> Vec<String> {
    let root = workspace::root();
    let below = |path: &str| {
        let is_python = |name: &String| Path::new(name).extension().is_some_and(|ending| ending == "py");
        let mut names: Vec<_> = OsSystem.list(&root.join(path)).unwrap_or_default();
        names.sort();
        names.into_iter().filter(is_python).map(|name| format!("{path}/{name}")).collect::<Vec<_>>()
    };
    let each = |path: &&str| if path.contains(".py") { vec![(*path).to_owned()] } else { below(path) };
    paths.iter().flat_map(each).collect()
}

/// Runs a checker; what it prints goes where our own output goes.
fn passes(command: &mut Command) -> anyhow::Result<bool> {
    Ok(command.status()?.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_checkers_are_pinned() {
        for module in ["mypy", "pyright"] {
            assert!(pinned(module).is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit())));
        }
    }

    #[test]
    fn all_scripts_are_checked() {
        let files = files(&SEES_THE_STUB);
        for wanted in [
            "macros-py/python/checked/faces.py",
            "defaults/scripts/gallery.py",
            "defaults/older/scripts/gallery.1.py",
            "macros-py/python/bds_api/__init__.pyi",
        ] {
            assert!(files.iter().any(|file| file == wanted), "{wanted} is not among {files:?}");
        }
    }
}
