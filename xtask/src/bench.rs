//! How quick things are, measured on this machine and printed beside what they should be.

mod peers;
mod runtime;
mod watch;

/// Measures what is named; everything when nothing is.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The runtime of the macros, beside Python in WebAssembly where Node.js is there
    #[arg(long)]
    runtime: bool,
    /// `bds watch`: from a save to the page on disk, at 1,000, 10,000 and 50,000 posts
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    peers: peers::Comparison,
}

/// Runs the benchmarks. They fail only when they cannot run: how long something takes depends on the machine.
pub(crate) fn run(args: &Args) -> anyhow::Result<bool> {
    let everything = !args.runtime && !args.watch && !args.peers.are_meant();
    let mut is_good = true;
    if args.runtime || everything {
        is_good &= runtime::run()?;
    }
    if args.watch || everything {
        is_good &= watch::run()?;
    }
    if args.peers.are_meant() || everything {
        is_good &= peers::run(&args.peers)?;
    }
    Ok(is_good)
}
