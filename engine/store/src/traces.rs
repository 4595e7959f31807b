//! Verifying traces: what was computed from what, so that it need not be computed again.

use std::collections::HashMap;
use std::sync::Arc;

use bds_base::Fingerprint;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use crate::error::Trouble;
use crate::seal::{seal, unseal};

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

/// The number of a trace in its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(i64);

/// A trace as it lies in the database, without its output.
#[derive(Serialize, Deserialize)]
struct Record {
    key: Fingerprint,
    kind: String,
    output: Fingerprint,
    reads: Vec<TraceRead>,
}

/// All traces by key, without their outputs. In memory, because a build asks for most of them, from many threads:
/// fifty thousand are read in one go in less time than a few thousand single lookups behind a lock would take.
#[derive(Debug, Default)]
pub(crate) struct TraceIndex {
    /// The newest trace of a key stands first.
    by_key: HashMap<Fingerprint, Vec<Trace>>,
    notes: HashMap<TraceId, Note>,
    /// The size of all traces.
    bytes: u64,
}

/// What is known of a trace beside what it says.
#[derive(Debug, Clone, Copy)]
struct Note {
    key: Fingerprint,
    /// The latest build that used it, as noted in the database.
    used: u64,
    /// Its size in bytes.
    size: u64,
}

impl TraceIndex {
    /// Reads all traces.
    pub(crate) fn load(connection: &Connection) -> Result<Self, Trouble> {
        let mut index = Self::default();
        let mut statement = connection.prepare("SELECT id, used, size, record FROM traces ORDER BY id DESC")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let record = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
            let record: Record = unseal(&id.to_le_bytes(), record).ok_or(Trouble::Damage)?;
            let (used, size) = (row.get::<_, i64>(1)?.cast_unsigned(), row.get::<_, i64>(2)?.cast_unsigned());
            let trace = Trace { id: TraceId(id), reads: record.reads.into(), output: record.output };
            index.by_key.entry(record.key).or_default().push(trace);
            index.notes.insert(TraceId(id), Note { key: record.key, used, size });
            index.bytes = index.bytes.saturating_add(size);
        }
        Ok(index)
    }

    /// The traces of a key, newest first.
    pub(crate) fn of(&self, key: &Fingerprint) -> Vec<Trace> {
        self.by_key.get(key).cloned().unwrap_or_default()
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
    /// because something was not told, and then the newer is the better guess.
    fn insert(&mut self, connection: &Connection, build: u64, new: &NewTrace) -> rusqlite::Result<()> {
        let of_key = self.by_key.get(&new.key).map(Vec::as_slice).unwrap_or_default();
        let too_many = of_key.iter().skip(PER_KEY - 1);
        let gone: Vec<_> = of_key.iter().filter(|trace| *trace.reads == *new.reads).chain(too_many).collect();
        let gone: Vec<_> = gone.into_iter().map(|trace| trace.id).collect();
        for id in gone {
            self.remove(connection, id)?;
        }
        let output = Fingerprint::of(&new.output);
        let record = Record { key: new.key, kind: new.kind.to_owned(), output, reads: new.reads.clone() };
        let id: i64 = connection
            .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM traces")?
            .query_row([], |row| row.get(0))?;
        let sealed = seal(&id.to_le_bytes(), &record);
        let size = (sealed.len() + new.description.len() + new.output.len()) as u64;
        connection
            .prepare_cached("INSERT INTO traces (id, used, size, record) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![id, build.cast_signed(), size.cast_signed(), sealed])?;
        connection
            .prepare_cached("INSERT OR REPLACE INTO payloads (trace, description, output) VALUES (?1, ?2, ?3)")?
            .execute(params![id, new.description, new.output])?;
        let id = TraceId(id);
        let trace = Trace { id, reads: record.reads.into(), output };
        self.by_key.entry(new.key).or_default().insert(0, trace);
        self.notes.insert(id, Note { key: new.key, used: build, size });
        self.bytes = self.bytes.saturating_add(size);
        Ok(())
    }

    fn note_uses(&mut self, connection: &Connection, build: u64, used: &[TraceId]) -> rusqlite::Result<()> {
        for id in used {
            let Some(note) = self.notes.get_mut(id) else { continue };
            if build.saturating_sub(note.used) >= LAG {
                note.used = build;
                let mut statement = connection.prepare_cached("UPDATE traces SET used = ?2 WHERE id = ?1")?;
                statement.execute([id.0, build.cast_signed()])?;
            }
        }
        Ok(())
    }

    fn evict(&mut self, connection: &Connection, until: u64) -> rusqlite::Result<()> {
        let mut by_age: Vec<_> = self.notes.iter().map(|(id, note)| (note.used, *id)).collect();
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
        let Some(note) = self.notes.remove(&id) else { return Ok(()) };
        self.bytes = self.bytes.saturating_sub(note.size);
        if let Some(traces) = self.by_key.get_mut(&note.key) {
            traces.retain(|trace| trace.id != id);
        }
        connection.prepare_cached("DELETE FROM payloads WHERE trace = ?1")?.execute([id.0])?;
        connection.prepare_cached("DELETE FROM traces WHERE id = ?1")?.execute([id.0])?;
        Ok(())
    }
}

/// The output of a trace; none when it is not what was stored.
pub(crate) fn output(connection: &Connection, trace: &Trace) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = connection.prepare_cached("SELECT output FROM payloads WHERE trace = ?1")?;
    let output: Option<Vec<u8>> = statement.query_row([trace.id.0], |row| row.get(0)).optional()?;
    Ok(output.filter(|output| Fingerprint::of(output) == trace.output))
}

/// The key of a trace as JSON.
pub(crate) fn description(connection: &Connection, id: TraceId) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT description FROM payloads WHERE trace = ?1")?;
    statement.query_row([id.0], |row| row.get(0)).optional()
}
