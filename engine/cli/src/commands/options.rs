//! The options that every command has that builds.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use bds_base::MessageFormat;
use bds_graph as graph;
use clap::ValueEnum;
use jiff::Timestamp;

use crate::setup;

/// What to build, from what, and how to tell of it.
#[derive(Debug, Clone, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Options {
    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    pub(crate) project: Option<PathBuf>,

    /// Where the site goes [default: `[output] dir` of bds.toml, or `html` in the project]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// How many threads render [default: one for each processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = parse_jobs)]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// Take nothing from earlier builds: read every file, run every macro.
    ///
    /// Only which files of the output are ours is remembered all the same, so that those which the site no longer has are removed.
    #[arg(long)]
    pub(crate) no_cache: bool,

    /// Neither read nor write `.bds`: nothing is known of earlier builds, and nothing is locked.
    #[arg(long, hide = true)]
    pub(crate) no_state: bool,

    /// Show drafts too.
    #[arg(long)]
    pub(crate) drafts: bool,

    /// Show posts that are dated in the future too.
    #[arg(long)]
    pub(crate) future: bool,

    /// Build as if it were this time, for instance 2026-03-13T08:00:00Z.
    #[arg(long, value_name = "RFC3339", value_parser = parse_time)]
    pub(crate) now: Option<Timestamp>,

    /// The site's address, instead of `publicUrl` of meta/project.json.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// How errors and warnings are printed.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) message_format: Format,

    /// Print errors only.
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Print what macros print, too, and the whole tracebacks of those that fail.
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

impl Options {
    /// What they say about the content of the site.
    pub(crate) fn of_content(&self) -> graph::Options {
        graph::Options { drafts: self.drafts, future: self.future, base_url: self.base_url.clone() }
    }

    /// How many threads render.
    pub(crate) fn threads(&self) -> usize {
        setup::threads(self.jobs)
    }
}

pub(crate) fn parse_jobs(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "it is a number of 1 or more")
}

pub(crate) fn parse_time(text: &str) -> Result<Timestamp, &'static str> {
    text.parse().map_err(|_| "write it as 2026-03-13T08:00:00Z")
}

/// The forms of `--message-format`.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Format {
    /// With the source line that each is about; to stderr
    #[default]
    Human,
    /// A line each; to stderr
    Short,
    /// A JSON object each; to stdout
    Json,
    /// Workflow commands of GitHub Actions; to stdout
    Github,
}

impl From<Format> for MessageFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Human => Self::Human,
            Format::Short => Self::Short,
            Format::Json => Self::Json,
            Format::Github => Self::Github,
        }
    }
}
