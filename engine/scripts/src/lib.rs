//! The scripts of a project, apart from running them: what they cost, which came with bds, how they are made, changed and
//! removed; and how bds follows what others do to the sources.
//!
//! Invariant: nothing here runs Python or knows the query graph; what builds did is read from the store.
//!
//! Invariant: the files are the truth. The index follows them; a source is written only through [`change`], which notes
//! what it is about to do and keeps what it replaces.

pub mod change;
pub mod codes;
pub mod index;
pub mod sync;

pub mod diff;
pub mod library;
pub mod repair;

pub mod defaults;
pub mod stats;

use std::path::Path;

use bds_base::System;
use bds_store::Store;

/// A project on disk, and what is remembered of it.
#[derive(Debug, Clone, Copy)]
pub struct Project<'a> {
    /// Its folder.
    pub root: &'a Path,
    /// The disk.
    pub system: &'a dyn System,
    /// What is remembered. Hold the project's lock where anything is to be written.
    pub store: &'a Store,
}
