//! Keeps the ledger from growing for ever: pages go, and calls get other parameters with every edit.

use std::collections::BTreeSet;

use bds_store::{OutputTable, Store};

use super::{Ledger, lock, read};
use crate::lens::Question;

/// How many questions may lie about that nothing asks, beside as many as are asked.
const SPARE: usize = 4096;

impl Ledger {
    /// Whether most of it is about what the site no longer has or asks.
    pub(crate) fn is_overgrown(&self) -> bool {
        let loaded = self.loaded();
        let (questions, entries) = (read(&loaded.questions), read(&loaded.entries));
        let mut is_asked = vec![false; questions.len()];
        let mut ask = |number: u32| {
            if let Some(is_asked) = is_asked.get_mut(number as usize) {
                *is_asked = true;
            }
        };
        for number in entries.numbers() {
            entries.asked(number).into_iter().flatten().chain([number]).for_each(&mut ask);
        }
        self.calls.each_asked(&mut ask);
        let asked = is_asked.into_iter().filter(|is_asked| *is_asked).count();
        let saved = questions.len() - lock(&loaded.changes).unsaved.len();
        saved > 2 * asked + SPARE
    }

    /// Forgets all that no page of these outputs, nor of those of other folders, was made from.
    pub(crate) fn sweep(&self, store: &Store, outputs: &OutputTable) {
        let others: Vec<_> = store.output_folders().iter().map(|folder| store.outputs(folder)).collect();
        let owners = others.iter().map(|table| &**table).chain([outputs]).flat_map(OutputTable::values);
        let owners: BTreeSet<&str> = owners.map(|record| record.owner.as_str()).collect();
        let pages = owners.into_iter().filter_map(|owner| self.known(&Question::Page(owner.to_owned())));
        let live = self.reached_from(pages.collect());

        let loaded = self.loaded();
        let is_dead = |number: &u32| !live.contains(number);
        let dead: Vec<_> = read(&loaded.entries).numbers().filter(is_dead).collect();
        for number in dead {
            self.forget(number);
        }
        self.calls.retain(&|number| live.contains(&number));
        let count = u32::try_from(read(&loaded.questions).len()).expect("numbers are as large as that");
        let mut changes = lock(&loaded.changes);
        for number in (0..count).filter(is_dead) {
            changes.questions.remove(&number);
            if changes.unsaved.insert(number) {
                changes.gone.insert(number);
            }
        }
    }

    /// These, and all that was asked for them.
    fn reached_from(&self, mut open: Vec<u32>) -> BTreeSet<u32> {
        let mut reached = BTreeSet::new();
        while let Some(number) = open.pop() {
            if !reached.insert(number) {
                continue;
            }
            open.extend(self.asked_by(number).into_iter().flatten());
            if let Some(call) = self.call(number) {
                open.extend(call.asked());
            }
        }
        reached
    }

    /// Takes the numbers of questions that are to be saved again, since something asks them that is to be saved.
    pub(super) fn ask_again(&self, asked: impl IntoIterator<Item = u32>) {
        let loaded = self.loaded();
        let mut changes = lock(&loaded.changes);
        if changes.unsaved.is_empty() {
            return;
        }
        for number in asked {
            if changes.unsaved.remove(&number) {
                changes.gone.remove(&number);
                changes.questions.insert(number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bds_base::{Fingerprint, SitePath};
    use bds_store::{FileClock, OutputRecord, Seen};

    use super::super::{Entry, Read, Seal};
    use super::*;

    fn page(name: &str) -> Question {
        Question::Page(name.to_owned())
    }

    fn tag(name: &str) -> Question {
        Question::TagColor(name.to_owned())
    }

    /// Makes a page of the answer to a question.
    fn make(ledger: &Ledger, name: &str, question: &Question) {
        let read = Read::new(ledger.number(question), Seal::of(&name));
        let entry = Entry { content: Fingerprint::of(name), diagnostics: Arc::default(), reads: [read].into() };
        ledger.put(ledger.number(&page(name)), entry);
    }

    fn outputs(owner: &str) -> OutputTable {
        let stat = bds_base::FileStat { size: 1, mtime_ns: 1, changed_ns: 1, inode: 1, is_dir: false };
        let seen = Seen::new(&stat, FileClock::from_ns(2));
        let record = OutputRecord { fingerprint: Fingerprint::of(""), seen, owner: owner.to_owned() };
        [(SitePath::new("index.html").expect("plain"), record)].into()
    }

    #[test]
    fn what_belongs_to_pages_that_are_gone_goes_and_comes_back_with_them() {
        let store = Arc::new(Store::in_memory());
        let ledger = Ledger::new(Arc::clone(&store), true);
        make(&ledger, "kept", &tag("kept"));
        make(&ledger, "gone", &tag("gone"));
        let saved = ledger.take_changes();
        assert_eq!((saved[0].put.len(), saved[1].put.len()), (4, 2), "questions and entries");

        ledger.sweep(&store, &outputs("kept"));
        let swept = ledger.take_changes();
        assert_eq!((swept[0].remove.len(), swept[1].remove.len()), (2, 1));
        assert_eq!((swept[0].put.len(), swept[1].put.len()), (0, 0));

        // The same numbers are good again, and saved with what asks them.
        make(&ledger, "gone", &tag("gone"));
        let again = ledger.take_changes();
        assert_eq!(again[0].put.keys().collect::<Vec<_>>(), swept[0].remove.iter().collect::<Vec<_>>());
        assert_eq!((again[1].put.len(), again[0].remove.len()), (1, 0));
    }

    #[test]
    fn it_is_overgrown_when_most_of_it_is_asked_by_nothing() {
        let store = Arc::new(Store::in_memory());
        let ledger = Ledger::new(Arc::clone(&store), true);
        make(&ledger, "kept", &tag("kept"));
        let ask = |name: &str| {
            ledger.number(&tag(name));
        };
        (0..SPARE + 2).for_each(|number| ask(&number.to_string()));
        assert!(!ledger.is_overgrown());
        (0..3).for_each(|number| ask(&format!("more {number}")));
        assert!(ledger.is_overgrown());
        ledger.sweep(&store, &outputs("kept"));
        assert!(!ledger.is_overgrown());
    }
}
