//! The builds of the past: what they did, and what they said.

use rusqlite::{Connection, params};
use serde_json::Value;

/// How many builds are remembered.
pub(crate) const KEPT: u64 = 200;

/// What a build has to say of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewRun {
    /// When it was started, as the caller writes it: an RFC 3339 time.
    pub started: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Its counters, a JSON object.
    pub counters: Value,
    /// Its report with all reasons, as JSON.
    pub report: Value,
}

/// A build of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number: 1 for the first that the store saw, one more for each that came after.
    pub number: u64,
    /// What it said of itself.
    pub run: NewRun,
}

/// The number of the latest build; 0 before the first.
pub(crate) fn latest(connection: &Connection) -> rusqlite::Result<u64> {
    connection.query_row("SELECT coalesce(max(number), 0) FROM runs", [], |row| row.get(0)).map(i64::cast_unsigned)
}

/// The latest builds, newest first. A report that is no JSON any more is left empty.
pub(crate) fn load(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<Run>> {
    let sql = "SELECT number, started, duration_ms, counters, report FROM runs ORDER BY number DESC LIMIT ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let json = |text: String| serde_json::from_str(&text).unwrap_or_default();
    let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
        let run = NewRun {
            started: row.get(1)?,
            duration_ms: row.get::<_, i64>(2)?.cast_unsigned(),
            counters: json(row.get(3)?),
            report: json(row.get(4)?),
        };
        Ok(Run { number: row.get::<_, i64>(0)?.cast_unsigned(), run })
    })?;
    rows.collect()
}

/// Remembers a build and forgets the oldest.
pub(crate) fn insert(connection: &Connection, number: u64, run: &NewRun) -> rusqlite::Result<()> {
    let sql = "INSERT INTO runs (number, started, duration_ms, counters, report) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute(params![
        number.cast_signed(),
        run.started,
        run.duration_ms.cast_signed(),
        run.counters.to_string(),
        run.report.to_string()
    ])?;
    let oldest = number.saturating_sub(KEPT);
    connection.prepare_cached("DELETE FROM runs WHERE number <= ?1")?.execute([oldest.cast_signed()])?;
    Ok(())
}
