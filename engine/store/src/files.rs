//! The file table: which content a file had when it was last read, so that it need not be read again.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::path::Path;

use bds_base::{FileStat, Fingerprint, OsSystem, SitePath, System as _};
use serde::{Deserialize, Serialize};

/// Every source file of a project by its path.
pub type FileTable = BTreeMap<SitePath, FileEntry>;

/// What is known of one file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// What the file system said of the file *before* it was read.
    pub seen: Seen,
    /// The fingerprint of its content.
    pub fingerprint: Fingerprint,
}

impl FileEntry {
    /// The content of the file, if it must still be what it was by what the file system says now. None means: read it.
    pub fn still(&self, now: &FileStat) -> Option<Fingerprint> {
        self.seen.holds(now).then_some(self.fingerprint)
    }
}

/// What the file system said of a file at one time, kept to tell whether the file can have changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its length in bytes.
    pub size: u64,
    /// Its modification time, in nanoseconds since 1970.
    pub mtime_ns: i128,
    /// When anything of it was last changed, in nanoseconds since 1970: tells of an edit after which the modification time was
    /// put back. 0 where the system does not say.
    pub changed_ns: i128,
    /// Its inode number; 0 where there is none.
    pub inode: u64,
    /// Whether the file was so fresh that it can have changed again without a new modification time.
    pub racy: bool,
}

impl Seen {
    /// Takes what the file system says of a file.
    ///
    /// `clock` is the time before which the file was certainly not looked at: [`Store::clock`](crate::Store::clock)
    /// taken before a scan, or, for files that bds wrote itself, after the last one was written. A file that is not
    /// older is *racy*, as git calls it: it could be written once more within the same tick of the file system's
    /// clock, keep its size, and look the same. Such an entry is never trusted; the next build reads the file again.
    pub fn new(stat: &FileStat, clock: FileClock) -> Self {
        let FileStat { size, mtime_ns, changed_ns, inode, is_dir: _ } = *stat;
        Self { size, mtime_ns, changed_ns, inode, racy: mtime_ns >= clock.0 }
    }

    /// Whether the file must have the same content as then. A modification time that is not known proves nothing.
    pub fn holds(&self, now: &FileStat) -> bool {
        !self.racy
            && !now.is_dir
            && now.mtime_ns != 0
            && (self.size, self.mtime_ns, self.inode) == (now.size, now.mtime_ns, now.inode)
            && self.changed_ns == now.changed_ns
    }
}

/// A time by the clock of the project's file system, in nanoseconds since 1970. Only good to compare with modification
/// times: it is the modification time of a file that was just written, so granularity and skew (of a network file
/// system) are those of the files themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileClock(i128);

impl FileClock {
    /// The time before all times: every file counts as racy.
    pub const UNKNOWN: Self = Self(i128::MIN);

    /// A time that was taken otherwise.
    pub fn from_ns(nanoseconds: i128) -> Self {
        Self(nanoseconds)
    }

    /// Writes the file `clock` in `folder` and asks when that was.
    pub(crate) fn read(folder: &Path) -> Self {
        let path = folder.join("clock");
        let written = OpenOptions::new().write(true).create(true).truncate(true).open(&path).and_then(|mut file| {
            std::io::Write::write_all(&mut file, b"\n")?;
            OsSystem.stat(&path)
        });
        match written {
            Ok(stat) if stat.mtime_ns != 0 => Self(stat.mtime_ns),
            _ => Self::UNKNOWN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileStat = FileStat { size: 5, mtime_ns: 1_000, changed_ns: 1_000, inode: 7, is_dir: false };

    fn check(clock: i128, now: FileStat, trusted: bool) {
        let entry =
            FileEntry { seen: Seen::new(&FILE, FileClock::from_ns(clock)), fingerprint: Fingerprint::of("text") };
        assert_eq!(entry.still(&now).is_some(), trusted, "scanned at {clock}, now {now:?}");
    }

    #[test]
    fn trusts_only_what_cannot_have_changed() {
        check(1_001, FILE, true);
        check(1_001, FileStat { size: 6, ..FILE }, false);
        check(1_001, FileStat { mtime_ns: 999, ..FILE }, false);
        check(1_001, FileStat { changed_ns: 1_001, ..FILE }, false);
        check(1_001, FileStat { inode: 8, ..FILE }, false);
        check(1_001, FileStat { is_dir: true, ..FILE }, false);
    }

    #[test]
    fn a_file_as_young_as_the_scan_is_never_trusted() {
        check(1_000, FILE, false);
        check(999, FILE, false);
        check(FileClock::UNKNOWN.0, FILE, false);
    }
}
