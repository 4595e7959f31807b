use std::collections::BTreeMap;

use bds_macro_api::ScriptCounters;
use bds_scripts::stats::{BuildStats, Summary};

const COLUMNS: [&str; 10] =
    ["calls", "hits", "runs", "errors", "timeouts", "kills", "total ms", "p50 ms", "p95 ms", "max ms"];

/// A line for each script.
pub(super) fn of_scripts(summaries: &BTreeMap<String, Summary>) -> String {
    let rows = summaries.iter().map(|(slug, summary)| row(slug.clone(), &summary.counters));
    table("script", rows.collect())
}

/// A line for each build in which the script was used.
pub(super) fn of_builds(builds: &[BuildStats], script: &str) -> String {
    let rows = builds.iter().filter_map(|build| {
        let counters = build.scripts.get(script)?;
        Some(row(format!("{} {}", build.number, to_the_second(&build.started)), counters))
    });
    table("build", rows.collect())
}

/// A time without its fraction of a second.
fn to_the_second(time: &str) -> String {
    match time.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => time.to_owned(),
    }
}

fn row(name: String, counters: &ScriptCounters) -> Vec<String> {
    let counts =
        [counters.calls, counters.cache_hits, counters.executions, counters.errors, counters.timeouts, counters.kills];
    let times = [counters.total_us, counters.p50_us, counters.p95_us, counters.max_us, counters.host_us];
    let millis = |micros: u64| format!("{}.{:03}", micros / 1000, micros % 1000);
    let mut row = vec![name];
    row.extend(counts.map(|count| count.to_string()));
    row.extend(times.map(millis));
    row
}

/// Names to the left, numbers to the right, columns as wide as they must be.
fn table(first: &str, rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut head = vec![first.to_owned()];
    head.extend(COLUMNS.iter().chain(&["host ms"]).map(ToString::to_string));
    let lines: Vec<_> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<_> = (0..lines[0].len()).map(width).collect();
    lines.iter().fold(String::new(), |table, line| {
        let first = format!("{:<width$}", line[0], width = widths[0]);
        let numbers = line.iter().zip(&widths).skip(1);
        table + &numbers.fold(first, |row, (cell, width)| row + &format!("  {cell:>width$}")) + "\n"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_names() {
        let counters = ScriptCounters { calls: 1234, total_us: 56_789, ..ScriptCounters::default() };
        let text = table("script", vec![row("a_long_name".to_owned(), &counters), row("ä".to_owned(), &counters)]);
        let ends: Vec<Vec<usize>> = text
            .lines()
            .map(|line| {
                let count = line.chars().count();
                vec![count, line.find("1234").map_or(0, |at| line[..at].chars().count())]
            })
            .collect();
        assert_eq!(ends[1], ends[2], "{text}");
        assert_eq!(ends[0][0], ends[1][0], "{text}");
    }
}
