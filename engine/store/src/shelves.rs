//! Shelves: many small records by number, which are read all at once and written a few at a time.
//!
//! A row for each record would cost more to read than to compute; one row for all of them, more to write than an edit
//! is worth. So records stand in buckets, by their number.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rusqlite::{Connection, params};

use crate::error::Trouble;
use crate::seal;

/// How many buckets a shelf has.
const BUCKETS: u64 = 256;

/// All records of a shelf, by number.
pub type ShelfTable = BTreeMap<u64, Box<[u8]>>;

/// All records of a shelf in one piece, as they lie in the store: none is taken out before it is wanted.
#[derive(Debug, Default)]
pub struct Shelf {
    packed: Vec<u8>,
    records: Vec<Placed>,
}

/// A record of a [`Shelf`]: its number, and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Its number.
    pub number: u64,
    start: u32,
    end: u32,
}

impl Shelf {
    /// All records, in no order that means anything.
    pub fn records(&self) -> &[Placed] {
        &self.records
    }

    /// The bytes of a record of this shelf; those of another shelf have no meaning here.
    pub fn bytes(&self, record: Placed) -> &[u8] {
        self.packed.get(record.start as usize..record.end as usize).unwrap_or_default()
    }
}

/// Records of one bucket, by number.
type Records = Vec<(u64, Box<[u8]>)>;

/// What a build changes on a shelf.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShelfChanges {
    /// The shelf: what is on it, and whatever makes its records worthless when it changes.
    pub shelf: String,
    /// Records that are new or differ.
    pub put: BTreeMap<u64, Vec<u8>>,
    /// Records that go.
    pub remove: BTreeSet<u64>,
}

/// Reads a shelf; one that is not there is empty.
pub(crate) fn load(connection: &Connection, shelf: &str) -> Result<ShelfTable, Trouble> {
    let read = load_packed(connection, shelf)?;
    Ok(read.records.iter().map(|record| (record.number, read.bytes(*record).into())).collect())
}

/// Reads a shelf in one piece.
pub(crate) fn load_packed(connection: &Connection, shelf: &str) -> Result<Shelf, Trouble> {
    let mut statement = connection.prepare_cached("SELECT bucket, record FROM shelves WHERE shelf = ?1")?;
    let mut rows = statement.query([shelf])?;
    let mut read = Shelf::default();
    while let Some(row) = rows.next()? {
        let bucket = row.get::<_, i64>(0)?;
        let record = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let packed = open_packed(shelf, bucket, record)?;
        let begin = read.packed.len();
        read.packed.extend_from_slice(packed);
        for record in split(packed) {
            let (number, place) = record.ok_or(Trouble::Damage)?;
            let at = |place: usize| u32::try_from(begin + place).map_err(|_| Trouble::Damage);
            read.records.push(Placed { number, start: at(place.start)?, end: at(place.end)? });
        }
    }
    Ok(read)
}

/// The names of all shelves, sorted.
pub(crate) fn names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT shelf FROM shelves ORDER BY shelf")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// What is wrong with them, a sentence each.
pub(crate) fn faults(connection: &Connection) -> Result<Vec<String>, Trouble> {
    let mut statement = connection.prepare("SELECT shelf, bucket, record FROM shelves ORDER BY shelf, bucket")?;
    let mut rows = statement.query([])?;
    let mut faults = Vec::new();
    while let Some(row) = rows.next()? {
        let (shelf, bucket): (String, i64) = (row.get(0)?, row.get(1)?);
        let record = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        match open(&shelf, bucket, record) {
            Err(_) => faults.push(format!("the bucket {bucket} of the shelf `{shelf}` is not what was stored")),
            Ok(records) if records.iter().any(|(number, _)| number % BUCKETS != bucket.cast_unsigned()) => {
                faults.push(format!("the bucket {bucket} of the shelf `{shelf}` holds records of another"));
            }
            Ok(_) => {}
        }
    }
    Ok(faults)
}

/// Writes what differs, and forgets the shelves that are not among these.
pub(crate) fn write(connection: &Connection, shelves: &[ShelfChanges]) -> Result<(), Trouble> {
    let known = names(connection)?;
    for old in known.iter().filter(|old| shelves.iter().all(|current| current.shelf != **old)) {
        connection.prepare_cached("DELETE FROM shelves WHERE shelf = ?1")?.execute([old])?;
    }
    for changes in shelves {
        let mut touched: BTreeMap<u64, Bucket<'_>> = BTreeMap::new();
        for (number, record) in &changes.put {
            touched.entry(number % BUCKETS).or_default().put.push((*number, record));
        }
        for number in &changes.remove {
            touched.entry(number % BUCKETS).or_default().remove.push(*number);
        }
        for (bucket, changed) in touched {
            rewrite(connection, &changes.shelf, bucket.cast_signed(), &changed)?;
        }
    }
    Ok(())
}

/// What changes in one bucket.
#[derive(Default)]
struct Bucket<'c> {
    put: Vec<(u64, &'c Vec<u8>)>,
    remove: Vec<u64>,
}

fn rewrite(connection: &Connection, shelf: &str, bucket: i64, changed: &Bucket<'_>) -> Result<(), Trouble> {
    let mut find = connection.prepare_cached("SELECT record FROM shelves WHERE shelf = ?1 AND bucket = ?2")?;
    let mut rows = find.query(params![shelf, bucket])?;
    let before = match rows.next()? {
        Some(row) => open(shelf, bucket, row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?,
        None => Vec::new(),
    };
    drop(rows);
    let mut records: ShelfTable = before.into_iter().collect();
    for number in &changed.remove {
        records.remove(number);
    }
    records.extend(changed.put.iter().map(|(number, record)| (*number, record.as_slice().into())));
    if records.is_empty() {
        let sql = "DELETE FROM shelves WHERE shelf = ?1 AND bucket = ?2";
        connection.prepare_cached(sql)?.execute(params![shelf, bucket])?;
    } else {
        let sealed = seal::close(name(shelf, bucket).as_bytes(), pack(&records));
        let sql = "INSERT OR REPLACE INTO shelves (shelf, bucket, record) VALUES (?1, ?2, ?3)";
        connection.prepare_cached(sql)?.execute(params![shelf, bucket, sealed])?;
    }
    Ok(())
}

fn open(shelf: &str, bucket: i64, record: &[u8]) -> Result<Records, Trouble> {
    let packed = open_packed(shelf, bucket, record)?;
    let records = split(packed).map(|record| record.map(|(number, place)| (number, packed[place].into())));
    records.collect::<Option<_>>().ok_or(Trouble::Damage)
}

fn open_packed<'r>(shelf: &str, bucket: i64, record: &'r [u8]) -> Result<&'r [u8], Trouble> {
    seal::open(name(shelf, bucket).as_bytes(), record).ok_or(Trouble::Damage)
}

/// What a bucket is sealed under.
fn name(shelf: &str, bucket: i64) -> String {
    format!("{shelf}#{bucket}")
}

/// Number, length and bytes of each record, one after the other.
fn pack(records: &ShelfTable) -> Vec<u8> {
    let mut packed = Vec::with_capacity(records.values().map(|record| record.len() + HEAD).sum());
    for (number, record) in records {
        packed.extend_from_slice(&number.to_le_bytes());
        packed.extend_from_slice(&u32::try_from(record.len()).expect("records are small").to_le_bytes());
        packed.extend_from_slice(record);
    }
    packed
}

/// The numbers of the records of a bucket, and where their bytes are. None in the place of one that is cut off is the last.
fn split(packed: &[u8]) -> impl Iterator<Item = Option<(u64, Range<usize>)>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = packed.get(at..).filter(|rest| !rest.is_empty())?;
        let Some((number, length)) = head(rest) else {
            at = packed.len();
            return Some(None);
        };
        let start = at + HEAD;
        at = start + length;
        Some((at <= packed.len()).then_some((number, start..at)))
    })
}

/// The bytes of number and length.
const HEAD: usize = 8 + 4;

fn head(packed: &[u8]) -> Option<(u64, usize)> {
    let (number, rest) = packed.split_first_chunk()?;
    let (length, _) = rest.split_first_chunk()?;
    Some((u64::from_le_bytes(*number), u32::from_le_bytes(*length) as usize))
}
