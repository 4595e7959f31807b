use std::fmt;
use std::time::Duration;

use bds_base::{Fingerprint, SitePath};
use serde::{Deserialize, Serialize};

use crate::{MacroResult, Permission};

/// How a call went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What the macro returned, or how it failed.
    pub result: Result<MacroResult, Failure>,
    /// What it looked at that the engine was not asked for, sorted; also where it failed.
    pub reads: Vec<Read>,
    /// What makes the result good for one run only, sorted; empty for most.
    pub volatile: Vec<VolatileRead>,
    /// What it cost.
    pub usage: Usage,
}

/// What a call cost. Differs from run to run: no result may depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// The script's own time.
    pub own: Duration,
    /// The time in which it waited for the engine.
    pub host: Duration,
    /// How many things it asked the engine for.
    pub requests: u64,
    /// How many bytes were sent to its worker: the call itself and the answers that the worker did not have yet.
    pub sent: u64,
    /// Whether its worker had to be killed.
    pub killed: bool,
}

impl Outcome {
    /// A call that failed before it looked at anything.
    pub fn failed(failure: Failure) -> Self {
        Self { result: Err(failure), reads: Vec::new(), volatile: Vec::new(), usage: Usage::default() }
    }
}

/// Something outside the engine that a script looked at, with what it saw.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Read {
    /// The content of a file of the project: data, or a module that was imported.
    File(SitePath, Fingerprint),
    /// A file or folder of the project that was looked for and is not there.
    Missing(SitePath),
    /// That something is there, without its content.
    Exists(SitePath),
    /// The names in a folder of the project, sorted: the fingerprint of them joined by newlines.
    Folder(SitePath, Fingerprint),
    /// An installed package that was imported: name and version as [`MacroRuntime::packages`](crate::MacroRuntime::packages)
    /// has them. The version `?` stands for a module that belongs to no package, and never holds; the name `*` for all
    /// packages, any of which could bring what was looked for in vain.
    Package(String, String),
}

/// Something volatile that a script looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VolatileRead {
    /// What it was.
    pub what: Volatile,
    /// Whether `bds.toml` allows it, so that nobody need be told.
    pub declared: bool,
    /// What `allow` must list for it; none where nothing can be listed.
    pub permission: Option<Permission>,
    /// Where in the scripts it was looked at first; none where it is not known.
    pub at: Option<Frame>,
}

/// Something that a result depends on and that cannot be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Volatile {
    /// The time.
    Clock,
    /// Randomness.
    Random,
    /// The environment of the process.
    Environment,
    /// The network.
    Network,
    /// Another program.
    Subprocess,
    /// A file outside the project.
    Outside,
    /// What it writes: nobody would write it again.
    Writing,
}

/// How a macro failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In which way.
    pub kind: FailureKind,
    /// What happened, as a phrase: `ValueError: no such album`, `took longer than 10000 ms`.
    pub message: String,
    /// Where in the scripts it happened, outermost first; only frames of scripts and their modules.
    pub frames: Vec<Frame>,
    /// The whole traceback as Python prints it, when there is one.
    pub traceback: Option<String>,
}

/// The ways in which a macro can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The script is no valid Python.
    Syntax,
    /// The entry point is missing, cannot be called, or takes other arguments.
    Entrypoint,
    /// The script raised an exception.
    Raised,
    /// The script did something that is not allowed.
    Denied,
    /// It took too long.
    Timeout,
    /// It used too much memory, printed, returned or asked for too much.
    Limit,
    /// What it returned is not what ABI v1 says.
    BadResult,
    /// The worker ended in the middle of the call: a crash, an `os._exit`.
    Crashed,
    /// It needs its own result, over other macros or posts.
    Cycle,
    /// The build was cancelled.
    Cancelled,
    /// The runtime cannot run at all.
    Unavailable,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "syntax",
            Self::Entrypoint => "entrypoint",
            Self::Raised => "raised",
            Self::Denied => "denied",
            Self::Timeout => "timeout",
            Self::Limit => "limit",
            Self::BadResult => "bad-result",
            Self::Crashed => "crashed",
            Self::Cycle => "cycle",
            Self::Cancelled => "cancelled",
            Self::Unavailable => "unavailable",
        })
    }
}

/// One frame of a traceback that lies in a script.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Frame {
    /// The file as Python names it: the path relative to the project, or `<default>/gallery.py`.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, where Python tells it.
    pub column: Option<u32>,
    /// The function.
    pub function: String,
}

impl fmt::Display for Volatile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clock => "the clock",
            Self::Random => "randomness",
            Self::Environment => "the environment",
            Self::Network => "the network",
            Self::Subprocess => "another program",
            Self::Outside => "a file outside the project",
            Self::Writing => "what it writes",
        })
    }
}
