//! The diagnostics of this crate: what a look at the sources shows.

use bds_base::Code;

/// Metadata that cannot be read.
pub const SOURCE_UNREADABLE: Code = Code::new(
    "source-unreadable",
    "The metadata of a file cannot be read. What the index knew of it stays, and no command writes the file.",
);
/// A file or folder that cannot be looked at.
pub const SOURCE_UNSEEN: Code = Code::new(
    "source-unseen",
    "A file or folder of the project is there and cannot be looked at. What the index knew of it stays.",
);
/// A note of a change that cannot be read.
pub const NOTE_UNKNOWN: Code = Code::new(
    "note-unknown",
    "A note of a change that was cut short cannot be read by this version of bds. It is left alone.",
);
