pub(crate) mod check;
mod run;
mod test;
mod words;

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use crate::exit::ExitStatus;
use crate::failure::Failure;

/// Checks, runs and tests the scripts of a project.
///
/// A SCRIPT is a slug, an id, or a file.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    common: Common,
}

/// What every one of them can be told.
#[derive(Debug, clap::Args)]
pub(super) struct Common {
    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    #[arg(long, value_name = "DIR", global = true)]
    project: Option<PathBuf>,

    /// How data is printed.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", global = true)]
    format: Format,

    /// Print JSON: short for --format json.
    #[arg(long, global = true)]
    json: bool,
}

impl Common {
    fn is_json(&self) -> bool {
        self.json || self.format == Format::Json
    }
}

/// The forms of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// Lines and columns for people
    #[default]
    Table,
    /// One JSON object
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Run(run::Run),
    Test(test::Test),
}

/// Runs `bds scripts`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let common = &args.common;
    match &args.command {
        Command::Check(args) => check::run(args, common),
        Command::Run(args) => run::run(args, common),
        Command::Test(args) => test::run(args, common),
    }
}
