//! The command line as a whole; each command's own arguments stand beside the command.

use clap::{Parser, Subcommand};

use crate::commands::{bench, build, doctor, init, stats, stubs};

/// Builds a blog into a static site: Markdown posts, Liquid templates and Python macros in, HTML out.
///
/// What a page was made from is remembered, and only what can differ is made again.
#[derive(Debug, Parser)]
#[command(name = "bds", version, about, long_about, max_term_width = 100)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What bds can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Build(build::Args),
    Init(init::Args),
    Doctor(doctor::Args),
    Stats(stats::Args),
    Bench(bench::Args),
    Stubs(stubs::Args),
}
