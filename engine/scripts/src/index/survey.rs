//! What the disk shows of the files of one kind, beside what the index has of them. Writes nothing.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use bds_base::{FileStat, Fingerprint, SitePath};
use bds_store::{FileClock, Seen, Store};

use super::entry::{folder, kind_of, read};
use super::{IndexEntry, IndexKind, IndexTable};
use crate::Project;

/// What a look at one file shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It must still be what it was, by what the file system says.
    Same,
    /// It was read, and its bytes are what they were; the file system says something else of it now.
    Touched(Seen),
    /// It was read, and is new, or differs.
    Read(Box<IndexEntry>),
    /// It is there, and cannot be read; the reason is a phrase.
    Failed(String),
}

/// A folder, a file or a link that could not be looked at, and with it all that may be below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// Where it is.
    pub path: SitePath,
    /// Why, as a phrase.
    pub reason: String,
}

/// What the disk shows of the files of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The kind.
    pub kind: IndexKind,
    /// Its files. What is not here is not there, unless it is at or below something [`unseen`](Self::unseen).
    pub files: BTreeMap<SitePath, Found>,
    /// What could not be looked at.
    pub unseen: Vec<Unseen>,
}

impl Survey {
    /// Why it cannot be said whether a file is there; none when it can.
    pub fn is_hidden(&self, path: &SitePath) -> Option<&str> {
        let unseen = self.unseen.iter().find(|unseen| path.is_in(unseen.path.as_str()));
        unseen.map(|unseen| unseen.reason.as_str())
    }
}

/// Is told how far a survey is.
pub trait Watcher {
    /// So many files are to be looked at.
    fn begin(&self, kind: IndexKind, files: usize);
    /// One of them was.
    fn advance(&self);
}

/// Nobody wants to know.
impl Watcher for () {
    fn begin(&self, _: IndexKind, _: usize) {}
    fn advance(&self) {}
}

/// Looks at all files of a kind. Reads those that can differ from what the index has.
pub fn survey(at: Project<'_>, kind: IndexKind, index: &IndexTable, watcher: &dyn Watcher) -> Survey {
    let walk = at.system.walk(&at.root.join(folder(kind)));
    let unseen = walk.errors.iter().filter_map(|fault| {
        let path = SitePath::from_root(at.root, &fault.path).ok()?;
        Some(Unseen { path, reason: fault.error.to_string() })
    });
    let unseen = unseen.collect();
    let named = walk.files.iter().filter_map(|file| Some((SitePath::from_root(at.root, &file.path).ok()?, &file.stat)));
    let listed: Vec<_> = named.filter(|(path, _)| kind_of(path) == Some(kind)).collect();
    watcher.begin(kind, listed.len());
    let clock = Clock::of(at.store);
    let mut files = BTreeMap::new();
    for (path, stat) in listed {
        if let Some(found) = look(at, kind, &path, stat, index.get(&path), &clock) {
            files.insert(path, found);
        }
        watcher.advance();
    }
    Survey { kind, files, unseen }
}

/// Looks at these files alone; those that are of another kind are passed over.
pub fn survey_of<'p>(
    at: Project<'_>,
    kind: IndexKind,
    paths: impl IntoIterator<Item = &'p SitePath>,
    index: &IndexTable,
) -> Survey {
    let clock = Clock::of(at.store);
    let mut survey = Survey { kind, files: BTreeMap::new(), unseen: Vec::new() };
    for path in paths.into_iter().filter(|path| kind_of(path) == Some(kind)) {
        match at.system.stat(&path.to_path(at.root)) {
            Ok(stat) if stat.is_dir => {}
            Ok(stat) => {
                let found = look(at, kind, path, &stat, index.get(path), &clock);
                survey.files.extend(found.map(|found| (path.clone(), found)));
            }
            Err(error) if is_absence(&error) => {}
            Err(error) => survey.unseen.push(Unseen { path: path.clone(), reason: error.to_string() }),
        }
    }
    survey
}

/// Whether an error says that there is no such file, and not that it cannot be told.
pub(crate) fn is_absence(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

/// None when it has gone since it was listed.
fn look(
    at: Project<'_>,
    kind: IndexKind,
    path: &SitePath,
    stat: &FileStat,
    known: Option<&IndexEntry>,
    clock: &Clock<'_>,
) -> Option<Found> {
    if known.is_some_and(|known| known.seen.holds(stat)) {
        return Some(Found::Same);
    }
    // Before the file is read: whatever is written after that has another time than the file has now, or the entry is
    // not trusted.
    let seen = Seen::new(stat, clock.read());
    match at.system.read(&path.to_path(at.root)) {
        Ok(bytes) if known.is_some_and(|known| known.fingerprint == Fingerprint::of(&bytes)) => {
            Some(if known.is_some_and(|known| known.seen == seen) { Found::Same } else { Found::Touched(seen) })
        }
        Ok(bytes) => Some(Found::Read(Box::new(read(kind, path, &bytes, seen)))),
        Err(error) if is_absence(&error) => None,
        Err(error) => Some(Found::Failed(error.to_string())),
    }
}

/// The time by the clock of the file system, asked for when the first file has to be read: reading it writes a file.
struct Clock<'s> {
    store: &'s Store,
    time: OnceCell<FileClock>,
}

impl<'s> Clock<'s> {
    fn of(store: &'s Store) -> Self {
        Self { store, time: OnceCell::new() }
    }

    fn read(&self) -> FileClock {
        *self.time.get_or_init(|| self.store.clock())
    }
}
