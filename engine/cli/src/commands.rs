//! The commands, a file each.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod defaults;
pub(crate) mod doctor;
pub(crate) mod init;
pub(crate) mod stats;

use crate::args::Command;
use crate::exit::ExitStatus;
use crate::failure::Failure;

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<ExitStatus, Failure> {
    match command {
        Command::Build(args) => build::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Defaults(args) => defaults::run(&args),
        Command::Stats(args) => stats::run(&args),
        Command::Bench(args) => bench::run(&args),
    }
}
