//! Verifying traces: what was computed from what, so that it need not be computed again.

use std::collections::HashMap;
use std::sync::Arc;

use bds_base::Fingerprint;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use crate::error::Trouble;
use crate::seal::{seal, unseal};
use crate::store::payload_fault;

/// How many traces of one key are kept: a key with many is one whose reads change to and fro.
const PER_KEY: usize = 8;

/// By how many builds the note of a trace's last use may lag behind, so that a build that only reuses writes nothing.
const LAG: u64 = 16;

/// A trace that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTrace {
    /// The fingerprint of everything that the result depends on and that is not a read.
    pub key: Fingerprint,
    /// What kind of thing was computed: `macro`.
    pub kind: &'static str,
    /// The key itself as JSON, for people.
    pub description: String,
    /// What was looked at, in the order in which it was.
    pub reads: Vec<TraceRead>,
    /// The result.
    pub output: Vec<u8>,
}

/// Something that was looked at, and what was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TraceRead {
    /// What was looked at, in a form by which it can be looked at again.
    pub name: String,
    /// The fingerprint of what was seen.
    pub fingerprint: Fingerprint,
}

/// A remembered trace, without its output. It holds if each read, looked at again in order, gives the same fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Its number.
    pub id: TraceId,
    /// What was looked at, in the order in which it was.
    pub reads: Arc<[TraceRead]>,
    /// The fingerprint of the result.
    pub output: Fingerprint,
}

/// Names a trace in its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId {
    row: i64,
    key: Fingerprint,
}

impl TraceId {
    /// Under which its record is sealed.
    fn seal_key(self) -> Vec<u8> {
        [&self.row.to_le_bytes()[..], self.key.as_bytes()].concat()
    }
}

/// A trace as it lies in the database, without its key and output.
#[derive(Serialize, Deserialize)]
struct Record {
    kind: String,
    output: Fingerprint,
    reads: Vec<TraceRead>,
}

/// All traces by key, without their outputs. In memory, because a build asks for most of them, from many threads:
/// fifty thousand are read in one go in less time than a few thousand single lookups behind a lock would take. After
/// that build few are asked for, and a [lean](Self::let_go) index has the database at hand.
#[derive(Debug, Default)]
pub(crate) struct TraceIndex {
    /// The newest trace of a key stands first.
    by_key: HashMap<Fingerprint, Vec<Entry>>,
    /// The size of all traces.
    bytes: u64,
    /// Whether records stay in the database.
    is_lean: bool,
}

/// A trace in the index.
#[derive(Debug)]
struct Entry {
    id: TraceId,
    /// The latest build that used it, as noted in the database.
    used: u64,
    /// Its size in bytes.
    size: u64,
    /// The sealed record, opened when it is asked for: many never are. None while it is in the database only.
    record: Option<Box<[u8]>>,
}

impl Entry {
    /// None when the record is not what was stored.
    fn open(&self, connection: &Connection) -> Option<Trace> {
        match &self.record {
            Some(record) => open(self.id, record),
            None => open(self.id, &record(connection, self.id).ok()??),
        }
    }
}

fn open(id: TraceId, record: &[u8]) -> Option<Trace> {
    let record: Record = unseal(&id.seal_key(), record)?;
    Some(Trace { id, reads: record.reads.into(), output: record.output })
}

fn record(connection: &Connection, id: TraceId) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = connection.prepare_cached("SELECT record FROM traces WHERE id = ?1")?;
    statement.query_row([id.row], |row| row.get(0)).optional()
}

impl TraceIndex {
    /// Reads all traces; without their records, if the index is to be lean.
    pub(crate) fn load(connection: &Connection, is_lean: bool) -> Result<Self, Trouble> {
        let mut index = Self { is_lean, ..Self::default() };
        let record = if is_lean { "NULL" } else { "record" };
        let sql = format!("SELECT id, used, size, key, {record} FROM traces ORDER BY id DESC");
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (used, size) = (row.get::<_, i64>(1)?.cast_unsigned(), row.get::<_, i64>(2)?.cast_unsigned());
            let key = Fingerprint::from_bytes(row.get(3)?);
            let record = row.get_ref(4)?.as_blob_or_null().map_err(rusqlite::Error::from)?.map(Box::from);
            let entry = Entry { id: TraceId { row: row.get(0)?, key }, used, size, record };
            index.by_key.entry(key).or_default().push(entry);
            index.bytes = index.bytes.saturating_add(size);
        }
        Ok(index)
    }

    /// The traces of a key, newest first; none when the database has to be asked for one.
    pub(crate) fn at_hand(&self, key: &Fingerprint) -> Option<Vec<Trace>> {
        let records = self.by_key.get(key).into_iter().flatten().map(|entry| Some((entry.id, entry.record.as_ref()?)));
        let records: Vec<_> = records.collect::<Option<_>>()?;
        Some(records.into_iter().filter_map(|(id, record)| open(id, record)).collect())
    }

    /// The traces of a key, newest first.
    pub(crate) fn of(&self, connection: &Connection, key: &Fingerprint) -> Vec<Trace> {
        self.by_key.get(key).into_iter().flatten().filter_map(|entry| entry.open(connection)).collect()
    }

    /// Leaves the records to the database from now on: somebody who works on a script all day makes many, and asks for
    /// few.
    pub(crate) fn let_go(&mut self) {
        if !std::mem::replace(&mut self.is_lean, true) {
            self.by_key.values_mut().flatten().for_each(|entry| entry.record = None);
            self.by_key.values_mut().for_each(Vec::shrink_to_fit);
        }
    }

    /// Takes up what a build made and used, here and in the database, and forgets the least recently used traces as
    /// long as all together are larger than `limit` bytes. After an error the index is of no use.
    pub(crate) fn record(
        &mut self,
        connection: &Connection,
        build: u64,
        made: &[NewTrace],
        used: &[TraceId],
        limit: u64,
    ) -> rusqlite::Result<()> {
        for trace in made {
            self.insert(connection, build, trace)?;
        }
        self.note_uses(connection, build, used)?;
        if self.bytes > limit {
            // Room for the builds to come, or each of them would have to make some.
            self.evict(connection, limit / 5 * 4)?;
        }
        Ok(())
    }

    /// Adds a trace in front of those of its key. One with the same reads is replaced: it gave another output only
    /// because something was not told, and then the newer is the better guess. One that cannot be opened goes too.
    fn insert(&mut self, connection: &Connection, build: u64, new: &NewTrace) -> rusqlite::Result<()> {
        let of_key = self.by_key.get(&new.key).map(Vec::as_slice).unwrap_or_default();
        let is_replaced = |entry: &&Entry| entry.open(connection).is_none_or(|trace| *trace.reads == *new.reads);
        let (replaced, others): (Vec<_>, Vec<_>) = of_key.iter().partition(is_replaced);
        let too_many = others.into_iter().skip(PER_KEY - 1);
        let gone: Vec<_> = replaced.into_iter().chain(too_many).map(|entry| entry.id).collect();
        for id in gone {
            self.remove(connection, id)?;
        }
        let mut entry = write(connection, build, new)?;
        if self.is_lean {
            entry.record = None;
        }
        self.bytes = self.bytes.saturating_add(entry.size);
        let of_key = self.by_key.entry(new.key).or_default();
        // Most keys have one trace for ever.
        of_key.reserve_exact(1);
        of_key.insert(0, entry);
        Ok(())
    }

    fn note_uses(&mut self, connection: &Connection, build: u64, used: &[TraceId]) -> rusqlite::Result<()> {
        for id in used {
            let of_key = self.by_key.get_mut(&id.key).map(Vec::as_mut_slice).unwrap_or_default();
            let Some(entry) = of_key.iter_mut().find(|entry| entry.id == *id) else { continue };
            if build.saturating_sub(entry.used) >= LAG {
                entry.used = build;
                let mut statement = connection.prepare_cached("UPDATE traces SET used = ?2 WHERE id = ?1")?;
                statement.execute([id.row, build.cast_signed()])?;
            }
        }
        Ok(())
    }

    fn evict(&mut self, connection: &Connection, until: u64) -> rusqlite::Result<()> {
        let mut by_age: Vec<_> = self.by_key.values().flatten().map(|entry| (entry.used, entry.id)).collect();
        by_age.sort_unstable();
        for (_, id) in by_age {
            if self.bytes <= until {
                break;
            }
            self.remove(connection, id)?;
        }
        Ok(())
    }

    fn remove(&mut self, connection: &Connection, id: TraceId) -> rusqlite::Result<()> {
        let Some(of_key) = self.by_key.get_mut(&id.key) else { return Ok(()) };
        let Some(at) = of_key.iter().position(|entry| entry.id == id) else { return Ok(()) };
        self.bytes = self.bytes.saturating_sub(of_key.remove(at).size);
        if of_key.is_empty() {
            self.by_key.remove(&id.key);
        }
        connection.prepare_cached("DELETE FROM payloads WHERE trace = ?1")?.execute([id.row])?;
        connection.prepare_cached("DELETE FROM traces WHERE id = ?1")?.execute([id.row])?;
        Ok(())
    }
}

/// Removes the traces that none of so many builds before the latest has used, and what belongs to none.
pub(crate) fn remove_unused(connection: &Connection, latest: u64, builds: u64) -> rusqlite::Result<u64> {
    // The note of a use may lag behind.
    let oldest = latest.saturating_sub(builds.saturating_add(LAG));
    let gone = connection.execute("DELETE FROM traces WHERE used < ?1", [oldest.cast_signed()])?;
    connection.execute("DELETE FROM payloads WHERE trace NOT IN (SELECT id FROM traces)", [])?;
    Ok(gone as u64)
}

/// What is wrong with the traces, a sentence each.
pub(crate) fn faults(connection: &Connection) -> Result<Vec<String>, Trouble> {
    let mut faults = Vec::new();
    let mut traces: Vec<_> = TraceIndex::load(connection, true)?.by_key.into_values().flatten().collect();
    traces.sort_by_key(|entry| entry.id);
    for entry in traces {
        match entry.open(connection) {
            None => faults.push(format!("the trace {} is not what was stored", entry.id.row)),
            Some(trace) => faults.extend(payload_fault(connection, entry.id.row, trace.output)?),
        }
    }
    let lost = "SELECT count(*) FROM payloads WHERE trace NOT IN (SELECT id FROM traces)";
    let lost: i64 = connection.query_row(lost, [], |row| row.get(0))?;
    if lost > 0 {
        faults.push(format!("{lost} outputs are of traces that are not there"));
    }
    Ok(faults)
}

fn write(connection: &Connection, build: u64, new: &NewTrace) -> rusqlite::Result<Entry> {
    let row: i64 =
        connection.prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM traces")?.query_row([], |row| row.get(0))?;
    let id = TraceId { row, key: new.key };
    let output = Fingerprint::of(&new.output);
    let record = Record { kind: new.kind.to_owned(), output, reads: new.reads.clone() };
    let record = seal(&id.seal_key(), &record);
    let size = (record.len() + new.description.len() + new.output.len()) as u64;
    connection
        .prepare_cached("INSERT INTO traces (id, used, size, key, record) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![row, build.cast_signed(), size.cast_signed(), new.key.as_bytes(), record])?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO payloads (trace, description, output) VALUES (?1, ?2, ?3)")?
        .execute(params![row, new.description, new.output])?;
    Ok(Entry { id, used: build, size, record: Some(record.into()) })
}

/// The output of a trace; none when it is not what was stored.
pub(crate) fn output(connection: &Connection, trace: &Trace) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = connection.prepare_cached("SELECT output FROM payloads WHERE trace = ?1")?;
    let output: Option<Vec<u8>> = statement.query_row([trace.id.row], |row| row.get(0)).optional()?;
    Ok(output.filter(|output| Fingerprint::of(output) == trace.output))
}

/// The key of a trace as JSON.
pub(crate) fn description(connection: &Connection, id: TraceId) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT description FROM payloads WHERE trace = ?1")?;
    statement.query_row([id.row], |row| row.get(0)).optional()
}
