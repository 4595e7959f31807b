//! Every check, one after the other.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::workspace::cargo;

/// Runs every check and says at the end which failed. Stops at none.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// One check: what it is called, and the command that fails when it does.
struct Check {
    name: &'static str,
    command: Command,
}

/// How a check went.
struct Verdict {
    name: &'static str,
    passed: bool,
    time: Duration,
}

pub(crate) fn run(_: &Args) -> anyhow::Result<bool> {
    let started = Instant::now();
    let verdicts: Vec<_> = checks().into_iter().map(verdict).collect::<anyhow::Result<_>>()?;
    println!("\n==== summary ====");
    for Verdict { name, passed, time } in &verdicts {
        println!("{} {name} ({:.1} s)", if *passed { "ok    " } else { "FAILED" }, time.as_secs_f64());
    }
    let failed = verdicts.iter().filter(|verdict| !verdict.passed).count();
    let outcome = if failed == 0 { "all checks passed".to_owned() } else { format!("{failed} checks failed") };
    println!("{outcome} in {:.0} s", started.elapsed().as_secs_f64());
    Ok(failed == 0)
}

/// How many edit scripts of eight steps are tried: some 2,000 steps, half of them in one process that lives on.
const TRUTH_CASES: &str = "170";

/// How long builds are killed; `cargo xtask soak` does it for as long as one likes.
const SOAK_MINUTES: &str = "1.5";

/// Cheap checks first, but none before the one that makes what it needs.
fn checks() -> Vec<Check> {
    let check = |name, command| Check { name, command };
    let mut truth = cargo(&["test", "--package", "bds-graph", "--test", "scripted", "--locked", "truth::"]);
    truth.env("PROPTEST_CASES", TRUTH_CASES).env("PROPTEST_RNG_SEED", "2024");
    let mut docs = cargo(&["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"]);
    docs.env("RUSTDOCFLAGS", "-D warnings");
    vec![
        check("format", cargo(&["fmt", "--all", "--check"])),
        check("directions", xtask(&["directions"])),
        check("clippy", cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])),
        check("documentation", docs),
        check("tests", cargo(&["test", "--workspace", "--locked", "--no-fail-fast"])),
        check("truth", truth),
        check("soak", xtask(&["soak", "--minutes", SOAK_MINUTES, "--seed", "2024"])),
        check("parity", xtask(&["parity"])),
        check("generated files", xtask(&["codegen", "--check"])),
        check("types of Python", xtask(&["typecheck"])),
        check("example", example()),
        check("instructions", xtask(&["instructions", "--check"])),
    ]
}

/// A chore of ours in a process of its own: if it panics, the other checks run all the same.
fn xtask(arguments: &[&str]) -> Command {
    let mut command = cargo(&["run", "--quiet", "--package", "xtask", "--"]);
    command.args(arguments);
    command
}

/// The example must build without a single warning.
fn example() -> Command {
    cargo(&["run", "--quiet", "--package", "bds", "--", "build", "examples/field-notes", "--strict", "--future"])
}

/// Runs a check; what it prints goes where our own output goes.
fn verdict(check: Check) -> anyhow::Result<Verdict> {
    let Check { name, mut command } = check;
    println!("\n==== {name} ====");
    let started = Instant::now();
    let passed = command.status()?.success();
    let time = started.elapsed();
    println!("---- {name}: {} in {:.1} s", if passed { "ok" } else { "FAILED" }, time.as_secs_f64());
    Ok(Verdict { name, passed, time })
}
