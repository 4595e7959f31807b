//! The command line as a whole; each command's own arguments stand beside the command.

use clap::{Parser, Subcommand};

use crate::commands::{
    bench, blogmark, build, cache, check, completions, defaults, deps, diff, doctor, init, rdeps, rebuild, repair,
    scripts, stats, stubs, sync, watch, why,
};

/// Builds a blog into a static site: Markdown posts, Liquid templates and Python macros in, HTML out.
///
/// What a page was made from is remembered, and only what can differ is made again.
#[derive(Debug, Parser)]
#[command(name = "bds", version, about, long_about, after_long_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What bds can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Build(build::Args),
    Watch(watch::Args),
    Check(check::Args),
    Why(why::Args),
    Deps(deps::Args),
    Rdeps(rdeps::Args),
    Cache(cache::Args),
    Init(init::Args),
    Doctor(doctor::Args),
    Scripts(scripts::Args),
    Sync(sync::Args),
    Diff(diff::Args),
    Repair(repair::Args),
    Rebuild(rebuild::Args),
    Defaults(defaults::Args),
    Blogmark(blogmark::Args),
    Stats(stats::Args),
    Bench(bench::Args),
    Stubs(stubs::Args),
    Completions(completions::Args),
}

const EXIT_CODES: &str = "\
Exit codes:
  0    Done, and nothing is wrong with the content
  1    Done, but something is wrong with the content (with --strict, a warning is enough)
  2    Not done: the command line, bds.toml or the machine is at fault
  101  A bug of bds
  130  Ended by Ctrl-C

When libpython, which bds embeds, is gone from the machine, the system's loader says so before bds begins, with an \
exit code of its own (127 on Linux).";
