//! The files of a bDS project, read into values, and written from them.
//!
//! Each reader is a pure function from the path and the text of one file to a value and to what is wrong with the
//! file; nothing here touches the disk, the clock or the time zone of the machine. Readers never give up on a file
//! for a detail: what can be saved is in the value, the rest in the diagnostics.
//!
//! Each writer stands beside the reader of its files and is held against it: what it writes is read back as the same
//! value. Rewriting a file changes the lines of what has changed and no others.
//!
//! Two steps: `parse` reads one file as it stands, `resolve` looks at all files of a kind together, fills in what
//! they leave out and keeps ids and slugs apart.
//!
//! Invariant: the same files give the same values. An id that a file lacks is derived from its path, a date that it
//! lacks from its other dates or its folder; never from chance or the time.

pub mod config;
pub mod layout;
pub mod passing;
pub mod post;
pub mod posts;

pub mod media;
pub mod menu;
pub mod meta;
pub mod script;
pub mod template;

pub mod codes;
pub mod date;
pub mod language;
pub mod slug;

mod front_matter;
mod id;
mod lines;
mod metadata;
mod names;
mod nearest;
mod report;
mod text;

pub use id::uuid;
pub use nearest::nearest;
pub use text::{Parsed, decode};
