//! What the sources of a project say, and what they said when they were last seen.
//!
//! The files are the truth. The index in the store is made of them alone and follows them: [`survey()`] compares the disk
//! with it, [`crate::sync`] decides what the differences mean.

pub mod entry;
pub mod survey;

pub use bds_store::{FieldValue, Fields, IndexChanges, IndexEntry, IndexKind, IndexTable, Written};
pub use entry::{json, read};
pub use survey::{Found, Survey, Unseen, survey};
