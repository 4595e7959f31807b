//! Looking after a store: what is in it, whether all of it is as it was written, and what can go.

use std::path::Path;

use bds_base::Fingerprint;
use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;
use serde_json::Value;

use super::Store;
use crate::error::{Trouble, store_error};
use crate::{OutputFolder, ShelfChanges, StoreError, database, index, runs, shelves, tables, traces};

/// What is in a store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Inventory {
    /// Every kind of record, in a fixed order; shelves by their names.
    pub kinds: Vec<Holding>,
    /// The size of the database, in bytes, its log included.
    pub bytes: u64,
    /// The stores that were set aside because they were damaged or of somebody else, by file name.
    pub set_aside: Vec<String>,
    /// How many builds it has seen.
    pub builds: u64,
}

/// How much there is of a kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// The kind.
    pub kind: String,
    /// How many records.
    pub records: u64,
    /// Their size in bytes, without what the database needs to find them.
    pub bytes: u64,
}

/// What is to go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sweep {
    /// Records on shelves. Shelves that are not named here go as a whole.
    pub shelves: Vec<ShelfChanges>,
    /// Traces go that none of so many builds before the latest has used.
    pub unused_for: u64,
}

/// What went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Swept {
    /// Traces that were not used for long.
    pub traces: u64,
    /// Shelves of other versions of the engine.
    pub shelves: u64,
}

impl Store {
    /// Says what is in it.
    pub fn inventory(&self) -> Result<Inventory, StoreError> {
        let inner = self.inner();
        let connection = &inner.connection;
        let mut inventory = take_stock(connection).map_err(|trouble| self.failed(trouble))?;
        if let Some(folder) = self.folder() {
            inventory.bytes = database::size(folder);
            inventory.set_aside = database::set_aside_in(folder);
        }
        Ok(inventory)
    }

    /// The output folders that it knows, sorted.
    pub fn output_folders(&self) -> Vec<OutputFolder> {
        let names = |connection: &Connection| {
            let mut statement = connection.prepare("SELECT name FROM folders ORDER BY name")?;
            let names = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
            Ok(names.into_iter().map(OutputFolder::known_as).collect())
        };
        self.inner().read(names).unwrap_or_default()
    }

    /// Removes what is to go, and makes the database as small as it can be. Take the project's
    /// [`Lock`](crate::Lock) before.
    pub fn sweep(&self, sweep: &Sweep) -> Result<Swept, StoreError> {
        let mut inner = self.inner();
        let swept = remove(&mut inner.connection, sweep).map_err(|trouble| self.failed(trouble))?;
        drop(inner);
        self.forget_all_read();
        self.shrink()?;
        Ok(swept)
    }

    /// Forgets everything that builds remember but which output files are ours: without that, files that the site no
    /// longer has could never be removed. The index stays, for it is not made by builds. Stores that were set aside go too. Take the project's [`Lock`](crate::Lock) before.
    pub fn clear(&self) -> Result<(), StoreError> {
        let cleared = self.inner().connection.execute_batch(
            "BEGIN IMMEDIATE; DELETE FROM files; DELETE FROM shelves; DELETE FROM traces; DELETE FROM payloads;
             DELETE FROM runs; COMMIT",
        );
        cleared.map_err(|error| self.failed(error.into()))?;
        self.forget_all_read();
        self.shrink()?;
        self.folder().map_or(Ok(()), database::remove_set_aside)
    }

    /// Says what is wrong with the store in `folder`, a sentence for each fault; changes nothing. A store that is not there
    /// has none.
    pub fn faults(folder: &Path) -> Result<Vec<String>, StoreError> {
        match database::look(folder)? {
            database::Look::Nothing => Ok(Vec::new()),
            database::Look::Fault(fault) => Ok(vec![fault]),
            database::Look::Ours(connection) => Ok(check(&connection).unwrap_or_else(|trouble| match trouble {
                Trouble::Damage => vec!["the database cannot be read: it is damaged".to_owned()],
                Trouble::Machine(error) => vec![format!("the database cannot be read: {error}")],
            })),
        }
    }

    fn forget_all_read(&self) {
        let mut inner = self.inner();
        inner.files = None;
        inner.outputs.clear();
        *self.traces.write().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }

    fn shrink(&self) -> Result<(), StoreError> {
        let inner = self.inner();
        let shrunk = inner
            .connection
            .execute_batch("VACUUM")
            .and_then(|()| inner.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        shrunk.map_err(|error| store_error(error, self.folder()))
    }

    fn failed(&self, trouble: Trouble) -> StoreError {
        match trouble {
            Trouble::Machine(error) => store_error(error, self.folder()),
            Trouble::Damage => StoreError::Damaged,
        }
    }
}

fn take_stock(connection: &Connection) -> Result<Inventory, Trouble> {
    let number = |row: &rusqlite::Row<'_>, at| row.get::<_, i64>(at).map(i64::cast_unsigned);
    let holding = |kind: &str, sql: &str| {
        let (records, bytes) = connection.query_row(sql, [], |row| Ok((number(row, 0)?, number(row, 1)?)))?;
        Ok::<_, Trouble>(Holding { kind: kind.to_owned(), records, bytes })
    };
    let sum = |columns: &str, table: &str| format!("SELECT count(*), coalesce(sum({columns}), 0) FROM {table}");
    let size = "length(path) + length(record)";
    let mut kinds = vec![
        holding("files", &sum(size, "files"))?,
        holding("index", &sum(size, "sources"))?,
        holding("outputs", &sum(size, "outputs"))?,
        holding("traces", &sum("size", "traces"))?,
        holding("runs", &sum("length(counters) + length(report)", "runs"))?,
    ];
    for shelf in shelves::names(connection)? {
        let records = shelves::load(connection, &shelf)?;
        let bytes = records.values().map(|record| record.len() as u64).sum();
        kinds.push(Holding { kind: shelf, records: records.len() as u64, bytes });
    }
    Ok(Inventory { kinds, builds: runs::latest(connection)?, ..Inventory::default() })
}

fn remove(connection: &mut Connection, sweep: &Sweep) -> Result<Swept, Trouble> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let known = shelves::names(&transaction)?;
    let gone = known.iter().filter(|name| sweep.shelves.iter().all(|kept| kept.shelf != **name)).count();
    shelves::write(&transaction, &sweep.shelves)?;
    let traces = traces::remove_unused(&transaction, runs::latest(&transaction)?, sweep.unused_for)?;
    transaction.commit()?;
    Ok(Swept { traces, shelves: gone as u64 })
}

/// Looks at every record.
fn check(connection: &Connection) -> Result<Vec<String>, Trouble> {
    let mut faults = Vec::new();
    let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
    let said = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    faults.extend(said.into_iter().filter(|said| said != "ok").map(|said| format!("the database is damaged: {said}")));
    faults.extend(tables::faults(connection)?);
    faults.extend(index::faults(connection)?);
    faults.extend(shelves::faults(connection)?);
    faults.extend(traces::faults(connection)?);
    let mut statement = connection.prepare("SELECT number, counters, report FROM runs ORDER BY number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let is_json = |at| Ok::<_, Trouble>(serde_json::from_str::<Value>(&row.get::<_, String>(at)?).is_ok());
        if !(is_json(1)? && is_json(2)?) {
            faults.push(format!("what build {} did cannot be read", row.get::<_, i64>(0)?));
        }
    }
    Ok(faults)
}

/// Whether a trace has its output, and it is what was stored.
pub(crate) fn payload_fault(connection: &Connection, row: i64, output: Fingerprint) -> Result<Option<String>, Trouble> {
    let mut statement = connection.prepare_cached("SELECT output FROM payloads WHERE trace = ?1")?;
    let found: Option<Vec<u8>> = statement.query_row([row], |row| row.get(0)).optional()?;
    Ok(match found {
        None => Some(format!("the output of the trace {row} is missing")),
        Some(found) if Fingerprint::of(&found) != output => {
            Some(format!("the output of the trace {row} is not what was stored"))
        }
        Some(_) => None,
    })
}
