//! The scripts of a project, apart from running them: how they are made, changed and removed, and how bds follows what
//! others do to the sources; what scripts cost, which of them came with bds, what is wrong with them, and how transforms
//! make a post of a page.
//!
//! Invariant: nothing here runs Python or knows the query graph: a runtime is known by its contract alone, and what builds
//! did is read from the store.
//!
//! Invariant: the files are the truth, and the index follows them. A source that is there is changed only through
//! [`change`], which notes what it is about to do and keeps what it replaces.

pub mod change;
pub mod codes;
pub mod index;
pub mod sync;

pub mod diff;
pub mod library;
pub mod repair;

pub mod collection;
pub mod examine;
pub mod transforms;

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
