//! How many instructions `bds` executes in builds that are always the same: unlike seconds, that can be judged on a busy machine.

mod environment;
mod record;
mod scenarios;

use anyhow::{Context as _, ensure};
use bds_base::{OsSystem, System as _};

use crate::workspace::{release_binary, root};
use environment::Environment;
use record::{Record, Set};

/// Counts the instructions of builds that are always the same, with callgrind, and holds them against those that are recorded.
///
/// Counts depend on the compiler, the libraries and the processor: they are recorded with these, and judged only where all are the same.
/// Elsewhere they are printed, and nothing fails. What differs by more than 3 % fails, less as well as more, until it is recorded with a reason.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Fail if a count differs from what is recorded; so it is, too, when nothing is said
    #[arg(long, conflicts_with = "update")]
    check: bool,
    /// Record the counts
    #[arg(long, requires = "reason")]
    update: bool,
    /// Why the counts are what they are now
    #[arg(long, value_name = "TEXT", requires = "update")]
    reason: Option<String>,
}

/// The recorded counts, from the root of the workspace.
const FILE: &str = "tests/instructions.json";

pub(crate) fn run(args: &Args) -> anyhow::Result<bool> {
    let Some(valgrind) = environment::valgrind() else {
        println!("there is no valgrind on this machine, so that no instructions are counted");
        return Ok(true);
    };
    let bds = release_binary()?;
    let environment = Environment::of(&bds, valgrind)?;
    let file = root().join(FILE);
    let text = if OsSystem.stat(&file).is_ok() { OsSystem.read(&file)? } else { b"[]".to_vec() };
    let mut record: Record = serde_json::from_slice(&text).with_context(|| FILE.to_owned())?;
    let counts = scenarios::count(&bds)?;
    if let Some(reason) = args.reason.as_ref().filter(|_| args.update) {
        ensure!(!reason.trim().is_empty(), "say why the counts are what they are now");
        record.put(Set { environment, reason: reason.clone(), counts });
        OsSystem.write_atomic(&file, (serde_json::to_string_pretty(&record)? + "\n").as_bytes())?;
        println!("recorded in `{FILE}`");
        return Ok(true);
    }
    Ok(record.judge(&environment, &counts))
}
