//! What a call was made from, written into the ledger: so that it can be told what differs when it runs again, and
//! which files it depends on.

use super::run::Unlike;
use super::{CallInSetting, Key, nesting};
use crate::db::Db;
use crate::ledger::calls::{CallEntry, PARTS};
use crate::ledger::{Cause, Difference, Read, Seal};
use crate::lens::Question;
use crate::report::MacroFate;
use crate::traces::Answered;

/// What is to be written down of a call.
pub(super) struct Account<'db> {
    db: &'db dyn Db,
    call: CallInSetting<'db>,
    /// Its number in the ledger.
    pub(super) number: u32,
    key: [Seal; PARTS.len()],
}

impl<'db> Account<'db> {
    pub(super) fn open(db: &'db dyn Db, call: CallInSetting<'db>, key: &Key<'_>) -> Self {
        Self { db, call, number: number(db, call), key: key.seals() }
    }

    /// Says that the call runs because an answer differs.
    pub(super) fn blame_answer(&self, unlike: &Unlike) -> MacroFate {
        let ledger = &self.db.services().ledger;
        let question = ledger.number(&Question::Seen(unlike.question.name()));
        let (before, now) = (Seal::of_fingerprint(unlike.before), Seal::of_fingerprint(unlike.now));
        ledger.blame(self.number, Cause::Answer(Difference { question, before, now }));
        MacroFate::RanChanged(Vec::new())
    }

    /// Says that the call runs because nothing is remembered of its key: a part of it differs, or the call is new.
    pub(super) fn blame_key(&self) -> MacroFate {
        let ledger = &self.db.services().ledger;
        let before = ledger.call(self.number);
        let parts = before.iter().flat_map(|before| before.key.iter().zip(&self.key)).enumerate();
        let Some((part, (before, now))) = parts.into_iter().find(|(_, (before, now))| before != now) else {
            let said = match before.as_ref().and_then(|before| before.passing.as_ref()) {
                Some(passing) => format!("the macro call could not be remembered: {passing}"),
                None => "nothing was remembered of the macro call".to_owned(),
            };
            ledger.blame(self.number, Cause::Said(said));
            return MacroFate::RanNew;
        };
        let difference = Difference { question: self.number, before: *before, now: *now };
        ledger.blame(self.number, Cause::Key(part, difference));
        MacroFate::RanChanged(Vec::new())
    }

    /// Writes down what the call looked at, and why its result is good for this build only, if it is.
    pub(super) fn close(&self, reads: &[Answered], passing: Option<String>) {
        let ledger = &self.db.services().ledger;
        let read = |Answered { question, answer }: &Answered| {
            Read::new(ledger.number(&Question::Seen(question.name())), Seal::of_fingerprint(*answer))
        };
        ledger.put_call(self.number, || CallEntry {
            key: self.key,
            reads: reads.iter().map(read).collect(),
            nested: nesting::met(self.db, self.call).into(),
            passing,
        });
    }
}

/// The number of a call in the ledger.
pub(super) fn number<'db>(db: &'db dyn Db, call: CallInSetting<'db>) -> u32 {
    let (name, params) = (call.name(db).clone(), call.params(db).clone());
    db.services().ledger.number(&Question::Macro { name, params, place: call.setting(db).place(db) })
}

impl Key<'_> {
    /// What its parts are known by, in the order of [`PARTS`].
    fn seals(&self) -> [Seal; PARTS.len()] {
        let Self { abi, runtime, script, entrypoint, context, post, limits, permissions } = self;
        // The context holds JSON, which only its own form can hold.
        let context = serde_json::to_string(context).expect("a key is plain data, which always serialises");
        let limits = serde_json::to_string(limits).expect("a key is plain data, which always serialises");
        let permissions = serde_json::to_string(permissions).expect("a key is plain data, which always serialises");
        [
            Seal::of(abi),
            Seal::of(runtime),
            Seal::of_fingerprint(*script),
            Seal::of(entrypoint),
            Seal::of(&context),
            Seal::of(post),
            Seal::of(&limits),
            Seal::of(&permissions),
        ]
    }
}
