//! The scripts of a project, apart from running them: what they cost, and which of them came with bds.
//!
//! Invariant: nothing here runs Python or knows the query graph; what builds did is read from the store.

pub mod defaults;
pub mod stats;
