//! The graph without Python: projects in temporary folders, macros written in Rust.

mod project;
mod runtime;

mod least;
mod output;
mod pages;
mod rest;
