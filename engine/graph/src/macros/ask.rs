//! The questions that a macro can have, and their answers by query.

use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};
use bds_macro_api::HostError;
use serde_json::Value;

use super::Setting;
use crate::api;
use crate::db::Db;
use crate::files::{FileState, FolderState, SourceFile};
use crate::traces::Question;

/// What the answer to "is it there" is known by.
pub(super) const ABSENT: &str = "absent";
/// The other one.
pub(super) const PRESENT: &str = "present";

/// An answer.
pub(super) enum Answer {
    /// What the script gets.
    Value(Value),
    /// Something that the script has seen by itself, known by this.
    Seen(Fingerprint),
}

impl Answer {
    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Value(value) => value,
            Self::Seen(_) => Value::Null,
        }
    }
}

/// Answers a question. Every part of the answer comes from a query, so whoever asks depends on it.
pub(super) fn ask<'db>(db: &'db dyn Db, setting: Setting<'db>, question: &Question) -> Result<Answer, HostError> {
    match question {
        Question::PostField(name) => api::post_field(db, setting, name).map(Answer::Value),
        Question::Api(method, arguments) => api::answer(db, method, arguments).map(Answer::Value),
        Question::File(path) => Ok(Answer::Seen(content(db, path))),
        Question::Existence(path) => {
            let exists = exists(db, db.services().files.file(db, path));
            Ok(Answer::Seen(Fingerprint::of(if exists { PRESENT } else { ABSENT })))
        }
        Question::Folder(path) => Ok(Answer::Seen(names(db, path))),
    }
}

/// What an answer is known by.
pub(super) fn fingerprint(answer: &Result<Answer, HostError>) -> Fingerprint {
    match answer {
        Ok(Answer::Value(value)) => Fingerprint::of_key("answer", value),
        Ok(Answer::Seen(fingerprint)) => *fingerprint,
        Err(error) => Fingerprint::of_key("refusal", &error.to_string()),
    }
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
