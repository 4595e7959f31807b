mod measure;

use std::num::NonZeroUsize;

use bds_base::OsSystem;
use bds_project::config::Config;
use serde::Serialize;
use serde_json::json;

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{find, output, setup};
use measure::Sample;

/// Measures how fast macros run on this machine.
///
/// A small macro that reads the title of a post and one parameter is run in the way in which builds run macros: in a worker process, with all that holds scripts back. "cold start" is a new worker up to its first result, "warm run" the first call of a script that the worker has not seen, "repeated macro" a call of one that it knows.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How often each is measured; cold starts at most 50 times.
    #[arg(long, value_name = "N", default_value = "1000")]
    iterations: NonZeroUsize,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs `bds bench`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let root = find::project(None, &OsSystem).ok();
    let config = root.as_deref().map_or_else(|| Ok(Config::default()), |root| setup::config(root, &OsSystem))?;
    let config = setup::runtime_anywhere(root.as_deref(), &config, &OsSystem)?;
    let python = bds_macros_py::doctor_report(config.clone());
    if let Err(reason) = &python.worker_start {
        return Err(Failure::new(reason.clone()).hint("`bds doctor` says more"));
    }
    let samples = measure::all(&config, args.iterations.get())?;
    let rows: Vec<_> = samples.into_iter().map(|(name, sample)| Row::of(name, &sample)).collect();
    if args.json {
        output::json(&json!({ "python": python.python_version, "unit": "microseconds", "measured": rows }))?;
    } else {
        output::data(&format!("Python {}\n{}", python.python_version, table(&rows)));
    }
    Ok(ExitStatus::Success)
}

/// What was measured of one thing; times in microseconds.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    iterations: usize,
    min: f64,
    mean: f64,
    p50: f64,
    p95: f64,
}

impl Row {
    fn of(name: &'static str, sample: &Sample) -> Self {
        let micros = |time: std::time::Duration| (time.as_secs_f64() * 10_000_000.0).round() / 10.0;
        Self {
            name,
            iterations: sample.len(),
            min: micros(sample.quantile(0)),
            mean: micros(sample.mean()),
            p50: micros(sample.quantile(50)),
            p95: micros(sample.quantile(95)),
        }
    }
}

fn table(rows: &[Row]) -> String {
    let head = format!("{:<16}{:>10}{:>12}{:>12}{:>12}{:>12}\n", "", "times", "min us", "mean us", "p50 us", "p95 us");
    rows.iter().fold(head, |text, row| {
        let Row { name, iterations, min, mean, p50, p95 } = row;
        text + &format!("{name:<16}{iterations:>10}{min:>12.1}{mean:>12.1}{p50:>12.1}{p95:>12.1}\n")
    })
}
