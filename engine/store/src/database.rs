//! The database file: its format, how it is opened, and what becomes of one that is not ours.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::{Trouble, store_error};
use crate::{Notice, StoreError, WhyReplaced};

/// The name of the database in its folder.
const NAME: &str = "store.db";

/// The version of the tables below and of every record in them. Raised with each change of either; older stores are
/// forgotten, newer ones set aside.
pub(crate) const FORMAT: u32 = 4;

/// Marks a database as ours: `bds1` in ASCII.
const APPLICATION: u32 = 0x6264_7331;

/// How long another process may hold the database before we give up. Only a process that came around the project's
/// lock can hold it at all, for one transaction.
const PATIENCE: Duration = Duration::from_secs(5);

/// From how many bytes on a write-ahead log is long.
const LONG_LOG: u64 = 4 << 20;

/// Records are sealed blobs (see `seal`); only what `SQLite` itself works with is a column.
const TABLES: &str = "
    CREATE TABLE files (path TEXT PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE sources (kind TEXT NOT NULL, path TEXT NOT NULL, record BLOB NOT NULL,
        PRIMARY KEY (kind, path)) WITHOUT ROWID;
    CREATE TABLE folders (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE outputs (folder INTEGER NOT NULL, path TEXT NOT NULL, record BLOB NOT NULL,
        PRIMARY KEY (folder, path)) WITHOUT ROWID;
    CREATE TABLE shelves (shelf TEXT NOT NULL, bucket INTEGER NOT NULL, record BLOB NOT NULL,
        PRIMARY KEY (shelf, bucket)) WITHOUT ROWID;
    CREATE TABLE traces (id INTEGER PRIMARY KEY, used INTEGER NOT NULL, size INTEGER NOT NULL, key BLOB NOT NULL,
        record BLOB NOT NULL);
    CREATE TABLE payloads (trace INTEGER PRIMARY KEY, description TEXT NOT NULL, output BLOB NOT NULL);
    CREATE TABLE runs (number INTEGER PRIMARY KEY, started TEXT NOT NULL, duration_ms INTEGER NOT NULL,
        counters TEXT NOT NULL, report TEXT NOT NULL);
";

/// Opens the database in `folder`, or begins a new one in the place of what is there.
pub(crate) fn open(folder: &Path) -> Result<(Connection, Option<Notice>), StoreError> {
    let path = folder.join(NAME);
    let why = match try_open(&path) {
        Ok(Found::Ours(connection)) => return Ok((connection, None)),
        Ok(Found::Older(version)) => {
            remove(&path)?;
            return Ok((begin(&path)?, Some(Notice::Outdated { version })));
        }
        Ok(Found::Other(why)) => why,
        Err(Trouble::Damage) => WhyReplaced::Damaged,
        Err(Trouble::Machine(error)) => return Err(store_error(error, Some(&path))),
    };
    replace(folder, why).map(|(connection, notice)| (connection, Some(notice)))
}

/// What a look at a folder shows.
pub(crate) enum Look {
    /// No database.
    Nothing,
    /// One of ours.
    Ours(Connection),
    /// Something else, in a sentence.
    Fault(String),
}

/// Opens the database in `folder` if it is one of ours, and changes nothing if it is not.
pub(crate) fn look(folder: &Path) -> Result<Look, StoreError> {
    let path = folder.join(NAME);
    if path.symlink_metadata().is_err() {
        return Ok(Look::Nothing);
    }
    let fault = |why: WhyReplaced| Look::Fault(format!("the store {why}"));
    match try_open(&path) {
        Ok(Found::Ours(connection)) => Ok(Look::Ours(connection)),
        Ok(Found::Older(version)) => {
            Ok(Look::Fault(format!("the store is of an older version of bds (its format is {version})")))
        }
        Ok(Found::Other(why)) => Ok(fault(why)),
        Err(Trouble::Damage) => Ok(fault(WhyReplaced::Damaged)),
        Err(Trouble::Machine(error)) => Err(store_error(error, Some(&path))),
    }
}

/// The size of the database in `folder` with its log, in bytes.
pub(crate) fn size(folder: &Path) -> u64 {
    let path = folder.join(NAME);
    let size = |path: &Path| path.symlink_metadata().map(|metadata| metadata.len()).unwrap_or_default();
    size(&path) + size(&beside(&path, "-wal"))
}

/// The names of the databases that were set aside, sorted.
pub(crate) fn set_aside_in(folder: &Path) -> Vec<String> {
    let names = bds_base::System::list(&bds_base::OsSystem, folder).unwrap_or_default();
    let broken = format!("{NAME}.broken-");
    names.into_iter().filter(|name| name.starts_with(&broken)).collect()
}

/// Removes them.
pub(crate) fn remove_set_aside(folder: &Path) -> Result<(), StoreError> {
    set_aside_in(folder).iter().try_for_each(|name| remove_if_there(&folder.join(name)))
}

/// Sets the database in `folder` aside and begins a new one. No connection to the old one may be open.
pub(crate) fn replace(folder: &Path, why: WhyReplaced) -> Result<(Connection, Notice), StoreError> {
    let path = folder.join(NAME);
    let to = set_aside(&path)?;
    Ok((begin(&path)?, Notice::SetAside { why, to }))
}

/// A database with the same tables that ends with the process.
pub(crate) fn in_memory() -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(TABLES)?;
    Ok(connection)
}

/// What stands where the store should be.
enum Found {
    Ours(Connection),
    Older(u32),
    Other(WhyReplaced),
}

fn try_open(path: &Path) -> Result<Found, Trouble> {
    if path.is_dir() {
        return Ok(Found::Other(WhyReplaced::Foreign));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    // The log is copied back when it has become long (see `trim_log`) and at no other time: it would cost two syncs
    // on each close.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    let mut identity = identify(&connection)?;
    if identity.is_new() {
        create(&mut connection)?;
        identity = identify(&connection)?;
    }
    if identity.application != APPLICATION {
        return Ok(Found::Other(WhyReplaced::Foreign));
    }
    match identity.version {
        version if version > FORMAT => Ok(Found::Other(WhyReplaced::Newer { version })),
        version if version < FORMAT => Ok(Found::Older(version)),
        _ => Ok(Found::Ours(connection)),
    }
}

/// What a database says of itself.
struct Identity {
    application: u32,
    version: u32,
    tables: u32,
}

impl Identity {
    /// Whether it is an empty file, or was none before it was opened.
    fn is_new(&self) -> bool {
        self.application == 0 && self.version == 0 && self.tables == 0
    }
}

fn identify(connection: &Connection) -> rusqlite::Result<Identity> {
    // Negative numbers are none of ours either; as unsigned ones they are merely large.
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i32>(0)).map(i32::cast_unsigned);
    Ok(Identity {
        application: number("PRAGMA application_id")?,
        version: number("PRAGMA user_version")?,
        tables: number("SELECT count(*) FROM sqlite_schema")?,
    })
}

/// Makes the tables, unless another process has just done so.
///
/// The log is synced before it is copied back and not on every commit: a power failure can cost the last builds'
/// memory, and cannot damage what is older.
fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if identify(&transaction)?.is_new() {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
    }
    transaction.commit()
}

/// Gives back the memory in which `SQLite` keeps pages for later: the next build reads others. Nothing is lost if this
/// fails.
pub(crate) fn shrink(connection: &Connection) {
    let _ = connection.execute_batch("PRAGMA shrink_memory");
}

/// Copies the log back into the database when it is long. A new process reads the whole log before anything else, so a
/// long one makes every command slower. Nothing is lost if this fails; the next build tries again.
pub(crate) fn trim_log(connection: &Connection, folder: &Path) {
    let log = beside(&folder.join(NAME), "-wal");
    if log.symlink_metadata().is_ok_and(|metadata| metadata.len() > LONG_LOG) {
        let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}

/// Makes a new database where there is none.
fn begin(path: &Path) -> Result<Connection, StoreError> {
    match try_open(path) {
        Ok(Found::Ours(connection)) => Ok(connection),
        Ok(Found::Older(_) | Found::Other(_)) | Err(Trouble::Damage) => Err(StoreError::Unreliable),
        Err(Trouble::Machine(error)) => Err(store_error(error, Some(path))),
    }
}

/// Renames a store, with the log that belongs to it, to the first free `store.db.broken-N`.
fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let to = (1..=u32::MAX)
        .map(|number| beside(path, &format!(".broken-{number}")))
        .find(|to| to.symlink_metadata().is_err())
        .expect("no folder holds so many files");
    std::fs::rename(path, &to).map_err(unwritable(path))?;
    let log = beside(path, "-wal");
    if log.symlink_metadata().is_ok() {
        std::fs::rename(&log, beside(&to, "-wal")).map_err(unwritable(&log))?;
    }
    remove_if_there(&beside(path, "-shm"))?;
    Ok(to)
}

/// Removes a store and the files that belong to it, the log first: a log without its store is ignored.
fn remove(path: &Path) -> Result<(), StoreError> {
    remove_if_there(&beside(path, "-shm"))?;
    remove_if_there(&beside(path, "-wal"))?;
    remove_if_there(path)
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match bds_base::System::remove_file(&bds_base::OsSystem, path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable(path)(error)),
        _ => Ok(()),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |source| StoreError::Unwritable { path: path.to_owned(), source }
}
