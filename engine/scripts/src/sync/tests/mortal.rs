//! A process that ends while it deals with the disk.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use bds_base::{FileStat, OsSystem, System, Walk};

/// Says that the process has ended.
pub(super) struct Ended;

/// A disk at which the process ends after so many dealings.
#[derive(Debug)]
pub(super) struct Mortal {
    left: AtomicI64,
    /// Whether the last one still happens.
    does_last: bool,
    /// Whether copies are said to be kept, and are not: with it, the tests have to fail.
    forgets_copies: bool,
}

impl Mortal {
    /// Ends after so many dealings; never where it is none.
    pub(super) fn new(end: Option<(u8, bool)>, forgets_copies: bool) -> Self {
        let (left, does_last) = end.map_or((i64::MAX, false), |(left, does_last)| (i64::from(left), does_last));
        Self { left: AtomicI64::new(left), does_last, forgets_copies }
    }

    fn deal<T>(&self, deal: impl FnOnce() -> T) -> T {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        if left <= 0 {
            if left == 0 && self.does_last {
                let _ = deal();
            }
            resume_unwind(Box::new(Ended));
        }
        deal()
    }
}

impl System for Mortal {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.deal(|| OsSystem.read(path))
    }
    fn stat(&self, path: &Path) -> std::io::Result<FileStat> {
        self.deal(|| OsSystem.stat(path))
    }
    fn walk(&self, folder: &Path) -> Walk {
        self.deal(|| OsSystem.walk(folder))
    }
    fn list(&self, folder: &Path) -> std::io::Result<Vec<String>> {
        self.deal(|| OsSystem.list(folder))
    }
    fn write_atomic(&self, path: &Path, content: &[u8]) -> std::io::Result<()> {
        let is_copy = path.components().any(|part| matches!(part.as_os_str().to_str(), Some("trash" | "conflicts")));
        if self.forgets_copies && is_copy {
            return Ok(());
        }
        self.deal(|| OsSystem.write_atomic(path, content))
    }
    fn link_or_copy(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        self.deal(|| OsSystem.link_or_copy(from, to))
    }
    fn copy(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        self.deal(|| OsSystem.copy(from, to))
    }
    fn is_same_file(&self, a: &Path, b: &Path) -> bool {
        self.deal(|| OsSystem.is_same_file(a, b))
    }
    fn remove_file(&self, path: &Path) -> std::io::Result<()> {
        self.deal(|| OsSystem.remove_file(path))
    }
    fn remove_dir_if_empty(&self, path: &Path) -> std::io::Result<bool> {
        self.deal(|| OsSystem.remove_dir_if_empty(path))
    }
}
