//! The counts that are kept in the repository.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::environment::Environment;

/// Instructions by the name of the build.
pub(super) type Counts = BTreeMap<String, u64>;

/// A count may differ by so many percent before somebody has to say why.
const TOLERANCE: f64 = 3.0;

/// What was counted, in each environment in which anybody did.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Record(Vec<Set>);

/// What was counted in one environment.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    pub(super) environment: Environment,
    /// Why the counts are these.
    pub(super) reason: String,
    pub(super) counts: Counts,
}

impl Record {
    /// Puts a set in the place of the one that was taken in the same environment.
    pub(super) fn put(&mut self, set: Set) {
        self.0.retain(|other| other.environment != set.environment);
        self.0.push(set);
    }

    /// Prints the counts beside those that are recorded; says whether they can stay as they are.
    pub(super) fn judge(&self, environment: &Environment, counts: &Counts) -> bool {
        let Some(set) = self.0.iter().find(|set| set.environment == *environment) else {
            for (name, count) in counts {
                println!("{name:<16}{count:>16}");
            }
            println!("nothing is judged: no counts were recorded with these compilers, libraries and processor");
            for set in &self.0 {
                println!("recorded are counts of {}", environment.differences(&set.environment).join("; "));
            }
            return true;
        };
        println!("recorded: {}", set.reason);
        let faults = faults(&set.counts, counts);
        for (name, count) in counts {
            let before = set.counts.get(name).copied();
            println!(
                "{name:<16}{count:>16}{:>16}{:>8}",
                before.unwrap_or(0),
                before.map_or("new".to_owned(), |before| { format!("{:+.1} %", percent(before, *count)) })
            );
        }
        if !faults.is_empty() {
            println!(
                "{} changed by more than {TOLERANCE} %; if that is meant: cargo xtask instructions --update --reason \"...\"",
                faults.join(", ")
            );
        }
        faults.is_empty()
    }
}

/// The builds whose counts differ too much, or that are in one of the two only.
fn faults<'a>(before: &'a Counts, now: &'a Counts) -> Vec<&'a str> {
    let names: std::collections::BTreeSet<_> = before.keys().chain(now.keys()).collect();
    let differs = |name: &&&String| match (before.get(**name), now.get(**name)) {
        (Some(before), Some(now)) => percent(*before, *now).abs() > TOLERANCE,
        _ => true,
    };
    names.iter().filter(differs).map(|name| name.as_str()).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a share of a percent does not matter")]
fn percent(before: u64, now: u64) -> f64 {
    (now as f64 / before.max(1) as f64 - 1.0) * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(pairs: &[(&str, u64)]) -> Counts {
        pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    #[test]
    fn more_than_three_percent_is_too_much_in_both_directions() {
        let before = counts(&[("a", 1000), ("b", 1000), ("c", 1000)]);
        assert_eq!(faults(&before, &counts(&[("a", 1029), ("b", 971), ("c", 1000)])), [""; 0]);
        assert_eq!(faults(&before, &counts(&[("a", 1031), ("b", 969), ("c", 1000)])), ["a", "b"]);
        assert_eq!(faults(&before, &counts(&[("a", 1000), ("b", 1000), ("d", 1)])), ["c", "d"]);
    }

    #[test]
    fn counts_of_another_environment_are_not_judged() {
        let environment = |python: &str| -> Environment {
            let text = format!(
                r#"{{"rustc": "1", "cc": "1", "libc": "1", "python": "{python}", "valgrind": "1", "processor": []}}"#
            );
            serde_json::from_str(&text).expect("an environment")
        };
        let mut record = Record(Vec::new());
        record.put(Set {
            environment: environment("3.11"),
            reason: "first".to_owned(),
            counts: counts(&[("a", 1000)]),
        });
        assert!(!record.judge(&environment("3.11"), &counts(&[("a", 2000)])));
        assert!(record.judge(&environment("3.12"), &counts(&[("a", 2000)])));
        record.put(Set { environment: environment("3.11"), reason: "more".to_owned(), counts: counts(&[("a", 2000)]) });
        assert_eq!(record.0.len(), 1);
        assert!(record.judge(&environment("3.11"), &counts(&[("a", 2000)])));
    }
}
