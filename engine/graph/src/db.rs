//! The database: salsa's storage, and the services that queries reach the world through.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bds_base::{SitePath, System};
use bds_macro_api::MacroRuntime;

use crate::cancellation::Current;
use crate::files::Files;
use crate::heads::Heads;
use crate::ledger::Ledger;
use crate::macros::nesting::Nesting;
use crate::pieces::Pieces;
use crate::report::PageFate;
use crate::text::Fresh;
use crate::traces::Traces;
use crate::unsteady::Unsteady;
use crate::work::Work;

/// What a query may use besides other queries.
///
/// Invariant: whatever a query learns through a service is also in an input that it read, so that salsa knows of it:
/// the text of a file is read through the disk, but only after the file's state was read from the database.
#[salsa::db]
pub(crate) trait Db: salsa::Database {
    /// The services.
    fn services(&self) -> &Services;

    /// Where a page leaves its bytes, and why it was made, for whoever pulled it (see [`Stash`]).
    fn stash(&self) -> &Stash;
}

/// The world outside the database.
#[derive(Debug)]
pub(crate) struct Services {
    /// The project's folder.
    pub(crate) root: PathBuf,
    /// The disk.
    pub(crate) system: Arc<dyn System>,
    /// What runs the macros.
    pub(crate) runtime: Arc<dyn MacroRuntime>,
    /// What earlier processes remember of macro calls.
    pub(crate) traces: Traces,
    /// What pages and texts were made from.
    pub(crate) ledger: Ledger,
    /// What the heads of files said that were read before.
    pub(crate) heads: Heads,
    /// Contents that were read and not yet used.
    pub(crate) fresh: Fresh,
    /// The inputs that stand for files, by path.
    pub(crate) files: Files,
    /// What holds for one build only.
    pub(crate) unsteady: Unsteady,
    /// What partials print on many pages.
    pub(crate) pieces: Pieces,
    /// Which macro calls asked for texts with which others.
    pub(crate) nesting: Nesting,
    /// What was done.
    pub(crate) work: Work,
    /// Whether the build that runs is to end.
    pub(crate) cancellation: Current,
}

impl Services {
    /// Where a file of the project lies on disk.
    pub(crate) fn path(&self, path: &SitePath) -> PathBuf {
        path.to_path(&self.root)
    }

    /// Whether the build that runs ends before it is through: what it makes from now on is not to be kept.
    pub(crate) fn is_over(&self) -> bool {
        self.cancellation.is_cancelled() || self.work.given_up().is_some()
    }

    /// Whether what is made now is no proof of anything: a text could not be read, or macros were ended.
    pub(crate) fn proves_nothing(&self) -> bool {
        self.cancellation.is_cancelled() || self.work.is_without_a_text()
    }

    /// Names a file on disk relative to the project; none when it lies outside.
    pub(crate) fn site_path(&self, path: &Path) -> Option<SitePath> {
        SitePath::from_root(&self.root, path).ok()
    }
}

/// Holds the bytes of the page that a handle rendered last, and why it did.
///
/// A page is memoized by its fingerprint, not by its bytes: the bytes of ten thousand pages would stay in memory for
/// nothing, since they are on disk. Whoever pulls a page takes its bytes here if the query ran just now.
#[derive(Debug, Default)]
pub(crate) struct Stash {
    bytes: RefCell<Option<Vec<u8>>>,
    fate: RefCell<Option<PageFate>>,
}

impl Stash {
    /// Leaves bytes.
    pub(crate) fn put(&self, bytes: Vec<u8>) {
        self.bytes.replace(Some(bytes));
    }

    /// Takes what was left.
    pub(crate) fn take(&self) -> Option<Vec<u8>> {
        self.bytes.take()
    }

    /// Says that the page was made, and why.
    pub(crate) fn decide(&self, fate: PageFate) {
        self.fate.replace(Some(fate));
    }

    /// Takes what was said; none when the page was not made.
    pub(crate) fn take_fate(&self) -> Option<PageFate> {
        self.fate.take()
    }
}

/// The concrete database. A clone is another handle on the same memos, for another thread; it has a stash of its own.
#[salsa::db]
pub(crate) struct Database {
    storage: salsa::Storage<Self>,
    services: Arc<Services>,
    stash: Stash,
}

impl Database {
    /// The services, to share with other threads.
    pub(crate) fn shared_services(&self) -> Arc<Services> {
        Arc::clone(&self.services)
    }

    /// An empty database.
    pub(crate) fn new(services: Services) -> Self {
        Self { storage: salsa::Storage::default(), services: Arc::new(services), stash: Stash::default() }
    }

    /// An empty database that writes down which queries it executes.
    pub(crate) fn with_log(services: Services, log: QueryLog) -> Self {
        let on_event = move |event: salsa::Event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                log.push(&format!("{database_key:?}"));
            }
        };
        let storage = salsa::Storage::new(Some(Box::new(on_event)));
        Self { storage, services: Arc::new(services), stash: Stash::default() }
    }
}

impl Clone for Database {
    fn clone(&self) -> Self {
        Self { storage: self.storage.clone(), services: Arc::clone(&self.services), stash: Stash::default() }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("services", &self.services).finish_non_exhaustive()
    }
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn services(&self) -> &Services {
        &self.services
    }

    fn stash(&self) -> &Stash {
        &self.stash
    }
}

/// The names of the queries that a database executed, in order of execution.
#[derive(Debug, Clone, Default)]
pub struct QueryLog(Arc<Mutex<Vec<String>>>);

impl QueryLog {
    fn push(&self, key: &str) {
        let name = key.split('(').next().unwrap_or(key);
        self.0.lock().expect("nothing panics while it holds the log").push(name.to_owned());
    }

    /// Takes the names that were written down since the last time.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nothing panics while it holds the log"))
    }
}
