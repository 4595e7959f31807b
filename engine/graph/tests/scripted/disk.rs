//! Disks that lie about one thing.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use bds_base::{FileStat, OsSystem, System, Walk, WalkedFile};

/// The machine's disk, but for its lies.
#[derive(Debug, Default)]
pub(crate) struct LyingDisk {
    /// Files in a folder of this name look younger than any clock: nothing is known of them without reading.
    pub(crate) young: Option<&'static str>,
    /// Folders are walked once, and then always look the same: edits are not seen.
    pub(crate) walked: Option<Mutex<BTreeMap<PathBuf, Vec<WalkedFile>>>>,
    /// This file has another content when it is read for the first time.
    pub(crate) torn: Mutex<Option<PathBuf>>,
    /// Nothing can be written or removed in a folder of this name, nor below it.
    pub(crate) closed: Mutex<Option<&'static str>>,
    /// After so many files were written, it all ends so.
    pub(crate) end: Mutex<Option<(usize, End)>>,
}

/// How writing comes to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// There is no room for another file.
    Full,
    /// The process is gone before another file is written.
    KilledBefore,
    /// The process is gone just after another file was written.
    KilledAfter,
}

impl LyingDisk {
    /// A disk on which everything ends after so many files.
    pub(crate) fn ending(files: usize, end: End) -> Self {
        Self { end: Mutex::new(Some((files, end))), ..Self::default() }
    }

    fn write(&self, path: &Path, write: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        self.check_open(path)?;
        let end = match &mut *self.end.lock().unwrap() {
            Some((0, end)) => Some(*end),
            Some((files, _)) => {
                *files -= 1;
                None
            }
            None => None,
        };
        match end {
            Some(End::Full) => return Err(io::ErrorKind::StorageFull.into()),
            Some(End::KilledBefore) => kill(),
            Some(End::KilledAfter) => write()?,
            None => return write(),
        }
        kill()
    }

    fn check_open(&self, path: &Path) -> io::Result<()> {
        let closed = *self.closed.lock().unwrap();
        let is_closed = closed.is_some_and(|closed| path.components().any(|part| part.as_os_str() == closed));
        if is_closed { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
    }
}

/// Ends the process, as far as a test can: nothing that was to come is done.
fn kill() -> ! {
    std::panic::resume_unwind(Box::new("killed"))
}

impl System for LyingDisk {
    fn stat(&self, path: &Path) -> io::Result<FileStat> {
        let stat = OsSystem.stat(path)?;
        let is_young = self.young.is_some_and(|folder| path.components().any(|part| part.as_os_str() == folder));
        let hour = if is_young { 3_600_000_000_000 } else { 0 };
        Ok(FileStat { mtime_ns: stat.mtime_ns + hour, ..stat })
    }

    fn walk(&self, folder: &Path) -> Walk {
        let Some(walked) = &self.walked else { return OsSystem.walk(folder) };
        let mut walked = walked.lock().unwrap();
        let files = walked.entry(folder.to_owned()).or_insert_with(|| OsSystem.walk(folder).files).clone();
        Walk { files, errors: Vec::new() }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if self.torn.lock().unwrap().take_if(|torn| torn == path).is_some() {
            return Ok(b"half of".to_vec());
        }
        OsSystem.read(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        OsSystem.list(folder)
    }

    fn write_atomic(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.write(path, || OsSystem.write_atomic(path, content))
    }

    fn link_or_copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.write(to, || OsSystem.link_or_copy(from, to))
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.write(to, || OsSystem.copy(from, to))
    }

    fn is_same_file(&self, a: &Path, b: &Path) -> bool {
        OsSystem.is_same_file(a, b)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.check_open(path)?;
        OsSystem.remove_file(path)
    }

    fn remove_dir_if_empty(&self, path: &Path) -> io::Result<bool> {
        OsSystem.remove_dir_if_empty(path)
    }
}
