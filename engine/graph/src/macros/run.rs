//! From a call to its result: proved to be still good, or made anew.

use std::collections::HashSet;
use std::sync::Arc;

use bds_base::Fingerprint;
use bds_macro_api::{
    Answer, Failure, FailureKind, Frame, Host, HostError, HostRequest, MacroCall, MacroResult, Outcome, Read,
    VolatileRead,
};

use super::account::Account;
use super::ask::{ABSENT, Asker, PRESENT};
use super::{CallInSetting, CallResult, KIND, Key, html, in_words, nesting};
use crate::db::Db;
use crate::report::MacroFate;
use crate::traces::{Answered, Question};

/// What is remembered of a call.
pub(super) enum Recalled {
    /// A result, proved to be still good by these answers.
    Good(MacroResult, Vec<Answered>),
    /// Nothing that is still good; this differs.
    Differs(Unlike),
    /// Nothing.
    Unknown,
}

/// An answer that is another than it was.
pub(super) struct Unlike {
    pub(super) question: Question,
    pub(super) before: Fingerprint,
    pub(super) now: Fingerprint,
}

/// Looks for a result whose questions have the answers that they had.
pub(super) fn recall<'db>(db: &'db dyn Db, call: CallInSetting<'db>, key: Fingerprint) -> Recalled {
    let asker = Asker::new(db, call);
    let mut differs = None;
    for trace in db.services().traces.of(&key) {
        let unlike = |read: &Answered| {
            let now = asker.fingerprint(&read.question);
            (now != read.answer).then(|| Unlike { question: read.question.clone(), before: read.answer, now })
        };
        match trace.reads.iter().find_map(unlike) {
            None => {
                if let Some(result) = db.services().traces.result(&trace) {
                    return Recalled::Good(result, trace.reads);
                }
            }
            unlike => differs = differs.or(unlike),
        }
    }
    differs.map_or(Recalled::Unknown, Recalled::Differs)
}

/// What came of a run.
pub(super) struct Ran {
    pub(super) fate: MacroFate,
    pub(super) result: CallResult,
    pub(super) printed: String,
}

/// Runs a call, and remembers its result if that can be proved later.
pub(super) fn run<'db>(
    db: &'db dyn Db,
    call: CallInSetting<'db>,
    request: &MacroCall,
    fingerprint: Fingerprint,
    key: &Key<'_>,
    why: MacroFate,
    account: &Account<'db>,
) -> Ran {
    db.services().nesting.begin(&in_words(db, call));
    let mut host = QueryHost::new(db, call);
    let mut outcome = if db.services().cancellation.is_cancelled() {
        Outcome::failed(cancelled())
    } else {
        db.services().runtime.call(request, &mut host)
    };
    if db.services().cancellation.is_cancelled() {
        // It may have been ended in the middle, or been refused an answer: what it came to says nothing about it.
        outcome.result = Err(cancelled());
        db.services().unsteady.mark_urgent(db, KIND, &in_words(db, call));
    }
    let held_still = host.take_reads(&outcome.reads);
    let QueryHost { reads, printed, asker, .. } = host;
    if nesting::cycle_of(db, call).is_some() {
        outcome.result = Err(cycle());
    }
    db.services().work.macro_called(&request.script.slug, &outcome);
    let Outcome { result, volatile, .. } = outcome;
    let passing = passing(&volatile, held_still, asker.met_a_cycle());
    if !held_still {
        db.services().unsteady.mark_urgent(db, KIND, &in_words(db, call));
    } else if !passing.is_empty() || result.is_err() {
        db.services().unsteady.mark(db, KIND, &in_words(db, call));
    }
    match result {
        Ok(result) if passing.is_empty() => {
            db.services().unsteady.settle(db, KIND, || in_words(db, call));
            account.close(&reads, None);
            let description = serde_json::to_string(key).expect("a key is plain data, which always serialises");
            db.services().traces.add(fingerprint, description, &reads, &result);
            Ran { fate: why, result: html(result, []), printed }
        }
        Ok(result) => {
            account.close(&reads, Some(passing.join(", ")));
            let undeclared = volatile.into_iter().filter(|read| !read.declared);
            Ran { fate: MacroFate::RanVolatile(passing.join(", ")), result: html(result, undeclared), printed }
        }
        Err(failure) => {
            account.close(&reads, Some(failure.message.clone()));
            let printed = failure.traceback.iter().fold(printed, |printed, traceback| printed + traceback);
            let fate = MacroFate::Failed(failure.message.clone());
            Ran { fate, result: CallResult::Failed(Arc::new(failure)), printed }
        }
    }
}

/// Why a result is good for this build only; empty for most.
fn passing(volatile: &[VolatileRead], held_still: bool, met_a_cycle: bool) -> Vec<String> {
    let mut passing: Vec<_> = volatile.iter().map(|read| read.what.to_string()).collect();
    if !held_still {
        passing.push("a file that changed meanwhile".to_owned());
    }
    if met_a_cycle {
        passing.push("a text whose macros need each other's results".to_owned());
    }
    passing
}

fn cancelled() -> Failure {
    let message = "the build was cancelled".to_owned();
    Failure { kind: FailureKind::Cancelled, message, frames: Vec::new(), traceback: None }
}

fn cycle() -> Failure {
    let message = "it needs its own result".to_owned();
    Failure { kind: FailureKind::Cycle, message, frames: Vec::new(), traceback: None }
}

/// Answers a macro by queries, and writes down what was asked.
struct QueryHost<'db> {
    asker: Asker<'db>,
    reads: Vec<Answered>,
    seen: HashSet<Question>,
    printed: String,
}

impl<'db> QueryHost<'db> {
    fn new(db: &'db dyn Db, call: CallInSetting<'db>) -> Self {
        Self { asker: Asker::new(db, call), reads: Vec::new(), seen: HashSet::new(), printed: String::new() }
    }

    fn note(&mut self, question: Question, answer: Fingerprint) {
        if self.seen.insert(question.clone()) {
            self.reads.push(Answered { question, answer });
        }
    }

    /// Takes what the script looked at by itself. Asking the same here makes salsa know of it. Says whether it is still
    /// as the script saw it.
    fn take_reads(&mut self, reads: &[Read]) -> bool {
        let mut held_still = true;
        for read in reads {
            let (question, answer) = match read.clone() {
                Read::File(path, content) => (Question::File(path), content),
                Read::Missing(path) => (Question::Existence(path), Fingerprint::of(ABSENT)),
                Read::Exists(path) => (Question::Existence(path), Fingerprint::of(PRESENT)),
                Read::Folder(path, names) => (Question::Folder(path), names),
                Read::Package(name, version) => (Question::Package(name), Fingerprint::of(version)),
            };
            held_still &= self.asker.fingerprint(&question) == answer;
            self.note(question, answer);
        }
        held_still
    }
}

impl Host for QueryHost<'_> {
    fn request(&mut self, request: HostRequest) -> Result<Answer, HostError> {
        if self.asker.is_cancelled() {
            return Err(HostError::Cancelled);
        }
        let question = match request {
            HostRequest::PostField(name) => Question::PostField(name),
            HostRequest::Api { method, arguments } => Question::Api(method, arguments),
        };
        let answer = self.asker.ask(&question);
        self.note(question, Asker::fingerprint_of(&answer));
        answer
    }

    fn asks_from(&mut self, frames: Vec<Frame>) {
        self.asker.asks_from(frames);
    }

    fn print(&mut self, text: &str) {
        self.printed.push_str(text);
    }
}
