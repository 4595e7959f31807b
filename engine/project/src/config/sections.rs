use std::collections::BTreeMap;
use std::num::NonZeroU64;

use bds_base::{Place, SitePath};
use bds_macro_api::{Limits, Permission};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::layout;

/// What is written, and where.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Output {
    /// The folder in the project that the site is written to.
    #[schemars(with = "String")]
    pub dir: SitePath,
    /// How media files come into the site.
    pub media: MediaMode,
}

impl Default for Output {
    fn default() -> Self {
        let dir = SitePath::new(layout::OUTPUT).expect("a plain name");
        Self { dir, media: MediaMode::default() }
    }
}

/// How media files come into the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MediaMode {
    /// As second names of the same files (hard links), which cost no space; copied where the file system has none. A tool that
    /// changes files of the site in place changes the originals, too: choose `copy` if you use one.
    #[default]
    Link,
    /// As copies.
    Copy,
    /// Not at all: they are uploaded by other means.
    None,
}

/// Which kinds of pages and files exist beside the posts; all of them unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in the file")]
pub struct Archives {
    /// The list of all posts at `/`, with its further pages.
    pub root: bool,
    /// `/category/<name>/`.
    pub category: bool,
    /// `/tag/<name>/`.
    pub tag: bool,
    /// `/2024/`.
    pub year: bool,
    /// `/2024/05/`.
    pub month: bool,
    /// `/2024/05/17/`.
    pub day: bool,
    /// `rss.xml` and `atom.xml`.
    pub feeds: bool,
    /// `sitemap.xml`.
    pub sitemap: bool,
    /// `calendar.json`.
    pub calendar: bool,
    /// `/2024/05/17/<slug>.<language>/`, the translations in the main tree.
    pub translations: bool,
}

impl Default for Archives {
    fn default() -> Self {
        Self {
            root: true,
            category: true,
            tag: true,
            year: true,
            month: true,
            day: true,
            feeds: true,
            sitemap: true,
            calendar: true,
            translations: true,
        }
    }
}

/// What macros may use and touch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Macros {
    /// What every macro call may use up.
    #[serde(flatten)]
    pub limits: MacroLimits,
    /// What single scripts may, by slug.
    #[serde(flatten)]
    pub scripts: BTreeMap<String, MacroOptions>,
}

/// What one macro script may use and touch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct MacroOptions {
    /// What a call of it may use up.
    #[serde(flatten)]
    pub limits: MacroLimits,
    /// What it may touch beyond its project: `network`, `subprocess`, `ctypes`, `clock`, `random`, `env:NAME`, `read:/PATH`, `write:PATH`.
    #[schemars(with = "Vec<String>")]
    pub allow: Vec<Permission>,
    /// Where `bds.toml` names the script.
    #[serde(skip)]
    pub place: Option<Place>,
}

/// What one macro call may use up; what is not said is as for all macros, or as built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MacroLimits {
    /// Milliseconds of its own time.
    pub timeout_ms: Option<NonZeroU64>,
    /// Milliseconds in all, waiting for the engine included.
    pub total_ms: Option<NonZeroU64>,
    /// Megabytes of memory.
    pub memory_mb: Option<NonZeroU64>,
    /// Bytes of HTML.
    pub output_bytes: Option<NonZeroU64>,
    /// Bytes printed.
    pub stdout_bytes: Option<NonZeroU64>,
    /// Requests to the engine.
    pub requests: Option<NonZeroU64>,
    /// Calls of functions inside each other, as Python counts them.
    pub recursion: Option<NonZeroU64>,
}

impl MacroLimits {
    /// These limits where they are said, others where not.
    pub(super) fn over(self, others: Limits) -> Limits {
        let or = |own: Option<NonZeroU64>, other: u64| own.map_or(other, NonZeroU64::get);
        Limits {
            timeout_ms: or(self.timeout_ms, others.timeout_ms),
            total_ms: or(self.total_ms, others.total_ms),
            memory_mb: or(self.memory_mb, others.memory_mb),
            output_bytes: or(self.output_bytes, others.output_bytes),
            stdout_bytes: or(self.stdout_bytes, others.stdout_bytes),
            requests: or(self.requests, others.requests),
            recursion: or(self.recursion, others.recursion),
        }
    }
}

/// The Python that macros run in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Python {
    /// The virtual environment whose packages scripts can import: a folder relative to the project, or an absolute path. Without this key it is `.venv`, if that is there.
    pub venv: String,
    /// Where `bds.toml` says so; none when it does not.
    #[serde(skip)]
    pub place: Option<Place>,
}

impl Default for Python {
    fn default() -> Self {
        Self { venv: ".venv".to_owned(), place: None }
    }
}
