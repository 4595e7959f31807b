//! What was read from the files of posts, remembered by path and content: a process that starts does not open ten
//! thousand files to learn what an earlier one knew.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use bds_base::{Diagnostic, Fingerprint, SitePath};
use bds_content::links::extract;
use bds_project::Parsed;
use bds_project::post::{PostDocument, PostFile};
use bds_store::{Placed, Shelf, ShelfChanges, Store};
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use crate::db::Services;
use crate::ledger::record::StoredDiagnostic;
use crate::ledger::{self, Seal};

/// What a file of `posts/` says, and what its text is known by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Head {
    /// What the front matter says, and where the text stands.
    pub(crate) file: Parsed<Option<PostFile>>,
    /// The text.
    pub(crate) body: Option<Seal>,
    /// The slugs that the text links to, each once.
    pub(crate) links: BTreeSet<String>,
}

impl Head {
    /// Reads a text of `posts/`.
    pub(crate) fn of(path: &SitePath, text: &str) -> Self {
        let parsed = bds_project::post::parse(path, text);
        let body = parsed.value.as_ref().map(|read| &text[read.body.range()]);
        Self {
            body: body.map(|body| Seal::of_fingerprint(Fingerprint::of(body))),
            links: body.into_iter().flat_map(extract).map(|link| link.slug).collect(),
            file: parsed,
        }
    }
}

/// What the site as a whole needs to know of a file of `posts/`. Most edits leave it as it is, so it is an input of its
/// own: what depends on it alone need not even be looked at after an edit of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Outline {
    /// What the front matter says.
    pub(crate) document: Option<PostDocument>,
    /// The slugs that the text links to, each once.
    pub(crate) links: BTreeSet<String>,
    /// Whether it could be read, and nothing is wrong with it.
    pub(crate) is_sound: bool,
}

impl Outline {
    /// What a head says to the site as a whole.
    pub(crate) fn of(head: Head) -> Self {
        let is_sound = head.file.value.is_some() && head.file.diagnostics.is_empty();
        Self { document: head.file.value.map(|file| file.document), links: head.links, is_sound }
    }

    /// The outline of a file with this content. None when the file has another content by now, or cannot be read.
    pub(crate) fn find(services: &Services, path: &SitePath, content: Fingerprint) -> Option<Self> {
        if let Some(head) = services.heads.get(path, content) {
            return Some(Self::of(head));
        }
        let kept = services.fresh.peek(content);
        let bytes = kept.or_else(|| services.system.read(&services.path(path)).ok())?;
        if Fingerprint::of(&bytes) != content {
            return None;
        }
        let Ok(text) = bds_project::decode(path, &bytes) else { return Some(Self::default()) };
        let head = Head::of(path, text);
        services.heads.put(path, content, &head);
        Some(Self::of(head))
    }
}

/// A head as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    file: Option<PostFile>,
    diagnostics: Vec<StoredDiagnostic>,
    body: Option<Seal>,
    links: BTreeSet<String>,
}

/// The heads that are known. They are read from the store when the first is asked for.
#[derive(Debug)]
pub(crate) struct Heads {
    store: Arc<Store>,
    is_asked: bool,
    known: OnceLock<RwLock<Known>>,
    changes: Mutex<BTreeSet<u64>>,
}

/// Heads as they are stored, by number.
#[derive(Debug, Default)]
struct Known {
    stored: Shelf,
    places: HashMap<u64, Kept, FxBuildHasher>,
}

#[derive(Debug)]
enum Kept {
    Stored(Placed),
    Made(Box<[u8]>),
}

impl Known {
    fn load(stored: Shelf) -> Self {
        let places = stored.records().iter().map(|place| (place.number, Kept::Stored(*place))).collect();
        Self { stored, places }
    }

    fn get(&self, number: u64) -> Option<&[u8]> {
        Some(match self.places.get(&number)? {
            Kept::Stored(place) => self.stored.bytes(*place),
            Kept::Made(bytes) => bytes,
        })
    }
}

pub(crate) const SHELF: &str = "heads";

impl Heads {
    /// The heads in a store. Where `is_asked` is false nothing is taken from it, and nothing added.
    pub(crate) fn new(store: Arc<Store>, is_asked: bool) -> Self {
        Self { store, is_asked, known: OnceLock::new(), changes: Mutex::default() }
    }

    /// The head of a file with this content, if it was read before.
    pub(crate) fn get(&self, path: &SitePath, content: Fingerprint) -> Option<Head> {
        if !self.is_asked {
            return None;
        }
        let known = self.known().read().unwrap_or_else(PoisonError::into_inner);
        let Stored { file, diagnostics, body, links } = postcard::from_bytes(known.get(number(path, content))?).ok()?;
        let diagnostics: Option<Vec<Diagnostic>> =
            diagnostics.into_iter().map(StoredDiagnostic::into_diagnostic).collect();
        Some(Head { file: Parsed { value: file, diagnostics: diagnostics? }, body, links })
    }

    /// Remembers a head.
    pub(crate) fn put(&self, path: &SitePath, content: Fingerprint, head: &Head) {
        if !self.is_asked {
            return;
        }
        let stored = Stored {
            file: head.file.value.clone(),
            diagnostics: head.file.diagnostics.iter().map(StoredDiagnostic::of).collect(),
            body: head.body,
            links: head.links.clone(),
        };
        let bytes = postcard::to_stdvec(&stored).expect("heads are plain data, which always serialises");
        let number = number(path, content);
        self.known().write().unwrap_or_else(PoisonError::into_inner).places.insert(number, Kept::Made(bytes.into()));
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
    }

    /// Takes what the store does not know yet, and what it need not know any more: heads of none of these files.
    pub(crate) fn take_changes(&self, files: &dyn Fn() -> BTreeSet<u64>) -> ShelfChanges {
        let mut changes = ShelfChanges { shelf: ledger::shelf(SHELF), ..ShelfChanges::default() };
        let Some(known) = self.known.get().filter(|_| self.is_asked) else { return changes };
        let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
        let new = std::mem::take(&mut *self.changes.lock().unwrap_or_else(PoisonError::into_inner));
        if !new.is_empty() {
            let files = files();
            changes.remove = known.places.keys().filter(|number| !files.contains(number)).copied().collect();
            known.places.retain(|number, _| files.contains(number));
            let is_left = |number: u64| Some((number, known.get(number)?.to_vec()));
            changes.put = new.into_iter().filter_map(is_left).collect();
        }
        changes
    }

    fn known(&self) -> &RwLock<Known> {
        self.known.get_or_init(|| RwLock::new(Known::load(self.store.records(&ledger::shelf(SHELF)))))
    }
}

/// Whether a head that is stored can be read.
pub(crate) fn is_readable(bytes: &[u8]) -> bool {
    postcard::from_bytes::<Stored>(bytes).is_ok()
}

/// What the head of a file with this content is known by.
pub(crate) fn number(path: &SitePath, content: Fingerprint) -> u64 {
    let fingerprint = Fingerprint::of([path.as_str().as_bytes(), content.as_bytes()].concat());
    let (first, _) = fingerprint.as_bytes().split_first_chunk().expect("a fingerprint has 32 bytes");
    u64::from_le_bytes(*first)
}
