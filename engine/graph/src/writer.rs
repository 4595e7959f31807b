//! The output folder: writes what differs, removes what is no longer there, touches nothing else.

pub(crate) mod obstacles;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bds_base::{FileStat, Fingerprint, SitePath, System, is_temporary};
use bds_store::{FileClock, Intent, Intents, OutputFolder, OutputRecord, OutputTable, Seen, Store, StoreError};
use rayon::prelude::*;

use crate::report::{FileFate, WriteReason};

/// Writes into one output folder, knowing what was written there last time.
///
/// Invariant: before a file is written it has an owner in the store: the record of the build that wrote it last with
/// this content, or a note of what is about to be written. So a file of a build that did not come to its end is known,
/// by its content, to the next.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    system: &'a dyn System,
    store: &'a Store,
    folder: &'a Path,
    name: &'a OutputFolder,
    before: Arc<OutputTable>,
    /// What builds that did not come to their end were about to write.
    unfinished: Arc<Intents>,
    /// The media of the project, which files of the folder can be other names of.
    media: &'a BTreeMap<SitePath, FileStat>,
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
pub enum WriteError {
    /// What the file system says.
    #[error("`{}` cannot be {action}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was to be done with it, such as `written`.
        action: &'static str,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// It was not tried, because it could not be noted that the file is ours.
    #[error("what is about to be written cannot be noted")]
    Note(#[from] StoreError),
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        system: &'a dyn System,
        store: &'a Store,
        folder: &'a Path,
        name: &'a OutputFolder,
        media: &'a BTreeMap<SitePath, FileStat>,
        dry_run: bool,
    ) -> Self {
        let (before, unfinished) = (store.outputs(name), store.intents(name));
        Self { system, store, folder, name, before, unfinished, media, dry_run }
    }

    /// What the last build that came to its end, and those after it as far as they came, left in the folder.
    pub(crate) fn before(&self) -> &OutputTable {
        &self.before
    }

    /// Every file that may be ours, sorted.
    pub(crate) fn owned(&self) -> Vec<&SitePath> {
        let mut owned: Vec<_> = self.before.keys().chain(self.unfinished.keys()).collect();
        owned.sort();
        owned.dedup();
        owned
    }

    /// Whether the file was written with this content, and still holds it. Costs one look at the folder; it is read only if
    /// somebody has touched it, as whoever does that restores the output of an earlier build.
    pub(crate) fn holds(&self, file: &SitePath, fingerprint: Fingerprint) -> bool {
        let Some(record) = self.before.get(file).filter(|record| record.fingerprint == fingerprint) else {
            return false;
        };
        let path = file.to_path(self.folder);
        let Ok(stat) = self.system.stat(&path) else { return false };
        record.seen.holds(&stat) || self.system.read(&path).is_ok_and(|content| Fingerprint::of(content) == fingerprint)
    }

    /// Whether the file was written last with this content, as far as is known: nobody looks at the folder.
    pub(crate) fn has(&self, file: &SitePath, fingerprint: Fingerprint) -> bool {
        self.before.get(file).is_some_and(|record| record.fingerprint == fingerprint)
    }

    /// Whether a build that did not come to its end may have left something.
    pub(crate) fn is_unfinished(&self) -> bool {
        !self.unfinished.is_empty()
    }

    /// Whether every file is as the last build left it, and no other build was about to write. Files that are too young
    /// to be trusted are read.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.unfinished.is_empty()
            && self.before.par_iter().all(|(file, record)| {
                let path = file.to_path(self.folder);
                let Ok(stat) = self.system.stat(&path) else { return false };
                record.seen.holds(&stat)
                    || if record.owner == MIRROR {
                        is_as_mirrored(record, &stat)
                    } else {
                        self.system.read(&path).is_ok_and(|content| Fingerprint::of(content) == record.fingerprint)
                    }
            })
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
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound => WriteReason::Missing,
                // It is replaced whole, which needs no permission to read it.
                io::ErrorKind::PermissionDenied => WriteReason::Changed,
                _ => return Err(WriteError::File { path, action: "written", error }),
            },
        };
        if !self.dry_run {
            self.note(file, owner, fingerprint)?;
            let written = self.system.write_atomic(&path, content);
            written.map_err(|error| WriteError::File { path, action: "written", error })?;
        }
        self.done(file, owner, fingerprint, FileFate::Written(reason))
    }

    /// Keeps a file that [`holds`](Self::holds) what it should.
    pub(crate) fn keep(&self, file: &SitePath, owner: &str, fingerprint: Fingerprint) -> Result<Written, WriteError> {
        self.done(file, owner, fingerprint, FileFate::Unchanged)
    }

    /// Makes `file` a second name of `source`, or a copy of it. `stat` is the source's: a copy is told by size and
    /// time, since nobody wants every photograph read at every build. Both are read where only the time differs, as after a clone.
    pub(crate) fn mirror(
        &self,
        file: &SitePath,
        source: &Path,
        stat: &FileStat,
        link: bool,
    ) -> Result<Written, WriteError> {
        let path = file.to_path(self.folder);
        let fingerprint = mirror_fingerprint(stat);
        let is_same_file = self.system.is_same_file(source, &path);
        if link && is_same_file {
            return self.done(file, MIRROR, fingerprint, FileFate::Unchanged);
        }
        let failed = |error| WriteError::File { path: path.clone(), action: "linked or copied", error };
        let reason = match self.system.stat(&path) {
            Ok(present) if present.is_dir => return Err(failed(io::ErrorKind::IsADirectory.into())),
            // Where links cannot be made, a copy made instead of one is as good.
            Ok(present) if !is_same_file && self.is_mirrored(file, fingerprint, &present) => {
                return self.done(file, MIRROR, fingerprint, FileFate::Unchanged);
            }
            Ok(present) if !is_same_file && present.size == stat.size && self.is_equal(source, &path) => {
                return self.done(file, MIRROR, fingerprint, FileFate::Unchanged);
            }
            Ok(_) => WriteReason::Changed,
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Err(failed(error)),
            Err(_) => WriteReason::Missing,
        };
        if !self.dry_run {
            self.note(file, MIRROR, fingerprint)?;
            let made = if link { self.system.link_or_copy(source, &path) } else { self.system.copy(source, &path) };
            made.map_err(failed)?;
        }
        self.done(file, MIRROR, fingerprint, FileFate::Written(reason))
    }

    /// Whether a file is as it was when it was made from a source with this fingerprint.
    fn is_mirrored(&self, file: &SitePath, fingerprint: Fingerprint, present: &FileStat) -> bool {
        let is_as_made = |record: &OutputRecord| record.fingerprint == fingerprint && is_as_mirrored(record, present);
        self.before.get(file).is_some_and(is_as_made)
    }

    fn is_equal(&self, a: &Path, b: &Path) -> bool {
        matches!((self.system.read(a), self.system.read(b)), (Ok(a), Ok(b)) if a == b)
    }

    /// Removes a file that earlier builds wrote, if it still holds what one of them wrote or was about to write.
    pub(crate) fn remove(&self, file: &SitePath) -> Result<Option<FileFate>, WriteError> {
        let path = file.to_path(self.folder);
        let failed = |error| WriteError::File { path: path.clone(), action: "removed", error };
        let stat = match self.system.stat(&path) {
            Ok(stat) if stat.is_dir => return Ok(None),
            Ok(stat) => stat,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                // A build that was killed can have made the folder and not the file.
                if !self.dry_run && self.unfinished.contains_key(file) {
                    self.prune(&path);
                }
                return Ok(None);
            }
            Err(error) => return Err(failed(error)),
        };
        if !self.is_ours(file, &path, &stat) {
            // What was only about to be written, and is not what is there, never was: files are replaced whole. Then
            // what is there is none of our business, and there is nothing to tell.
            return Ok(self.before.get(file).map(|_| FileFate::LeftChanged));
        }
        if !self.dry_run {
            self.system.remove_file(&path).map_err(failed)?;
            self.prune(&path);
        }
        Ok(Some(FileFate::Removed))
    }

    /// Whether a file, which is there, is as some build wrote it. When in doubt it is not: a ghost that is left is told
    /// of or harmless, somebody's file that is removed is lost.
    fn is_ours(&self, file: &SitePath, path: &Path, stat: &FileStat) -> bool {
        let record = self.before.get(file);
        // A link to a media file changes with it. It is only another name: removing it loses nothing.
        let is_link = || stat.inode != 0 && self.media.values().any(|source| source.inode == stat.inode);
        let is_mirrored = |record: &OutputRecord| record.owner == MIRROR && (is_as_mirrored(record, stat) || is_link());
        if record.is_some_and(|record| record.seen.holds(stat) || is_mirrored(record)) {
            return true;
        }
        let recorded = record.map(|record| (record.owner.as_str(), record.fingerprint));
        let noted = self.unfinished.get(file).into_iter().flatten();
        let noted = noted.map(|intent| (intent.owner.as_str(), intent.fingerprint));
        let (mirrored, pages): (Vec<_>, Vec<_>) = recorded.into_iter().chain(noted).partition(|(of, _)| *of == MIRROR);
        let is = |content: Fingerprint| move |(_, known): &(&str, Fingerprint)| *known == content;
        mirrored.iter().any(is(mirror_fingerprint(stat)))
            || !pages.is_empty()
                && self.system.read(path).is_ok_and(|content| pages.iter().any(is(Fingerprint::of(content))))
    }

    /// Removes what writes that were cut off have left behind: only where a build that did not come to its end was
    /// about to write, and only what is called as our temporary files are.
    pub(crate) fn clear_leftovers(&self) {
        let folders: BTreeSet<_> = self.unfinished.keys().filter_map(SitePath::parent).collect();
        for folder in folders.iter().filter(|_| !self.dry_run).map(|folder| folder.to_path(self.folder)) {
            let names = self.system.list(&folder).unwrap_or_default();
            for name in names.iter().filter(|name| is_temporary(name)) {
                // One that cannot be removed harms nobody; the site is whole without.
                let _ = self.system.remove_file(&folder.join(name));
            }
        }
    }

    /// Notes that a file is ours, before it is written. A record with the same content says so already.
    fn note(&self, file: &SitePath, owner: &str, fingerprint: Fingerprint) -> Result<(), StoreError> {
        if self.before.get(file).is_some_and(|record| record.fingerprint == fingerprint) {
            return Ok(());
        }
        self.store.intend(self.name, file, &Intent { fingerprint, owner: owner.to_owned() })
    }

    /// Removes the folders that have become empty by the removal of `path`.
    fn prune(&self, path: &Path) {
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.folder) {
            if !matches!(self.system.remove_dir_if_empty(folder), Ok(true)) {
                break;
            }
        }
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
        let stat = self.system.stat(&path).map_err(|error| WriteError::File { path, action: "looked at", error })?;
        Ok(Written { fate, record: Some(Record { fingerprint, stat, owner: owner.to_owned() }) })
    }
}

/// The owner of files that are mirrored from the project.
const MIRROR: &str = "media";

/// What a link or copy is known by: size and time, which both share with their source.
fn mirror_fingerprint(stat: &FileStat) -> Fingerprint {
    Fingerprint::of(format!("{} {}", stat.size, stat.mtime_ns))
}

/// Whether a link or copy is as it was made, by size, time and inode. That it was made just before the clock was read
/// is no reason to doubt it: unlike a page it has no fingerprint of its content that could settle the doubt.
fn is_as_mirrored(record: &OutputRecord, present: &FileStat) -> bool {
    let Seen { size, mtime_ns, inode, .. } = record.seen;
    (size, mtime_ns, inode) == (present.size, present.mtime_ns, present.inode) && !present.is_dir
}
