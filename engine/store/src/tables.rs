//! Tables of sealed records by path: files and outputs.

use std::collections::BTreeMap;

use bds_base::SitePath;
use rusqlite::{Connection, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Trouble;
use crate::seal::{seal, unseal};
use crate::{FileEntry, FileTable, OutputFolder, OutputRecord, OutputTable};

/// Reads the file table.
pub(crate) fn load_files(connection: &Connection) -> Result<FileTable, Trouble> {
    load_table(connection, "SELECT path, record FROM files ORDER BY path", [])
}

/// Reads what is known of one output folder.
pub(crate) fn load_outputs(connection: &Connection, folder: &OutputFolder) -> Result<OutputTable, Trouble> {
    let sql = "SELECT path, record FROM outputs WHERE folder = (SELECT id FROM folders WHERE name = ?1) ORDER BY path";
    load_table(connection, sql, [folder.as_str()])
}

/// Reads a table of sealed records by path. One bad record means that none can be trusted.
fn load_table<V: DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<BTreeMap<SitePath, V>, Trouble> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut table = Vec::new();
    while let Some(row) = rows.next()? {
        let path = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let record = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let value = unseal(path.as_bytes(), record).ok_or(Trouble::Damage)?;
        table.push((SitePath::new(path).map_err(|_| Trouble::Damage)?, value));
    }
    Ok(table.into_iter().collect())
}

/// What is wrong with the records of both tables, a sentence each.
pub(crate) fn faults(connection: &Connection) -> Result<Vec<String>, Trouble> {
    let mut faults = Vec::new();
    let files = "SELECT path, record FROM files ORDER BY path";
    each(connection, files, &mut |path, record| {
        if SitePath::new(path).is_err() || unseal::<FileEntry>(path.as_bytes(), record).is_none() {
            faults.push(format!("what is known of the source `{path}` is not what was stored"));
        }
    })?;
    let outputs = "SELECT path, record FROM outputs ORDER BY folder, path";
    each(connection, outputs, &mut |path, record| {
        if SitePath::new(path).is_err() || unseal::<OutputRecord>(path.as_bytes(), record).is_none() {
            faults.push(format!("what is known of the output file `{path}` is not what was stored"));
        }
    })?;
    let lost = "SELECT count(*) FROM outputs WHERE folder NOT IN (SELECT id FROM folders)";
    let lost: i64 = connection.query_row(lost, [], |row| row.get(0))?;
    if lost > 0 {
        faults.push(format!("{lost} output files are of a folder that is not known"));
    }
    Ok(faults)
}

fn each(connection: &Connection, sql: &str, look: &mut dyn FnMut(&str, &[u8])) -> Result<(), Trouble> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let path = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        look(path, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?);
    }
    Ok(())
}

/// Makes the file table in the database, which is `old`, the same as `new`.
pub(crate) fn write_files(connection: &Connection, old: &FileTable, new: &FileTable) -> rusqlite::Result<()> {
    let mut put = connection.prepare_cached("INSERT OR REPLACE INTO files (path, record) VALUES (?1, ?2)")?;
    let mut delete = connection.prepare_cached("DELETE FROM files WHERE path = ?1")?;
    write_difference(old, new, |path, record| put.execute(params![path, record]), |path| delete.execute([path]))
}

/// Makes what is known of one output folder in the database, which is `old`, the same as `new`.
pub(crate) fn write_outputs(
    connection: &Connection,
    folder: &OutputFolder,
    old: &OutputTable,
    new: &OutputTable,
) -> rusqlite::Result<()> {
    connection.execute("INSERT OR IGNORE INTO folders (name) VALUES (?1)", [folder.as_str()])?;
    let folder: i64 =
        connection.query_row("SELECT id FROM folders WHERE name = ?1", [folder.as_str()], |row| row.get(0))?;
    let sql = "INSERT OR REPLACE INTO outputs (folder, path, record) VALUES (?1, ?2, ?3)";
    let mut put = connection.prepare_cached(sql)?;
    let mut delete = connection.prepare_cached("DELETE FROM outputs WHERE folder = ?1 AND path = ?2")?;
    write_difference(
        old,
        new,
        |path, record| put.execute(params![folder, path, record]),
        |path| delete.execute(params![folder, path]),
    )
}

/// Writes only what differs: most builds change a handful of many thousand records.
fn write_difference<V: Serialize + PartialEq>(
    old: &BTreeMap<SitePath, V>,
    new: &BTreeMap<SitePath, V>,
    mut put: impl FnMut(&str, Vec<u8>) -> rusqlite::Result<usize>,
    mut delete: impl FnMut(&str) -> rusqlite::Result<usize>,
) -> rusqlite::Result<()> {
    // Both are sorted, so one walk along both finds the differences.
    let mut old = old.iter().peekable();
    for (path, value) in new {
        while let Some((gone, _)) = old.next_if(|(before, _)| *before < path) {
            delete(gone.as_str())?;
        }
        if old.next_if(|(same, _)| *same == path).is_none_or(|(_, before)| before != value) {
            put(path.as_str(), seal(path.as_str().as_bytes(), value))?;
        }
    }
    for (gone, _) in old {
        delete(gone.as_str())?;
    }
    Ok(())
}
