//! What is remembered, and for how long.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bds_base::{FileStat, Fingerprint, OsSystem, SitePath, System as _};
use bds_store::{
    BuildRecord, FileClock, FileEntry, FileTable, NewRun, NewTrace, OutputFolder, OutputRecord, OutputTable, Seen,
    ShelfChanges, Store, TraceRead,
};
use serde_json::json;

fn open(folder: &Path) -> Store {
    let opened = Store::open(folder).expect("opened");
    assert_eq!(opened.notice, None);
    opened.store
}

fn seen(size: u64) -> Seen {
    Seen::new(&FileStat { size, mtime_ns: 10, changed_ns: 10, inode: 3, is_dir: false }, FileClock::from_ns(11))
}

fn files(entries: &[(&str, u64)]) -> Arc<FileTable> {
    let entry = |size| FileEntry { seen: seen(size), fingerprint: Fingerprint::of(size.to_le_bytes()) };
    Arc::new(entries.iter().map(|(path, size)| (SitePath::new(path).expect("plain"), entry(*size))).collect())
}

fn outputs(entries: &[(&str, &str)]) -> Arc<OutputTable> {
    let record =
        |owner: &str| OutputRecord { fingerprint: Fingerprint::of(owner), seen: seen(1), owner: owner.to_owned() };
    Arc::new(entries.iter().map(|(path, owner)| (SitePath::new(path).expect("plain"), record(owner))).collect())
}

fn trace(key: &str, read: &str, output: &str) -> NewTrace {
    NewTrace {
        key: Fingerprint::of(key),
        kind: "macro",
        description: json!({ "key": key }).to_string(),
        reads: vec![TraceRead { name: "title".to_owned(), fingerprint: Fingerprint::of(read) }],
        output: output.into(),
    }
}

fn remembered(store: &Store, key: &str) -> Vec<String> {
    let output = |trace| String::from_utf8(store.output(&trace).expect("there")).expect("text");
    store.traces(&Fingerprint::of(key)).into_iter().map(output).collect()
}

#[test]
fn a_build_is_remembered_by_the_next_process() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join(".bds");
    let html = OutputFolder::new(root.path(), &root.path().join("html"));
    let run = NewRun {
        started: "2026-03-13T07:19:45Z".to_owned(),
        duration_ms: 12,
        counters: json!({ "pages": 3 }),
        report: json!([]),
    };
    let record = BuildRecord {
        run: run.clone(),
        files: Some(files(&[("posts/ä.md", 1), ("posts/b.md", 2)])),
        outputs: Some((html.clone(), outputs(&[("index.html", "/")]))),
        traces: vec![trace("gallery", "A", "<p>A</p>")],
        ..BuildRecord::default()
    };
    assert_eq!(open(&folder).commit(record).expect("committed").number, 1);

    let store = open(&folder);
    assert_eq!(store.files(), files(&[("posts/ä.md", 1), ("posts/b.md", 2)]));
    assert_eq!(store.outputs(&html), outputs(&[("index.html", "/")]));
    assert_eq!(store.outputs(&OutputFolder::new(root.path(), &root.path().join("other"))), outputs(&[]));
    let found = store.traces(&Fingerprint::of("gallery"));
    assert_eq!(*found[0].reads, *trace("gallery", "A", "").reads);
    assert_eq!(store.output(&found[0]).as_deref(), Some(&b"<p>A</p>"[..]));
    assert_eq!(store.description(found[0].id).as_deref(), Some(r#"{"key":"gallery"}"#));
    assert_eq!(store.runs(9).into_iter().map(|run| (run.number, run.run)).collect::<Vec<_>>(), [(1, run)]);
}

#[test]
fn a_commit_is_seen_at_once_and_replaces_whole_tables() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let html = OutputFolder::new(root.path(), &root.path().join("html"));
    for store in [open(&root.path().join(".bds")), Store::in_memory()] {
        let commit = |paths: &[(&str, u64)], owners: &[(&str, &str)], traces| {
            let outputs = Some((html.clone(), outputs(owners)));
            store.commit(BuildRecord { files: Some(files(paths)), outputs, traces, ..Default::default() })
        };
        assert_eq!(remembered(&store, "k"), [""; 0]);
        commit(&[("a", 1), ("b", 1)], &[("x", "1"), ("y", "1")], vec![trace("k", "A", "1")]).expect("committed");
        commit(&[("b", 2), ("c", 1)], &[("y", "2")], vec![trace("k", "B", "2")]).expect("committed");
        assert_eq!(store.files(), files(&[("b", 2), ("c", 1)]));
        assert_eq!(store.outputs(&html), outputs(&[("y", "2")]));
        assert_eq!(remembered(&store, "k"), ["2", "1"], "the newest first");
        assert_eq!(store.commit(BuildRecord::default()).expect("committed").number, 3);
        assert_eq!(store.files(), files(&[("b", 2), ("c", 1)]), "what is not given stays");
    }
    let store = open(&root.path().join(".bds"));
    assert_eq!(store.files(), files(&[("b", 2), ("c", 1)]), "and so it is on disk");
    assert_eq!(store.outputs(&html), outputs(&[("y", "2")]));
    assert_eq!(remembered(&store, "k"), ["2", "1"]);
}

#[test]
fn a_key_keeps_its_eight_newest_traces_and_one_for_the_same_reads() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let store = open(&root.path().join(".bds"));
    let traces = (0..10).map(|n| trace("k", &n.to_string(), &n.to_string()));
    let traces = traces.chain([trace("k", "5", "five")]).collect();
    store.commit(BuildRecord { traces, ..Default::default() }).expect("committed");
    let expected = ["five", "9", "8", "7", "6", "4", "3", "2"];
    assert_eq!(remembered(&store, "k"), expected);
    assert_eq!(remembered(&open(&root.path().join(".bds")), "k"), expected);
}

#[test]
fn traces_that_are_not_in_memory_are_found_replaced_and_counted_all_the_same() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let store = open(&root.path().join(".bds"));
    let commit = |traces: Vec<NewTrace>| store.commit(BuildRecord { traces, ..Default::default() }).expect("committed");
    commit((0..6).map(|n| trace("k", &n.to_string(), &n.to_string())).collect());
    assert_eq!(remembered(&store, "k").len(), 6);
    store.let_go_of_traces();
    assert_eq!(remembered(&store, "k"), ["5", "4", "3", "2", "1", "0"]);
    commit((6..10).map(|n| trace("k", &n.to_string(), &n.to_string())).chain([trace("k", "5", "five")]).collect());
    let expected = ["five", "9", "8", "7", "6", "4", "3", "2"];
    assert_eq!(remembered(&store, "k"), expected);
    assert_eq!(remembered(&store, "other"), [""; 0]);
    assert_eq!(remembered(&open(&root.path().join(".bds")), "k"), expected);
}

#[test]
fn what_was_not_used_for_longest_goes_first() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let store = open(&root.path().join(".bds"));
    let page = "x".repeat(1000);
    for key in ["old", "used", "new"] {
        let traces = vec![trace(key, "A", &page)];
        store.commit(BuildRecord { traces, ..Default::default() }).expect("committed");
    }
    let used = store.traces(&Fingerprint::of("used"))[0].id;
    for _ in 0..20 {
        store.commit(BuildRecord { used: vec![used], ..Default::default() }).expect("committed");
    }
    let last = BuildRecord { traces: vec![trace("last", "A", &page)], trace_limit: Some(3500), ..Default::default() };
    store.commit(last).expect("committed");
    for store in [store, open(&root.path().join(".bds"))] {
        let kept: Vec<_> = ["old", "new", "used", "last"].map(|key| store.traces(&Fingerprint::of(key)).len()).into();
        assert_eq!(kept, [0, 0, 1, 1]);
    }
}

#[test]
fn two_hundred_builds_are_kept() {
    let store = Store::in_memory();
    for _ in 0..205 {
        store.commit(BuildRecord::default()).expect("committed");
    }
    let numbers: Vec<_> = store.runs(usize::MAX).into_iter().map(|run| run.number).collect();
    assert_eq!(numbers, (6..=205).rev().collect::<Vec<_>>());
}

#[test]
fn many_threads_look_up_while_one_commits() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let store = open(&root.path().join(".bds"));
    let keys: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let traces = keys.iter().map(|key| trace(key, "A", key)).collect();
    store.commit(BuildRecord { traces, ..Default::default() }).expect("committed");
    let store = open(&root.path().join(".bds"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| keys.iter().for_each(|key| assert_eq!(remembered(&store, key), [key.as_str()])));
        }
        scope.spawn(|| {
            for n in 0..20 {
                let traces = vec![trace("other", &n.to_string(), "")];
                store.commit(BuildRecord { traces, ..Default::default() }).expect("committed");
            }
        });
    });
}

#[test]
fn the_clock_is_that_of_the_files() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let store = open(&root.path().join(".bds"));
    let (before, path) = (store.clock(), root.path().join("file"));
    OsSystem.write_atomic(&path, b"text").expect("written");
    let stat = OsSystem.stat(&path).expect("there");
    assert!(Seen::new(&stat, before).racy, "written after the scan began");
    assert!(store.clock() >= before && before > FileClock::UNKNOWN);
    assert_eq!(Store::in_memory().clock(), FileClock::UNKNOWN);
}

#[test]
fn git_is_told_to_leave_the_folder_alone() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let ignore = root.path().join(".bds/.gitignore");
    open(&root.path().join(".bds"));
    assert_eq!(OsSystem.read(&ignore).expect("read"), b"*\n");
    OsSystem.write_atomic(&ignore, b"store.db\n").expect("written");
    open(&root.path().join(".bds"));
    assert_eq!(OsSystem.read(&ignore).expect("read"), b"store.db\n", "a user's own is kept");
}

#[test]
fn tables_of_many_builds_stay_in_step_with_their_differences() {
    // A walk through pseudo-random tables; a difference that is written wrongly shows up after reopening.
    let root = tempfile::tempdir().expect("a temporary folder");
    let mut seed = 7_u64;
    for _ in 0..30 {
        let mut table = BTreeMap::new();
        for n in 0..20 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if seed >> 62 != 0 {
                table.insert(format!("f{n}"), seed >> 61);
            }
        }
        let entries: Vec<_> = table.iter().map(|(path, size)| (path.as_str(), *size)).collect();
        let store = open(&root.path().join(".bds"));
        store.commit(BuildRecord { files: Some(files(&entries)), ..Default::default() }).expect("committed");
        assert_eq!(open(&root.path().join(".bds")).files(), files(&entries));
    }
}

#[test]
fn shelves_keep_what_was_put_and_forget_other_shelves() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let changes = |shelf: &str, put: &[(u64, &str)], remove: &[u64]| {
        let put = put.iter().map(|(number, text)| (*number, text.as_bytes().to_vec())).collect();
        ShelfChanges { shelf: shelf.to_owned(), put, remove: remove.iter().copied().collect() }
    };
    let commit = |shelves| {
        let record = BuildRecord { shelves: Some(shelves), ..Default::default() };
        open(root.path()).commit(record).expect("committed");
    };
    let shelf = |name: &str| -> Vec<(u64, String)> {
        let records = open(root.path()).shelf(name).into_iter();
        records.map(|(number, record)| (number, String::from_utf8(record.into()).expect("text"))).collect()
    };
    commit(vec![
        changes("a/1", &[(1, "one"), (257, "in the same bucket"), (2, "")], &[]),
        changes("b/1", &[(1, "b")], &[]),
    ]);
    commit(vec![changes("a/1", &[(2, "two")], &[1]), changes("b/1", &[], &[7])]);
    assert_eq!(shelf("a/1"), [(2, "two".to_owned()), (257, "in the same bucket".to_owned())]);
    assert_eq!(shelf("b/1"), [(1, "b".to_owned())]);
    commit(vec![changes("a/1", &[], &[2, 257]), changes("b/2", &[], &[])]);
    assert_eq!((shelf("a/1"), shelf("b/1")), (vec![], vec![]));
}
