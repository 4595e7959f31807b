//! The questions that a macro can have, and their answers by query.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};
use bds_macro_api::{Answer, Frame, HostError};
use serde_json::{Map, Value};

use super::{CallInSetting, nesting};
use crate::api;
use crate::db::Db;
use crate::files::{FileState, FolderState, SourceFile};
use crate::inputs::Site;
use crate::posts::Name;
use crate::traces::Question;

/// What the answer to "is it there" is known by.
pub(super) const ABSENT: &str = "absent";
/// The other one.
pub(super) const PRESENT: &str = "present";

/// Asks on behalf of one call. Every part of an answer comes from a query, so whoever asks depends on it.
pub(crate) struct Asker<'db> {
    db: &'db dyn Db,
    call: CallInSetting<'db>,
    met_a_cycle: Cell<bool>,
    /// Where the script asks, as far as it was told.
    at: RefCell<Vec<Frame>>,
}

impl<'db> Asker<'db> {
    pub(crate) fn new(db: &'db dyn Db, call: CallInSetting<'db>) -> Self {
        Self { db, call, met_a_cycle: Cell::new(false), at: RefCell::default() }
    }

    /// Says where the next question comes from.
    pub(super) fn asks_from(&self, frames: Vec<Frame>) {
        self.at.replace(frames);
    }

    /// Answers a question of a script. What a script sees by itself is no such question and has no value.
    pub(crate) fn ask(&self, question: &Question) -> Result<Answer, HostError> {
        match question {
            Question::PostField(name) => api::post_field(self.db, self.call.setting(self.db), name).map(Answer::new),
            Question::Api(method, arguments) if method == nesting::METHOD => {
                let (html, met_a_cycle) = nesting::html(self.db, self.call, arguments, &self.at.take())?;
                self.met_a_cycle.set(self.met_a_cycle.get() || met_a_cycle);
                Ok(Answer::new(html))
            }
            Question::Api(method, arguments) => {
                let arguments = serde_json::to_string(arguments).expect("JSON always serialises");
                api_answer(self.db, ApiQuestion::new(self.db, method.as_str(), arguments)).clone()
            }
            Question::File(_) | Question::Existence(_) | Question::Folder(_) | Question::Package(_) => {
                Ok(Answer { value: Arc::new(Value::Null), fingerprint: self.seen(question) })
            }
        }
    }

    /// Whether the build that asks is to end.
    pub(super) fn is_cancelled(&self) -> bool {
        self.db.services().cancellation.is_cancelled()
    }

    /// What the answer to a question is known by.
    pub(super) fn fingerprint(&self, question: &Question) -> Fingerprint {
        Self::fingerprint_of(&self.ask(question))
    }

    /// What an answer is known by.
    pub(super) fn fingerprint_of(answer: &Result<Answer, HostError>) -> Fingerprint {
        match answer {
            Ok(answer) => answer.fingerprint,
            Err(error) => Fingerprint::of_key("refusal", &error.to_string()),
        }
    }

    /// Whether an answer holds a text whose macros need each other's results.
    pub(super) fn met_a_cycle(&self) -> bool {
        self.met_a_cycle.get()
    }

    /// What a script saw by itself, as it is now.
    fn seen(&self, question: &Question) -> Fingerprint {
        let db = self.db;
        match question {
            Question::File(path) => content(db, path),
            Question::Folder(path) => names(db, path),
            Question::Package(name) => version(db, Name::new(db, name.as_str())),
            Question::Existence(path) => {
                let exists = exists(db, db.services().files.file(db, path));
                Fingerprint::of(if exists { PRESENT } else { ABSENT })
            }
            Question::PostField(_) | Question::Api(..) => Fingerprint::of(ABSENT),
        }
    }
}

/// A method of the API and its arguments, as JSON.
#[salsa::interned(debug)]
struct ApiQuestion<'db> {
    method: String,
    arguments: String,
}

/// The answer of a method. Macros that ask the same share it, so a list of all posts is made once, however many ask.
#[salsa::tracked(lru = 256)]
fn api_answer<'db>(db: &'db dyn Db, question: ApiQuestion<'db>) -> Result<Answer, HostError> {
    let arguments: Map<String, Value> = serde_json::from_str(question.arguments(db)).unwrap_or_default();
    api::answer(db, question.method(db), &arguments).map(Answer::new)
}

fn content(db: &dyn Db, path: &SitePath) -> Fingerprint {
    match db.services().files.file(db, path).state(db) {
        FileState::Present(fingerprint) => fingerprint,
        FileState::Absent | FileState::Unreadable(_) => Fingerprint::of(ABSENT),
    }
}

/// Whether something is there; stays equal when only its content changes.
#[salsa::tracked(returns(copy))]
fn exists(db: &dyn Db, file: SourceFile) -> bool {
    file.state(db) != FileState::Absent
}

fn names(db: &dyn Db, path: &SitePath) -> Fingerprint {
    match db.services().files.folder(db, path).state(db) {
        FolderState::Present(names) => Fingerprint::of(Arc::clone(names).join("\n")),
        FolderState::Absent => Fingerprint::of(ABSENT),
    }
}

/// The version of an installed package; stays equal when others change.
#[salsa::tracked(returns(copy))]
fn version<'db>(db: &'db dyn Db, name: Name<'db>) -> Fingerprint {
    Fingerprint::of(Site::get(db).packages(db).get(&**name.text(db)).map_or(ABSENT, String::as_str))
}
