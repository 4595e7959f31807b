//! How quick things are, measured on this machine and printed beside what they should be.

mod runtime;

/// Measures what is named; everything when nothing is.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The runtime of the macros, beside Python in WebAssembly where Node.js is there
    #[arg(long)]
    runtime: bool,
}

/// Runs the benchmarks. They fail only when they cannot run: how long something takes depends on the machine.
pub(crate) fn run(args: &Args) -> anyhow::Result<bool> {
    let everything = !args.runtime;
    if args.runtime || everything {
        return runtime::run();
    }
    Ok(true)
}
