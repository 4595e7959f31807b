//! Looking after what the graph keeps in the store: what nothing refers to, and what is not as it should be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bds_store::{ShelfChanges, ShelfTable, Store, StoreError, Sweep, Swept};
use serde::Serialize;

use crate::heads;
use crate::ledger::calls::{self, CallEntry};
use crate::ledger::{self, Entry, record};
use crate::lens::Question;

/// What a sweep has removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Removed {
    /// Questions that nothing asks.
    pub questions: usize,
    /// Records of how pages and texts were made that the site no longer has.
    pub entries: usize,
    /// Records of macro calls that no text of the site holds.
    pub calls: usize,
    /// What was read from files that are gone or were changed.
    pub heads: usize,
    /// What the store removed beside these.
    #[serde(flatten)]
    pub store: Swept,
}

/// Removes from a store what nothing refers to, and the macro results that none of the last `builds` builds has used. Take
/// the project's lock before.
pub fn sweep(store: &Store, builds: u64) -> Result<Removed, StoreError> {
    let shelves = Shelves::read(store);
    let live = shelves.live(store);
    let known: BTreeSet<u64> =
        store.files().iter().map(|(path, entry)| heads::number(path, entry.fingerprint)).collect();
    let is_dead = |number: &u64| !live.contains(number);
    let changes = [
        changes(ledger::QUESTIONS, &shelves.questions, is_dead),
        changes(ledger::ENTRIES, &shelves.entries, is_dead),
        changes(calls::SHELF, &shelves.calls, is_dead),
        changes(heads::SHELF, &shelves.heads, |number| !known.contains(number)),
        changes(crate::why::portrait::SHELF, &ShelfTable::new(), |_| false),
    ];
    let [questions, entries, calls, heads, _] = changes.each_ref().map(|changes| changes.remove.len());
    let store = store.sweep(&Sweep { shelves: changes.into(), unused_for: builds })?;
    Ok(Removed { questions, entries, calls, heads, store })
}

/// What is wrong with what the graph keeps in a store, a sentence for each fault. That every record is what was stored, the
/// store knows itself.
pub fn faults(store: &Store) -> Vec<String> {
    let shelves = Shelves::read(store);
    let mut faults = Vec::new();
    let is_asked = |number: u32| shelves.questions.contains_key(&number.into());
    for (number, bytes) in &shelves.questions {
        if record::unpack_question(bytes).is_none() {
            faults.push(format!("the question {number} cannot be read"));
        }
    }
    for (number, bytes) in &shelves.entries {
        faults.extend(match record::unpack(bytes) {
            None => Some(format!("how the {number} was made cannot be read")),
            Some(entry) => lost(*number, entry.reads.iter().map(|read| read.question), &is_asked),
        });
    }
    for (number, bytes) in &shelves.calls {
        faults.extend(match unpack_call(bytes) {
            None => Some(format!("what the macro call {number} was made from cannot be read")),
            Some(call) => lost(*number, call.asked(), &is_asked),
        });
    }
    let unreadable = shelves.heads.iter().filter(|(_, bytes)| !heads::is_readable(bytes));
    faults.extend(unreadable.map(|(number, _)| format!("what was read from the post {number:016x} cannot be read")));
    faults
}

/// Says that a record refers to questions that are not there.
fn lost(number: u64, asked: impl Iterator<Item = u32>, is_asked: &dyn Fn(u32) -> bool) -> Option<String> {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let lost = asked.chain([number]).filter(|asked| !is_asked(*asked)).count();
    (lost > 0).then(|| format!("the record {number} refers to {lost} questions that are not there"))
}

/// What this engine keeps in a store.
struct Shelves {
    questions: ShelfTable,
    entries: ShelfTable,
    calls: ShelfTable,
    heads: ShelfTable,
}

impl Shelves {
    fn read(store: &Store) -> Self {
        let read = |name| store.shelf(&ledger::shelf(name));
        Self {
            questions: read(ledger::QUESTIONS),
            entries: read(ledger::ENTRIES),
            calls: read(calls::SHELF),
            heads: read(heads::SHELF),
        }
    }

    /// The numbers of all questions that the pages of the site ask, and that are asked for their answers.
    fn live(&self, store: &Store) -> BTreeSet<u64> {
        let tables: Vec<_> = store.output_folders().iter().map(|folder| store.outputs(folder)).collect();
        let owners: BTreeSet<&str> =
            tables.iter().flat_map(|table| table.values()).map(|record| record.owner.as_str()).collect();
        let is_page = |bytes: &[u8]| match record::unpack_question(bytes) {
            Some(Question::Page(owner)) => owners.contains(owner.as_str()),
            _ => false,
        };
        let pages = self.questions.iter().filter(|(_, bytes)| is_page(bytes)).map(|(number, _)| *number);
        let mut open: Vec<u64> = pages.collect();
        let mut live = BTreeSet::new();
        let entries: BTreeMap<u64, Arc<Entry>> = self
            .entries
            .iter()
            .filter_map(|(number, bytes)| Some((*number, Arc::new(record::unpack(bytes)?))))
            .collect();
        while let Some(number) = open.pop() {
            if !live.insert(number) {
                continue;
            }
            let reads = entries.get(&number).into_iter().flat_map(|entry| entry.reads.iter());
            open.extend(reads.map(|read| u64::from(read.question)));
            let call = self.calls.get(&number).and_then(|bytes| unpack_call(bytes));
            open.extend(call.iter().flat_map(CallEntry::asked).map(u64::from));
        }
        live
    }
}

fn unpack_call(bytes: &[u8]) -> Option<CallEntry> {
    postcard::from_bytes(bytes).ok()
}

fn changes(shelf: &str, table: &ShelfTable, goes: impl Fn(&u64) -> bool) -> ShelfChanges {
    let remove = table.keys().filter(|number| goes(number)).copied().collect();
    ShelfChanges { shelf: ledger::shelf(shelf), remove, ..ShelfChanges::default() }
}
