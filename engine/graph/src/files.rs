//! Files and folders of the project as inputs: what is known of each, never their content.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bds_base::{Fingerprint, SitePath};
use bds_project::layout;
use rayon::prelude::*;
use salsa::{Durability, Setter as _};

use crate::db::{Database, Db, Services};
use crate::heads::Outline;

/// What is known of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum FileState {
    /// It is there, with this content.
    Present(Fingerprint),
    /// It is not there.
    Absent,
    /// It is there and cannot be read.
    Unreadable(io::ErrorKind),
}

/// What is known of a folder: the names in it, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FolderState {
    /// It is there, with these names.
    Present(Arc<[String]>),
    /// It is not there, is no folder, or cannot be read.
    Absent,
}

/// A file of the project.
#[salsa::input(debug)]
pub(crate) struct SourceFile {
    /// Where it is.
    pub(crate) path: SitePath,
    /// What is known of it.
    #[returns(copy)]
    pub(crate) state: FileState,
    /// What the site as a whole needs to know of it, if it is one of `posts/`.
    pub(crate) outline: Option<Arc<Outline>>,
}

/// A folder of the project.
#[salsa::input(debug)]
pub(crate) struct SourceFolder {
    /// Where it is.
    pub(crate) path: SitePath,
    /// What is known of it.
    pub(crate) state: FolderState,
}

/// The inputs by path. A file that nobody asked for has none; asking for one that is not on disk makes one that is
/// absent, so that the query that asked runs again when the file appears.
#[derive(Debug, Default)]
pub(crate) struct Files {
    known: Mutex<BTreeMap<SitePath, SourceFile>>,
    /// Posts whose texts change, so that what depends on them must be looked at after each change of a text.
    restless: Mutex<BTreeSet<SitePath>>,
    /// Posts that changed while their outline was made.
    torn: Mutex<BTreeSet<SitePath>>,
    folders: Mutex<BTreeMap<SitePath, SourceFolder>>,
}

impl Files {
    /// The input of a file; looks at the disk when it is asked for the first time.
    pub(crate) fn file(&self, db: &dyn Db, path: &SitePath) -> SourceFile {
        let mut files = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = files.get(path) {
            return *file;
        }
        let state = look_at_file(db.services(), path);
        let file = SourceFile::builder(path.clone(), state, None).durability(Durability::HIGH).new(db);
        files.insert(path.clone(), file);
        file
    }

    /// The input of a folder; looks at the disk when it is asked for the first time.
    pub(crate) fn folder(&self, db: &dyn Db, path: &SitePath) -> SourceFolder {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = folders.get(path) {
            return *folder;
        }
        let state = look_at_folder(db.services(), path);
        let folder = SourceFolder::builder(path.clone(), state).durability(Durability::HIGH).new(db);
        folders.insert(path.clone(), folder);
        folder
    }
}

/// Sets what is known of a source, if it differs from what was known. `outline` is that of a post, as [`outlines`] found
/// it.
///
/// Sources count as files that seldom change (durability HIGH): salsa then skips all that depends on such files only. A
/// change of one makes it look at everything, once. What changes often, while somebody writes, is the text of one post
/// and not its outline: from its first such change on it counts as restless (LOW), and everything else can be skipped.
pub(crate) fn set_file(db: &mut Database, path: &SitePath, state: FileState, outline: Option<Found>) -> SourceFile {
    let known = lock(&db.services().files.known).get(path).copied();
    let Some(file) = known else {
        let file = SourceFile::builder(path.clone(), state, outline.and_then(|found| found.outline));
        let file = file.durability(Durability::HIGH).new(db);
        lock(&db.services().files.known).insert(path.clone(), file);
        return file;
    };
    let has_same_outline = match outline {
        Some(Found { outline }) if *file.outline(db) != outline => {
            file.set_outline(db).with_durability(Durability::HIGH).to(outline);
            false
        }
        _ => path.is_in(layout::POSTS),
    };
    if file.state(db) != state {
        if has_same_outline {
            lock(&db.services().files.restless).insert(path.clone());
            file.set_state(db).with_durability(Durability::LOW).to(state);
        } else {
            file.set_state(db).with_durability(Durability::HIGH).to(state);
            settle(db);
        }
    }
    file
}

/// Everything is looked at anyway: texts that were restless count as at rest until they change again.
fn settle(db: &mut Database) {
    let restless = std::mem::take(&mut *lock(&db.services().files.restless));
    for path in restless {
        let Some(file) = lock(&db.services().files.known).get(&path).copied() else { continue };
        let state = file.state(db);
        file.set_state(db).with_durability(Durability::HIGH).to(state);
    }
}

/// The outline that a post has now; none when it has none.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    outline: Option<Arc<Outline>>,
}

/// The outlines of those of these posts that are not as they were.
pub(crate) fn outlines<'a>(
    db: &Database,
    texts: impl Iterator<Item = (&'a SitePath, FileState)>,
) -> BTreeMap<SitePath, Found> {
    let services = db.services();
    let torn = std::mem::take(&mut *lock(&services.files.torn));
    let files = lock(&services.files.known);
    let is_new = |(path, state): &(&SitePath, FileState)| {
        let known = files.get(*path);
        path.is_in(layout::POSTS) && (torn.contains(*path) || known.is_none_or(|file| file.state(db) != *state))
    };
    let new: Vec<_> = texts.filter(is_new).collect();
    drop(files);
    let found = new.into_par_iter().map(|(path, state)| {
        let FileState::Present(content) = state else { return (path.clone(), Found { outline: None }) };
        let outline = Outline::find(services, path, content).map(Arc::new);
        if outline.is_none() {
            lock(&services.files.torn).insert(path.clone());
        }
        (path.clone(), Found { outline })
    });
    found.collect()
}

/// Looks again at every file that is known and not in `seen`, and at every known folder.
pub(crate) fn look_again(db: &mut Database, seen: &dyn Fn(&SitePath) -> bool) {
    let files: Vec<_> = lock(&db.services().files.known).iter().map(|(path, file)| (path.clone(), *file)).collect();
    for (path, file) in files.into_iter().filter(|(path, _)| !seen(path)) {
        let state = look_at_file(db.services(), &path);
        if file.state(db) != state {
            set_seen(db, &path, file, state);
        }
    }
    let folders: Vec<_> = lock(&db.services().files.folders).iter().map(|(path, dir)| (path.clone(), *dir)).collect();
    for (path, folder) in folders {
        let state = look_at_folder(db.services(), &path);
        if *folder.state(db) != state {
            folder.set_state(db).with_durability(Durability::LOW).to(state);
        }
    }
}

/// The same for what lies at these paths and below them, and for the folders on the way to them, which may be new.
pub(crate) fn look_again_at(db: &mut Database, paths: &BTreeSet<SitePath>, seen: &dyn Fn(&SitePath) -> bool) {
    let is_meant =
        |path: &SitePath| std::iter::successors(Some(path.clone()), SitePath::parent).any(|at| paths.contains(&at));
    let above = |path: &SitePath| std::iter::successors(path.parent(), SitePath::parent);
    let folders_of: BTreeSet<_> = paths.iter().flat_map(above).collect();
    let files: Vec<_> = lock(&db.services().files.known)
        .iter()
        .filter(|(path, _)| !seen(path) && is_meant(path))
        .map(|(path, file)| (path.clone(), *file))
        .collect();
    for (path, file) in files {
        let state = look_at_file(db.services(), &path);
        if file.state(db) != state {
            set_seen(db, &path, file, state);
        }
    }
    let folders: Vec<_> = lock(&db.services().files.folders)
        .iter()
        .filter(|(path, _)| folders_of.contains(*path) || is_meant(path))
        .map(|(path, folder)| (path.clone(), *folder))
        .collect();
    for (path, folder) in folders {
        let state = look_at_folder(db.services(), &path);
        if *folder.state(db) != state {
            folder.set_state(db).with_durability(Durability::LOW).to(state);
        }
    }
}

/// Sets what is known of a file that was looked at again: a source that is gone, or a file beside the sources.
fn set_seen(db: &mut Database, path: &SitePath, file: SourceFile, state: FileState) {
    if layout::classify(path).is_none() {
        file.set_state(db).with_durability(Durability::LOW).to(state);
        return;
    }
    file.set_outline(db).with_durability(Durability::HIGH).to(None);
    file.set_state(db).with_durability(Durability::HIGH).to(state);
    settle(db);
}

/// Every file that is known and not in `seen`, and every known folder, with what is known of them.
#[expect(clippy::type_complexity, reason = "two lists of pairs")]
pub(crate) fn beside(
    db: &Database,
    seen: &dyn Fn(&SitePath) -> bool,
) -> (Vec<(SitePath, FileState)>, Vec<(SitePath, FolderState)>) {
    let files = lock(&db.services().files.known);
    let files = files.iter().filter(|(path, _)| !seen(path)).map(|(path, file)| (path.clone(), file.state(db)));
    let folders = lock(&db.services().files.folders);
    let folders = folders.iter().map(|(path, folder)| (path.clone(), folder.state(db).clone()));
    (files.collect(), folders.collect())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks at a file on disk.
pub(crate) fn look_at_file(services: &Services, path: &SitePath) -> FileState {
    let on_disk = services.path(path);
    match services.system.stat(&on_disk) {
        Ok(stat) if stat.is_dir => FileState::Unreadable(io::ErrorKind::IsADirectory),
        Ok(_) => match services.system.read(&on_disk) {
            Ok(content) => FileState::Present(Fingerprint::of(content)),
            Err(error) => FileState::of_error(&error),
        },
        Err(error) => FileState::of_error(&error),
    }
}

impl FileState {
    /// What an error says of a file.
    pub(crate) fn of_error(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Absent,
            kind => Self::Unreadable(kind),
        }
    }
}

/// Looks at a folder on disk.
pub(crate) fn look_at_folder(services: &Services, path: &SitePath) -> FolderState {
    services.system.list(&services.path(path)).map_or(FolderState::Absent, |names| FolderState::Present(names.into()))
}
