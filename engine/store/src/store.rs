mod index;
mod upkeep;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bds_base::{Fingerprint, SitePath};
use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Trouble, store_error};
use crate::intents::Journal;
use crate::tables::{load_files, load_outputs, write_files, write_outputs};
use crate::traces::TraceIndex;
use crate::{
    FileClock, FileTable, Intent, Intents, NewRun, NewTrace, Notice, OutputFolder, OutputTable, Run, Shelf,
    ShelfChanges, ShelfTable, StoreError, Trace, TraceId, WhyReplaced, database, folder, runs, shelves, traces,
};

pub(crate) use upkeep::payload_fault;
pub use upkeep::{Holding, Inventory, Sweep, Swept};

/// The most that remembered results take up, in bytes, if the caller does not say otherwise.
const TRACE_LIMIT: u64 = 512 << 20;

/// What bds remembers from build to build.
///
/// Shared by all threads of a build. Tables that a build needs as a whole (files, outputs, traces without their
/// outputs) are read once, when they are first asked for, and kept; lookups in them take no lock that another lookup
/// could hold for long. Single outputs of traces are read one by one through one connection behind a mutex: that is a
/// few microseconds each, far less than what they save, and many connections would only multiply the page cache.
pub struct Store {
    inner: Mutex<Inner>,
    traces: RwLock<Option<TraceIndex>>,
    journal: Mutex<Journal>,
    folder: Option<PathBuf>,
}

/// A store, and what was wrong with the one that was there.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// What the user should know.
    pub notice: Option<Notice>,
}

/// Everything that a build wants to be remembered.
#[derive(Debug, Default)]
pub struct BuildRecord {
    /// What it did.
    pub run: NewRun,
    /// The whole file table, which replaces the old one; none leaves that as it is.
    pub files: Option<Arc<FileTable>>,
    /// All files of one output folder, which replace what was known of it; none leaves that as it is.
    pub outputs: Option<(OutputFolder, Arc<OutputTable>)>,
    /// What it changes on shelves. Shelves that are not named here are forgotten; none leaves all as they are.
    pub shelves: Option<Vec<ShelfChanges>>,
    /// What it computed.
    pub traces: Vec<NewTrace>,
    /// Which remembered results it used.
    pub used: Vec<TraceId>,
    /// The most that all traces may take up, in bytes; none means 512 MB.
    pub trace_limit: Option<u64>,
}

/// Says that a build is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The number of the build.
    pub number: u64,
}

/// What is only touched by one thread at a time.
struct Inner {
    connection: Connection,
    files: Option<Arc<FileTable>>,
    outputs: BTreeMap<OutputFolder, Arc<OutputTable>>,
    /// Whether the database has shown to be damaged; the next commit replaces it.
    damaged: bool,
    /// Whether the index of the traces leaves their records in the database.
    is_lean: bool,
    notices: Vec<Notice>,
}

impl Store {
    /// Opens the store in `folder`, the [`FOLDER`](crate::FOLDER) of a project, and makes both if need be.
    ///
    /// A store that is damaged, of a newer bds or of another program is renamed to `store.db.broken-N`, and a new one
    /// is begun; the notice says so. Take the project's [`Lock`](crate::Lock) before, if anything is to be written.
    pub fn open(folder: &Path) -> Result<Opened, StoreError> {
        let unwritable = |source: io::Error| StoreError::Unwritable { path: folder.to_owned(), source };
        folder::prepare(folder).map_err(unwritable)?;
        let (connection, notice) = database::open(folder)?;
        Ok(Opened { store: Self::new(connection, Some(folder.to_owned())), notice })
    }

    /// A store that begins empty and ends with the process.
    pub fn in_memory() -> Self {
        let connection = database::in_memory().expect("tables in memory need nothing but memory");
        Self::new(connection, None)
    }

    fn new(connection: Connection, folder: Option<PathBuf>) -> Self {
        let inner = Inner {
            connection,
            files: None,
            outputs: BTreeMap::new(),
            damaged: false,
            is_lean: false,
            notices: Vec::new(),
        };
        let journal = Mutex::new(Journal::open(folder.as_deref()));
        Self { inner: Mutex::new(inner), traces: RwLock::new(None), journal, folder }
    }

    /// The folder that the store lies in; none for one in memory.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The time by the clock of the project's file system; see [`Seen::new`](crate::Seen::new).
    pub fn clock(&self) -> FileClock {
        self.folder.as_deref().map_or(FileClock::UNKNOWN, FileClock::read)
    }

    /// The file table of the last build.
    pub fn files(&self) -> Arc<FileTable> {
        self.inner().files()
    }

    /// What the last build into this folder left there.
    pub fn outputs(&self, output: &OutputFolder) -> Arc<OutputTable> {
        self.inner().outputs(output)
    }

    /// What builds that did not come to their end were about to write into this folder.
    pub fn intents(&self, output: &OutputFolder) -> Arc<Intents> {
        self.journal().of(output)
    }

    /// Notes what is about to be written, before it is: whatever becomes of the process, the next one knows of it.
    pub fn intend(&self, output: &OutputFolder, file: &SitePath, intent: &Intent) -> Result<(), StoreError> {
        self.journal().note(output, file, intent)
    }

    /// Forgets what was noted of this folder, after a build came to its end and was committed.
    pub fn settle(&self, output: &OutputFolder) -> Result<(), StoreError> {
        self.journal().settle(output)
    }

    /// All records of a shelf; empty when there is none of this name.
    pub fn shelf(&self, name: &str) -> ShelfTable {
        self.inner().read(|connection| shelves::load(connection, name)).unwrap_or_default()
    }

    /// The same, in one piece: for shelves of which few records are looked at.
    pub fn records(&self, name: &str) -> Shelf {
        self.inner().read(|connection| shelves::load_packed(connection, name)).unwrap_or_default()
    }

    /// The traces of a key, newest first; at most eight.
    pub fn traces(&self, key: &Fingerprint) -> Vec<Trace> {
        let at_hand = |index: &TraceIndex| index.at_hand(key);
        let traces = self.traces.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(traces) = traces.as_ref().and_then(at_hand) {
            return traces;
        }
        drop(traces);
        // Behind the mutex, so that one thread reads the index and the others wait for it.
        let mut inner = self.inner();
        let mut traces = self.traces.write().unwrap_or_else(PoisonError::into_inner);
        let index = traces.get_or_insert_with(|| inner.read_traces());
        inner.read(|connection| Ok(index.of(connection, key))).unwrap_or_default()
    }

    /// Keeps no traces in memory from now on, but where to find them: after the first of many builds, few are asked for.
    pub fn let_go_of_traces(&self) {
        let mut inner = self.inner();
        inner.is_lean = true;
        if let Some(index) = &mut *self.traces.write().unwrap_or_else(PoisonError::into_inner) {
            index.let_go();
        }
    }

    /// The output of a trace; none when it is lost or is not what it was.
    pub fn output(&self, trace: &Trace) -> Option<Vec<u8>> {
        self.inner().read(|connection| Ok(traces::output(connection, trace)?)).flatten()
    }

    /// The key of a trace as JSON, for people.
    pub fn description(&self, trace: TraceId) -> Option<String> {
        self.inner().read(|connection| Ok(traces::description(connection, trace)?)).flatten()
    }

    /// The latest builds, newest first, at most `limit`; two hundred are kept.
    pub fn runs(&self, limit: usize) -> Vec<Run> {
        self.inner().read(|connection| Ok(runs::load(connection, limit)?)).unwrap_or_default()
    }

    /// What the user should know since this was last asked.
    pub fn take_notices(&self) -> Vec<Notice> {
        std::mem::take(&mut self.inner().notices)
    }

    /// Remembers a build, whole or not at all. A store that turned out to be damaged is set aside first.
    pub fn commit(&self, record: BuildRecord) -> Result<Committed, StoreError> {
        let mut inner = self.inner();
        let mut traces = self.traces.write().unwrap_or_else(PoisonError::into_inner);
        let mut result = if inner.damaged { Err(Trouble::Damage) } else { inner.write(&mut traces, &record) };
        if matches!(result, Err(Trouble::Damage)) {
            inner.replace(self.folder.as_deref())?;
            *traces = None;
            result = inner.write(&mut traces, &record);
        }
        match result {
            Ok(number) => {
                inner.adopt(record);
                if let Some(folder) = &self.folder {
                    database::trim_log(&inner.connection, folder);
                    database::shrink(&inner.connection);
                }
                Ok(Committed { number })
            }
            Err(Trouble::Machine(error)) => Err(store_error(error, self.folder.as_deref())),
            Err(Trouble::Damage) => Err(StoreError::Unreliable),
        }
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Inner {
    /// Reads something. What cannot be read was never remembered, and the user is told once.
    fn read<T>(&mut self, read: impl FnOnce(&Connection) -> Result<T, Trouble>) -> Option<T> {
        if self.damaged {
            return None;
        }
        match read(&self.connection) {
            Ok(value) => Some(value),
            Err(Trouble::Damage) => {
                self.damaged = true;
                None
            }
            Err(Trouble::Machine(error)) => {
                let notice = Notice::Unread { problem: error.to_string() };
                if !self.notices.contains(&notice) {
                    self.notices.push(notice);
                }
                None
            }
        }
    }

    fn read_traces(&mut self) -> TraceIndex {
        let is_lean = self.is_lean;
        self.read(|connection| TraceIndex::load(connection, is_lean)).unwrap_or_default()
    }

    fn files(&mut self) -> Arc<FileTable> {
        if let Some(files) = &self.files {
            return Arc::clone(files);
        }
        let files = Arc::new(self.read(load_files).unwrap_or_default());
        self.files = Some(Arc::clone(&files));
        files
    }

    fn outputs(&mut self, output: &OutputFolder) -> Arc<OutputTable> {
        if let Some(table) = self.outputs.get(output) {
            return Arc::clone(table);
        }
        let table = Arc::new(self.read(|connection| load_outputs(connection, output)).unwrap_or_default());
        self.outputs.insert(output.clone(), Arc::clone(&table));
        table
    }

    /// Writes a build in one transaction and gives it its number.
    fn write(&mut self, index: &mut Option<TraceIndex>, record: &BuildRecord) -> Result<u64, Trouble> {
        let old_files = record.files.as_ref().map(|_| self.files());
        let old_outputs = record.outputs.as_ref().map(|(folder, _)| self.outputs(folder));
        if self.damaged {
            return Err(Trouble::Damage);
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let number = runs::latest(&transaction)? + 1;
        if let (Some(old), Some(new)) = (old_files, &record.files) {
            write_files(&transaction, &old, new)?;
        }
        if let (Some(old), Some((folder, new))) = (old_outputs, &record.outputs) {
            write_outputs(&transaction, folder, &old, new)?;
        }
        if let Some(changes) = &record.shelves {
            shelves::write(&transaction, changes)?;
        }
        runs::insert(&transaction, number, &record.run)?;
        // Taken out while the transaction is open: if that fails, the index is read anew.
        let mut traces = index.take();
        if !record.traces.is_empty() || !record.used.is_empty() {
            let limit = record.trace_limit.unwrap_or(TRACE_LIMIT);
            let mut changed = traces.map_or_else(|| TraceIndex::load(&transaction, self.is_lean), Ok)?;
            changed.record(&transaction, number, &record.traces, &record.used, limit)?;
            traces = Some(changed);
        }
        transaction.commit()?;
        *index = traces;
        Ok(number)
    }

    /// Keeps what was written, so that it need not be read.
    fn adopt(&mut self, record: BuildRecord) {
        if let Some(files) = record.files {
            self.files = Some(files);
        }
        if let Some((folder, outputs)) = record.outputs {
            self.outputs.insert(folder, outputs);
        }
    }

    /// Begins a new database in the place of a damaged one.
    fn replace(&mut self, folder: Option<&Path>) -> Result<(), StoreError> {
        // The old connection is closed before its file is renamed.
        self.connection = database::in_memory().map_err(|error| store_error(error, None))?;
        if let Some(folder) = folder {
            let (connection, notice) = database::replace(folder, WhyReplaced::Damaged)?;
            self.connection = connection;
            self.notices.push(notice);
        }
        self.files = None;
        self.outputs.clear();
        self.damaged = false;
        Ok(())
    }
}
