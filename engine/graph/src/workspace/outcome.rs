//! What a build has done to the output folder, and how it does it to each file.

use std::collections::{BTreeMap, BTreeSet};

use bds_base::{Diagnostic, SitePath};
use bds_store::{FileClock, OutputTable};

use crate::db::{Database, Db as _};
use crate::page::{self, PageKey};
use crate::report::{FileFate, PageFate};
use crate::routes::{Route, Routes};
use crate::writer::obstacles::Obstacle;
use crate::writer::{Record, WriteError, Writer, Written};

/// What a build has done so far.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) files: BTreeMap<SitePath, FileFate>,
    /// Why pages were made; those that were not are not here.
    pub(super) made: BTreeMap<SitePath, PageFate>,
    records: BTreeMap<SitePath, Record>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What keeps files from being written or removed, and which.
    pub(super) obstacles: BTreeMap<Obstacle, BTreeSet<SitePath>>,
    /// Whether the file of a page that cannot be rendered stays as it is.
    keeps_failed: bool,
    /// Whether there may be files that the site no longer has.
    pub(super) may_have_ghosts: bool,
}

impl Outcome {
    /// Nothing yet. `keeps_failed`: the file of a page that cannot be rendered stays as it is.
    pub(super) fn new(keeps_failed: bool, may_have_ghosts: bool) -> Self {
        Self { keeps_failed, may_have_ghosts, ..Self::default() }
    }

    /// Takes what became of a file; none when its page cannot be rendered. An error that ends the build is given back.
    pub(super) fn take(
        &mut self,
        writer: &Writer<'_>,
        file: &SitePath,
        written: Result<Option<Written>, WriteError>,
        found: &[Diagnostic],
    ) -> Result<(), WriteError> {
        self.diagnostics.extend_from_slice(found);
        let fate = match written {
            Ok(Some(Written { fate, record })) => {
                self.records.extend(record.map(|record| (file.clone(), record)));
                fate
            }
            Ok(None) if self.keeps_failed && writer.before().contains_key(file) => FileFate::Kept,
            Ok(None) => {
                self.may_have_ghosts = true;
                FileFate::Failed
            }
            Err(error) => {
                self.block(writer, file, error)?;
                FileFate::Failed
            }
        };
        self.files.insert(file.clone(), fate);
        Ok(())
    }

    /// The files whose bytes are not what they were.
    pub(super) fn changed(&self) -> impl Iterator<Item = &SitePath> {
        let is_changed = |fate: &FileFate| matches!(fate, FileFate::Written(_) | FileFate::Removed);
        self.files.iter().filter(move |(_, fate)| is_changed(fate)).map(|(file, _)| file)
    }

    /// Takes what became of a file that the site no longer has.
    fn take_removed(
        &mut self,
        writer: &Writer<'_>,
        file: &SitePath,
        removed: Result<Option<FileFate>, WriteError>,
    ) -> Result<(), WriteError> {
        let fate = match removed {
            Ok(fate) => fate,
            Err(error) => {
                self.block(writer, file, error)?;
                Some(FileFate::NotRemoved)
            }
        };
        if let Some(fate) = fate {
            self.files.entry(file.clone()).or_insert(fate);
        }
        Ok(())
    }

    fn block(&mut self, writer: &Writer<'_>, file: &SitePath, error: WriteError) -> Result<(), WriteError> {
        let obstacle = writer.obstacle(file, error)?;
        self.obstacles.entry(obstacle).or_default().insert(file.clone());
        Ok(())
    }

    fn is_blocked(&self, file: &SitePath) -> bool {
        self.obstacles.values().any(|files| files.contains(file))
    }

    /// The files that the build leaves in the folder. What could not be written or removed is still as it was before,
    /// and still ours; so are files that were not looked at, which `is_left` says. `clock` is the file system's time
    /// after everything was written.
    pub(super) fn outputs(
        self,
        writer: &Writer<'_>,
        clock: FileClock,
        is_left: impl Fn(&SitePath) -> bool,
    ) -> OutputTable {
        let before = writer.before();
        let stays = |file: &SitePath| match self.files.get(file) {
            Some(FileFate::Kept) => true,
            Some(FileFate::Failed) => false,
            _ => is_left(file),
        };
        let left = before.keys().filter(|file| stays(file));
        let kept = self.obstacles.values().flatten().chain(left);
        let kept = kept.filter_map(|file| Some((file.clone(), before.get(file)?.clone())));
        let mut outputs: OutputTable = kept.collect();
        outputs.extend(self.records.into_iter().map(|(file, record)| (file, record.seen_at(clock))));
        outputs
    }

    /// The files of a build that did not come to its end: those of before too, as far as they were not removed.
    pub(super) fn unfinished(self, writer: &Writer<'_>, clock: FileClock) -> OutputTable {
        let is_left = |file: &SitePath| self.files.get(file) != Some(&FileFate::Removed);
        let before = writer.before().iter().filter(|(file, _)| is_left(file));
        let mut outputs: OutputTable = before.map(|(file, record)| (file.clone(), record.clone())).collect();
        outputs.extend(self.records.into_iter().map(|(file, record)| (file, record.seen_at(clock))));
        outputs
    }
}

/// What a build looks at to tell what has to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// Every file of the output folder.
    AtFiles,
    /// Pages only: the folder is as the last build left it.
    AtPages,
}

/// Renders a page, if it can differ, and writes it, if it does. None when it cannot be rendered.
pub(super) fn pull_page<'db>(
    db: &'db Database,
    writer: &Writer<'_>,
    file: &SitePath,
    route: &Route,
    looks: Looks,
) -> (Result<Option<Written>, WriteError>, &'db [Diagnostic]) {
    db.stash().take();
    db.stash().take_fate();
    let page = page::page(db, PageKey::new(db, route.clone()));
    // Where nothing can run macros, or they were ended, there is a hole in their place; the build is about to end.
    let content = page.content.filter(|_| !db.services().is_over());
    let Some(fingerprint) = content else { return (Ok(None), &page.diagnostics) };
    if looks == Looks::AtPages && writer.has(file, fingerprint) {
        return (Ok(Some(Written { fate: FileFate::Unchanged, record: None })), &page.diagnostics);
    }
    let owner = page::owner(db, route);
    if writer.holds(file, fingerprint) {
        return (writer.keep(file, &owner, fingerprint).map(Some), &page.diagnostics);
    }
    // The bytes are there if the query ran just now; a page that is as it was, but whose file is gone, is made again.
    let content = db.stash().take().or_else(|| page::bytes(db, route));
    let Some(content) = content else { return (Ok(None), &page.diagnostics) };
    (writer.write(file, &owner, fingerprint, &content).map(Some), &page.diagnostics)
}

/// Removes those ghosts that stand where a folder has to be, or in a folder where a file has to be. The others go when
/// the new pages stand.
pub(super) fn make_room(writer: &Writer<'_>, routes: &Routes, outcome: &mut Outcome) -> Result<(), WriteError> {
    for file in writer.owned() {
        if !routes.has(file) && routes.needs_place_of(file) {
            outcome.take_removed(writer, file, writer.remove(file))?;
        }
    }
    Ok(())
}

/// Removes what earlier builds wrote and this site no longer has. A page that cannot be rendered goes too; one that
/// could not be written stays as it was.
pub(super) fn remove_ghosts(writer: &Writer<'_>, routes: &Routes, outcome: &mut Outcome) -> Result<(), WriteError> {
    for file in writer.owned() {
        let is_ghost = match outcome.files.get(file) {
            None => !routes.has(file),
            Some(FileFate::Failed) => !outcome.is_blocked(file),
            Some(_) => false,
        };
        if is_ghost {
            outcome.take_removed(writer, file, writer.remove(file))?;
        }
    }
    Ok(())
}
