//! Blogmarks: a page of the web becomes the draft of a post, and transforms change it on the way (format sheet §15).
//!
//! A link is read ([`Bookmark`]), makes a [`Draft`], goes through the transforms of the project ([`transform`]) in a
//! runtime that is known by its contract alone, and becomes a file ([`DraftFile`]). None of it writes.

mod draft;
mod file;
mod link;
mod pipeline;

pub use draft::{Draft, InvalidDraft};
pub use file::{DraftFile, Taken};
pub use link::{BOOKMARKLET, Bookmark, LinkError};
pub use pipeline::{Transform, TransformError, Transformed, entrypoint_of, in_order, transform};

#[cfg(test)]
mod tests;
