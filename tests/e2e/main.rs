//! What the binary `bds` does, from the command line to the files that it writes.
#![expect(clippy::disallowed_methods, reason = "tests set up, and look at, real files")]

mod api_shapes;
mod bad_input;
mod bad_scripts;
mod blogmark;
mod cache;
mod check;
mod command_line;
mod configuration;
mod defaults;
mod defaults_reads;
mod incremental;
mod killed;
mod least;
mod library;
mod macros_in_text;
mod pages;
mod refusals;
mod same;
mod script_commands;
mod scripts;
mod stats;
mod sync;
mod terminal;
mod truth;
mod watch;
mod whole;
mod why;
