//! Why things were done, kept from build to build: what ran in full, what was reused as a number.

pub(crate) mod story;

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use bds_base::SitePath;
use bds_store::Run;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::report::{FileDecision, FileFate, MacroDecision, MacroFate, PageDecision, PageFate};

/// How many pages, and calls, of one build are told by name. A build that does more for a reason of its own with each
/// of them is rare, and its history would be larger than the site.
const MOST: usize = 10_000;

/// The key of a report under which it stands.
pub(crate) const KEY: &str = "why";

/// What a build did, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Chronicle {
    pages: Fates<PageFate>,
    macros: Fates<MacroFate>,
    /// Output files that were removed.
    removed: Vec<SitePath>,
}

/// What became of everything of a kind. Many have the same fate, for the same reason: each is told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fates<F> {
    /// Each fate once.
    all: Vec<F>,
    /// The fate of those that ran, by name.
    ran: BTreeMap<String, usize>,
    /// The fate of all that are not named, if everything ran.
    others: Option<usize>,
    /// How many ran beside those that are named.
    unnamed: usize,
    /// How many were reused.
    reused: usize,
}

impl<F> Default for Fates<F> {
    fn default() -> Self {
        Self { all: Vec::new(), ran: BTreeMap::new(), others: None, unnamed: 0, reused: 0 }
    }
}

impl Chronicle {
    /// Takes what a build did. `unmet` is the number of macro calls that it had no need to ask for.
    pub(crate) fn of(pages: &[PageDecision], macros: &[MacroDecision], unmet: u64, files: &[FileDecision]) -> Self {
        let pages = pages.iter().map(|page| (page.file.to_string(), &page.fate));
        let macros = macros.iter().map(|decision| (call_name(decision), &decision.fate));
        let removed = files.iter().filter(|decision| decision.fate == FileFate::Removed);
        Self {
            pages: Fates::of(pages, &PageFate::Reused, 0),
            macros: Fates::of(macros, &MacroFate::Reused, usize::try_from(unmet).unwrap_or(usize::MAX)),
            removed: removed.map(|decision| decision.file.clone()).collect(),
        }
    }

    /// What a build did that found nothing to do.
    pub(crate) fn at_rest(pages: usize, calls: u64) -> Self {
        let calls = usize::try_from(calls).unwrap_or(usize::MAX);
        Self {
            pages: Fates { reused: pages, ..Fates::default() },
            macros: Fates { reused: calls, ..Fates::default() },
            removed: Vec::new(),
        }
    }

    /// As it stands in the report of a run.
    pub(crate) fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("fates are plain data, which always serialises")
    }

    /// Out of the report of a run; none when that is of an older engine, or of a build that did not come to its end.
    pub(crate) fn of_run(run: &Run) -> Option<Self> {
        serde_json::from_value(run.run.report.get(KEY)?.clone()).ok()
    }
}

/// What tells a macro call from all others.
pub(crate) fn call_name(MacroDecision { call, post, language, .. }: &MacroDecision) -> String {
    format!("[[{call}]] in {post} ({language})")
}

/// What is known of the fate of something.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known<'f, F> {
    /// It ran, for this reason.
    Ran(&'f F),
    /// It was reused.
    Reused,
    /// It may have run: some that did are not named.
    Unknown,
}

impl<F: Clone + Eq + Hash + Serialize + DeserializeOwned> Fates<F> {
    fn of<'f>(all: impl Iterator<Item = (String, &'f F)>, reused: &F, unmet: usize) -> Self
    where
        F: 'f,
    {
        let mut own = Self { reused: unmet, ..Self::default() };
        let mut numbers: HashMap<&F, usize> = HashMap::new();
        let mut counts: Vec<usize> = Vec::new();
        for (name, fate) in all {
            if fate == reused {
                own.reused += 1;
                continue;
            }
            let number = *numbers.entry(fate).or_insert_with(|| {
                own.all.push(fate.clone());
                counts.push(0);
                counts.len() - 1
            });
            counts[number] += 1;
            own.ran.insert(name, number);
        }
        if own.reused == 0
            && let Some(most) = (0..counts.len()).max_by_key(|number| counts[*number])
        {
            own.ran.retain(|_, number| *number != most);
            own.others = Some(most);
        }
        if let Some(first) = own.ran.keys().nth(MOST).cloned() {
            own.unnamed = own.ran.split_off(&first).len();
        }
        own
    }

    fn fate(&self, name: &str) -> Known<'_, F> {
        match self.ran.get(name).or(self.others.as_ref()).and_then(|number| self.all.get(*number)) {
            Some(fate) => Known::Ran(fate),
            None if self.unnamed > 0 => Known::Unknown,
            None => Known::Reused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Because;

    fn differs(what: &str) -> PageFate {
        PageFate::Differs(vec![Because { what: what.to_owned(), file: None, before: None, now: None }])
    }

    fn page(number: usize, fate: PageFate) -> PageDecision {
        PageDecision { file: SitePath::new(format!("{number:06}/index.html")).expect("plain"), fate }
    }

    #[track_caller]
    fn check(pages: &[PageDecision], named: usize, most_bytes: usize) {
        let json = Chronicle::of(pages, &[], 0, &[]).to_json();
        assert!(json.to_string().len() < most_bytes, "{} bytes", json.to_string().len());
        let read: Chronicle = serde_json::from_value(json).expect("it comes back");
        assert_eq!(read.pages.ran.len(), named);
        for PageDecision { file, fate } in pages {
            match read.pages.fate(file.as_str()) {
                Known::Ran(found) => assert_eq!(found, fate, "{file}"),
                Known::Reused => assert_eq!(*fate, PageFate::Reused, "{file}"),
                Known::Unknown => assert!(read.pages.unnamed > 0, "{file}"),
            }
        }
    }

    #[test]
    fn what_ran_is_told_in_full_and_what_was_reused_as_a_number() {
        let edited = |number| match number {
            7 => page(number, differs("a")),
            9 => page(number, PageFate::New),
            _ => page(number, PageFate::Reused),
        };
        check(&(0..20_000).map(edited).collect::<Vec<_>>(), 2, 400);
    }

    #[test]
    fn a_build_of_everything_takes_no_more_than_its_exceptions() {
        let first = |number| page(number, if number == 3 { PageFate::Always } else { PageFate::New });
        check(&(0..20_000).map(first).collect::<Vec<_>>(), 1, 400);
    }

    #[test]
    fn the_size_is_bounded() {
        let each =
            |number| page(number, if number == 0 { PageFate::Reused } else { differs(&(number % 2).to_string()) });
        check(&(0..30_000).map(each).collect::<Vec<_>>(), MOST, 300_000);
    }
}
