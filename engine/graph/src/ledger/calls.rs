//! What macro calls were made from, whatever came of them: those that failed and those that cannot be remembered too,
//! of which the traces know nothing.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use bds_store::{ShelfChanges, Store};
use serde::{Deserialize, Serialize};

use super::{Read, Seal, lock, shelf};

/// What a call is made from before it asks for anything: the parts of its key, in their order.
pub(crate) const PARTS: [&str; 8] =
    ["abi", "runtime", "script", "entrypoint", "context", "post", "limits", "permissions"];

/// What a macro call was made from when it ran last, or was proved to be still good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CallEntry {
    /// The [`PARTS`] of its key.
    pub(crate) key: [Seal; PARTS.len()],
    /// What it asked for and what the answers were known by, in order, each once.
    pub(crate) reads: Box<[Read]>,
    /// The calls in the texts that it asked for.
    pub(crate) nested: Box<[u32]>,
    /// Why its result is good for one build only, or that it failed; none for most.
    pub(crate) passing: Option<String>,
}

impl CallEntry {
    /// The questions that it names.
    pub(crate) fn asked(&self) -> impl Iterator<Item = u32> {
        self.reads.iter().map(|read| read.question).chain(self.nested.iter().copied())
    }
}

/// The entries of all calls, by the numbers of their questions. They are read from the store when the first is asked
/// for.
#[derive(Debug)]
pub(super) struct Calls {
    store: Arc<Store>,
    loaded: OnceLock<Mutex<HashMap<u32, Arc<CallEntry>>>>,
    changes: Mutex<BTreeSet<u32>>,
}

pub(crate) const SHELF: &str = "calls";

impl Calls {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self { store, loaded: OnceLock::new(), changes: Mutex::default() }
    }

    pub(super) fn get(&self, number: u32) -> Option<Arc<CallEntry>> {
        lock(self.loaded()).get(&number).cloned()
    }

    pub(super) fn put(&self, number: u32, entry: CallEntry) {
        let mut calls = lock(self.loaded());
        if calls.get(&number).is_none_or(|before| **before != entry) {
            calls.insert(number, Arc::new(entry));
            lock(&self.changes).insert(number);
        }
    }

    /// Tells the number of each call and of each question that one asks.
    pub(super) fn each_asked(&self, told: &mut dyn FnMut(u32)) {
        lock(self.loaded()).iter().for_each(|(number, call)| call.asked().chain([*number]).for_each(&mut *told));
    }

    /// Forgets all calls but these.
    pub(super) fn retain(&self, is_kept: &dyn Fn(u32) -> bool) {
        let mut calls = lock(self.loaded());
        let mut changes = lock(&self.changes);
        let dead: Vec<_> = calls.keys().copied().filter(|number| !is_kept(*number)).collect();
        for number in dead {
            calls.remove(&number);
            changes.insert(number);
        }
    }

    /// Takes what the store does not know yet, and the numbers of the questions that this names.
    pub(super) fn take_changes(&self) -> (ShelfChanges, Vec<u32>) {
        let mut changes = ShelfChanges { shelf: shelf(SHELF), ..ShelfChanges::default() };
        let mut asked = Vec::new();
        let Some(calls) = self.loaded.get() else { return (changes, asked) };
        let calls = lock(calls);
        for number in std::mem::take(&mut *lock(&self.changes)) {
            match calls.get(&number) {
                Some(entry) => {
                    asked.extend(entry.asked().chain([number]));
                    let bytes = postcard::to_stdvec(&**entry).expect("entries are plain data");
                    changes.put.insert(number.into(), bytes);
                }
                None => drop(changes.remove.insert(number.into())),
            }
        }
        (changes, asked)
    }

    fn loaded(&self) -> &Mutex<HashMap<u32, Arc<CallEntry>>> {
        self.loaded.get_or_init(|| {
            let known = self.store.shelf(&shelf(SHELF));
            let entry = |(number, bytes): (u64, Box<[u8]>)| {
                Some((u32::try_from(number).ok()?, Arc::new(postcard::from_bytes(&bytes).ok()?)))
            };
            Mutex::new(known.into_iter().filter_map(entry).collect())
        })
    }
}
