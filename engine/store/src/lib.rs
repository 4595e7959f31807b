//! What survives the process: the folder `.bds` of a project, and in it `store.db`.
//!
//! The store is a cache. It can be deleted at any time, and the next build then does more work and gives the same
//! site. So reading it cannot fail: what cannot be read counts as never remembered, and a [`Notice`] says so. Every
//! record carries a checksum that covers its key, so that a flipped bit is a miss and never a wrong answer.
//!
//! Invariant: only this crate names `rusqlite`.
//!
//! Invariant: a build is remembered whole or not at all ([`Store::commit`] is one transaction).
//!
//! Invariant: what a build is about to write is noted before ([`Store::intend`]), so that no file of a build that was
//! killed is without an owner.
//!
//! Invariant: a change of a source is noted with its whole text before it is made ([`Store::note`]), outside of the
//! database: notes are no cache.

mod store;

mod files;
mod index;
mod intents;
mod outputs;
mod pending;
mod runs;
mod traces;

mod database;
mod error;
mod folder;
mod lock;
mod seal;
mod shelves;
mod tables;

pub use error::{Notice, StoreError, WhyReplaced};
pub use files::{FileClock, FileEntry, FileTable, Seen};
pub use folder::FOLDER;
pub use index::{FieldValue, Fields, IndexChanges, IndexEntry, IndexKind, IndexTable, Written};
pub use intents::{Intent, Intents};
pub use lock::{Lock, LockError, Wait};
pub use outputs::{OutputFolder, OutputRecord, OutputTable};
pub use pending::{Pending, PendingId, Unfinished};
pub use runs::{NewRun, Run};
pub use shelves::{Placed, Shelf, ShelfChanges, ShelfTable};
pub use store::{BuildRecord, Committed, Holding, Inventory, Opened, Store, Sweep, Swept};
pub use traces::{NewTrace, Trace, TraceId, TraceRead};
