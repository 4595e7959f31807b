//! The vocabulary that every crate of bds shares: what a file is called ([`SitePath`]), what its content is known
//! by ([`Fingerprint`]), where something stands in it ([`Span`], [`Position`]), what is wrong with it
//! ([`Diagnostic`]), and how the disk is reached ([`System`]).
//!
//! Invariant: nothing here knows what a post, a macro or a query is.

mod diagnostic;
mod fingerprint;
mod path;
mod system;
mod text;

pub use diagnostic::render::{self, MessageFormat};
pub use diagnostic::{Code, Diagnostic, Place, Severity, TraceStep};
pub use fingerprint::{Fingerprint, ParseFingerprintError};
pub use path::{SitePath, SitePathError};
pub use system::{BadLink, FileStat, Link, OsSystem, System, Walk, WalkError, WalkedFile, is_temporary};
pub use text::{LineIndex, Position, Span, Stretch};
