//! Several processes and one project. A child process is this test binary again, told by a variable what to do.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use bds_base::{FileStat, Fingerprint, SitePath};
use bds_store::{BuildRecord, FileClock, FileEntry, FileTable, Lock, LockError, Seen, Store, Wait};

const FOLDER: &str = "BDS_TEST_STORE_FOLDER";

/// Starts the test `name` of this binary as a process of its own; its lines that begin with `>` are what it says.
fn start(name: &str, folder: &Path) -> (Child, impl Iterator<Item = String>) {
    let mut child = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", name, "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let stdout: ChildStdout = child.stdout.take().expect("piped");
    let lines = BufReader::new(stdout).lines().map_while(Result::ok);
    (child, lines.filter_map(|line| Some(line.split_once('>')?.1.to_owned())))
}

#[expect(clippy::print_stdout, reason = "the parent process listens")]
fn say(what: impl std::fmt::Display) {
    println!(">{what}");
}

fn told_folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

#[test]
fn child_that_holds_the_lock() {
    let Some(folder) = told_folder() else { return };
    let _lock = Lock::acquire(&folder, Wait::No).expect("free");
    say("locked");
    std::thread::park();
}

#[test]
fn a_locked_project_names_its_holder_and_is_free_when_that_dies() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join(".bds");
    let (mut child, mut says) = start("child_that_holds_the_lock", &folder);
    assert_eq!(says.next().as_deref(), Some("locked"));
    match Lock::acquire(&folder, Wait::No) {
        Err(LockError::Held { pid }) => assert_eq!(pid, Some(child.id())),
        other => panic!("{other:?}"),
    }
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| Lock::acquire(&folder, Wait::Forever));
        child.kill().expect("killed");
        child.wait().expect("gone");
        let lock = waiting.join().expect("no panic").expect("locked");
        assert!(
            matches!(Lock::acquire(&folder, Wait::No), Err(LockError::Held { pid }) if pid == Some(std::process::id()))
        );
        drop(lock);
    });
    Lock::acquire(&folder, Wait::No).expect("free");
}

/// A build whose every record carries its number.
fn numbered(number: u64) -> BuildRecord {
    let stat = FileStat { size: number, mtime_ns: 1, changed_ns: 1, inode: 0, is_dir: false };
    let seen = Seen::new(&stat, FileClock::from_ns(2));
    let entry = FileEntry { seen, fingerprint: Fingerprint::of(number.to_le_bytes()) };
    let files: FileTable = (0..100).map(|n| (SitePath::new(format!("{n}")).expect("plain"), entry)).collect();
    BuildRecord { files: Some(Arc::new(files)), ..Default::default() }
}

#[test]
fn child_that_builds_without_end() {
    let Some(folder) = told_folder() else { return };
    let store = Store::open(&folder).expect("opened").store;
    let first = store.runs(1).first().map_or(1, |run| run.number + 1);
    for number in first.. {
        let committed = store.commit(numbered(number)).expect("committed").number;
        assert_eq!(committed, number);
        say(number);
    }
}

#[test]
fn a_build_that_is_killed_is_remembered_whole_or_not_at_all() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join(".bds");
    for round in 1..=8 {
        let (mut child, says) = start("child_that_builds_without_end", &folder);
        let said: Vec<u64> = says.take(round * 3).map(|line| line.parse().expect("a number")).collect();
        child.kill().expect("killed");
        child.wait().expect("gone");
        let opened = Store::open(&folder).expect("opened");
        assert_eq!(opened.notice, None);
        let number = opened.store.runs(1)[0].number;
        assert!(number >= *said.last().expect("it said something"), "what was said to be remembered is");
        assert_eq!(Some(opened.store.files()), numbered(number).files, "round {round}");
    }
}

#[test]
fn two_processes_that_ignore_the_lock_do_not_harm_the_store() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join(".bds");
    let (mut child, mut says) = start("child_that_builds_without_end", &folder);
    assert_eq!(says.next().as_deref(), Some("1"));
    let store = Store::open(&folder).expect("opened").store;
    for _ in 0..5 {
        let _ = store.runs(10);
    }
    assert_eq!(store.take_notices(), []);
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert_eq!(Store::open(&folder).expect("opened").notice, None);
}
