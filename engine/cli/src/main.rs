//! The binary `bds`: parses the command line, joins the query graph with the Python runtime, prints, and exits.

mod args;
mod codes;
mod columns;
mod commands;
mod desk;
mod exit;
mod failure;
mod find;
mod interrupt;
mod output;
mod progress;
mod setup;
mod site;
mod sources;

use std::process::ExitCode;

use bds_macros_py::WorkerCommand;
use clap::{CommandFactory as _, Parser};

use crate::exit::ExitStatus;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|first| first == WorkerCommand::ARGUMENT) {
        return bds_macros_py::worker_main(std::env::args_os().skip(2));
    }
    // What shells ask for on Tab; it goes no further then.
    clap_complete::CompleteEnv::with_factory(args::Args::command).complete();
    let args = args::Args::parse();
    match commands::run(args.command) {
        Ok(status) => status.into(),
        Err(failure) => {
            output::failure(&failure);
            ExitStatus::Usage.into()
        }
    }
}
