//! What is remembered of macro calls across processes: verifying traces.
//!
//! A trace says: when the call with this key ran, it asked these questions in this order, the answers had these
//! fingerprints, and this came out. Asking the questions again, and getting the same answers, proves the result.

use std::sync::{Arc, Mutex, PoisonError};

use bds_base::{Fingerprint, SitePath};
use bds_macro_api::MacroResult;
use bds_store::{NewTrace, Store, TraceId, TraceRead};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The kind of trace that macro calls have in the store, with the version of its form.
const KIND: &str = "macro/1";

/// Something that a macro looked at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Question {
    /// A field of the post that the call stands in.
    PostField(String),
    /// A method of the API, with its arguments.
    Api(String, Map<String, Value>),
    /// The content of a file of the project.
    File(SitePath),
    /// Whether a file or folder is there.
    Existence(SitePath),
    /// The names in a folder.
    Folder(SitePath),
    /// The version of an installed package.
    Package(String),
}

impl Question {
    /// The form by which it can be asked again.
    pub(crate) fn name(&self) -> String {
        serde_json::to_string(self).expect("a question is plain data, which always serialises")
    }

    /// Takes what [`name`](Self::name) gave.
    pub(crate) fn read(name: &str) -> Option<Self> {
        serde_json::from_str(name).ok()
    }
}

impl std::fmt::Display for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PostField(name) => write!(f, "post[\"{name}\"]"),
            Self::Api(method, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|(name, value)| format!("{name}={value}")).collect();
                write!(f, "bds.{method}({})", arguments.join(", "))
            }
            Self::File(path) => write!(f, "the file {path}"),
            Self::Existence(path) => write!(f, "whether {path} exists"),
            Self::Folder(path) => write!(f, "the folder {path}"),
            Self::Package(name) => write!(f, "the package {name}"),
        }
    }
}

/// A question and the fingerprint of the answer that it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) question: Question,
    pub(crate) answer: Fingerprint,
}

/// One run of a macro that can be proved to be still good.
#[derive(Debug)]
pub(crate) struct Trace {
    stored: bds_store::Trace,
    /// What it asked, in order, each question once.
    pub(crate) reads: Vec<Answered>,
}

/// What is remembered, and what this process adds to it.
#[derive(Debug)]
pub(crate) struct Traces {
    store: Arc<Store>,
    is_asked: bool,
    changes: Mutex<Changes>,
}

/// What a process adds to what is remembered.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) made: Vec<NewTrace>,
    pub(crate) used: Vec<TraceId>,
}

impl Traces {
    /// The traces of a store. Where `is_asked` is false nothing is taken from it, and nothing added.
    pub(crate) fn new(store: Arc<Store>, is_asked: bool) -> Self {
        Self { store, is_asked, changes: Mutex::default() }
    }

    /// What is remembered of a key, the newest first.
    pub(crate) fn of(&self, key: &Fingerprint) -> Vec<Trace> {
        if !self.is_asked {
            return Vec::new();
        }
        let readable = |stored: bds_store::Trace| {
            let read =
                |read: &TraceRead| Some(Answered { question: Question::read(&read.name)?, answer: read.fingerprint });
            let reads = stored.reads.iter().map(read).collect::<Option<_>>()?;
            Some(Trace { stored, reads })
        };
        self.store.traces(key).into_iter().filter_map(readable).collect()
    }

    /// The result of a trace that was proved to be good; none when the store has lost it.
    pub(crate) fn result(&self, trace: &Trace) -> Option<MacroResult> {
        let result = serde_json::from_slice(&self.store.output(&trace.stored)?).ok()?;
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).used.push(trace.stored.id);
        Some(result)
    }

    /// Remembers a run. `description` is the key in words: canonical JSON.
    pub(crate) fn add(&self, key: Fingerprint, description: String, reads: &[Answered], result: &MacroResult) {
        if !self.is_asked {
            return;
        }
        let read = |Answered { question, answer }: &Answered| TraceRead { name: question.name(), fingerprint: *answer };
        let output = serde_json::to_vec(result).expect("a result is plain data, which always serialises");
        let trace = NewTrace { key, kind: KIND, description, reads: reads.iter().map(read).collect(), output };
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).made.push(trace);
    }

    /// Takes what was added since the last time.
    pub(crate) fn take_changes(&self) -> Changes {
        std::mem::take(&mut *self.changes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
