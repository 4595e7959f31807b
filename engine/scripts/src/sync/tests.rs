//! Every cell of the table in `docs/scripts.md`, and what random lives come to.

mod cells;
mod disk;
mod git;
mod mortal;
mod random;

use std::path::Path;

use bds_base::{OsSystem, SitePath, System};
use bds_store::{FileClock, IndexEntry, IndexKind, Seen, Store};

use crate::Project;
use crate::index::read;

fn path(path: &str) -> SitePath {
    SitePath::new(path).expect("a plain path")
}

/// The text of a script.
fn script(id: &str, version: u64, body: &str) -> String {
    format!("\"\"\"\n---\nid: \"{id}\"\nslug: \"{id}\"\nkind: \"macro\"\nversion: {version}\n---\n\"\"\"\n{body}")
}

/// A script as the index has it.
fn entry(name: &str, text: &str) -> IndexEntry {
    let stat = bds_base::FileStat { size: text.len() as u64, mtime_ns: 1, inode: 1, changed_ns: 1, is_dir: false };
    let seen = Seen::new(&stat, FileClock::from_ns(2));
    read(IndexKind::Scripts, &path(name), text.as_bytes(), seen)
}

/// A project in a folder of its own.
struct World {
    folder: tempfile::TempDir,
    store: Store,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = open(folder.path());
        Self { folder, store }
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn project<'a>(&'a self, system: &'a dyn System) -> Project<'a> {
        Project { root: self.root(), system, store: &self.store }
    }

    /// Begins a new process.
    fn restart(&mut self) {
        self.store = Store::in_memory();
        self.store = open(self.folder.path());
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        OsSystem.write_atomic(&self.root().join(name), text.as_ref()).expect("written");
    }

    fn remove(&self, name: &str) {
        OsSystem.remove_file(&self.root().join(name)).expect("removed");
    }

    fn text(&self, name: &str) -> Option<String> {
        OsSystem.read(&self.root().join(name)).ok().map(|bytes| String::from_utf8(bytes).expect("all is text"))
    }

    /// All files below a folder of the project, with their texts.
    fn files(&self, folder: &str) -> Vec<(String, String)> {
        let walk = OsSystem.walk(&self.root().join(folder));
        let named = walk.files.iter().filter_map(|file| {
            let name = SitePath::from_root(self.root(), &file.path).ok()?.to_string();
            (!bds_base::is_temporary(name.rsplit('/').next()?)).then_some((name, &file.path))
        });
        let read = named.map(|(name, path)| {
            let bytes = OsSystem.read(path).expect("it was there just now");
            (name, String::from_utf8(bytes).expect("all is text"))
        });
        read.collect()
    }
}

fn open(root: &Path) -> Store {
    Store::open(&root.join(bds_store::FOLDER)).expect("a store").store
}
