//! What pages and texts were made from when they were made last, in this process or an earlier one.
//!
//! An entry says: when this was made, these questions had these answers, and this came out. Asking them again, and
//! getting the same answers, proves the result; the first that differs is the reason for making it anew.

pub(crate) mod record;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use bds_base::{Diagnostic, Fingerprint};
use bds_store::{ShelfChanges, Store};
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use crate::db::Db;
use crate::lens::{Ask, Question, answer};

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

/// All questions and entries. They are read from the store when the first is asked for.
#[derive(Debug)]
pub(crate) struct Ledger {
    store: Arc<Store>,
    is_asked: bool,
    loaded: OnceLock<Loaded>,
}

#[derive(Debug, Default)]
struct Loaded {
    questions: RwLock<Questions>,
    entries: RwLock<HashMap<u32, Arc<Entry>, FxBuildHasher>>,
    changes: Mutex<Changes>,
    /// Why something was made anew, by number.
    causes: Mutex<HashMap<u32, Difference>>,
}

/// Questions by number, and numbers by question. Numbers are never given twice.
#[derive(Debug, Default)]
struct Questions {
    /// None where the store has lost it.
    by_number: Vec<Option<Arc<Question>>>,
    by_question: HashMap<Arc<Question>, u32, FxBuildHasher>,
}

impl Questions {
    fn get(&self, number: u32) -> Option<&Arc<Question>> {
        self.by_number.get(number as usize)?.as_ref()
    }
}

/// What the store does not know yet.
#[derive(Debug, Default)]
struct Changes {
    questions: BTreeSet<u32>,
    entries: BTreeSet<u32>,
}

impl Ledger {
    /// The ledger in a store. Where `is_asked` is false nothing is taken from it, and nothing added.
    pub(crate) fn new(store: Arc<Store>, is_asked: bool) -> Self {
        Self { store, is_asked, loaded: OnceLock::new() }
    }

    /// The number of a question.
    pub(crate) fn number(&self, question: Question) -> u32 {
        let loaded = self.loaded();
        if let Some(number) = read(&loaded.questions).by_question.get(&question) {
            return *number;
        }
        let mut questions = write(&loaded.questions);
        if let Some(number) = questions.by_question.get(&question) {
            return *number;
        }
        let number = u32::try_from(questions.by_number.len()).expect("questions are by far not so many");
        let question = Arc::new(question);
        questions.by_number.push(Some(Arc::clone(&question)));
        questions.by_question.insert(question, number);
        lock(&loaded.changes).questions.insert(number);
        number
    }

    /// The question with a number that was given.
    pub(crate) fn question(&self, number: u32) -> Arc<Question> {
        read(&self.loaded().questions).get(number).cloned().expect("a number stands for a question that was asked")
    }

    /// Whether anything ever asked this.
    pub(crate) fn was_asked(&self, question: &Question) -> bool {
        read(&self.loaded().questions).by_question.contains_key(question)
    }

    /// Every question that what was made last asked, each once.
    pub(crate) fn asked(&self) -> Vec<Arc<Question>> {
        let loaded = self.loaded();
        let reads: HashSet<u32> =
            read(&loaded.entries).values().flat_map(|entry| entry.reads.iter().map(|read| read.question)).collect();
        let questions = read(&loaded.questions);
        reads.into_iter().filter_map(|number| questions.get(number).cloned()).collect()
    }

    /// Proves that what was made last is still good.
    pub(crate) fn prove(&self, db: &dyn Db, number: u32) -> Proof {
        let Some(entry) = read(&self.loaded().entries).get(&number).cloned() else { return Proof::Unknown };
        for Read { question, answer: before } in &entry.reads {
            let now = answer(db, Ask::new(db, *question));
            if now != *before {
                return Proof::Differs(Difference { question: *question, before: *before, now });
            }
        }
        Proof::Holds(entry)
    }

    /// Writes down why something was made anew.
    pub(crate) fn blame(&self, number: u32, difference: Difference) {
        lock(&self.loaded().causes).insert(number, difference);
    }

    /// Why something was made anew in this process, last.
    pub(crate) fn cause(&self, number: u32) -> Option<Difference> {
        lock(&self.loaded().causes).get(&number).copied()
    }

    /// Writes down how something was made.
    pub(crate) fn put(&self, number: u32, entry: Entry) {
        let loaded = self.loaded();
        let entry = Arc::new(entry);
        let before = write(&loaded.entries).insert(number, Arc::clone(&entry));
        if before.as_ref() != Some(&entry) {
            lock(&loaded.changes).entries.insert(number);
        }
    }

    /// Forgets how something was made.
    pub(crate) fn forget(&self, number: u32) {
        let loaded = self.loaded();
        if write(&loaded.entries).remove(&number).is_some() {
            lock(&loaded.changes).entries.insert(number);
        }
    }

    /// Takes what the store does not know yet. Where the store knows nothing else of the ledger, its shelves have the
    /// names all the same, so that they are kept.
    pub(crate) fn take_changes(&self) -> Vec<ShelfChanges> {
        let Some(loaded) = self.loaded.get().filter(|_| self.is_asked) else {
            return shelves(ShelfChanges::default(), ShelfChanges::default());
        };
        let changes = std::mem::take(&mut *lock(&loaded.changes));
        let (questions, entries) = (read(&loaded.questions), read(&loaded.entries));
        let mut on_questions = ShelfChanges::default();
        for number in changes.questions {
            if let Some(question) = questions.get(number) {
                on_questions.put.insert(number.into(), record::pack_question(question));
            }
        }
        let mut on_entries = ShelfChanges::default();
        for number in changes.entries {
            match entries.get(&number) {
                Some(entry) => drop(on_entries.put.insert(number.into(), record::pack(entry))),
                None => drop(on_entries.remove.insert(number.into())),
            }
        }
        shelves(on_questions, on_entries)
    }

    fn loaded(&self) -> &Loaded {
        self.loaded.get_or_init(|| if self.is_asked { load(&self.store) } else { Loaded::default() })
    }
}

fn shelves(questions: ShelfChanges, entries: ShelfChanges) -> Vec<ShelfChanges> {
    vec![ShelfChanges { shelf: shelf(QUESTIONS), ..questions }, ShelfChanges { shelf: shelf(ENTRIES), ..entries }]
}

const QUESTIONS: &str = "questions";
const ENTRIES: &str = "entries";

/// The name of a shelf. What another engine wrote there is no proof of what this one would make.
pub(crate) fn shelf(name: &str) -> String {
    format!("{name}/{}", env!("BDS_ENGINE"))
}

fn load(store: &Store) -> Loaded {
    let mut questions = Questions::default();
    for (number, bytes) in store.shelf(&shelf(QUESTIONS)) {
        let Ok(number) = u32::try_from(number) else { continue };
        let at = number as usize;
        if at >= questions.by_number.len() {
            questions.by_number.resize(at + 1, None);
        }
        let Some(question) = record::unpack_question(&bytes).map(Arc::new) else { continue };
        questions.by_number[at] = Some(Arc::clone(&question));
        questions.by_question.insert(question, number);
    }
    let mut entries = HashMap::default();
    for (number, bytes) in store.shelf(&shelf(ENTRIES)) {
        let Ok(number) = u32::try_from(number) else { continue };
        let is_known = |read: &Read| questions.get(read.question).is_some();
        let entry = record::unpack(&bytes).filter(|entry| entry.reads.iter().all(is_known));
        entries.extend(entry.map(|entry| (number, Arc::new(entry))));
    }
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
