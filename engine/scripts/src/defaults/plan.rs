//! What is to be done with a default, decided on values alone: what ships, what is recorded, what was found.

use std::sync::Arc;

use bds_base::SitePath;
use bds_defaults::{Shipped, Version};
use bds_project::meta::DefaultEntry;
use serde::Serialize;

use super::merge;
use super::state::{Case, Found, wanted, with_line_ends_of};

/// What is wished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// That what never was a file becomes one, in the version that is used: no page changes.
    Seed,
    /// The same in the newest version, for new projects.
    SeedNewest,
    /// That what the user has not worked on becomes the newest, or what it is pinned to.
    Update {
        /// Whether newer versions are merged into what the user has worked on, where the changes do not meet.
        merge: bool,
    },
    /// That the file becomes the newest, whatever it is.
    Take,
    /// That the user's work stays as it is, and no version that is there now is offered any more.
    Keep,
    /// That the project has this version and no other.
    Pin(u32),
    /// That it is no longer bound to a version; its file stays as it is.
    Unpin,
}

/// What is to be done with one default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'d> {
    /// The default.
    pub default: &'d Shipped,
    /// What was found.
    pub found: Found,
    /// What its file becomes; none when it stays.
    pub write: Option<Arc<[u8]>>,
    /// The user's text that goes with it, and of which a copy is to be kept.
    pub replaced: Option<Arc<[u8]>>,
    /// What is to be recorded; none when nothing is.
    pub entry: Option<DefaultEntry>,
    /// What it comes to.
    pub outcome: Outcome,
}

/// What comes of a wish for one default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing is to be done.
    Unchanged,
    /// The file is written where there was none.
    Seeded {
        /// Its version.
        version: u32,
    },
    /// The file was there, as it ships, and is now recorded.
    Adopted {
        /// Its version.
        version: u32,
    },
    /// Another version is used.
    Updated {
        /// Which one was.
        from: u32,
        /// Which one is.
        to: u32,
    },
    /// A newer version was merged into the user's work.
    Merged {
        /// What the work was made from.
        from: u32,
        /// What it is made from now.
        to: u32,
    },
    /// The user's work was replaced; a copy was kept.
    Taken {
        /// The version that stands in its place.
        version: u32,
    },
    /// The user's work counts as made from this version.
    Kept {
        /// The version.
        version: u32,
    },
    /// The project wants this version and no other.
    Pinned {
        /// The version.
        version: u32,
    },
    /// The project is no longer bound to this version.
    Unpinned {
        /// The version.
        version: u32,
    },
    /// There is a newer version than the user has worked on.
    Offered {
        /// It.
        version: u32,
    },
    /// A newer version and the user's work have changed the same lines.
    Conflict {
        /// The newer version.
        version: u32,
    },
    /// It cannot be done; the reason is a phrase.
    Refused {
        /// Why.
        reason: String,
    },
}

impl<'d> Step<'d> {
    fn new(default: &'d Shipped, found: &Found, outcome: Outcome) -> Self {
        Self { default, found: found.clone(), write: None, replaced: None, entry: None, outcome }
    }

    /// Where the file lies, or would.
    pub fn path(&self) -> &SitePath {
        &self.default.path
    }

    fn refuse(default: &'d Shipped, found: &Found, reason: impl Into<String>) -> Self {
        Self::new(default, found, Outcome::Refused { reason: reason.into() })
    }

    /// The same, with a file to write.
    fn writing(mut self, text: &str) -> Self {
        self.write = Some(match &self.found {
            Found::File { guard: Some(reason), .. } => return Self::refuse(self.default, &self.found, *reason),
            Found::File { content, .. } => with_line_ends_of(content, text).as_bytes().into(),
            _ => text.as_bytes().into(),
        });
        self
    }

    fn replacing(mut self, content: &[u8]) -> Self {
        self.replaced = self.write.is_some().then(|| content.into());
        self
    }

    /// The same, with something to record.
    fn recording(mut self, before: Option<&DefaultEntry>, entry: DefaultEntry) -> Self {
        if !matches!(self.outcome, Outcome::Refused { .. }) {
            self.entry = (before != Some(&entry)).then_some(entry);
        }
        self
    }
}

/// Decides what is to be done with a default.
pub fn plan<'d>(wish: Wish, default: &'d Shipped, entry: Option<&DefaultEntry>, found: &Found) -> Step<'d> {
    let decision = Decision { default, entry, found };
    match (Case::of(default, entry, found), wish) {
        // The file is not touched, so it does not matter what there is.
        (_, Wish::Unpin) => decision.unpin(),
        (Case::Blocked(what), _) => decision.refuse(format!("there is {what}")),
        (Case::Newer(entry), Wish::Take | Wish::Keep | Wish::Pin(_)) => {
            decision.refuse(format!("the file is of a newer bds, which has version {}", entry.version))
        }
        (Case::Taken(by), Wish::Take) => decision.refuse(format!("`{by}` has its name")),
        (_, Wish::Pin(number)) if default.version(number).is_none() => {
            let ship: Vec<_> = default.versions.iter().map(|version| version.number.to_string()).collect();
            decision.refuse(format!("version {number} does not ship; these do: {}", ship.join(", ")))
        }
        (case, Wish::Seed) => decision.seed(case, default.oldest()),
        (case, Wish::SeedNewest) => decision.seed(case, default.newest()),
        (case, Wish::Update { merge }) => decision.update(case, merge),
        (case, Wish::Take) => decision.take(case),
        (case, Wish::Keep) => decision.keep(case),
        (case, Wish::Pin(number)) => decision.pin(case, default.version(number).unwrap_or(default.newest())),
    }
}

/// A default about which something is to be decided.
#[derive(Clone, Copy)]
struct Decision<'d, 'a> {
    default: &'d Shipped,
    entry: Option<&'a DefaultEntry>,
    found: &'a Found,
}

impl<'d> Decision<'d, '_> {
    fn seed(self, case: Case<'_>, otherwise: &Version) -> Step<'d> {
        match case {
            Case::Absent => {
                let recorded = self.entry.and_then(|entry| self.default.version(entry.version));
                // A version that this bds does not have is for another bds to seed.
                if self.entry.is_some() && recorded.is_none() {
                    return self.unchanged();
                }
                let version = recorded.unwrap_or(otherwise);
                let step = self.step(Outcome::Seeded { version: version.number }).writing(version.text);
                step.recording(self.entry, self.written(version))
            }
            Case::Shipped(version) => self.adopt(version),
            _ => self.unchanged(),
        }
    }

    fn update(self, case: Case<'_>, merge: bool) -> Step<'d> {
        let Some(wanted) = wanted(self.default, self.entry) else { return self.unchanged() };
        match case {
            Case::Absent | Case::Removed => self.switch(case, wanted),
            Case::Shipped(version) if version.number == wanted.number => self.adopt(version),
            Case::Shipped(version) => {
                let outcome = Outcome::Updated { from: version.number, to: wanted.number };
                self.step(outcome).writing(wanted.text).recording(self.entry, self.written(wanted))
            }
            Case::Written(entry, _) if entry.version != wanted.number => {
                let outcome = Outcome::Updated { from: entry.version, to: wanted.number };
                self.step(outcome).writing(wanted.text).recording(self.entry, self.written(wanted))
            }
            Case::Edited(entry, content) if entry.version < wanted.number => self.offer(entry, content, wanted, merge),
            _ => self.unchanged(),
        }
    }

    /// Another version of what is no file: only the record says which is used.
    fn switch(self, case: Case<'_>, wanted: &Version) -> Step<'d> {
        let used = self.entry.map_or(self.default.oldest().number, |entry| entry.version);
        if used >= wanted.number {
            return self.unchanged();
        }
        let entry = match case {
            Case::Removed => self.written(wanted),
            _ => DefaultEntry { version: wanted.number, ..self.entry.cloned().unwrap_or_default() },
        };
        self.step(Outcome::Updated { from: used, to: wanted.number }).recording(self.entry, entry)
    }

    fn offer(self, entry: &DefaultEntry, content: &[u8], wanted: &Version, merge: bool) -> Step<'d> {
        if !merge {
            return self.step(Outcome::Offered { version: wanted.number });
        }
        let Some(base) = self.default.version(entry.version) else {
            return self
                .refuse(format!("version {}, which the file was made from, does not ship any more", entry.version));
        };
        match merge::merged(base, content, wanted) {
            Ok(merged) => {
                let step = self.step(Outcome::Merged { from: base.number, to: wanted.number }).writing(&merged);
                step.replacing(content).recording(self.entry, self.written(wanted))
            }
            Err(_) => self.step(Outcome::Conflict { version: wanted.number }),
        }
    }

    fn take(self, case: Case<'_>) -> Step<'d> {
        let newest = self.default.newest();
        let entry = DefaultEntry { pinned: false, ..self.written(newest) };
        match case {
            Case::Shipped(version) if version.number == newest.number => self.adopted(version, entry),
            Case::Shipped(version) => {
                let outcome = Outcome::Updated { from: version.number, to: newest.number };
                self.step(outcome).writing(newest.text).recording(self.entry, entry)
            }
            Case::Written(_, content) | Case::Edited(_, content) | Case::Own(content) => {
                let step = self.step(Outcome::Taken { version: newest.number }).writing(newest.text);
                step.replacing(content).recording(self.entry, entry)
            }
            _ => {
                let step = self.step(Outcome::Seeded { version: newest.number }).writing(newest.text);
                step.recording(self.entry, entry)
            }
        }
    }

    fn keep(self, case: Case<'_>) -> Step<'d> {
        let newest = self.default.newest();
        match case {
            Case::Edited(entry, _) if entry.pinned || entry.version == newest.number => self.unchanged(),
            Case::Edited(..) | Case::Own(_) => {
                self.step(Outcome::Kept { version: newest.number }).recording(self.entry, self.written(newest))
            }
            _ => self.unchanged(),
        }
    }

    fn pin(self, case: Case<'_>, version: &Version) -> Step<'d> {
        let pinned = |entry: DefaultEntry| DefaultEntry { pinned: true, ..entry };
        let step = self.step(Outcome::Pinned { version: version.number });
        let step = match case {
            Case::Shipped(have) if have.number == version.number => {
                step.recording(self.entry, pinned(self.written(version)))
            }
            Case::Removed => step.recording(self.entry, pinned(self.written(version))),
            Case::Written(entry, _) | Case::Edited(entry, _) if entry.version == version.number => {
                step.recording(self.entry, pinned(entry.clone()))
            }
            Case::Shipped(_) | Case::Written(..) => {
                step.writing(version.text).recording(self.entry, pinned(self.written(version)))
            }
            Case::Edited(entry, _) => {
                return self.refuse(format!(
                    "the file is your work on version {}; `bds defaults take {slug}` replaces it, and keeps a copy",
                    entry.version,
                    slug = self.default.slug
                ));
            }
            Case::Absent => {
                let rest = self.entry.map(|entry| entry.rest.clone()).unwrap_or_default();
                let entry = DefaultEntry { version: version.number, fingerprint: None, pinned: true, rest };
                step.recording(self.entry, entry)
            }
            _ => return self.refuse("what is there was not made by bds"),
        };
        if step.entry.is_none() && step.write.is_none() && !matches!(step.outcome, Outcome::Refused { .. }) {
            return self.unchanged();
        }
        step
    }

    fn unpin(self) -> Step<'d> {
        match self.entry.filter(|entry| entry.pinned) {
            Some(entry) => {
                let step = self.step(Outcome::Unpinned { version: entry.version });
                step.recording(self.entry, DefaultEntry { pinned: false, ..entry.clone() })
            }
            None => self.unchanged(),
        }
    }

    /// Records a file that is there.
    fn adopt(self, version: &Version) -> Step<'d> {
        let is_pinned_elsewhere = self.entry.is_some_and(|entry| entry.pinned && entry.version != version.number);
        if is_pinned_elsewhere {
            return self.unchanged();
        }
        self.adopted(version, self.written(version))
    }

    fn adopted(self, version: &Version, entry: DefaultEntry) -> Step<'d> {
        if self.entry == Some(&entry) {
            return self.unchanged();
        }
        self.step(Outcome::Adopted { version: version.number }).recording(self.entry, entry)
    }

    /// The entry of a file that was written in this version.
    fn written(self, version: &Version) -> DefaultEntry {
        let before = self.entry.cloned().unwrap_or_default();
        DefaultEntry { version: version.number, fingerprint: Some(version.fingerprint), ..before }
    }

    fn step(self, outcome: Outcome) -> Step<'d> {
        Step::new(self.default, self.found, outcome)
    }

    fn unchanged(self) -> Step<'d> {
        self.step(Outcome::Unchanged)
    }

    fn refuse(self, reason: impl Into<String>) -> Step<'d> {
        Step::refuse(self.default, self.found, reason)
    }
}
