//! The calls that are running, innermost last, and what each of them has looked at and printed.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bds_macro_api::{Frame, Limits, Permission, Read};

use super::looks::Look;
use super::paths::Paths;

/// One running call.
#[derive(Debug)]
pub(super) struct Call {
    /// Tells this call from all others of the process.
    pub(super) number: u64,
    pub(super) slug: String,
    pub(super) limits: Limits,
    pub(super) permissions: Vec<Permission>,
    pub(super) paths: Arc<Paths>,
    /// Whether what is printed is told line by line.
    streams: bool,
    /// The records that are open: that of the call, and on top of it those of modules that are being loaded.
    records: Mutex<Vec<Record>>,
    /// The line in which the entry point begins; 0 until it is known.
    entry: AtomicU32,
    /// Where the script was when it was told to stop, once it was; empty where that was in none of its lines.
    stopped: Mutex<Option<Vec<Frame>>>,
    output: Mutex<Output>,
}

/// What was looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    pub(super) reads: BTreeSet<Read>,
    /// In the order in which it was looked; none is like another.
    pub(super) looks: Vec<Look>,
    pub(super) used: BTreeSet<String>,
}

impl Record {
    fn add(&mut self, other: Self) {
        self.reads.extend(other.reads);
        other.looks.into_iter().for_each(|look| self.look(look));
        self.used.extend(other.used);
    }

    fn look(&mut self, look: Look) {
        if !self.looks.iter().any(|known| known.is_like(&look)) {
            self.looks.push(look);
        }
    }
}

/// What was printed and not yet told.
#[derive(Debug, Default)]
struct Output {
    text: String,
    /// Bytes that were taken so far.
    taken: u64,
    /// Bytes that were dropped.
    dropped: u64,
}

/// How much may be printed before it is told.
const TELL_AFTER: usize = 8 << 10;

thread_local! {
    static OF_THIS_THREAD: RefCell<Vec<Arc<Call>>> = const { RefCell::new(Vec::new()) };
    static PAUSED: Cell<u32> = const { Cell::new(0) };
    static SERVES: Cell<bool> = const { Cell::new(false) };
}

/// Whether this process belongs to scripts alone.
static IS_WORKER: AtomicBool = AtomicBool::new(false);

/// The calls of all threads: those that scripts start belong to the innermost.
static ALL: Mutex<Vec<Arc<Call>>> = Mutex::new(Vec::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Call {
    pub(super) fn new(slug: &str, limits: Limits, permissions: Vec<Permission>, paths: Arc<Paths>) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        Self {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            slug: slug.to_owned(),
            limits,
            permissions,
            paths,
            streams: false,
            records: Mutex::new(vec![Record::default()]),
            entry: AtomicU32::new(0),
            stopped: Mutex::default(),
            output: Mutex::default(),
        }
    }

    /// The same call, and whether what it prints is told line by line: somebody is looking.
    pub(super) fn streaming(self, streams: bool) -> Self {
        Self { streams, ..self }
    }

    /// Runs something as part of this call.
    pub(super) fn enter<T>(self: &Arc<Self>, run: impl FnOnce() -> T) -> T {
        OF_THIS_THREAD.with_borrow_mut(|calls| calls.push(Arc::clone(self)));
        lock(&ALL).push(Arc::clone(self));
        let result = run();
        lock(&ALL).retain(|call| call.number != self.number);
        OF_THIS_THREAD.with_borrow_mut(|calls| calls.retain(|call| call.number != self.number));
        result
    }

    pub(super) fn may(&self, wanted: &Permission) -> bool {
        self.permissions.contains(wanted)
    }

    pub(super) fn saw(&self, read: Read) {
        if let Some(record) = lock(&self.records).last_mut() {
            record.reads.insert(read);
        }
    }

    /// Whether one like this look is in the open record already.
    pub(super) fn has_looked(&self, look: &Look) -> bool {
        lock(&self.records).last().is_some_and(|record| record.looks.iter().any(|known| known.is_like(look)))
    }

    pub(super) fn looked(&self, look: Look) {
        if let Some(record) = lock(&self.records).last_mut() {
            record.look(look);
        }
    }

    pub(super) fn used(&self, field: String) {
        if let Some(record) = lock(&self.records).last_mut() {
            record.used.insert(field);
        }
    }

    /// Notes in which line the entry point begins.
    pub(super) fn begins_at(&self, line: Option<u32>) {
        self.entry.store(line.unwrap_or(0), Ordering::Relaxed);
    }

    /// The line in which the entry point begins, if it is known.
    pub(super) fn entry(&self) -> Option<u32> {
        Some(self.entry.load(Ordering::Relaxed)).filter(|line| *line > 0)
    }

    /// Notes that the script was told to stop, and where it was, if that was in a script: it may catch the exception.
    pub(super) fn stops_at(&self, place: Option<Frame>) {
        lock(&self.stopped).get_or_insert(place.into_iter().collect());
    }

    /// Forgets that it was told to stop: another call was meant.
    pub(super) fn goes_on(&self) {
        lock(&self.stopped).take();
    }

    /// Where the script was when it was told to stop, a frame or none; `None` when it was not.
    pub(super) fn stopped(&self) -> Option<Vec<Frame>> {
        lock(&self.stopped).clone()
    }

    /// Takes over everything of a record that was made before.
    pub(super) fn saw_again(&self, record: &Record) {
        if let Some(open) = lock(&self.records).last_mut() {
            open.add(record.clone());
        }
    }

    /// Records what follows separately, until [`Call::close_record`].
    pub(super) fn open_record(&self) {
        lock(&self.records).push(Record::default());
    }

    /// Ends a separate record; what is in it belongs to the one below too.
    pub(super) fn close_record(&self) -> Record {
        let mut records = lock(&self.records);
        let record = records.pop().unwrap_or_default();
        if let Some(below) = records.last_mut() {
            below.add(record.clone());
        }
        record
    }

    /// All that was recorded.
    pub(super) fn record(&self) -> Record {
        let mut records = lock(&self.records);
        let mut whole = Record::default();
        records.drain(..).for_each(|record| whole.add(record));
        whole
    }

    /// Takes what a script prints; gives it back when enough has come together.
    pub(super) fn print(&self, text: &str) -> Option<String> {
        let mut output = lock(&self.output);
        let left = self.limits.stdout_bytes.saturating_sub(output.taken);
        let fits = text.floor_char_boundary(usize::try_from(left).unwrap_or(usize::MAX));
        output.text.push_str(&text[..fits]);
        output.taken += fits as u64;
        output.dropped += (text.len() - fits) as u64;
        if fits < text.len() {
            // Nothing may follow a gap.
            output.taken = self.limits.stdout_bytes;
        }
        let is_due = output.text.len() >= TELL_AFTER || self.streams && output.text.contains('\n');
        is_due.then(|| std::mem::take(&mut output.text))
    }

    /// What was printed and not yet told; at the end, how much was dropped too.
    pub(super) fn unprinted(&self, is_end: bool) -> Option<String> {
        let mut output = lock(&self.output);
        let mut text = std::mem::take(&mut output.text);
        if is_end && output.dropped > 0 {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            let limit = self.limits.stdout_bytes;
            let _ = writeln!(text, "[{} more bytes were dropped: the limit is {limit}]", output.dropped);
        }
        Some(text).filter(|text| !text.is_empty())
    }
}

/// The innermost call that the running thread belongs to.
pub(super) fn current() -> Option<Arc<Call>> {
    let own = OF_THIS_THREAD.try_with(|calls| calls.borrow().last().cloned()).ok().flatten();
    own.or_else(|| if is_of_a_script() { lock(&ALL).last().cloned() } else { None })
}

/// Whether the running thread was started by a script: in a process of scripts, all are but the one that serves.
pub(super) fn is_of_a_script() -> bool {
    IS_WORKER.load(Ordering::Relaxed) && !SERVES.try_with(Cell::get).unwrap_or(false)
}

/// Whether this process belongs to scripts alone.
pub(super) fn is_worker() -> bool {
    IS_WORKER.load(Ordering::Relaxed)
}

/// Says that the running thread runs calls, and whether this process is there for nothing else.
pub(super) fn serve(is_worker: bool) {
    SERVES.set(true);
    if is_worker {
        IS_WORKER.store(true, Ordering::Relaxed);
    }
}

/// Whether what the running thread does is our own doing and none of a script's.
pub(super) fn is_paused() -> bool {
    PAUSED.try_with(Cell::get).unwrap_or(0) > 0
}

/// Runs something of our own that is neither recorded nor refused.
pub(super) fn pause<T>(run: impl FnOnce() -> T) -> T {
    struct Resume;
    impl Drop for Resume {
        fn drop(&mut self) {
            PAUSED.set(PAUSED.get() - 1);
        }
    }
    PAUSED.set(PAUSED.get() + 1);
    let _resume = Resume;
    run()
}
