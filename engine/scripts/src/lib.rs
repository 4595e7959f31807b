//! The scripts of a project, apart from running them: what they cost, which of them came with bds, what is wrong with
//! them, and how transforms make a post of a page.
//!
//! Invariant: nothing here runs Python or knows the query graph: a runtime is known by its contract alone, and what builds
//! did is read from the store.

pub mod collection;
pub mod examine;
pub mod transforms;

pub mod defaults;
pub mod stats;
