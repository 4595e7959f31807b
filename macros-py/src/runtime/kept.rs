//! What a worker keeps of the answers that it got: long ones cross the pipe once per worker, not once per call.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

use bds_base::Fingerprint;
use bds_macro_api::Answer;

use crate::protocol::{Bytes, Sent};
use crate::value::Writer;

/// From how many encoded bytes on an answer is kept: below, sending it costs no more than naming it.
const LONG: usize = 4 << 10;

/// How many bytes a worker keeps. The limit of its memory grows by what it keeps.
const ROOM: usize = 64 << 20;

/// What one worker keeps: the host's half of the agreement.
#[derive(Debug, Default)]
pub(super) struct Kept {
    books: RefCell<Books>,
}

/// An answer made ready for the pipe.
#[derive(Debug)]
pub(super) enum Packed {
    Once(Vec<u8>),
    Keep { fingerprint: Fingerprint, forget: Vec<Fingerprint>, value: Vec<u8> },
    Kept(Fingerprint),
}

impl Packed {
    pub(super) fn as_sent(&self) -> Sent<'_> {
        match self {
            Self::Once(value) => Sent::Once(Bytes(value)),
            Self::Keep { fingerprint, forget, value } => {
                Sent::Keep { fingerprint: *fingerprint, forget: Cow::Borrowed(forget), value }
            }
            Self::Kept(fingerprint) => Sent::Kept(*fingerprint),
        }
    }
}

impl Kept {
    /// Makes an answer ready. From then on it counts as sent: what is packed must be sent, in the same order.
    pub(super) fn pack(&self, answer: &Answer) -> Packed {
        let mut books = self.books.borrow_mut();
        if books.has(answer.fingerprint) {
            return Packed::Kept(answer.fingerprint);
        }
        let mut writer = Writer::default();
        writer.json(&answer.value);
        let value = writer.into_bytes();
        if value.len() < LONG || value.len() > ROOM {
            return Packed::Once(value);
        }
        let forget = books.add(answer.fingerprint, value.len(), ROOM);
        Packed::Keep { fingerprint: answer.fingerprint, forget, value }
    }
}

/// Which answers are kept, and which of them was used last.
#[derive(Debug, Default)]
struct Books {
    /// When each was used last, and its length.
    entries: BTreeMap<Fingerprint, (u64, usize)>,
    by_use: BTreeMap<u64, Fingerprint>,
    uses: u64,
    bytes: usize,
}

impl Books {
    /// Whether it is kept; notes that it is used.
    fn has(&mut self, fingerprint: Fingerprint) -> bool {
        let Some((used, _)) = self.entries.get_mut(&fingerprint) else { return false };
        self.by_use.remove(used);
        self.uses += 1;
        *used = self.uses;
        self.by_use.insert(self.uses, fingerprint);
        true
    }

    /// Adds one, and gives those that were not used for longest and must go for it.
    fn add(&mut self, fingerprint: Fingerprint, length: usize, room: usize) -> Vec<Fingerprint> {
        let mut forgotten = Vec::new();
        while self.bytes + length > room
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            self.bytes -= self.entries.remove(&oldest).map_or(0, |(_, length)| length);
            forgotten.push(oldest);
        }
        self.uses += 1;
        self.bytes += length;
        self.entries.insert(fingerprint, (self.uses, length));
        self.by_use.insert(self.uses, fingerprint);
        forgotten
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first_and_no_more_than_needed() {
        let name = |text: &str| Fingerprint::of(text);
        let mut books = Books::default();
        assert_eq!(books.add(name("a"), 40, 100), []);
        assert_eq!(books.add(name("b"), 40, 100), []);
        assert!(books.has(name("a")), "now `b` is the older one");
        assert_eq!(books.add(name("c"), 30, 100), [name("b")]);
        assert!(!books.has(name("b")));
        assert_eq!(books.add(name("d"), 100, 100), [name("a"), name("c")]);
        assert_eq!((books.bytes, books.entries.len(), books.by_use.len()), (100, 1, 1));
    }
}
