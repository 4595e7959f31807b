use std::fmt;

use bds_project::config::{Milliseconds, Threshold, Thresholds};
use serde::Serialize;

use super::BuildStats;

/// A threshold that a build went beyond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// The number of the build.
    pub build: u64,
    /// The script.
    pub script: String,
    /// What was measured.
    pub measure: Measure,
    /// What it was; times in microseconds.
    pub value: u64,
    /// What it may be.
    pub limit: u64,
}

/// What thresholds are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The time that 95 of 100 runs do not exceed.
    P95,
    /// Runs that failed.
    Errors,
    /// Runs that took too long.
    Timeouts,
}

/// All breaches of some builds: newest build first, then by script.
pub fn breaches(builds: &[BuildStats], thresholds: &Thresholds) -> Vec<Breach> {
    let mut found = Vec::new();
    for build in builds {
        for (slug, counters) in &build.scripts {
            let Threshold { p95_ms, errors, timeouts, .. } = thresholds.of(slug);
            let held = [
                (Measure::P95, counters.p95_us, p95_ms.map(Milliseconds::micros)),
                (Measure::Errors, counters.errors, errors),
                (Measure::Timeouts, counters.timeouts, timeouts),
            ];
            found.extend(held.into_iter().filter_map(|(measure, value, limit)| {
                let limit = limit.filter(|limit| value > *limit)?;
                Some(Breach { build: build.number, script: slug.clone(), measure, value, limit })
            }));
        }
    }
    found
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { build, script, measure, value, limit } = self;
        let times = |count: u64| if count == 1 { "once".to_owned() } else { format!("{count} times") };
        write!(f, "`{script}` in build {build} ")?;
        match measure {
            Measure::P95 => write!(f, "had a p95 of {} ms, where {} ms are allowed.", millis(*value), millis(*limit)),
            Measure::Errors => write!(f, "failed {}, where {limit} is allowed.", times(*value)),
            Measure::Timeouts => write!(f, "took too long {}, where {limit} is allowed.", times(*value)),
        }
    }
}

/// Microseconds as milliseconds, with as many digits as there are.
pub(super) fn millis(micros: u64) -> String {
    let text = format!("{}.{:03}", micros / 1000, micros % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::tests::build;
    use super::*;

    #[test]
    fn each_breach_is_a_sentence() {
        let config = "[thresholds]\np95_ms = 2\nerrors = 0\n[thresholds.slow]\np95_ms = 20.5\ntimeouts = 1\n";
        let thresholds = bds_project::config::parse(config).map(|config| config.thresholds).unwrap_or_default();
        let builds = [
            build(9, &[("fine", 2_000, 0, 0), ("quick", 2_001, 1, 5), ("slow", 20_000, 0, 2)]),
            build(8, &[("quick", 0, 0, 0), ("slow", 20_501, 3, 1)]),
        ];
        let sentences: Vec<_> = breaches(&builds, &thresholds).iter().map(ToString::to_string).collect();
        assert_snapshot!(sentences.join("\n"), @r"
        `quick` in build 9 had a p95 of 2.001 ms, where 2 ms are allowed.
        `quick` in build 9 failed once, where 0 is allowed.
        `slow` in build 9 took too long 2 times, where 1 is allowed.
        `slow` in build 8 had a p95 of 20.501 ms, where 20.5 ms are allowed.
        `slow` in build 8 failed 3 times, where 0 is allowed.
        ");
    }

    #[test]
    fn without_thresholds_nothing_is_a_breach() {
        assert_eq!(breaches(&[build(1, &[("a", u64::MAX, 9, 9)])], &Thresholds::default()), []);
    }
}
