//! How things were made last, by their numbers.

use std::collections::HashMap;
use std::sync::Arc;

use bds_store::{Placed, Shelf};
use rustc_hash::FxBuildHasher;

use super::questions::Questions;
use super::{Entry, record};

/// The entries of all pages and texts. Those of earlier processes are taken apart when they are looked at.
#[derive(Debug, Default)]
pub(super) struct Entries {
    stored: Shelf,
    places: HashMap<u32, Kept, FxBuildHasher>,
}

#[derive(Debug, Clone)]
enum Kept {
    Stored(Placed),
    Made(Arc<Entry>),
}

impl Entries {
    /// Takes what the store knows.
    pub(super) fn load(stored: Shelf) -> Self {
        let places = stored.records().iter();
        let places = places.filter_map(|place| Some((u32::try_from(place.number).ok()?, Kept::Stored(*place))));
        Self { places: places.collect(), stored }
    }

    /// The entry of this number. None where the store has lost one of the questions that it names.
    pub(super) fn get(&self, number: u32, questions: &Questions) -> Option<Arc<Entry>> {
        match self.places.get(&number)? {
            Kept::Made(entry) => Some(Arc::clone(entry)),
            Kept::Stored(place) => {
                let entry = record::unpack(self.stored.bytes(*place))?;
                let is_whole = entry.reads.iter().all(|read| questions.bytes(read.question).is_some());
                is_whole.then(|| Arc::new(entry))
            }
        }
    }

    /// The questions that an entry names; none where it cannot be read.
    pub(super) fn asked(&self, number: u32) -> Option<Vec<u32>> {
        match self.places.get(&number)? {
            Kept::Made(entry) => Some(entry.reads.iter().map(|read| read.question).collect()),
            Kept::Stored(place) => record::asked(self.stored.bytes(*place)),
        }
    }

    /// The numbers of all entries, in no order.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.places.keys().copied()
    }

    /// Takes an entry, and gives the one that was there.
    pub(super) fn insert(&mut self, number: u32, entry: Arc<Entry>, questions: &Questions) -> Option<Arc<Entry>> {
        let before = self.get(number, questions);
        self.places.insert(number, Kept::Made(entry));
        before
    }

    /// Forgets an entry; says whether there was one.
    pub(super) fn remove(&mut self, number: u32) -> bool {
        self.places.remove(&number).is_some()
    }
}
