//! The output folder: writes what differs, removes what is no longer there, touches nothing else.

use std::io;
use std::path::{Path, PathBuf};

use bds_base::{FileStat, Fingerprint, SitePath, System};
use bds_store::{FileClock, OutputRecord, OutputTable, Seen};

use crate::report::{FileFate, WriteReason};

/// Writes into one output folder, knowing what was written there last time.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    system: &'a dyn System,
    folder: &'a Path,
    before: &'a OutputTable,
    dry_run: bool,
}

/// What became of a file, and what to remember of it.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) fate: FileFate,
    pub(crate) record: Option<Record>,
}

/// What to remember of a file that was written or found right.
#[derive(Debug)]
pub(crate) struct Record {
    fingerprint: Fingerprint,
    stat: FileStat,
    owner: String,
}

impl Record {
    /// As the store keeps it. `clock` is the file system's time after everything was written, so that a file that
    /// changes within the same tick is not taken for the one that was written.
    pub(crate) fn seen_at(self, clock: FileClock) -> OutputRecord {
        OutputRecord { fingerprint: self.fingerprint, seen: Seen::new(&self.stat, clock), owner: self.owner }
    }
}

/// A file of the output could not be written, read or removed.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be {action}", .path.display())]
pub struct WriteError {
    path: PathBuf,
    action: &'static str,
    #[source]
    error: io::Error,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(system: &'a dyn System, folder: &'a Path, before: &'a OutputTable, dry_run: bool) -> Self {
        Self { system, folder, before, dry_run }
    }

    /// Whether the file is as it was written last time, and was written with this content. Costs one look at the
    /// folder, no read.
    pub(crate) fn holds(&self, file: &SitePath, fingerprint: Fingerprint) -> bool {
        self.before.get(file).is_some_and(|record| record.fingerprint == fingerprint && self.is_untouched(file, record))
    }

    /// Makes `file` hold `content`, whose fingerprint is given.
    pub(crate) fn write(
        &self,
        file: &SitePath,
        owner: &str,
        fingerprint: Fingerprint,
        content: &[u8],
    ) -> Result<Written, WriteError> {
        let path = file.to_path(self.folder);
        let reason = match self.system.read(&path) {
            Ok(present) if present == content => return self.done(file, owner, fingerprint, FileFate::Unchanged),
            Ok(_) => WriteReason::Changed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => WriteReason::Missing,
            Err(error) => return Err(WriteError { path, action: "read", error }),
        };
        if !self.dry_run {
            let written = self.system.write_atomic(&path, content);
            written.map_err(|error| WriteError { path, action: "written", error })?;
        }
        self.done(file, owner, fingerprint, FileFate::Written(reason))
    }

    /// Keeps a file that [`holds`](Self::holds) what it should.
    pub(crate) fn keep(&self, file: &SitePath, owner: &str, fingerprint: Fingerprint) -> Result<Written, WriteError> {
        self.done(file, owner, fingerprint, FileFate::Unchanged)
    }

    /// Makes `file` a second name of `source`, or a copy of it. `stat` is the source's: a copy is told by size and
    /// time, since nobody wants every photograph read at every build.
    pub(crate) fn mirror(
        &self,
        file: &SitePath,
        source: &Path,
        stat: &FileStat,
        link: bool,
    ) -> Result<Written, WriteError> {
        let path = file.to_path(self.folder);
        let fingerprint = Fingerprint::of(format!("{} {}", stat.size, stat.mtime_ns));
        let is_same_file = self.system.is_same_file(source, &path);
        if link && is_same_file {
            return self.done(file, MIRROR, fingerprint, FileFate::Unchanged);
        }
        let reason = match self.system.stat(&path) {
            // Where links cannot be made, a copy made instead of one is as good.
            Ok(present) if !is_same_file && self.is_mirrored(file, fingerprint, &present) => {
                return self.done(file, MIRROR, fingerprint, FileFate::Unchanged);
            }
            Ok(_) => WriteReason::Changed,
            Err(_) => WriteReason::Missing,
        };
        if !self.dry_run {
            let made = if link { self.system.link_or_copy(source, &path) } else { self.system.copy(source, &path) };
            made.map_err(|error| WriteError { path, action: "written", error })?;
        }
        self.done(file, MIRROR, fingerprint, FileFate::Written(reason))
    }

    /// Whether a file is as it was when it was made from a source with this fingerprint.
    fn is_mirrored(&self, file: &SitePath, fingerprint: Fingerprint, present: &FileStat) -> bool {
        let is_as_made = |record: &OutputRecord| record.fingerprint == fingerprint && is_as_mirrored(record, present);
        self.before.get(file).is_some_and(is_as_made)
    }

    /// Removes a file that an earlier build wrote, if it is still as it was written.
    pub(crate) fn remove(&self, file: &SitePath, record: &OutputRecord) -> Result<Option<FileFate>, WriteError> {
        let path = file.to_path(self.folder);
        match self.system.stat(&path) {
            Err(_) => return Ok(None),
            Ok(stat) if stat.is_dir => return Ok(None),
            Ok(stat) if record.seen.holds(&stat) => {}
            Ok(stat) if record.owner == MIRROR && is_as_mirrored(record, &stat) => {}
            Ok(_) => match self.system.read(&path) {
                Ok(content) if Fingerprint::of(&content) == record.fingerprint => {}
                _ => return Ok(Some(FileFate::LeftChanged)),
            },
        }
        if !self.dry_run {
            self.system.remove_file(&path).map_err(|error| WriteError {
                path: path.clone(),
                action: "removed",
                error,
            })?;
            self.prune(&path);
        }
        Ok(Some(FileFate::Removed))
    }

    /// Removes the folders that have become empty by the removal of `path`.
    fn prune(&self, path: &Path) {
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.folder) {
            if !matches!(self.system.remove_dir_if_empty(folder), Ok(true)) {
                break;
            }
        }
    }

    fn is_untouched(&self, file: &SitePath, record: &OutputRecord) -> bool {
        self.system.stat(&file.to_path(self.folder)).is_ok_and(|stat| record.seen.holds(&stat))
    }

    fn done(
        &self,
        file: &SitePath,
        owner: &str,
        fingerprint: Fingerprint,
        fate: FileFate,
    ) -> Result<Written, WriteError> {
        if self.dry_run {
            return Ok(Written { fate, record: None });
        }
        let path = file.to_path(self.folder);
        let stat = self.system.stat(&path).map_err(|error| WriteError { path, action: "looked at", error })?;
        Ok(Written { fate, record: Some(Record { fingerprint, stat, owner: owner.to_owned() }) })
    }
}

/// The owner of files that are mirrored from the project.
const MIRROR: &str = "media";

/// Whether a link or copy is as it was made, by size, time and inode. That it was made just before the clock was read
/// is no reason to doubt it: unlike a page it has no fingerprint of its content that could settle the doubt.
fn is_as_mirrored(record: &OutputRecord, present: &FileStat) -> bool {
    let Seen { size, mtime_ns, inode, .. } = record.seen;
    (size, mtime_ns, inode) == (present.size, present.mtime_ns, present.inode) && !present.is_dir
}
