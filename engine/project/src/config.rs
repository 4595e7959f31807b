//! The options of bds itself: `bds.toml`, beside `meta/`. Every key is optional.

mod read;
mod sections;
mod thresholds;
mod timezone;

use bds_base::Diagnostic;
use bds_macro_api::{Limits, Permission};
use schemars::JsonSchema;
use serde::Deserialize;

pub use sections::{Archives, MacroLimits, MacroOptions, Macros, MediaMode, Output, Python};
pub use thresholds::{Milliseconds, Threshold, Thresholds};
pub use timezone::{TimeZoneName, UnknownTimeZone};

/// What `bds.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The IANA name of the time zone that dates belong to, such as `Europe/Berlin`: decides the day in the address of a post.
    pub timezone: TimeZoneName,
    /// What is written, and where.
    pub output: Output,
    /// Which kinds of pages and files exist beside the posts.
    pub archives: Archives,
    /// What macros may use and touch.
    pub macros: Macros,
    /// What scripts may cost before `bds stats --check` finds fault.
    pub thresholds: Thresholds,
    /// The Python that macros run in.
    pub python: Python,
}

impl Config {
    /// What the macro script with this slug may use, and what it may touch: its own options, else those of all
    /// macros, else the built-in limits and nothing.
    pub fn limits_of(&self, slug: &str) -> (Limits, Vec<Permission>) {
        self.limits_over(slug, Limits::default())
    }

    /// The same for a script that is no macro: five seconds unless something else is said (format sheet §14).
    pub fn limits_of_job(&self, slug: &str) -> (Limits, Vec<Permission>) {
        self.limits_over(slug, Limits { timeout_ms: 5_000, ..Limits::default() })
    }

    fn limits_over(&self, slug: &str, built_in: Limits) -> (Limits, Vec<Permission>) {
        let mut limits = self.macros.limits.over(built_in);
        let mut allowed = Vec::new();
        if let Some(own) = self.macros.scripts.get(slug) {
            limits = own.limits.over(limits);
            allowed.clone_from(&own.allow);
        }
        allowed.sort();
        allowed.dedup();
        (limits, allowed)
    }
}

/// Reads `bds.toml`.
///
/// # Errors
/// Everything that is wrong with it: with options that are not understood, no build is what was meant.
pub fn parse(text: &str) -> Result<Config, Vec<Diagnostic>> {
    read::read(text)
}

#[cfg(test)]
mod tests;
