//! Whatever lies where the store should be, a build goes on, and nothing wrong is believed.
#![expect(clippy::disallowed_methods, reason = "the test damages files on purpose")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bds_base::{FileStat, Fingerprint, SitePath};
use bds_store::{
    BuildRecord, FileClock, FileEntry, FileTable, NewTrace, Notice, OutputFolder, OutputRecord, OutputTable, Seen,
    Store, StoreError, TraceRead, WhyReplaced,
};
use rusqlite::Connection;

const POSTS: usize = 60;

fn output_folder() -> OutputFolder {
    OutputFolder::new(Path::new("/blog"), Path::new("/blog/html"))
}

fn path(n: usize) -> SitePath {
    SitePath::new(format!("posts/{n}.md")).expect("plain")
}

fn key(n: usize) -> Fingerprint {
    Fingerprint::of(n.to_le_bytes())
}

/// A build with something in every table.
fn record() -> BuildRecord {
    let seen =
        Seen::new(&FileStat { size: 9, mtime_ns: 10, changed_ns: 10, inode: 3, is_dir: false }, FileClock::from_ns(11));
    let files: FileTable = (0..POSTS).map(|n| (path(n), FileEntry { seen, fingerprint: key(n) })).collect();
    let output = |n: usize| OutputRecord { fingerprint: key(n), seen, owner: format!("/{n}/") };
    let outputs: OutputTable = (0..POSTS).map(|n| (path(n), output(n))).collect();
    let trace = |n: usize| NewTrace {
        key: key(n),
        kind: "macro",
        description: "{}".to_owned(),
        reads: vec![TraceRead { name: "title".to_owned(), fingerprint: key(n) }],
        output: format!("<p>{n}</p>").into_bytes(),
    };
    BuildRecord {
        files: Some(Arc::new(files)),
        outputs: Some((output_folder(), Arc::new(outputs))),
        traces: (0..POSTS).map(trace).collect(),
        ..BuildRecord::default()
    }
}

/// A store with one build in it, all of it in the database file itself and none in the log.
fn store_on_disk() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Store::open(folder.path()).expect("opened").store.commit(record()).expect("committed");
    let file = folder.path().join("store.db");
    let connection = Connection::open(&file).expect("opened");
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("copied back");
    drop(connection);
    (folder, file)
}

/// Everything that a store tells is what was stored, though it may tell less.
fn tells_nothing_wrong(store: &Store, what: &str) {
    let whole = record();
    let (files, (_, outputs)) = (whole.files.expect("given"), whole.outputs.expect("given"));
    for (path, entry) in &*store.files() {
        assert_eq!(files.get(path), Some(entry), "{what}: file {path}");
    }
    for (path, record) in &*store.outputs(&output_folder()) {
        assert_eq!(outputs.get(path), Some(record), "{what}: output {path}");
    }
    for (n, made) in whole.traces.iter().enumerate() {
        for trace in store.traces(&key(n)) {
            assert_eq!(*trace.reads, *made.reads, "{what}: reads of {n}");
            let output = store.output(&trace);
            assert!(output.is_none() || output.as_ref() == Some(&made.output), "{what}: output of {n}");
        }
    }
    store.runs(10);
}

/// A build is remembered whole, whatever was there before.
fn remembers_again(store: &Store, folder: &Path, what: &str) {
    store.commit(record()).unwrap_or_else(|error| panic!("{what}: {error:?}"));
    let Notice::SetAside { .. } = Store::open(folder).expect("opened").notice.unwrap_or(ANY_NOTICE) else {
        panic!("{what}: another notice")
    };
    let store = Store::open(folder).expect("opened").store;
    assert_eq!((Some(store.files()), store.outputs(&output_folder()).len()), (record().files, POSTS), "{what}");
}

/// A notice is welcome after a commit into a store whose damage was not met.
const ANY_NOTICE: Notice = Notice::SetAside { why: WhyReplaced::Damaged, to: PathBuf::new() };

#[test]
fn a_flipped_bit_anywhere_is_at_worst_forgotten() {
    let (folder, file) = store_on_disk();
    let whole = fs::read(&file).expect("read");
    for at in (0..whole.len()).step_by(97) {
        let what = format!("byte {at} of {}", whole.len());
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        remove_all_but_folder(folder.path());
        fs::write(&file, &damaged).expect("written");
        let opened = Store::open(folder.path()).unwrap_or_else(|error| panic!("{what}: {error:?}"));
        tells_nothing_wrong(&opened.store, &what);
        opened.store.commit(record()).unwrap_or_else(|error| panic!("{what}: {error:?}"));
        tells_nothing_wrong(&opened.store, &what);
    }
}

fn remove_all_but_folder(folder: &Path) {
    for entry in fs::read_dir(folder).expect("listed") {
        fs::remove_file(entry.expect("listed").path()).expect("removed");
    }
}

#[test]
fn a_truncated_store_is_replaced() {
    let (folder, file) = store_on_disk();
    let whole = fs::read(&file).expect("read");
    for length in [1, 15, 100, 4095, 4096, 8192, whole.len() / 2, whole.len() - 1] {
        remove_all_but_folder(folder.path());
        fs::write(&file, &whole[..length]).expect("written");
        let opened = Store::open(folder.path()).expect("opened");
        let what = format!("{length} bytes");
        tells_nothing_wrong(&opened.store, &what);
        remembers_again(&opened.store, folder.path(), &what);
    }
}

#[test]
fn an_empty_file_is_a_new_store() {
    let (folder, file) = store_on_disk();
    fs::write(&file, b"").expect("written");
    let opened = Store::open(folder.path()).expect("opened");
    assert_eq!(opened.notice, None);
    remembers_again(&opened.store, folder.path(), "empty");
}

#[track_caller]
fn check_set_aside(damage: impl FnOnce(&Path), why: WhyReplaced) {
    let (folder, file) = store_on_disk();
    damage(&file);
    fs::write(folder.path().join("store.db.broken-1"), b"of last week").expect("written");
    let opened = Store::open(folder.path()).expect("opened");
    let to = folder.path().join("store.db.broken-2");
    assert_eq!(opened.notice, Some(Notice::SetAside { why, to: to.clone() }));
    assert!(to.exists(), "what was there is kept");
    assert!(opened.store.files().is_empty());
    remembers_again(&opened.store, folder.path(), "after it was set aside");
}

fn sql(statement: &str) -> impl FnOnce(&Path) {
    move |file| Connection::open(file).expect("opened").execute_batch(statement).expect("executed")
}

#[test]
fn a_store_of_a_newer_version_is_set_aside() {
    check_set_aside(sql("PRAGMA user_version = 999"), WhyReplaced::Newer { version: 999 });
}

#[test]
fn a_database_of_another_program_is_set_aside() {
    check_set_aside(sql("PRAGMA application_id = 12345"), WhyReplaced::Foreign);
}

#[test]
fn a_file_that_is_no_database_is_set_aside() {
    check_set_aside(|file| fs::write(file, "shopping list\n".repeat(500)).expect("written"), WhyReplaced::Damaged);
}

#[test]
fn a_folder_in_the_place_of_the_store_is_set_aside() {
    let make_folder = |file: &Path| {
        fs::remove_file(file).expect("removed");
        fs::create_dir(file).expect("made");
    };
    check_set_aside(make_folder, WhyReplaced::Foreign);
}

#[test]
fn a_store_of_an_older_version_is_begun_anew() {
    let (folder, file) = store_on_disk();
    sql("PRAGMA user_version = 0; PRAGMA application_id = 1650750257")(&file);
    let opened = Store::open(folder.path()).expect("opened");
    assert_eq!(opened.notice, Some(Notice::Outdated { version: 0 }));
    assert!(opened.store.files().is_empty());
}

#[test]
fn a_store_that_lost_a_table_is_replaced_by_the_commit() {
    let (folder, file) = store_on_disk();
    sql("DROP TABLE traces")(&file);
    let opened = Store::open(folder.path()).expect("opened");
    assert_eq!(opened.store.files().len(), POSTS, "what is there is used");
    assert!(opened.store.traces(&key(1)).is_empty());
    remembers_again(&opened.store, folder.path(), "a lost table");
    let to = folder.path().join("store.db.broken-1");
    assert_eq!(opened.store.take_notices(), [Notice::SetAside { why: WhyReplaced::Damaged, to }]);
}

#[test]
fn the_log_of_a_store_that_was_set_aside_never_reaches_the_new_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Store::open(folder.path()).expect("opened").store.commit(record()).expect("committed");
    let file = folder.path().join("store.db");
    let newer = Connection::open(&file).expect("opened");
    newer.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).expect("set");
    newer.execute_batch("PRAGMA user_version = 99").expect("written");
    drop(newer);
    assert!(folder.path().join("store.db-wal").exists(), "this test needs a store whose last word is in its log");
    let opened = Store::open(folder.path()).expect("opened");
    let to = folder.path().join("store.db.broken-1");
    assert_eq!(opened.notice, Some(Notice::SetAside { why: WhyReplaced::Newer { version: 99 }, to: to.clone() }));
    assert!(opened.store.files().is_empty());
    let kept: u32 = Connection::open(to)
        .expect("opened")
        .query_row("SELECT count(*) FROM files", [], |row| row.get(0))
        .expect("read");
    assert_eq!(kept, 60, "what was set aside is whole");
}

#[test]
fn a_folder_that_cannot_be_made_leaves_the_build_without_a_store() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let in_the_way = folder.path().join(".bds");
    fs::write(&in_the_way, b"").expect("written");
    let error = Store::open(&in_the_way).expect_err("nothing can be made there");
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error:?}");
}

#[test]
#[cfg(unix)]
fn a_read_only_folder_leaves_the_build_without_a_store() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).expect("closed");
    let probe = fs::write(folder.path().join("probe"), b"");
    let opened = Store::open(folder.path());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("opened again");
    // Nothing is closed to the superuser: then the store must simply work.
    match probe {
        Ok(()) => assert!(opened.is_ok()),
        Err(_) => assert!(matches!(opened, Err(StoreError::Unwritable { .. }))),
    }
}
