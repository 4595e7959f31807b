//! One run of a program, and what it cost.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail};
use bds_base::{OsSystem, System as _};
use serde::Serialize;
use wait4::Wait4 as _;

/// What one run cost, the processes that it waited for included.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Sample {
    /// Seconds from start to end.
    pub(super) wall: f64,
    /// Seconds of processor time, of the program and of the system for it.
    pub(super) cpu: f64,
    /// The most memory that one of its processes had, in bytes.
    pub(super) peak: u64,
}

/// Runs a program to its end. What it says goes to the file `log`, whose end is told if it fails.
pub(super) fn measure(command: &mut Command, log: &Path) -> anyhow::Result<Sample> {
    OsSystem.write_atomic(log, b"")?;
    let output = std::fs::OpenOptions::new().append(true).open(log)?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
    let begun = Instant::now();
    let child = command.spawn().with_context(|| format!("{command:?}"))?;
    let ended = child.wait4()?;
    let wall = begun.elapsed().as_secs_f64();
    if !ended.status.success() {
        let said = String::from_utf8_lossy(&OsSystem.read(log)?).into_owned();
        let last: Vec<_> = said.lines().rev().take(12).collect();
        bail!("{command:?}: {}\n{}", ended.status, last.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    let cpu = (ended.rusage.utime + ended.rusage.stime).as_secs_f64();
    Ok(Sample { wall, cpu, peak: ended.rusage.maxrss })
}

/// The median of each figure.
pub(super) fn median(samples: &[Sample]) -> Option<Sample> {
    let middle = |figure: fn(&Sample) -> f64| {
        let mut all: Vec<_> = samples.iter().map(figure).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied()
    };
    let mut peaks: Vec<_> = samples.iter().map(|sample| sample.peak).collect();
    peaks.sort_unstable();
    let peak = *peaks.get(peaks.len() / 2)?;
    Some(Sample { wall: middle(|sample| sample.wall)?, cpu: middle(|sample| sample.cpu)?, peak })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_taken_of_each_figure() {
        let sample = |wall, cpu, peak| Sample { wall, cpu, peak };
        let found = median(&[sample(3.0, 0.1, 7), sample(1.0, 0.3, 9), sample(2.0, 0.2, 8)]).expect("three");
        assert_eq!((found.wall.to_bits(), found.cpu.to_bits(), found.peak), (2.0f64.to_bits(), 0.2f64.to_bits(), 8));
        assert!(median(&[]).is_none());
    }

    #[test]
    fn a_program_that_fails_is_told_with_what_it_said() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new("sh");
        command.args(["-c", "echo no room >&2; exit 3"]);
        let error = measure(&mut command, &folder.path().join("log")).expect_err("it fails").to_string();
        assert!(error.contains("no room") && error.contains('3'), "{error}");
    }
}
