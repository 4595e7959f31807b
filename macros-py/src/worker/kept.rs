//! The answers that this worker keeps: the worker's half of [`Sent`].

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

use bds_base::Fingerprint;

use crate::protocol::{Bytes, Sent};

/// What the host wants to have kept, encoded: each use makes its own objects of it, since scripts may change them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    values: RefCell<BTreeMap<Fingerprint, Rc<[u8]>>>,
    bytes: Cell<usize>,
}

/// An encoded value.
#[derive(Debug, Clone)]
pub(super) enum Encoded<'a> {
    Borrowed(&'a [u8]),
    Shared(Rc<[u8]>),
}

impl Deref for Encoded<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}

impl Kept {
    /// How many bytes are kept.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.get()
    }

    /// Takes in what the host sent, and keeps what it wants kept. None when the host is wrong about what is there.
    pub(super) fn take<'a>(&self, sent: Sent<'a>) -> Option<Encoded<'a>> {
        let mut values = self.values.borrow_mut();
        match sent {
            Sent::Once(Bytes(value)) => Some(Encoded::Borrowed(value)),
            Sent::Kept(fingerprint) => values.get(&fingerprint).cloned().map(Encoded::Shared),
            Sent::Keep { fingerprint, forget, value } => {
                for forgotten in forget.iter() {
                    let length = values.remove(forgotten)?.len();
                    self.bytes.set(self.bytes.get() - length);
                }
                let value: Rc<[u8]> = value.into();
                self.bytes.set(self.bytes.get() + value.len());
                values.insert(fingerprint, Rc::clone(&value));
                Some(Encoded::Shared(value))
            }
        }
    }
}
