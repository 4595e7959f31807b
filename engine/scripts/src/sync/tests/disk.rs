//! Syncs on a real disk: files, trash, conflicts, notes.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use bds_base::{FileStat, Fingerprint, OsSystem, System, Walk};
use bds_store::{IndexKind, Pending};

use super::{World, path, script};
use crate::change::{self, ChangeError, Keeping};
use crate::sync::{End, Outcome, Reach, rebuild, sync};

const SCRIPTS: [IndexKind; 1] = [IndexKind::Scripts];

fn run(world: &World, reach: Reach) -> Outcome {
    sync(world.project(&OsSystem), &SCRIPTS, reach, &()).expect("synced")
}

/// What has happened, in words.
fn differences(outcome: &Outcome) -> Vec<String> {
    let words = |it: &crate::sync::Followed| format!("{} {}", it.difference.name(), it.path.as_str());
    outcome.followed.iter().map(words).collect()
}

fn edit(name: &str, base: &str, text: &str) -> Pending {
    Pending { path: path(name), moved_from: None, base: Some(Fingerprint::of(base)), text: Some(text.to_owned()) }
}

fn make(world: &World, change: &Pending) -> Result<change::Kept, ChangeError> {
    change::make(world.project(&OsSystem), change, Keeping::Trash)
}

#[test]
fn a_second_sync_finds_nothing() {
    let world = World::new();
    world.write("scripts/a.py", script("a", 1, "x"));
    world.write("scripts/lib/b.py", "y = 1");
    world.write("scripts/notes.txt", "no script");
    assert_eq!(differences(&run(&world, Reach::Look)), ["added scripts/a.py", "added scripts/lib/b.py"]);
    assert_eq!(differences(&run(&world, Reach::Whole)), ["added scripts/a.py", "added scripts/lib/b.py"]);
    assert!(run(&world, Reach::Whole).is_nothing());
}

#[test]
fn a_change_keeps_what_it_replaces_and_is_no_news_to_the_next_sync() {
    let world = World::new();
    let (old, new) = (script("a", 1, "x"), script("a", 2, "y"));
    world.write("scripts/a.py", &old);
    run(&world, Reach::Whole);
    let kept = make(&world, &edit("scripts/a.py", &old, &new)).expect("made").expect("something was replaced");
    assert_eq!((world.text(kept.as_str()), world.text("scripts/a.py")), (Some(old), Some(new)));
    assert!(kept.as_str().starts_with(".bds/trash/scripts/a.py."), "{kept}");
    assert!(run(&world, Reach::Whole).is_nothing());
    assert_eq!(world.store.pending().expect("read"), []);
}

#[test]
fn a_note_that_is_left_is_carried_out_by_the_next_command_but_not_by_a_build() {
    let mut world = World::new();
    let (old, new) = (script("a", 1, "x"), script("a", 2, "y"));
    world.write("scripts/a.py", &old);
    world.store.note(&edit("scripts/a.py", &old, &new)).expect("noted");
    world.restart();
    for reach in [Reach::Look, Reach::Follow] {
        assert_eq!(run(&world, reach).settled[0].end, End::Finished);
        assert_eq!(world.text("scripts/a.py").as_ref(), Some(&old), "{reach:?} writes no source");
    }
    let settled = run(&world, Reach::Whole).settled;
    assert_eq!((settled[0].end, world.text("scripts/a.py")), (End::Finished, Some(new)));
    assert_eq!(world.text(settled[0].copy.as_ref().expect("kept").as_str()), Some(old));
    assert!(run(&world, Reach::Whole).is_nothing());
}

#[test]
fn a_note_over_a_file_that_has_changed_since_is_a_conflict() {
    let world = World::new();
    let (old, ours, theirs) = (script("a", 1, "x"), script("a", 2, "y"), script("a", 1, "z"));
    world.store.note(&edit("scripts/a.py", &old, &ours)).expect("noted");
    world.write("scripts/a.py", &theirs);
    let outcome = run(&world, Reach::Whole);
    assert!(outcome.has_conflicts());
    let copy = outcome.settled[0].copy.as_ref().expect("kept");
    assert!(copy.as_str().starts_with(".bds/conflicts/scripts/a.py."), "{copy}");
    assert_eq!((world.text(copy.as_str()), world.text("scripts/a.py")), (Some(ours), Some(theirs)));
    assert!(run(&world, Reach::Whole).is_nothing());
}

#[test]
fn a_note_over_a_folder_is_kept() {
    let world = World::new();
    world.store.note(&edit("scripts/a.py", "old", "new")).expect("noted");
    world.write("scripts/a.py/inner.py", "z = 1");
    let outcome = run(&world, Reach::Whole);
    assert_eq!(outcome.settled[0].reason.as_deref(), Some("there is a folder in its place"));
    assert_eq!(world.text(outcome.settled[0].copy.as_ref().expect("kept").as_str()).as_deref(), Some("new"));
    assert_eq!(differences(&outcome), ["added scripts/a.py/inner.py"]);
}

#[test]
fn a_note_of_another_form_is_left_alone_and_told() {
    let world = World::new();
    for text in ["{", "{\"path\": \"scripts/a.py\", \"more\": 1}"] {
        world.write(".bds/pending/1.v1.json", text);
        let outcome = run(&world, Reach::Whole);
        assert_eq!(outcome.problems.len(), 1, "{outcome:?}");
        assert_eq!(outcome.problems[0].code.name, "note-unknown");
        assert_eq!(world.text(".bds/pending/1.v1.json").as_deref(), Some(text));
    }
}

#[test]
fn a_file_becomes_a_folder_and_a_folder_a_file() {
    let world = World::new();
    world.write("scripts/a.py", script("a", 1, "x"));
    run(&world, Reach::Whole);
    world.remove("scripts/a.py");
    world.write("scripts/a.py/b.py", "y = 1");
    assert_eq!(differences(&run(&world, Reach::Whole)), ["deleted scripts/a.py", "added scripts/a.py/b.py"]);
    world.remove("scripts/a.py/b.py");
    assert!(OsSystem.remove_dir_if_empty(&world.root().join("scripts/a.py")).expect("removed"));
    world.write("scripts/a.py", script("a", 1, "x"));
    assert_eq!(differences(&run(&world, Reach::Whole)), ["added scripts/a.py", "deleted scripts/a.py/b.py"]);
}

#[test]
fn two_files_with_one_id_are_told_as_long_as_there_are_two() {
    let world = World::new();
    world.write("scripts/a.py", script("a", 1, "x"));
    world.write("scripts/b.py", script("a", 1, "x").replace("slug: \"a\"", "slug: \"b\""));
    for _ in 0..2 {
        let problems = run(&world, Reach::Whole).problems;
        let told: Vec<_> = problems.iter().map(|problem| problem.code.name).collect();
        assert_eq!(told, ["script-duplicate-id"]);
    }
    world.remove("scripts/a.py");
    assert_eq!(run(&world, Reach::Whole).problems, []);
}

#[test]
fn a_half_written_file_is_unreadable_until_it_is_whole() {
    let world = World::new();
    let whole = script("a", 1, "x");
    world.write("scripts/a.py", &whole);
    run(&world, Reach::Whole);
    for end in [whole.len() - 30, 4] {
        world.write("scripts/a.py", &whole[..end]);
        let outcome = run(&world, Reach::Whole);
        assert_eq!(differences(&outcome), [if end == 4 { "edited scripts/a.py" } else { "unreadable scripts/a.py" }]);
    }
    world.write("scripts/a.py", &whole);
    assert_eq!(differences(&run(&world, Reach::Whole)), ["edited scripts/a.py"]);
    assert_eq!(run(&world, Reach::Whole).problems, []);
}

#[test]
fn a_change_is_refused_where_the_disk_has_something_else_and_nothing_is_left_of_it() {
    let world = World::new();
    world.write("scripts/a.py", "theirs");
    let error = make(&world, &edit("scripts/a.py", "old", "new")).expect_err("refused");
    assert_eq!(error.to_string(), "`scripts/a.py` was not changed: the file was changed since");
    assert_eq!((world.text("scripts/a.py").as_deref(), world.files(".bds/pending").len()), (Some("theirs"), 0));
}

/// A disk that does one thing wrong, and counts what is read.
#[derive(Debug, Default)]
struct OddDisk {
    refuses_removal: bool,
    refuses_writing: bool,
    is_read_only: bool,
    reads: AtomicUsize,
}

fn refused<T>() -> std::io::Result<T> {
    Err(std::io::Error::other("no"))
}

impl System for OddDisk {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        OsSystem.read(path)
    }
    fn stat(&self, path: &Path) -> std::io::Result<FileStat> {
        OsSystem.stat(path)
    }
    fn walk(&self, folder: &Path) -> Walk {
        OsSystem.walk(folder)
    }
    fn list(&self, folder: &Path) -> std::io::Result<Vec<String>> {
        OsSystem.list(folder)
    }
    fn write_atomic(&self, path: &Path, content: &[u8]) -> std::io::Result<()> {
        let is_source = !path.components().any(|part| part.as_os_str() == ".bds");
        if self.refuses_writing && is_source { refused() } else { OsSystem.write_atomic(path, content) }
    }
    fn link_or_copy(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        OsSystem.link_or_copy(from, to)
    }
    fn copy(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        OsSystem.copy(from, to)
    }
    fn is_same_file(&self, a: &Path, b: &Path) -> bool {
        OsSystem.is_same_file(a, b)
    }
    fn is_read_only(&self, _: &Path) -> bool {
        self.is_read_only
    }
    fn remove_file(&self, path: &Path) -> std::io::Result<()> {
        if self.refuses_removal && path.ends_with("scripts/a.py") { refused() } else { OsSystem.remove_file(path) }
    }
    fn remove_dir_if_empty(&self, path: &Path) -> std::io::Result<bool> {
        OsSystem.remove_dir_if_empty(path)
    }
}

#[test]
fn a_change_that_the_disk_refuses_is_not_made_at_all() {
    let check = |disk: OddDisk, change: &Pending, said: &str| {
        let world = World::new();
        world.write("scripts/a.py", "old");
        let before = world.files("scripts");
        let error = change::make(world.project(&disk), change, Keeping::Trash).expect_err("refused");
        assert_eq!(error.to_string(), said);
        assert_eq!((world.files("scripts"), world.files(".bds/pending").len()), (before, 0), "{disk:?}");
    };
    let edit = edit("scripts/a.py", "old", "new");
    let rename = Pending { path: path("scripts/b.py"), moved_from: Some(path("scripts/a.py")), ..edit.clone() };
    let removal = Pending { text: None, ..edit.clone() };
    let writing = || OddDisk { refuses_writing: true, ..OddDisk::default() };
    let removing = || OddDisk { refuses_removal: true, ..OddDisk::default() };
    check(OddDisk { is_read_only: true, ..OddDisk::default() }, &edit, "`scripts/a.py` is read-only");
    check(writing(), &edit, "`scripts/a.py` cannot be written");
    check(writing(), &rename, "`scripts/b.py` cannot be written");
    check(removing(), &rename, "`scripts/a.py` cannot be removed");
    check(removing(), &removal, "`scripts/a.py` cannot be removed");
}

#[test]
fn a_note_that_the_disk_refuses_waits() {
    let world = World::new();
    world.write("scripts/a.py", "old");
    world.store.note(&edit("scripts/a.py", "old", "new")).expect("noted");
    let disk = OddDisk { refuses_writing: true, ..OddDisk::default() };
    let outcome = sync(world.project(&disk), &SCRIPTS, Reach::Whole, &()).expect("synced");
    let reason = outcome.settled[0].reason.as_deref();
    assert_eq!((outcome.settled[0].end, reason), (End::Waiting, Some("`scripts/a.py` cannot be written: no")));
    assert_eq!(run(&world, Reach::Whole).settled[0].end, End::Finished);
    assert_eq!(world.text("scripts/a.py").as_deref(), Some("new"));
}

#[test]
fn five_thousand_scripts_are_read_once() {
    let world = World::new();
    for number in 0..5000 {
        world.write(&format!("scripts/{}/s{number}.py", number % 50), script(&format!("s{number}"), 1, "x"));
    }
    let disk = OddDisk::default();
    let reads = || {
        let outcome = sync(world.project(&disk), &SCRIPTS, Reach::Whole, &()).expect("synced");
        (outcome.followed.len(), disk.reads.swap(0, Ordering::Relaxed))
    };
    assert_eq!(reads(), (5000, 5000));
    // Those that were written in the very tick of the clock that the first look was taken in are read once more.
    let (followed, again) = reads();
    assert!(followed == 0 && again < 5000, "{followed} {again}");
    assert_eq!(reads(), (0, 0));
    world.write("scripts/7/s7.py", script("s7", 1, "another"));
    assert_eq!(reads(), (1, 1));
}

#[test]
fn a_file_whose_time_jumps_is_read_and_not_believed_to_differ() {
    let world = World::new();
    world.write("scripts/a.py", "x = 1");
    run(&world, Reach::Whole);
    for seconds in [1_000_000, 4_000_000_000] {
        let file = std::fs::OpenOptions::new().append(true).open(world.root().join("scripts/a.py")).expect("opened");
        file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).expect("set");
        assert!(run(&world, Reach::Whole).is_nothing());
        // A time to come does not hide a change.
        world.write("scripts/a.py", format!("x = {seconds}"));
        assert_eq!(differences(&run(&world, Reach::Whole)), ["edited scripts/a.py"]);
    }
}

#[test]
fn a_rebuild_comes_to_what_a_sync_comes_to_and_keeps_what_is_lost() {
    let world = World::new();
    let (old, new) = (script("a", 1, "x"), script("a", 2, "y"));
    world.write("scripts/a.py", &old);
    run(&world, Reach::Whole);
    make(&world, &edit("scripts/a.py", &old, &new)).expect("made");
    world.write("scripts/a.py", script("a", 1, "stale"));
    world.write("scripts/b.py", "y = 1");
    let (counts, outcome) = rebuild(world.project(&OsSystem), &SCRIPTS, &()).expect("rebuilt");
    assert_eq!(counts, [(IndexKind::Scripts, 2)]);
    assert_eq!(differences(&outcome), ["edited scripts/a.py", "added scripts/b.py"]);
    assert_eq!(world.text(outcome.followed[0].copy.as_ref().expect("kept").as_str()), Some(new));
    assert!(run(&world, Reach::Whole).is_nothing());
}
