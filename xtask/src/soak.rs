//! Truth for as long as one likes: random edits, builds killed at random instants, each site held against a clean build.

use std::time::{Duration, Instant};

use anyhow::ensure;
use bds_tests::Soak;

/// Edits a project at random, kills builds of it at random instants, and holds what the next build gives against a clean one.
///
/// Real processes on a real disk, with macros in Python. The binary is that of the debug build, or what the variable `BDS_BINARY` names.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How long
    #[arg(long, value_name = "N", default_value_t = 10.0)]
    minutes: f64,
    /// Which edits; another one each time when it is not said
    #[arg(long)]
    seed: Option<u64>,
}

/// After so many rounds another project begins, so that the first edits of a project are tried often, too.
const ROUNDS: u64 = 60;

pub(crate) fn run(args: &Args) -> anyhow::Result<bool> {
    ensure!(args.minutes > 0.0, "that takes no time");
    let seed = args.seed.unwrap_or_else(|| u64::from(std::process::id()) << 20);
    bds_tests::bds();
    let end = Instant::now() + Duration::from_secs_f64(args.minutes * 60.0);
    println!("seed {seed}, {} minutes", args.minutes);
    let (mut edits, mut compared, mut killed) = (0, 0, 0);
    for number in 0.. {
        let mut soak = Soak::new(seed + number);
        while soak.tally().rounds < ROUNDS && Instant::now() < end {
            if let Err(difference) = soak.round() {
                println!("seed {}: {difference}", seed + number);
                println!("the project is kept in `{}`", soak.keep().display());
                return Ok(false);
            }
        }
        let tally = soak.tally();
        (edits, compared, killed) = (edits + tally.edits, compared + tally.rounds, killed + tally.killed);
        println!("seed {}: {tally}", seed + number);
        if Instant::now() >= end {
            break;
        }
    }
    println!("{edits} edits, {killed} builds killed: each of {compared} sites was that of a clean build");
    Ok(true)
}
