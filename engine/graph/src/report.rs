//! What a build did, for people and programs.

use std::collections::BTreeMap;
use std::fmt;

use bds_base::{Diagnostic, Severity, SitePath};
use bds_macro_api::ScriptCounters;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::work::Counts;

/// What a build did.
#[derive(Debug)]
pub struct Built {
    /// What is wrong with the content, sorted, each once.
    pub diagnostics: Vec<Diagnostic>,
    /// What was done with each output file, sorted by file.
    pub files: Vec<FileDecision>,
    /// What was done with each page, sorted by file. What ships with bds, and media, are no pages.
    pub page_fates: Vec<PageDecision>,
    /// What was done with each macro call, sorted.
    pub macros: Vec<MacroDecision>,
    /// What macros printed, in the order of the calls.
    pub printed: Vec<Printed>,
    /// How much was done.
    pub counts: Counts,
    /// What scripts cost, by slug.
    pub scripts: BTreeMap<String, ScriptCounters>,
    /// Pages that the site has: the routes that are rendered, not copied.
    pub pages: usize,
}

impl Built {
    /// How many files met this fate.
    pub fn files_that(&self, fate: impl Fn(&FileFate) -> bool) -> usize {
        self.files.iter().filter(|decision| fate(&decision.fate)).count()
    }

    /// The numbers of the report; `duration_ms` is the caller's, who knows when it all began.
    pub fn report(&self, duration_ms: u64) -> Report {
        Report {
            version: env!("CARGO_PKG_VERSION"),
            pages: self.pages,
            pages_rendered: self.counts.pages_rendered,
            macro_calls: self.counts.macro_calls,
            macro_cache_hits: self.counts.macro_cache_hits(),
            macro_errors: self.counts.macro_errors,
            files_written: self.files_that(|fate| matches!(fate, FileFate::Written(_))),
            files_unchanged: self.files_that(|fate| matches!(fate, FileFate::Unchanged)),
            files_removed: self.files_that(|fate| matches!(fate, FileFate::Removed)),
            duration_ms,
            scripts: self.scripts.clone(),
            diagnostics: self.diagnostics.iter().map(ReportedDiagnostic::of).collect(),
        }
    }

    /// Whether anything of this severity is wrong.
    pub fn has(&self, severity: Severity) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == severity)
    }
}

/// What was done with an output file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FileDecision {
    /// The file, relative to the output folder.
    #[schemars(with = "String")]
    pub file: SitePath,
    /// What was done.
    pub fate: FileFate,
}

/// What can be done with an output file. In a dry run it is what would be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileFate {
    /// Written, for this reason.
    Written(WriteReason),
    /// Left as it was: it holds what it should.
    Unchanged,
    /// Removed: an earlier build wrote it and the site no longer has it.
    Removed,
    /// Left, though the site no longer has it: somebody changed it since it was written.
    LeftChanged,
    /// Left, though the site no longer has it: it could not be removed. The next build tries again.
    NotRemoved,
    /// Not made, because its page could not be rendered; what was made of it last was left where it is.
    Kept,
    /// Not made: its page could not be rendered, or not be written. One that could not be written is as it was.
    Failed,
}

/// Why a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WriteReason {
    /// It was not there.
    Missing,
    /// Its content differs from what was there.
    Changed,
}

impl fmt::Display for FileFate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Written(WriteReason::Missing) => "written: it was not there",
            Self::Written(WriteReason::Changed) => "written: its content differs from what was there",
            Self::Unchanged => "unchanged",
            Self::Removed => "removed: the site no longer has it",
            Self::LeftChanged => "left: the site no longer has it, but somebody changed it",
            Self::NotRemoved => "left: the site no longer has it, but it could not be removed",
            Self::Kept => "left as it was: its page could not be rendered",
            Self::Failed => "not made: its page could not be rendered or written",
        })
    }
}

/// What was done with a macro call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct MacroDecision {
    /// The call: name and parameters, as `gallery columns="3"`.
    pub call: String,
    /// The post that it stands in.
    #[schemars(with = "String")]
    pub post: SitePath,
    /// The language of the tree that it was rendered for.
    pub language: String,
    /// What was done, and why.
    pub fate: MacroFate,
}

/// What was done with a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PageFate {
    /// Everything that it was made from is as it was.
    Reused,
    /// It was made; nothing is known of an earlier one.
    New,
    /// It was made, because something that it was made from differs: from what the page shows to what was changed.
    Differs(Vec<Because>),
    /// It was made, as it is by every process: to look whether it can differ is as much work.
    Always,
}

impl PageFate {
    /// From what the page shows to what was changed.
    pub fn because(&self) -> &[Because] {
        match self {
            Self::Differs(chain) => chain,
            Self::Reused | Self::New | Self::Always => &[],
        }
    }
}

impl fmt::Display for PageFate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reused => "reused: nothing that it is made from differs",
            Self::New => "rendered: nothing is known of an earlier one",
            Self::Differs(_) => "rendered: something that it is made from differs",
            Self::Always => "rendered: it shows something of everything",
        })
    }
}

/// What was done with a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PageDecision {
    /// Its file, relative to the output folder.
    #[schemars(with = "String")]
    pub file: SitePath,
    /// What was done, and why.
    pub fate: PageFate,
}

/// Something that differs from what it was, and so the reason for something to be made anew.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Because {
    /// What differs, in words.
    pub what: String,
    /// The file, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub file: Option<SitePath>,
    /// Its value, or what it was known by; none where it was not there, or cannot be compared.
    pub before: Option<String>,
    /// Its value now, or what it is known by; none where it is not there any more, or cannot be compared.
    pub now: Option<String>,
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.before, &self.now) {
            (Some(before), Some(now)) => write!(f, "{}: {before} -> {now}", self.what),
            (None, Some(now)) => write!(f, "{}: new, {now}", self.what),
            (Some(before), None) => write!(f, "{}: gone, was {before}", self.what),
            (None, None) => f.write_str(&self.what),
        }
    }
}

/// What can be done with a macro call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MacroFate {
    /// An earlier process had run it, and everything that it looked at is as it was.
    Reused,
    /// It ran, because nothing is remembered of this call with this script.
    RanNew,
    /// It ran, because something that it was made from differs: from what it looked at to what was changed.
    RanChanged(Vec<Because>),
    /// It ran, and its result cannot be remembered, because it depends on this.
    RanVolatile(String),
    /// It ran and failed.
    Failed(String),
}

impl fmt::Display for MacroFate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reused => f.write_str("reused: nothing that it looked at differs"),
            Self::RanNew => f.write_str("ran: nothing is remembered of this call"),
            Self::RanChanged(chain) => match chain.first() {
                Some(first) => write!(f, "ran: {} differs", first.what),
                None => f.write_str("ran: something that it looked at differs"),
            },
            Self::RanVolatile(what) => write!(f, "ran: its result depends on {what} and cannot be remembered"),
            Self::Failed(what) => write!(f, "failed: {what}"),
        }
    }
}

/// Something that a macro printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Printed {
    /// The post that the call stands in.
    pub post: SitePath,
    /// The call as it is written.
    pub call: String,
    /// What it printed.
    pub text: String,
}

/// The report that `--report` writes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The version of bds.
    pub version: &'static str,
    /// Pages that the site has.
    pub pages: usize,
    /// Pages whose rendering ran.
    pub pages_rendered: u64,
    /// Macros that ran.
    pub macro_calls: u64,
    /// Macro calls whose result was there already.
    pub macro_cache_hits: u64,
    /// Macros that ran and failed.
    pub macro_errors: u64,
    /// Files written.
    pub files_written: usize,
    /// Files that held already what they should.
    pub files_unchanged: usize,
    /// Files removed.
    pub files_removed: usize,
    /// Milliseconds from start to end.
    pub duration_ms: u64,
    /// What scripts cost, by slug.
    pub scripts: BTreeMap<String, ScriptCounters>,
    /// What is wrong with the content.
    pub diagnostics: Vec<ReportedDiagnostic>,
}

/// A diagnostic in a report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReportedDiagnostic {
    /// Its kind.
    code: &'static str,
    /// How bad it is.
    severity: Severity,
    /// What is wrong.
    message: String,
    /// The file that it is about, relative to the project.
    #[schemars(with = "Option<String>")]
    file: Option<SitePath>,
    /// The line that it begins in, from 1.
    line: Option<u32>,
    /// The character in that line, from 1.
    column: Option<u32>,
    /// What to do about it.
    hints: Vec<String>,
    /// The whole traceback as Python prints it, where a script failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    traceback: Option<String>,
}

impl ReportedDiagnostic {
    fn of(diagnostic: &Diagnostic) -> Self {
        let place = diagnostic.place.as_ref();
        let start = place.and_then(|place| place.start);
        Self {
            code: diagnostic.code.name,
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            file: place.map(|place| place.file.clone()),
            line: start.map(|start| start.line),
            column: start.map(|start| start.column),
            hints: diagnostic.hints.clone(),
            traceback: diagnostic.traceback.clone(),
        }
    }
}
