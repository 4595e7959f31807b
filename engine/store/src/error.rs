use std::fmt;
use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

/// Says why there is no store, or why a build could not be remembered. The build itself is not concerned: it goes on
/// with [`Store::in_memory`](crate::Store::in_memory).
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder, or the store in it, cannot be made or written.
    #[error("`{}` cannot be written", .path.display())]
    Unwritable {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Another process holds the store, although it does not hold the project's [`Lock`](crate::Lock).
    #[error("the store is in use by another process")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// What was written a moment ago cannot be read back.
    #[error("the disk does not keep what is written to it")]
    Unreliable,
    /// It is damaged. The next build sets it aside and begins a new one.
    #[error("the store is damaged")]
    Damaged,
    /// Anything else that the database says.
    #[error("the store cannot be used")]
    Database(#[source] rusqlite::Error),
}

/// Says that something that was remembered is lost, and what became of it. Never an error: the next build does more
/// work, that is all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The store was renamed, and a new one was begun.
    SetAside {
        /// What was wrong with it.
        why: WhyReplaced,
        /// Where it lies now.
        to: PathBuf,
    },
    /// The store was of an older bds; a new one was begun in its place.
    Outdated {
        /// The version of its format.
        version: u32,
    },
    /// The store could not be read just now, and counts as empty for this run.
    Unread {
        /// What the database said.
        problem: String,
    },
}

/// What can be wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyReplaced {
    /// It is damaged.
    Damaged,
    /// It is something else: a database of another program, a folder.
    Foreign,
    /// It is of a newer bds.
    Newer {
        /// The version of its format.
        version: u32,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetAside { why, to } => {
                let name = to.file_name().unwrap_or_default().display();
                write!(f, "the store {why}; it was set aside as `{name}` and a new one was begun")
            }
            Self::Outdated { .. } => f.write_str("the store was of an older version of bds; a new one was begun"),
            Self::Unread { problem } => write!(f, "the store could not be read ({problem}); everything is done anew"),
        }
    }
}

impl fmt::Display for WhyReplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Damaged => "is damaged",
            Self::Foreign => "is not one of bds",
            Self::Newer { .. } => "is of a newer version of bds",
        })
    }
}

/// What stands between the database and a caller: damage, which a new store mends, or something that it does not.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The content cannot be trusted.
    Damage,
    /// The machine does not let us.
    Machine(rusqlite::Error),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) { Self::Damage } else { Self::Machine(error) }
    }
}

/// Missing tables and values of wrong types are damage too: the version said that they are right.
fn is_damage(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => {
            let short_read = failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHORT_READ;
            short_read
                || matches!(
                    failure.code,
                    ErrorCode::DatabaseCorrupt
                        | ErrorCode::NotADatabase
                        | ErrorCode::Unknown
                        | ErrorCode::TypeMismatch
                        | ErrorCode::ConstraintViolation
                )
        }
        rusqlite::Error::SqlInputError { .. }
        | rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::Utf8Error(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::QueryReturnedNoRows => true,
        _ => false,
    }
}

/// Turns what the database says into what a caller can act on.
pub(crate) fn store_error(error: rusqlite::Error, path: Option<&std::path::Path>) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, _) = &error else { return StoreError::Database(error) };
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreError::Unwritable {
            path: path.unwrap_or_else(|| std::path::Path::new(":memory:")).to_owned(),
            source: io::Error::new(io::ErrorKind::PermissionDenied, error.to_string()),
        },
        _ => StoreError::Database(error),
    }
}
