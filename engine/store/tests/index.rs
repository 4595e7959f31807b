//! The index of sources, and the notes of changes.
#![expect(clippy::disallowed_methods, reason = "tests set up, and look at, real files")]

use std::fs;
use std::path::Path;

use bds_base::{FileStat, Fingerprint, SitePath};
use bds_store::{
    FieldValue, FileClock, IndexChanges, IndexEntry, IndexKind, IndexTable, Pending, Seen, Store, Unfinished,
};

fn path(path: &str) -> SitePath {
    SitePath::new(path).expect("a plain path")
}

fn open(folder: &Path) -> Store {
    Store::open(folder).expect("a store").store
}

fn entry(title: &str) -> IndexEntry {
    let stat = FileStat { size: 5, mtime_ns: 7, inode: 9, changed_ns: 7, is_dir: false };
    IndexEntry {
        seen: Seen::new(&stat, FileClock::from_ns(8)),
        fingerprint: Fingerprint::of(title),
        body: None,
        fields: [("title".to_owned(), FieldValue::Text(title.to_owned()))].into(),
        unreadable: None,
        written: None,
    }
}

fn put(store: &Store, kind: IndexKind, name: &str, title: &str) {
    let changes = IndexChanges { put: [(path(name), entry(title))].into(), remove: Vec::new() };
    store.update_index(&[(kind, changes)]).expect("written");
}

fn titles(store: &Store, kind: IndexKind) -> Vec<(String, String)> {
    let title = |entry: &IndexEntry| entry.text("title").expect("a title").to_owned();
    store.index(kind).iter().map(|(path, entry)| (path.to_string(), title(entry))).collect()
}

#[test]
fn each_kind_has_its_own_table_and_outlives_the_process() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = open(folder.path());
    put(&store, IndexKind::Scripts, "a", "one");
    put(&store, IndexKind::Posts, "a", "two");
    put(&store, IndexKind::Scripts, "a", "three");
    drop(store);
    let store = open(folder.path());
    assert_eq!(titles(&store, IndexKind::Scripts), [("a".to_owned(), "three".to_owned())]);
    assert_eq!(titles(&store, IndexKind::Posts), [("a".to_owned(), "two".to_owned())]);
    let gone = IndexChanges { put: IndexTable::new(), remove: vec![path("a")] };
    store.update_index(&[(IndexKind::Scripts, gone)]).expect("written");
    assert_eq!(titles(&store, IndexKind::Scripts), []);
    store.clear().expect("cleared");
    assert_eq!(titles(&store, IndexKind::Posts).len(), 1, "what builds remember goes, the index stays");
}

#[test]
fn what_makes_one_table_the_other_is_what_differs() {
    let table = |entries: &[(&str, &str)]| -> IndexTable {
        entries.iter().map(|(name, title)| (path(name), entry(title))).collect()
    };
    let changes = IndexChanges::between(
        &table(&[("a", "1"), ("b", "1"), ("c", "1")]),
        &table(&[("a", "1"), ("b", "2"), ("d", "1")]),
    );
    assert_eq!(changes, IndexChanges { put: table(&[("b", "2"), ("d", "1")]), remove: vec![path("c")] });
}

#[test]
fn a_record_that_is_not_what_was_stored_is_found_and_not_believed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    put(&open(folder.path()), IndexKind::Scripts, "a", "one");
    assert_eq!(Store::faults(folder.path()).expect("looked at"), [""; 0]);
    let sql = "UPDATE sources SET path = 'b'";
    rusqlite::Connection::open(folder.path().join("store.db")).expect("opened").execute(sql, []).expect("changed");
    let faults = Store::faults(folder.path()).expect("looked at");
    assert_eq!(faults, ["what the index has of `b` is not what was stored"]);
    let store = open(folder.path());
    assert_eq!(titles(&store, IndexKind::Scripts), []);
    put(&store, IndexKind::Scripts, "c", "two");
    assert_eq!(titles(&store, IndexKind::Scripts).len(), 1, "a new store was begun");
}

fn change(text: &str) -> Pending {
    Pending { path: path("scripts/a.py"), moved_from: None, base: None, text: Some(text.to_owned()) }
}

#[test]
fn notes_are_kept_in_their_order_until_they_are_settled_whatever_becomes_of_the_database() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = open(folder.path());
    let ids: Vec<_> = (0..11).map(|number| store.note(&change(&number.to_string())).expect("noted")).collect();
    store.settle_change(ids[3]).expect("settled");
    store.settle_change(ids[3]).expect("settled once more");
    drop(store);
    fs::remove_file(folder.path().join("store.db")).expect("removed");
    let _ = fs::remove_file(folder.path().join("store.db-wal"));
    fs::write(folder.path().join("pending/.bds-tmp-abcdef"), "half a no").expect("written");
    let store = open(folder.path());
    let texts = store.pending().expect("read").into_iter().map(|note| match note {
        Unfinished::Change(_, change) => change.text.expect("a text"),
        Unfinished::Unknown(file) => panic!("{file} is no note"),
    });
    assert_eq!(texts.collect::<Vec<_>>(), ["0", "1", "2", "4", "5", "6", "7", "8", "9", "10"]);
    let next = store.note(&change("next")).expect("noted");
    assert!(ids.iter().all(|id| *id < next), "no number is given twice");
}
