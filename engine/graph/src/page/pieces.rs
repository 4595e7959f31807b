//! Partials whose text pages share.

use std::cell::RefCell;

use bds_liquid::{Piece, PieceKey, Pieces};

use super::template::Target;
use crate::lens::Noted;

/// The partials of one page, seen from the templates.
pub(super) struct Shared<'db> {
    target: Target<'db>,
    open: RefCell<Vec<Begun>>,
}

/// Where a page stood when a partial began.
struct Begun {
    noted: Noted,
    /// What was wrong with texts until then.
    found: usize,
}

impl<'db> Shared<'db> {
    pub(super) fn new(target: Target<'db>) -> Self {
        Self { target, open: RefCell::default() }
    }
}

impl Pieces for Shared<'_> {
    fn reuse(&self, key: &PieceKey, print: &mut dyn FnMut(&Piece) -> bool) -> bool {
        self.target.lens.piece(self.target.tree, key, print)
    }

    fn begin(&self) {
        let found = self.target.found.borrow().len();
        self.open.borrow_mut().push(Begun { noted: self.target.lens.begin_part(), found });
    }

    fn end(&self, key: PieceKey, piece: Option<&dyn Fn() -> Piece>) {
        let Some(Begun { noted, found }) = self.open.borrow_mut().pop() else { return };
        // What is wrong with a text is told by each page that shows it.
        let piece = piece.filter(|_| self.target.found.borrow().len() == found);
        self.target.lens.end_part(noted, self.target.tree, key, piece);
    }
}
