//! What scripts cost in a build, counted where they run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{FailureKind, Outcome};

/// What the calls of one script came to in one build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ScriptCounters {
    /// Calls whose result was looked for: in texts that were rendered, or to prove that one is still good.
    pub calls: u64,
    /// Those whose result was there already.
    pub cache_hits: u64,
    /// Those that ran.
    pub executions: u64,
    /// Of those that ran: those that failed, in whatever way.
    pub errors: u64,
    /// Of those that failed: those that took too long.
    pub timeouts: u64,
    /// Of those that failed: those whose worker was killed.
    pub kills: u64,
    /// Microseconds of the script's own time, all runs together; waiting for the engine does not count.
    pub total_us: u64,
    /// Microseconds of its own time that half of the runs did not exceed; 0 where none ran.
    pub p50_us: u64,
    /// Microseconds of its own time that 95 of 100 runs did not exceed; 0 where none ran.
    pub p95_us: u64,
    /// Microseconds of its own time of the longest run.
    pub max_us: u64,
    /// Microseconds in which it waited for the engine, all runs together.
    pub host_us: u64,
}

/// Counts the calls of one script.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    calls: u64,
    errors: u64,
    timeouts: u64,
    kills: u64,
    host_us: u64,
    /// The own time of each run, in microseconds.
    runs: Vec<u64>,
}

impl Tally {
    /// A call was met.
    pub fn met(&mut self) {
        self.calls += 1;
    }

    /// A call ran.
    pub fn ran(&mut self, outcome: &Outcome) {
        let micros = |time: std::time::Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let failed = outcome.result.as_ref().err();
        self.errors += u64::from(failed.is_some());
        self.timeouts += u64::from(failed.is_some_and(|failure| failure.kind == FailureKind::Timeout));
        self.kills += u64::from(outcome.usage.killed);
        self.host_us = self.host_us.saturating_add(micros(outcome.usage.host));
        self.runs.push(micros(outcome.usage.own));
    }

    /// What has been counted.
    pub fn counters(mut self) -> ScriptCounters {
        self.runs.sort_unstable();
        let executions = self.runs.len() as u64;
        ScriptCounters {
            calls: self.calls,
            cache_hits: self.calls.saturating_sub(executions),
            executions,
            errors: self.errors,
            timeouts: self.timeouts,
            kills: self.kills,
            total_us: self.runs.iter().fold(0, |sum: u64, run| sum.saturating_add(*run)),
            p50_us: quantile(&self.runs, 50),
            p95_us: quantile(&self.runs, 95),
            max_us: self.runs.last().copied().unwrap_or_default(),
            host_us: self.host_us,
        }
    }
}

/// The smallest of the sorted values that `percent` of 100 do not exceed (the nearest rank); 0 where there are none.
pub fn quantile(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Failure, MacroResult, Usage};

    #[test]
    fn quantiles_are_values_that_occurred() {
        let check = |values: &[u64], percent, expected| assert_eq!(quantile(values, percent), expected, "{values:?}");
        check(&[], 50, 0);
        check(&[7], 50, 7);
        check(&[7], 95, 7);
        check(&[1, 2], 50, 1);
        check(&[1, 2, 3], 50, 2);
        check(&(1..=20).collect::<Vec<_>>(), 95, 19);
        check(&(1..=100).collect::<Vec<_>>(), 95, 95);
    }

    #[test]
    fn runs_are_counted_by_how_they_ended() {
        let usage = |own, host| Usage {
            own: Duration::from_micros(own),
            host: Duration::from_micros(host),
            ..Usage::default()
        };
        let failed = |kind| Outcome::failed(Failure { kind, message: String::new(), frames: vec![], traceback: None });
        let good = Outcome { result: Ok(MacroResult::default()), usage: usage(10, 5), ..failed(FailureKind::Raised) };
        let mut tally = Tally::default();
        (0..5).for_each(|_| tally.met());
        tally.ran(&good);
        tally.ran(&Outcome { usage: usage(30, 1), ..failed(FailureKind::Raised) });
        tally.ran(&Outcome { usage: Usage { killed: true, ..usage(90, 0) }, ..failed(FailureKind::Timeout) });
        let expected = ScriptCounters {
            calls: 5,
            cache_hits: 2,
            executions: 3,
            errors: 2,
            timeouts: 1,
            kills: 1,
            total_us: 130,
            p50_us: 30,
            p95_us: 90,
            max_us: 90,
            host_us: 6,
        };
        assert_eq!(tally.counters(), expected);
    }
}
