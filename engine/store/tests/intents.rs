//! What a build was about to write is known to the next process.
#![expect(clippy::disallowed_methods, reason = "tests look at, and damage, real files")]

use std::fs;
use std::path::Path;

use bds_base::{Fingerprint, SitePath};
use bds_store::{Intent, OutputFolder, Store};

fn open(folder: &Path) -> Store {
    Store::open(folder).expect("opened").store
}

fn note(store: &Store, folder: &OutputFolder, file: &str, content: &str) {
    let intent = Intent { fingerprint: Fingerprint::of(content), owner: format!("owner of {content}") };
    store.intend(folder, &SitePath::new(file).expect("plain"), &intent).expect("noted");
}

/// The files of a folder with the owners that are noted.
fn noted(store: &Store, folder: &OutputFolder) -> Vec<(String, Vec<String>)> {
    let intents = store.intents(folder);
    let owners = |of: &Vec<Intent>| of.iter().map(|intent| intent.owner.clone()).collect();
    intents.iter().map(|(file, of)| (file.to_string(), owners(of))).collect()
}

fn one(file: &str, contents: &[&str]) -> (String, Vec<String>) {
    (file.to_owned(), contents.iter().map(|content| format!("owner of {content}")).collect())
}

struct Folders {
    root: tempfile::TempDir,
    html: OutputFolder,
    other: OutputFolder,
}

impl Folders {
    fn new() -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let named = |name: &str| OutputFolder::new(root.path(), &root.path().join(name));
        let (html, other) = (named("html"), named("other"));
        Self { root, html, other }
    }

    fn store(&self) -> Store {
        open(&self.root.path().join(".bds"))
    }

    fn file(&self) -> std::path::PathBuf {
        self.root.path().join(".bds/intents")
    }
}

#[test]
fn a_note_is_known_at_once_to_this_process_and_the_next() {
    let folders = Folders::new();
    let store = folders.store();
    note(&store, &folders.html, "b.html", "1");
    note(&store, &folders.html, "a.html", "1");
    note(&store, &folders.html, "a.html", "2");
    note(&store, &folders.html, "a.html", "1");
    let expected = [one("a.html", &["1", "2"]), one("b.html", &["1"])];
    assert_eq!(noted(&store, &folders.html), expected);
    assert_eq!(noted(&folders.store(), &folders.html), expected, "while the first process still runs");
    assert_eq!(noted(&store, &folders.other), []);
}

#[test]
fn a_folder_is_settled_without_the_others() {
    let folders = Folders::new();
    let store = folders.store();
    note(&store, &folders.html, "a.html", "1");
    note(&store, &folders.other, "b.html", "1");
    store.settle(&folders.html).expect("settled");
    note(&store, &folders.other, "c.html", "1");
    for store in [store, folders.store()] {
        assert_eq!(noted(&store, &folders.html), []);
        assert_eq!(noted(&store, &folders.other), [one("b.html", &["1"]), one("c.html", &["1"])]);
    }
    let store = folders.store();
    store.settle(&folders.other).expect("settled");
    assert!(!folders.file().exists(), "where nothing is noted there is no file");
    store.settle(&folders.other).expect("settled again");
    note(&store, &folders.html, "d.html", "1");
    assert_eq!(noted(&folders.store(), &folders.html), [one("d.html", &["1"])]);
}

#[test]
fn a_note_that_is_not_whole_costs_only_itself() {
    let folders = Folders::new();
    let store = folders.store();
    note(&store, &folders.html, "a.html", "1");
    note(&store, &folders.html, "b.html", "1");
    drop(store);
    let whole = fs::read(folders.file()).expect("read");
    let second = whole.len() / 2;
    for cut in second + 1..whole.len() {
        fs::write(folders.file(), &whole[..cut]).expect("cut");
        let store = folders.store();
        assert_eq!(noted(&store, &folders.html), [one("a.html", &["1"])], "cut at {cut}");
        note(&store, &folders.html, "c.html", "1");
        assert_eq!(noted(&folders.store(), &folders.html), [one("a.html", &["1"]), one("c.html", &["1"])]);
    }
    for at in second..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x40;
        fs::write(folders.file(), &damaged).expect("damaged");
        assert_eq!(noted(&folders.store(), &folders.html), [one("a.html", &["1"])], "byte {at}");
    }
}

#[test]
fn a_store_in_memory_knows_its_notes_too() {
    let folders = Folders::new();
    let store = Store::in_memory();
    note(&store, &folders.html, "a.html", "1");
    assert_eq!(noted(&store, &folders.html), [one("a.html", &["1"])]);
    store.settle(&folders.html).expect("settled");
    assert_eq!(noted(&store, &folders.html), []);
}
