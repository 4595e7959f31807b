//! The index: what the sources of a project said when they were last seen, so that it can be told what has happened to
//! them since. The files are the truth; this can be thrown away and made from them again.

use std::collections::BTreeMap;
use std::fmt;

use bds_base::{Fingerprint, SitePath};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::Seen;
use crate::error::Trouble;
use crate::seal::{seal, unseal};

/// The sources that are indexed, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexKind {
    /// Python scripts, and the modules that they share.
    Scripts,
    /// Liquid templates.
    Templates,
    /// Posts and their translations.
    Posts,
    /// Sidecars of media files and their translations.
    Media,
}

impl IndexKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Scripts, Self::Templates, Self::Posts, Self::Media];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scripts => "scripts",
            Self::Templates => "templates",
            Self::Posts => "posts",
            Self::Media => "media",
        }
    }
}

impl fmt::Display for IndexKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What is known of the files of one kind.
pub type IndexTable = BTreeMap<SitePath, IndexEntry>;

/// What the metadata of a file says, by key. A key that it does not say is absent.
pub type Fields = BTreeMap<String, FieldValue>;

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexEntry {
    /// What the file system said of it before it was read.
    pub seen: Seen,
    /// The fingerprint of its bytes.
    pub fingerprint: Fingerprint,
    /// The fingerprint of what stands below its metadata; none for files that have nothing there.
    pub body: Option<Fingerprint>,
    /// What its metadata says; what it said last, where it cannot be read now.
    pub fields: Fields,
    /// Why its metadata cannot be read; none when it can.
    pub unreadable: Option<String>,
    /// What bds itself wrote there last, until somebody else has written it.
    pub written: Option<Written>,
}

impl IndexEntry {
    /// What the metadata says under a key that holds a text.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.fields.get(key)? {
            FieldValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same, if only what the file itself says counts: what makes the index of the same files the same, whatever was
    /// in them before.
    #[must_use]
    pub fn of_file_alone(&self) -> Self {
        let fields = if self.unreadable.is_some() { Fields::default() } else { self.fields.clone() };
        let seen = Seen { size: self.seen.size, mtime_ns: 0, inode: 0, changed_ns: 0, racy: false };
        Self { seen, fields, written: None, ..self.clone() }
    }
}

/// A text that bds wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The text.
    pub text: String,
    /// The fingerprint of what it took the place of; none when there was nothing.
    pub base: Option<Fingerprint>,
}

/// The value of a key of metadata.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FieldValue {
    /// A text; dates are texts, too.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(u64),
    /// Texts.
    List(Vec<String>),
}

/// What changes in the index of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndexChanges {
    /// Files of which something else is known now.
    pub put: IndexTable,
    /// Files that are gone.
    pub remove: Vec<SitePath>,
}

impl IndexChanges {
    /// What makes `old` the same as `new`.
    pub fn between(old: &IndexTable, new: &IndexTable) -> Self {
        let put = new.iter().filter(|(path, entry)| old.get(*path) != Some(*entry));
        Self {
            put: put.map(|(path, entry)| (path.clone(), entry.clone())).collect(),
            remove: old.keys().filter(|path| !new.contains_key(*path)).cloned().collect(),
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.put.is_empty() && self.remove.is_empty()
    }
}

/// Reads what is known of one kind. One bad record means that none can be trusted.
pub(crate) fn load(connection: &Connection, kind: IndexKind) -> Result<IndexTable, Trouble> {
    let sql = "SELECT path, record FROM sources WHERE kind = ?1 ORDER BY path";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([kind.name()])?;
    let mut table = Vec::new();
    while let Some(row) = rows.next()? {
        let path = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let record = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let entry = unseal(&key(kind, path), record).ok_or(Trouble::Damage)?;
        table.push((SitePath::new(path).map_err(|_| Trouble::Damage)?, entry));
    }
    Ok(table.into_iter().collect())
}

/// Writes what differs.
pub(crate) fn write(connection: &Connection, changes: &[(IndexKind, IndexChanges)]) -> Result<(), Trouble> {
    let mut delete = connection.prepare_cached("DELETE FROM sources WHERE kind = ?1 AND path = ?2")?;
    let mut put =
        connection.prepare_cached("INSERT OR REPLACE INTO sources (kind, path, record) VALUES (?1, ?2, ?3)")?;
    for (kind, changes) in changes {
        for path in &changes.remove {
            delete.execute(params![kind.name(), path.as_str()])?;
        }
        for (path, entry) in &changes.put {
            put.execute(params![kind.name(), path.as_str(), seal(&key(*kind, path.as_str()), entry)])?;
        }
    }
    Ok(())
}

/// What is wrong with the records, a sentence each.
pub(crate) fn faults(connection: &Connection) -> Result<Vec<String>, Trouble> {
    let mut statement = connection.prepare("SELECT kind, path, record FROM sources ORDER BY kind, path")?;
    let mut rows = statement.query([])?;
    let mut faults = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, path): (String, String) = (row.get(0)?, row.get(1)?);
        let record = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        let kind = IndexKind::ALL.into_iter().find(|known| known.name() == kind);
        let is_whole = kind.is_some_and(|kind| unseal::<IndexEntry>(&key(kind, &path), record).is_some());
        if !is_whole || SitePath::new(&path).is_err() {
            faults.push(format!("what the index has of `{path}` is not what was stored"));
        }
    }
    Ok(faults)
}

/// What a record is sealed under.
fn key(kind: IndexKind, path: &str) -> Vec<u8> {
    [kind.name().as_bytes(), b"\0", path.as_bytes()].concat()
}
