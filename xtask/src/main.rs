//! The chores of this workspace: `cargo xtask CHORE`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the people who work on bds prints")]

mod bench;
mod ci;

mod codegen;
mod corpus;
mod directions;
mod instructions;
mod parity;
mod soak;
mod typecheck;

mod workspace;

use std::process::ExitCode;

use bds_macros_py::WorkerCommand;
use clap::{Parser, Subcommand};

/// Checks, corpora and generators of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    Bench(bench::Args),
    Ci(ci::Args),
    Codegen(codegen::Args),
    Corpus(corpus::Args),
    Directions(directions::Args),
    Instructions(instructions::Args),
    Parity(parity::Args),
    Soak(soak::Args),
    Typecheck(typecheck::Args),
}

fn main() -> ExitCode {
    // `parity` runs macros: its workers are this program again.
    if std::env::args_os().nth(1).is_some_and(|first| first == WorkerCommand::ARGUMENT) {
        return bds_macros_py::worker_main(std::env::args_os().skip(2));
    }
    let done = match Args::parse().chore {
        Chore::Bench(args) => bench::run(&args),
        Chore::Ci(args) => ci::run(&args),
        Chore::Codegen(args) => Ok(codegen::run(&args)),
        Chore::Corpus(args) => corpus::run(&args),
        Chore::Directions(args) => directions::run(&args),
        Chore::Instructions(args) => instructions::run(&args),
        Chore::Parity(args) => parity::run(&args),
        Chore::Soak(args) => soak::run(&args),
        Chore::Typecheck(args) => typecheck::run(&args),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
