use std::collections::BTreeMap;

use serde::Serialize;

use super::breach::millis;
use super::{BuildStats, median};

/// In how many builds a script must have run before its times say something.
const ENOUGH: usize = 5;

/// Thresholds that the builds of the past would have kept, but for outliers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The script.
    pub script: String,
    /// In how many builds it ran.
    pub builds: usize,
    /// The median of its p95, in microseconds.
    pub median_us: u64,
    /// The median distance of its p95 from that, in microseconds.
    pub spread_us: u64,
    /// The threshold for its p95 in microseconds; none where it ran in too few builds.
    pub p95_us: Option<u64>,
}

/// Suggests thresholds, by slug.
///
/// For the p95: the median of the builds, plus six times the median distance from it (four standard deviations, were
/// it noise of the usual kind), at least plus half of it, rounded up to two digits. Errors and timeouts: none.
pub fn suggest(builds: &[BuildStats]) -> Vec<Suggestion> {
    let mut by_script: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (slug, counters) in builds.iter().flat_map(|build| &build.scripts) {
        let values = by_script.entry(slug).or_default();
        values.extend((counters.executions > 0).then_some(counters.p95_us));
    }
    by_script.into_iter().map(|(slug, values)| suggestion(slug, &values)).collect()
}

fn suggestion(slug: &str, values: &[u64]) -> Suggestion {
    let builds = values.len();
    let middle = median(values.to_vec());
    let spread = median(values.iter().map(|value| value.abs_diff(middle)).collect());
    let room = spread.saturating_mul(6).max(middle / 2);
    let threshold = two_digits_up(middle.saturating_add(room).max(1));
    Suggestion {
        script: slug.to_owned(),
        builds,
        median_us: middle,
        spread_us: spread,
        p95_us: (builds >= ENOUGH).then_some(threshold),
    }
}

/// The next number that has two digits before its zeros: 1234 gives 1300.
fn two_digits_up(number: u64) -> u64 {
    let mut unit = 1;
    while number / unit >= 100 {
        unit *= 10;
    }
    number.div_ceil(unit).saturating_mul(unit)
}

impl Suggestion {
    /// The suggestion as a piece of `bds.toml`, with its reason.
    pub fn to_toml(&self) -> String {
        let Self { script, builds, median_us, spread_us, p95_us } = self;
        let seen = format!("median {} ms, spread {} ms", millis(*median_us), millis(*spread_us));
        let p95 = match p95_us {
            Some(p95) => format!("p95_ms = {}  # {seen}, in {builds} builds\n", millis(*p95)),
            None => format!("# no p95_ms: it ran in {builds} builds, and {ENOUGH} are needed\n"),
        };
        format!("[thresholds.{script}]\n{p95}errors = 0\ntimeouts = 0\n")
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::tests::build;
    use super::*;

    fn builds(values: &[u64]) -> Vec<BuildStats> {
        let numbers = 1..;
        numbers.zip(values).map(|(number, value)| build(number, &[("a", *value, 0, 0)])).collect()
    }

    #[test]
    fn a_suggestion_has_its_reason_and_is_valid() {
        let toml = suggest(&builds(&[1000, 1040, 980, 0, 9000, 1010]))[0].to_toml();
        assert_snapshot!(toml, @r"
        [thresholds.a]
        p95_ms = 1.6  # median 1.01 ms, spread 0.03 ms, in 5 builds
        errors = 0
        timeouts = 0
        ");
        let config = bds_project::config::parse(&toml);
        assert_eq!(
            config.map(|config| config.thresholds.of("a").p95_ms.map(bds_project::config::Milliseconds::micros)),
            Ok(Some(1600))
        );
    }

    #[test]
    fn few_builds_are_not_enough() {
        assert_snapshot!(suggest(&builds(&[1000, 1000, 1000, 1000, 0]))[0].to_toml(), @r"
        [thresholds.a]
        # no p95_ms: it ran in 4 builds, and 5 are needed
        errors = 0
        timeouts = 0
        ");
    }

    #[test]
    fn the_order_of_builds_does_not_matter() {
        let mut values = [70, 30, 20, 90, 110, 50, 40];
        let one = suggest(&builds(&values));
        values.reverse();
        assert_eq!(one, suggest(&builds(&values)));
    }

    #[test]
    fn numbers_are_rounded_up() {
        let check = |number, expected| assert_eq!(two_digits_up(number), expected, "{number}");
        check(1, 1);
        check(99, 99);
        check(100, 100);
        check(101, 110);
        check(1234, 1300);
        check(u64::MAX, u64::MAX);
    }
}
