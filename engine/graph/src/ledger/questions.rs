//! Questions by number, and numbers by question.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use bds_store::{Placed, Shelf};
use rustc_hash::FxBuildHasher;

use super::record;
use crate::lens::Question;

/// All questions that were ever asked. Numbers are never given twice.
///
/// They stay as they are written down: a process asks a few of the hundred thousand again, and looks all of them up by
/// what is written.
#[derive(Debug, Default)]
pub(super) struct Questions {
    /// Those of earlier processes.
    stored: Shelf,
    /// Those of this one, one after the other.
    made: Vec<u8>,
    /// Where each is, by number; none where the store has lost it.
    places: Vec<Option<Written>>,
    /// By the hash of what is written.
    numbers: HashMap<u64, u32, FxBuildHasher>,
    /// By the number of a question, that of the next with the same hash.
    twins: HashMap<u32, u32, FxBuildHasher>,
}

#[derive(Debug, Clone, Copy)]
enum Written {
    Stored(Placed),
    Made { start: usize, end: usize },
}

/// Most questions are shorter, and are then looked up without taking memory.
const SHORT: usize = 256;

impl Questions {
    /// Takes what the store knows.
    pub(super) fn load(stored: Shelf) -> Self {
        let count = stored.records().len();
        let mut questions = Self { places: Vec::with_capacity(count), ..Self::default() };
        questions.numbers.reserve(count);
        for record in stored.records() {
            let Ok(number) = u32::try_from(record.number) else { continue };
            let at = number as usize;
            if at >= questions.places.len() {
                questions.places.resize(at + 1, None);
            }
            questions.places[at] = Some(Written::Stored(*record));
        }
        questions.stored = stored;
        for number in 0..questions.places.len() {
            let number = u32::try_from(number).expect("numbers are as large as that");
            if let Some(bytes) = questions.bytes(number) {
                let hash = hash(bytes);
                questions.link(hash, number);
            }
        }
        questions
    }

    /// The number of a question, if it has one.
    pub(super) fn number(&self, question: &Question) -> Option<u32> {
        with_bytes(question, |bytes| self.find(bytes))
    }

    /// Gives a question a number, if it has none; says whether it had none.
    pub(super) fn add(&mut self, question: &Question) -> (u32, bool) {
        with_bytes(question, |bytes| {
            if let Some(number) = self.find(bytes) {
                return (number, false);
            }
            let number = u32::try_from(self.places.len()).expect("questions are by far not so many");
            let start = self.made.len();
            self.made.extend_from_slice(bytes);
            self.places.push(Some(Written::Made { start, end: self.made.len() }));
            self.link(hash(bytes), number);
            (number, true)
        })
    }

    /// The question with a number.
    pub(super) fn get(&self, number: u32) -> Option<Arc<Question>> {
        record::unpack_question(self.bytes(number)?).map(Arc::new)
    }

    /// What is written of a question. The first byte tells its kind.
    pub(super) fn bytes(&self, number: u32) -> Option<&[u8]> {
        match (*self.places.get(number as usize)?)? {
            Written::Stored(place) => Some(self.stored.bytes(place)),
            Written::Made { start, end } => Some(&self.made[start..end]),
        }
    }

    /// How many numbers were given.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    fn find(&self, bytes: &[u8]) -> Option<u32> {
        let mut number = *self.numbers.get(&hash(bytes))?;
        while self.bytes(number) != Some(bytes) {
            number = *self.twins.get(&number)?;
        }
        Some(number)
    }

    fn link(&mut self, hash: u64, number: u32) {
        if let Some(first) = self.numbers.insert(hash, number) {
            self.twins.insert(number, first);
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    FxBuildHasher.hash_one(bytes)
}

/// Hands out a question as it is written down.
fn with_bytes<T>(question: &Question, take: impl FnOnce(&[u8]) -> T) -> T {
    let mut buffer = [0; SHORT];
    match postcard::to_slice(question, &mut buffer) {
        Ok(bytes) => take(bytes),
        Err(_) => take(&record::pack_question(question)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_has_one_number_however_long_it_is() {
        let mut questions = Questions::default();
        let all: Vec<_> = (0..500).map(|length| Question::TagColor("x".repeat(length))).collect();
        for (number, question) in (0..).zip(&all) {
            assert_eq!(questions.number(question), None);
            assert_eq!(questions.add(question), (number, true));
            assert_eq!(questions.add(question), (number, false));
        }
        for (number, question) in (0..).zip(&all) {
            assert_eq!(questions.number(question), Some(number));
            assert_eq!(questions.get(number).as_deref(), Some(question));
        }
        assert_eq!(questions.get(500), None);
    }

    #[test]
    fn questions_with_the_same_hash_are_told_apart() {
        let mut questions = Questions::default();
        let all = ["a", "b", "c"].map(|tag| Question::TagColor(tag.to_owned()));
        for question in &all {
            questions.add(question);
        }
        // As if all had one hash.
        for question in &all {
            let hash = with_bytes(question, hash);
            questions.numbers.remove(&hash);
        }
        let asked = with_bytes(&all[0], hash);
        for number in 0..3 {
            questions.link(asked, number);
        }
        assert_eq!(questions.number(&all[0]), Some(0));
        let other = with_bytes(&all[1], <[u8]>::to_vec);
        questions.numbers.insert(hash(&other), 2);
        assert_eq!(questions.number(&all[1]), Some(1));
    }
}
