//! What partials print that is alike on many pages, such as the menu: made once, printed on every page.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bds_liquid::{Piece, PieceKey};
use rustc_hash::FxBuildHasher;

use crate::db::Db;
use crate::lens::Looked;

/// What partials printed in this revision of the database. They are of no use in the next: whatever they looked at can
/// have another answer then.
#[derive(Debug, Default)]
pub(crate) struct Pieces(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    revision: Option<salsa::Revision>,
    /// What was printed once. Most of it, such as the head of a page with its title, never is again.
    met: HashSet<u64, FxBuildHasher>,
    /// By the language of the tree.
    kept: HashMap<Arc<str>, HashMap<PieceKey, Arc<Kept>, FxBuildHasher>, FxBuildHasher>,
    /// How much memory these take, about.
    bytes: usize,
}

/// A piece, and what making it looked at.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) piece: Piece,
    pub(crate) looked: Looked,
}

/// How much memory pieces take at most.
const MOST_BYTES: usize = 4 << 20;

/// What a piece takes beside its texts, about.
const OWN_BYTES: usize = 512;

/// How many pieces are remembered to have been printed once.
const MOST_MET: usize = 1 << 16;

impl Pieces {
    /// A piece that was printed in the tree of a language.
    pub(crate) fn get(&self, db: &dyn Db, tree: &str, key: &PieceKey) -> Option<Arc<Kept>> {
        self.state(db).kept.get(tree)?.get(key).cloned()
    }

    /// Keeps a piece, if it was printed before.
    pub(crate) fn put(&self, db: &dyn Db, tree: &Arc<str>, key: PieceKey, kept: impl FnOnce() -> Kept) {
        let mut state = self.state(db);
        if state.bytes >= MOST_BYTES {
            return;
        }
        if state.met.len() >= MOST_MET {
            state.met.clear();
        }
        if state.met.insert(FxBuildHasher.hash_one((tree, &key))) {
            return;
        }
        let kept = kept();
        state.bytes += OWN_BYTES + kept.piece.text().len();
        state.kept.entry(Arc::clone(tree)).or_default().insert(key, Arc::new(kept));
    }

    /// Forgets all.
    pub(crate) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    fn state(&self, db: &dyn Db) -> MutexGuard<'_, State> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Some(salsa::plumbing::current_revision(db));
        if state.revision != now {
            *state = State { revision: now, ..State::default() };
        }
        state
    }
}
