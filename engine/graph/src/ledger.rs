//! What pages and texts were made from when they were made last, in this process or an earlier one.
//!
//! An entry says: when this was made, these questions had these answers, and this came out. Asking them again, and
//! getting the same answers, proves the result; the first that differs is the reason for making it anew.

pub(crate) mod calls;
mod entries;
mod questions;
pub(crate) mod record;
mod sweep;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use bds_base::{Diagnostic, Fingerprint};
use bds_store::{ShelfChanges, Store};
use serde::{Deserialize, Serialize};

use crate::db::Db;
use crate::lens::{Ask, Question, answer};
use calls::{CallEntry, Calls};
use entries::Entries;
use questions::Questions;

/// What an answer is known by: enough of its fingerprint to tell it from others by no accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Seal(u64);

impl Seal {
    /// The seal of a value.
    pub(crate) fn of(value: &impl Serialize) -> Self {
        let bytes = postcard::to_stdvec(value).expect("answers are plain data, which always serialises");
        Self::of_fingerprint(Fingerprint::of(bytes))
    }

    /// It as a number.
    pub(crate) fn number(self) -> u64 {
        self.0
    }

    /// The seal of something that has a fingerprint.
    pub(crate) fn of_fingerprint(fingerprint: Fingerprint) -> Self {
        let (first, _) = fingerprint.as_bytes().split_first_chunk().expect("a fingerprint has 32 bytes");
        Self(u64::from_le_bytes(*first))
    }
}

impl std::fmt::Display for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A question and the answer that it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Read {
    pub(crate) question: u32,
    pub(crate) answer: Seal,
}

impl Read {
    pub(crate) fn new(question: u32, answer: Seal) -> Self {
        Self { question, answer }
    }
}

/// How something was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What came out.
    pub(crate) content: Fingerprint,
    /// What was wrong.
    pub(crate) diagnostics: Arc<[Diagnostic]>,
    /// What was looked at, in order, each once.
    pub(crate) reads: Box<[Read]>,
}

impl Entry {
    /// The first answer that is another than it was. As long as answers are the same, so are the questions.
    fn differs_from(&self, before: &Self) -> Option<Difference> {
        let pairs = before.reads.iter().zip(&self.reads);
        let mut same = pairs.take_while(|(before, now)| before.question == now.question);
        same.find(|(before, now)| before.answer != now.answer).map(|(before, now)| Difference {
            question: now.question,
            before: before.answer,
            now: now.answer,
        })
    }
}

/// Whether what was made is still good.
#[derive(Debug)]
pub(crate) enum Proof {
    /// It is.
    Holds(Arc<Entry>),
    /// It is not: this has another answer now.
    Differs(Difference),
    /// Nothing is known of it.
    Unknown,
}

/// The first answer that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) question: u32,
    pub(crate) before: Seal,
    pub(crate) now: Seal,
}

/// Why something was made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// This answer differs.
    Answer(Difference),
    /// This part of the key of a macro call differs, by its place among the [`PARTS`](calls::PARTS).
    Key(usize, Difference),
    /// This, in words: there is nothing to compare.
    Said(String),
}

/// All questions and entries. They are read from the store when the first is asked for.
#[derive(Debug)]
pub(crate) struct Ledger {
    store: Arc<Store>,
    is_asked: bool,
    loaded: OnceLock<Loaded>,
    calls: Calls,
}

#[derive(Debug, Default)]
struct Loaded {
    questions: RwLock<Questions>,
    entries: RwLock<Entries>,
    changes: Mutex<Changes>,
    /// Why something was made anew, by number.
    causes: Mutex<HashMap<u32, Cause>>,
}

/// What the store does not know yet.
#[derive(Debug, Default)]
struct Changes {
    questions: BTreeSet<u32>,
    entries: BTreeSet<u32>,
    /// Questions that the store is to forget.
    gone: BTreeSet<u32>,
    /// Questions that the store does not know, or will not, and need not as long as nothing asks them.
    unsaved: BTreeSet<u32>,
}

impl Ledger {
    /// The ledger in a store. Where `is_asked` is false nothing is taken from it, and nothing added.
    pub(crate) fn new(store: Arc<Store>, is_asked: bool) -> Self {
        Self { calls: Calls::new(Arc::clone(&store)), store, is_asked, loaded: OnceLock::new() }
    }

    /// The number of a question.
    pub(crate) fn number(&self, question: &Question) -> u32 {
        let loaded = self.loaded();
        if let Some(number) = read(&loaded.questions).number(question) {
            return number;
        }
        let (number, is_new) = write(&loaded.questions).add(question);
        if is_new {
            lock(&loaded.changes).questions.insert(number);
        }
        number
    }

    /// The question with a number that was given.
    pub(crate) fn question(&self, number: u32) -> Arc<Question> {
        read(&self.loaded().questions).get(number).expect("a number stands for a question that was asked")
    }

    /// By what questions of its kind begin as they are written down. Two kinds have two numbers.
    pub(crate) fn kind(&self, number: u32) -> Option<u8> {
        read(&self.loaded().questions).bytes(number)?.first().copied()
    }

    /// Whether anything ever asked this.
    pub(crate) fn was_asked(&self, question: &Question) -> bool {
        self.known(question).is_some()
    }

    /// Every question of some kinds that what was made last asked, each once. `is_wanted` is shown one question of each
    /// kind.
    pub(crate) fn asked(&self, is_wanted: impl Fn(&Question) -> bool) -> Vec<Arc<Question>> {
        let loaded = self.loaded();
        let (questions, entries) = (read(&loaded.questions), read(&loaded.entries));
        let mut is_asked = vec![false; questions.len()];
        for number in entries.numbers().filter_map(|number| entries.asked(number)).flatten() {
            if let Some(is_asked) = is_asked.get_mut(number as usize) {
                *is_asked = true;
            }
        }
        let mut kinds = [None; 256];
        let mut is_of_wanted_kind = |number: u32| {
            let kind = questions.bytes(number).and_then(|bytes| bytes.first().copied());
            let is_wanted = || questions.get(number).is_some_and(|question| is_wanted(&question));
            kind.is_some_and(|kind| *kinds[usize::from(kind)].get_or_insert_with(is_wanted))
        };
        let asked = (0..).zip(is_asked).filter_map(|(number, is_asked)| is_asked.then_some(number));
        asked.filter(|number| is_of_wanted_kind(*number)).filter_map(|number| questions.get(number)).collect()
    }

    /// Proves that what was made last is still good.
    pub(crate) fn prove(&self, db: &dyn Db, number: u32) -> Proof {
        let Some(entry) = self.entry(number) else { return Proof::Unknown };
        for Read { question, answer: before } in &entry.reads {
            let now = answer(db, Ask::new(db, *question));
            if now != *before {
                return Proof::Differs(Difference { question: *question, before: *before, now });
            }
        }
        Proof::Holds(entry)
    }

    /// Writes down why something was made anew.
    pub(crate) fn blame(&self, number: u32, cause: Cause) {
        lock(&self.loaded().causes).insert(number, cause);
    }

    /// Takes why things were made anew since the last time, by their numbers.
    pub(crate) fn take_causes(&self) -> HashMap<u32, Cause> {
        self.loaded.get().map(|loaded| std::mem::take(&mut *lock(&loaded.causes))).unwrap_or_default()
    }

    /// How something was made last.
    pub(crate) fn entry(&self, number: u32) -> Option<Arc<Entry>> {
        let loaded = self.loaded();
        read(&loaded.entries).get(number, &read(&loaded.questions))
    }

    /// What was asked when something was made last.
    pub(crate) fn asked_by(&self, number: u32) -> Option<Vec<u32>> {
        read(&self.loaded().entries).asked(number)
    }

    /// The number of a question, if it has one.
    pub(crate) fn known(&self, question: &Question) -> Option<u32> {
        read(&self.loaded().questions).number(question)
    }

    /// What a macro call was made from last.
    pub(crate) fn call(&self, number: u32) -> Option<Arc<CallEntry>> {
        if self.is_asked { self.calls.get(number) } else { None }
    }

    /// Writes down what a macro call was made from.
    pub(crate) fn put_call(&self, number: u32, entry: impl FnOnce() -> CallEntry) {
        if self.is_asked {
            self.calls.put(number, entry());
        }
    }

    /// Writes down how something was made, and, if it was made before, why it was made anew.
    pub(crate) fn put(&self, number: u32, entry: Entry) {
        let loaded = self.loaded();
        let entry = Arc::new(entry);
        let before = write(&loaded.entries).insert(number, Arc::clone(&entry), &read(&loaded.questions));
        if before.as_ref() != Some(&entry) {
            lock(&loaded.changes).entries.insert(number);
        }
        if let Some(difference) = before.and_then(|before| entry.differs_from(&before)) {
            self.blame(number, Cause::Answer(difference));
        }
    }

    /// Forgets how something was made.
    pub(crate) fn forget(&self, number: u32) {
        let loaded = self.loaded();
        if write(&loaded.entries).remove(number) {
            lock(&loaded.changes).entries.insert(number);
        }
    }

    /// Takes what the store does not know yet. Where the store knows nothing else of the ledger, its shelves have the
    /// names all the same, so that they are kept.
    pub(crate) fn take_changes(&self) -> Vec<ShelfChanges> {
        let (on_calls, asked) = self.calls.take_changes();
        let Some(loaded) = self.loaded.get().filter(|_| self.is_asked) else {
            return shelves(ShelfChanges::default(), ShelfChanges::default(), on_calls);
        };
        self.ask_again(asked);
        let remade = std::mem::take(&mut lock(&loaded.changes).entries);
        let mut on_entries = ShelfChanges::default();
        for number in remade {
            match self.entry(number) {
                Some(entry) => {
                    self.ask_again(entry.reads.iter().map(|read| read.question).chain([number]));
                    on_entries.put.insert(number.into(), record::pack(&entry));
                }
                None => drop(on_entries.remove.insert(number.into())),
            }
        }
        let mut changes = lock(&loaded.changes);
        let (asked, gone) = (std::mem::take(&mut changes.questions), std::mem::take(&mut changes.gone));
        drop(changes);
        let questions = read(&loaded.questions);
        let mut on_questions =
            ShelfChanges { remove: gone.into_iter().map(u64::from).collect(), ..ShelfChanges::default() };
        for number in asked {
            if let Some(question) = questions.bytes(number) {
                on_questions.put.insert(number.into(), question.to_vec());
            }
        }
        shelves(on_questions, on_entries, on_calls)
    }

    /// Reads what the store knows, so that it is there when it is asked for.
    pub(crate) fn prepare(&self) {
        self.loaded();
    }

    fn loaded(&self) -> &Loaded {
        self.loaded.get_or_init(|| if self.is_asked { load(&self.store) } else { Loaded::default() })
    }
}

fn shelves(questions: ShelfChanges, entries: ShelfChanges, calls: ShelfChanges) -> Vec<ShelfChanges> {
    let questions = ShelfChanges { shelf: shelf(QUESTIONS), ..questions };
    vec![questions, ShelfChanges { shelf: shelf(ENTRIES), ..entries }, calls]
}

pub(crate) const QUESTIONS: &str = "questions";
pub(crate) const ENTRIES: &str = "entries";

/// The name of a shelf. What another engine wrote there is no proof of what this one would make.
pub(crate) fn shelf(name: &str) -> String {
    format!("{name}/{}", env!("BDS_ENGINE"))
}

fn load(store: &Store) -> Loaded {
    let questions = Questions::load(store.records(&shelf(QUESTIONS)));
    let entries = Entries::load(store.records(&shelf(ENTRIES)));
    Loaded { questions: RwLock::new(questions), entries: RwLock::new(entries), ..Loaded::default() }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
