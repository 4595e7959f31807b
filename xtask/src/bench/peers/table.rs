//! The figures beside each other.

use std::fmt;

use serde::Serialize;

use super::round::{Row, Scenario};
use super::sample::Sample;

/// What came of all tools on one blog; the first is `bds`.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    posts: usize,
    rows: Vec<Row>,
}

impl Table {
    pub(super) fn new(posts: usize, rows: Vec<Row>) -> Self {
        Self { posts, rows }
    }

    /// A part of the table: one figure of every tool and thing, and how much it is of that of `bds`.
    fn part(&self, f: &mut fmt::Formatter<'_>, name: &str, figure: impl Fn(&Sample) -> f64) -> fmt::Result {
        writeln!(f, "{name}")?;
        let ours = |scenario| self.rows.first().and_then(|row| row.figures.get(&scenario));
        for row in &self.rows {
            write!(f, "  {:<12}", row.tool)?;
            for scenario in Scenario::ALL {
                let Some((sample, _)) = row.figures.get(&scenario) else { continue };
                let (value, of) = (figure(sample), ours(scenario).map_or(f64::NAN, |(ours, _)| figure(ours)));
                let stale = if row.stale.contains(&scenario) { "!" } else { " " };
                write!(f, "{value:>9.2}{:>8}{stale}", format!("x{:.1}", value / of))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{} posts", self.posts)?;
        for row in &self.rows {
            let runs: Vec<_> = row.figures.values().map(|(_, runs)| *runs).collect();
            let runs = runs.iter().min().copied().unwrap_or(0);
            writeln!(f, "  {:<12}{} files, median of {runs}; {}", row.tool, row.files, row.version)?;
        }
        write!(f, "{:14}", "")?;
        for name in ["cold", "nothing", "one body", "one title", "one macro", "one partial"] {
            write!(f, "{name:>17} ")?;
        }
        writeln!(f)?;
        self.part(f, "wall, seconds", |sample| sample.wall)?;
        self.part(f, "processor, seconds", |sample| sample.cpu)?;
        #[expect(clippy::cast_precision_loss, reason = "no memory is that large")]
        self.part(f, "peak memory, MB", |sample| sample.peak as f64 / 1e6)?;
        if self.rows.iter().any(|row| !row.stale.is_empty()) {
            writeln!(f, "!: the page did not show the edit")?;
        }
        Ok(())
    }
}
