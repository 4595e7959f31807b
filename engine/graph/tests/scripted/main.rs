//! The graph without Python: projects in temporary folders, macros written in Rust.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod disk;
mod project;
mod runtime;

mod aborted;
mod api;
mod check;
mod contexts;
mod counters;
mod diagnostics;
mod documents;
mod dry_run;
mod least;
mod lineage;
mod links;
mod live;
mod nesting;
mod obstacles;
mod output;
mod pages;
mod parts;
mod rest;
mod routes;
mod truth;
mod upkeep;
mod why;
mod words;
