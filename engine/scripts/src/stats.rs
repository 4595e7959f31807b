//! What scripts cost in the builds of the past, held against thresholds.

mod breach;
mod suggest;

use std::collections::BTreeMap;

use bds_macro_api::{ScriptCounters, quantile};
use bds_store::{Run, Store};
use serde::Serialize;

pub use breach::{Breach, Measure, breaches};
pub use suggest::{Suggestion, suggest};

/// What scripts cost in one build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuildStats {
    /// The number of the build: 1 for the first in this project.
    pub number: u64,
    /// When it was started: an RFC 3339 time.
    pub started: String,
    /// How long it took.
    pub duration_ms: u64,
    /// What scripts cost, by slug.
    pub scripts: BTreeMap<String, ScriptCounters>,
}

impl BuildStats {
    /// Reads what a build left in the store. Scripts are empty where it left nothing that can be understood.
    fn of(run: Run) -> Self {
        let Run { number, run } = run;
        let scripts = run.report.get("scripts").cloned().unwrap_or_default();
        Self {
            number,
            started: run.started,
            duration_ms: run.duration_ms,
            scripts: serde_json::from_value(scripts).unwrap_or_default(),
        }
    }
}

/// The latest builds that the store remembers, newest first.
pub fn history(store: &Store, last: usize) -> Vec<BuildStats> {
    store.runs(last).into_iter().map(BuildStats::of).collect()
}

/// What a script cost in several builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// In how many of the builds it ran.
    pub builds: usize,
    /// Its counters: numbers and times are summed up; `p50_us` and `p95_us` are the medians of those of the builds in
    /// which it ran; `max_us` is the largest.
    #[serde(flatten)]
    pub counters: ScriptCounters,
}

/// Sums up builds, by slug.
pub fn summaries(builds: &[BuildStats]) -> BTreeMap<String, Summary> {
    let mut by_script: BTreeMap<&str, Vec<&ScriptCounters>> = BTreeMap::new();
    for (slug, counters) in builds.iter().flat_map(|build| &build.scripts) {
        by_script.entry(slug).or_default().push(counters);
    }
    by_script.into_iter().map(|(slug, counters)| (slug.to_owned(), summary(&counters))).collect()
}

fn summary(builds: &[&ScriptCounters]) -> Summary {
    let ran = || builds.iter().filter(|counters| counters.executions > 0);
    let sum = |of: fn(&ScriptCounters) -> u64| builds.iter().fold(0, |sum: u64, it| sum.saturating_add(of(it)));
    let median = |of: fn(&ScriptCounters) -> u64| median(ran().map(|counters| of(counters)).collect());
    let counters = ScriptCounters {
        calls: sum(|it| it.calls),
        cache_hits: sum(|it| it.cache_hits),
        executions: sum(|it| it.executions),
        errors: sum(|it| it.errors),
        timeouts: sum(|it| it.timeouts),
        kills: sum(|it| it.kills),
        total_us: sum(|it| it.total_us),
        p50_us: median(|it| it.p50_us),
        p95_us: median(|it| it.p95_us),
        max_us: ran().map(|it| it.max_us).max().unwrap_or_default(),
        host_us: sum(|it| it.host_us),
    };
    Summary { builds: ran().count(), counters }
}

/// The middle value, or the lower of the two; 0 where there are none.
fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    quantile(&values, 50)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A build in which one script ran with this p95 in microseconds, errors and timeouts.
    pub(super) fn build(number: u64, runs: &[(&str, u64, u64, u64)]) -> BuildStats {
        let counters = |p95_us: u64, errors: u64, timeouts: u64| ScriptCounters {
            calls: 2,
            cache_hits: 1,
            executions: u64::from(p95_us > 0),
            errors,
            timeouts,
            total_us: p95_us,
            p50_us: p95_us / 2,
            p95_us,
            max_us: p95_us,
            ..ScriptCounters::default()
        };
        let scripts = runs.iter().map(|(slug, p95, errors, timeouts)| {
            let slug: &str = slug;
            (slug.to_owned(), counters(*p95, *errors, *timeouts))
        });
        BuildStats { number, started: String::new(), duration_ms: 1, scripts: scripts.collect() }
    }

    #[test]
    fn builds_in_which_a_script_did_not_run_do_not_count_for_its_times() {
        let builds = [build(3, &[("a", 0, 0, 0)]), build(2, &[("a", 30, 1, 1)]), build(1, &[("a", 10, 0, 0)])];
        let summary = summaries(&builds)["a"];
        assert_eq!((summary.builds, summary.counters.calls, summary.counters.executions), (2, 6, 2));
        assert_eq!((summary.counters.p50_us, summary.counters.p95_us, summary.counters.max_us), (5, 10, 30));
        assert_eq!((summary.counters.errors, summary.counters.timeouts, summary.counters.total_us), (1, 1, 40));
    }

    #[test]
    fn what_another_version_left_counts_as_nothing() {
        let run = |report| Run { number: 7, run: bds_store::NewRun { report, ..Default::default() } };
        let check = |report: serde_json::Value| assert_eq!(BuildStats::of(run(report)).scripts, BTreeMap::new());
        check(serde_json::Value::Null);
        check(serde_json::json!({ "scripts": 5 }));
        check(serde_json::json!({ "scripts": { "a": { "calls": "many" } } }));
    }
}
