//! The scripts of a project, apart from running them.
//!
//! Invariant: nothing here runs Python or knows the query graph; what builds did is read from the store.

pub mod stats;
