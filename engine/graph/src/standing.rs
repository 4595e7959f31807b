//! What stands although some posts have other words now, and nothing else has changed.
//!
//! Asking every page whether it is still good costs more than making the few that are not. The ledger knows what each page
//! asked for; which answers can hang on the words of a post is known from the questions alone.

use std::cell::RefCell;
use std::collections::BTreeSet;

use bds_base::SitePath;

use crate::api;
use crate::ledger::Ledger;
use crate::lens::Question;
use crate::traces;

/// Tells which entries of the ledger stand.
///
/// Invariant: what stands would be proved by its answers. What does not may well be proved too.
pub(crate) struct Standing<'a> {
    ledger: &'a Ledger,
    /// The posts that have other words now. What their front matter says, and which posts they link to, is as it was.
    reworded: &'a BTreeSet<SitePath>,
    /// What is known of the answers to questions, by number.
    judged: RefCell<Vec<Option<bool>>>,
    /// The kinds of questions that were found not to hang on words, whatever they ask about.
    wordless: RefCell<[bool; 256]>,
}

impl<'a> Standing<'a> {
    pub(crate) fn new(ledger: &'a Ledger, reworded: &'a BTreeSet<SitePath>) -> Self {
        Self { ledger, reworded, judged: RefCell::default(), wordless: RefCell::new([false; 256]) }
    }

    /// Whether what was made last under this number is made of answers that stand.
    pub(crate) fn entry_stands(&self, number: u32) -> bool {
        self.ledger.asked_by(number).is_some_and(|asked| asked.into_iter().all(|asked| self.stands(asked)))
    }

    fn stands(&self, number: u32) -> bool {
        let place = number as usize;
        if let Some(stands) = self.judged.borrow().get(place).copied().flatten() {
            return stands;
        }
        // Calls that need each other's results are made anew in every build.
        self.note(place, false);
        let stands = self.judge(number);
        self.note(place, stands);
        stands
    }

    fn note(&self, place: usize, stands: bool) {
        let mut judged = self.judged.borrow_mut();
        if judged.len() <= place {
            judged.resize(place + 1, None);
        }
        judged[place] = Some(stands);
    }

    fn judge(&self, number: u32) -> bool {
        let Some(kind) = self.ledger.kind(number).map(usize::from) else { return false };
        if self.wordless.borrow()[kind] {
            return true;
        }
        match &*self.ledger.question(number) {
            Question::Body(file) | Question::Source(file) => !self.reworded.contains(file),
            Question::Rendered(place, _) => !self.reworded.contains(&place.words) && self.entry_stands(number),
            Question::Macro { place, .. } => {
                let is_reworded = self.reworded.contains(&place.words) || self.reworded.contains(&place.post);
                !is_reworded && self.call_stands(number)
            }
            Question::Seen(name) => traces::Question::read(name).is_some_and(|seen| self.sight_stands(&seen)),
            // By its id it is not known which post it is.
            Question::PostData(_) | Question::Now => false,
            Question::Page(_)
            | Question::MacroThere(_)
            | Question::MacroNames
            | Question::Frame
            | Question::Templates(_)
            | Question::TemplateOfPost(_)
            | Question::TemplateOfCategory(_)
            | Question::Variant(..)
            | Question::Entry(..)
            | Question::Slug(_)
            | Question::Excerpt(..)
            | Question::PostOfId(_)
            | Question::PostAddress(_)
            | Question::MediaAddress(_)
            | Question::Keys(_)
            | Question::TagColor(_)
            | Question::ArchivePath(..)
            | Question::ArchiveFolder(..)
            | Question::Spelling(_)
            | Question::CategoryTitle(_)
            | Question::PageFiles(..)
            | Question::PageCount(..)
            | Question::Backlinks(..)
            | Question::Image(_)
            | Question::Untranslated
            | Question::Unread
            | Question::Strings => {
                self.wordless.borrow_mut()[kind] = true;
                true
            }
        }
    }

    fn call_stands(&self, number: u32) -> bool {
        self.ledger.call(number).is_some_and(|call| {
            call.passing.is_none()
                && call.reads.iter().all(|read| self.stands(read.question))
                && call.nested.iter().all(|nested| self.stands(*nested))
        })
    }

    fn sight_stands(&self, seen: &traces::Question) -> bool {
        match seen {
            traces::Question::Api(method, _) => !api::reads_words(method),
            traces::Question::File(path) => !self.reworded.contains(path),
            // The words of the post that a call stands in are asked for by whoever shows the call.
            traces::Question::PostField(_)
            | traces::Question::Existence(_)
            | traces::Question::Folder(_)
            | traces::Question::Package(_) => true,
        }
    }
}
