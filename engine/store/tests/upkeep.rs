//! What is in a store can be counted, checked record by record, and cleared.
#![expect(clippy::disallowed_methods, reason = "the test damages files on purpose")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use bds_base::{FileStat, Fingerprint, SitePath};
use bds_store::{
    BuildRecord, FileClock, FileEntry, FileTable, NewTrace, OutputFolder, OutputRecord, OutputTable, Seen,
    ShelfChanges, Store, Sweep, TraceRead,
};
use rusqlite::Connection;

const MANY: u64 = 20;

fn output_folder() -> OutputFolder {
    OutputFolder::new(Path::new("/blog"), Path::new("/blog/html"))
}

fn key(n: u64) -> Fingerprint {
    Fingerprint::of(n.to_le_bytes())
}

fn trace(n: u64) -> NewTrace {
    NewTrace {
        key: key(n),
        kind: "macro",
        description: "{}".to_owned(),
        reads: vec![TraceRead { name: "title".to_owned(), fingerprint: key(n) }],
        output: format!("<p>{n}</p>").into_bytes(),
    }
}

fn shelf() -> ShelfChanges {
    let put = (0..MANY).map(|n| (n, format!("record {n}").into_bytes())).collect();
    ShelfChanges { shelf: "shelf/1".to_owned(), put, ..ShelfChanges::default() }
}

/// A build with something of everything.
fn record() -> BuildRecord {
    let seen =
        Seen::new(&FileStat { size: 9, mtime_ns: 10, changed_ns: 10, inode: 3, is_dir: false }, FileClock::from_ns(11));
    let path = |n| SitePath::new(format!("posts/{n}.md")).expect("plain");
    let files: FileTable = (0..MANY).map(|n| (path(n), FileEntry { seen, fingerprint: key(n) })).collect();
    let output = |n| OutputRecord { fingerprint: key(n), seen, owner: format!("/{n}/") };
    let outputs: OutputTable = (0..MANY).map(|n| (path(n), output(n))).collect();
    BuildRecord {
        files: Some(Arc::new(files)),
        outputs: Some((output_folder(), Arc::new(outputs))),
        shelves: Some(vec![shelf()]),
        traces: (0..MANY).map(trace).collect(),
        ..BuildRecord::default()
    }
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::open(folder.path()).expect("opened").store;
    store.commit(record()).expect("committed");
    (folder, store)
}

fn records(store: &Store) -> Vec<(String, u64)> {
    let inventory = store.inventory().expect("counted");
    inventory.kinds.into_iter().map(|holding| (holding.kind, holding.records)).collect()
}

fn counted(wanted: &[(&str, u64)]) -> Vec<(String, u64)> {
    wanted.iter().map(|(kind, records)| ((*kind).to_owned(), *records)).collect()
}

#[test]
fn everything_is_counted() {
    let (_folder, store) = store();
    let all =
        counted(&[("files", MANY), ("index", 0), ("outputs", MANY), ("traces", MANY), ("runs", 1), ("shelf/1", MANY)]);
    assert_eq!(records(&store), all);
    assert!(store.inventory().is_ok_and(|inventory| inventory.bytes > 1000 && inventory.builds == 1));
}

#[test]
fn clearing_keeps_which_files_are_ours_and_nothing_else() {
    let (folder, store) = store();
    fs::write(folder.path().join("store.db.broken-1"), "damaged").expect("written");
    store.clear().expect("cleared");
    let left = counted(&[("files", 0), ("index", 0), ("outputs", MANY), ("traces", 0), ("runs", 0)]);
    assert_eq!(records(&store), left);
    assert_eq!(store.outputs(&output_folder()).len() as u64, MANY);
    assert!(store.files().is_empty() && store.traces(&key(1)).is_empty() && store.shelf("shelf/1").is_empty());
    assert!(!folder.path().join("store.db.broken-1").exists());
    drop(store);
    let again = Store::open(folder.path()).expect("opened").store;
    assert_eq!(again.outputs(&output_folder()).len() as u64, MANY, "on disk too");
    assert_eq!(again.commit(record()).expect("committed").number, 1);
}

#[test]
fn a_sweep_takes_what_it_is_told_to_and_traces_that_are_not_used() {
    let (_folder, store) = store();
    let used = store.traces(&key(3)).into_iter().map(|trace| trace.id);
    let used: Vec<_> = used.collect();
    for _ in 0..30 {
        store.commit(BuildRecord { used: used.clone(), ..BuildRecord::default() }).expect("committed");
    }
    let go = ShelfChanges { shelf: "shelf/1".to_owned(), remove: (0..5).collect(), ..ShelfChanges::default() };
    let swept = store.sweep(&Sweep { shelves: vec![go.clone()], unused_for: 100 }).expect("swept");
    assert_eq!((swept.traces, swept.shelves), (0, 0));
    let swept = store.sweep(&Sweep { shelves: vec![go], unused_for: 10 }).expect("swept");
    assert_eq!((swept.traces, swept.shelves), (MANY - 1, 0));
    assert_eq!(store.traces(&key(3)).len(), 1);
    assert_eq!(store.shelf("shelf/1").len() as u64, MANY - 5);
    assert_eq!(store.sweep(&Sweep { unused_for: 10, ..Sweep::default() }).expect("swept").shelves, 1);
}

/// A store in which something was done behind its back: so many faults are found, and all their sentences have this.
#[track_caller]
fn check(damage: &str, faults: usize, sentence: &str) {
    let (folder, store) = store();
    drop(store);
    assert_eq!(Store::faults(folder.path()).expect("looked at"), [""; 0], "before");
    let file = folder.path().join("store.db");
    let connection = Connection::open(&file).expect("opened");
    connection.execute_batch(damage).expect("damaged");
    drop(connection);
    let before = fs::read(&file).expect("read");
    let found = Store::faults(folder.path()).expect("looked at");
    assert_eq!(found.len(), faults, "{damage}: {found:?}");
    assert!(found.iter().all(|fault| fault.contains(sentence)), "{damage}: {found:?}");
    assert_eq!(fs::read(&file).expect("read"), before, "looking changes nothing");
}

#[test]
fn every_record_is_looked_at() {
    let flip = "CAST(substr(record, 1, 3) || x'7e' || substr(record, 5) AS BLOB)";
    check(&format!("UPDATE files SET record = {flip} WHERE path = 'posts/3.md'"), 1, "the source `posts/3.md`");
    check(&format!("UPDATE outputs SET record = {flip}"), usize::try_from(MANY).expect("few"), "the output file");
    check("UPDATE outputs SET folder = 7", 1, "20 output files are of a folder that is not known");
    check(&format!("UPDATE shelves SET record = {flip} WHERE bucket = 2"), 1, "the bucket 2 of the shelf `shelf/1`");
    check(&format!("UPDATE traces SET record = {flip} WHERE id = 4"), 1, "the trace 4 is not");
    check("UPDATE payloads SET output = x'00' WHERE trace = 4", 1, "the output of the trace 4 is not");
    check("DELETE FROM payloads WHERE trace = 4", 1, "the output of the trace 4 is missing");
    check("DELETE FROM traces WHERE id = 4", 1, "1 outputs are of traces that are not there");
    check("UPDATE runs SET report = '{'", 1, "what build 1 did");
    check("PRAGMA user_version = 99", 1, "newer version");
    check("PRAGMA application_id = 99", 1, "is not one of bds");
}

#[test]
fn a_store_that_is_not_there_has_no_faults_and_a_broken_one_is_left_where_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(Store::faults(folder.path()).expect("looked at"), [""; 0]);
    fs::write(folder.path().join("store.db"), "no database, but long enough to be looked at as one").expect("written");
    assert_eq!(Store::faults(folder.path()).expect("looked at").len(), 1);
    let names: Vec<_> =
        fs::read_dir(folder.path()).expect("listed").map(|entry| entry.expect("there").file_name()).collect();
    assert_eq!(names, ["store.db"]);
}
