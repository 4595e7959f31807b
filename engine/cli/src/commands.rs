//! The commands, a file each.

pub(crate) mod bench;
pub(crate) mod blogmark;
pub(crate) mod build;
pub(crate) mod cache;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod defaults;
pub(crate) mod deps;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod init;
pub(crate) mod options;
pub(crate) mod rdeps;
pub(crate) mod rebuild;
pub(crate) mod repair;
pub(crate) mod scripts;
pub(crate) mod stats;
pub(crate) mod stubs;
pub(crate) mod sync;
pub(crate) mod watch;
pub(crate) mod why;

use crate::args::Command;
use crate::exit::ExitStatus;
use crate::failure::Failure;

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<ExitStatus, Failure> {
    match command {
        Command::Build(args) => build::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Why(args) => why::run(&args),
        Command::Deps(args) => deps::run(&args),
        Command::Rdeps(args) => rdeps::run(&args),
        Command::Cache(args) => cache::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Scripts(args) => scripts::run(&args),
        Command::Sync(args) => sync::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Repair(args) => repair::run(&args),
        Command::Rebuild(args) => rebuild::run(&args),
        Command::Defaults(args) => defaults::run(&args),
        Command::Blogmark(args) => blogmark::run(&args),
        Command::Stats(args) => stats::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Stubs(args) => stubs::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Watch(args) => watch::run(args),
    }
}
