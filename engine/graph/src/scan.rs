//! From the disk to the inputs: which files the project has, and which of them changed.

pub(crate) mod changed;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use bds_base::{Diagnostic, FileStat, Fingerprint, SitePath, WalkError, is_temporary};
use bds_project::layout::{self, SourceKind};
use bds_store::FileTable;
use rayon::prelude::*;
use salsa::{Durability, Setter as _};

use crate::db::{Database, Services};
use crate::files::{self, FileState, SourceFile};
use crate::inputs::{FileSets, Site};
use crate::{codes, diagnostics, heads};

/// What a scan met.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// Every source whose content matters, with its stat and state.
    pub(crate) texts: BTreeMap<SitePath, (FileStat, FileState)>,
    /// Media and thumbnails, which are linked or copied and never read.
    pub(crate) mirrored: BTreeMap<SitePath, FileStat>,
    /// Folders and files that could not be looked at.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What writes of sources that were cut off have left behind.
    leftovers: Vec<PathBuf>,
}

impl Scanned {
    /// Removes what writes that were cut off have left behind.
    pub(crate) fn clear_leftovers(&self, services: &Services) {
        for path in &self.leftovers {
            // One that cannot be removed harms nobody: it counts as no source.
            let _ = services.system.remove_file(path);
        }
    }
}

impl Scanned {
    /// What the heads of all posts are known by.
    pub(crate) fn heads(&self) -> impl Iterator<Item = u64> {
        self.texts.iter().filter_map(|(path, (_, state))| match state {
            FileState::Present(content) if path.is_in(layout::POSTS) => Some(heads::number(path, *content)),
            _ => None,
        })
    }
}

/// Looks at every source of the project. Reads the files that `known`, what an earlier build saw, does not vouch for.
pub(crate) fn scan(services: &Services, known: Option<&FileTable>) -> Scanned {
    let mut scanned = Scanned::default();
    let mut texts = Vec::new();
    for folder in layout::SOURCE_FOLDERS {
        let walk = services.system.walk(&services.root.join(folder));
        for file in walk.files {
            if file.path.file_name().and_then(|name| name.to_str()).is_some_and(is_temporary) {
                scanned.leftovers.push(file.path);
                continue;
            }
            let Some(path) = source_path(services, &file.path, &mut scanned.diagnostics) else { continue };
            match layout::classify(&path) {
                Some(SourceKind::MediaFile | SourceKind::Thumbnail) => drop(scanned.mirrored.insert(path, file.stat)),
                Some(_) => texts.push((path, file.stat)),
                None if path.as_str() == *folder => scanned.diagnostics.push(no_folder(&path)),
                None => {}
            }
        }
        let met = walk.errors.iter().filter(|error| is_met(services, error));
        scanned.diagnostics.extend(met.map(|error| unreadable(services, error)));
    }
    let states = texts.into_par_iter().map(|(path, stat)| {
        let state = state(services, known, &path, &stat);
        (path, (stat, state))
    });
    scanned.texts = states.collect();
    scanned
}

fn source_path(services: &Services, path: &std::path::Path, problems: &mut Vec<Diagnostic>) -> Option<SitePath> {
    match SitePath::from_root(&services.root, path) {
        Ok(path) => Some(path),
        Err(error) => {
            let hint = "rename the file: a name is UTF-8, without back slashes";
            problems.push(Diagnostic::error(codes::FILE_NAME, error.to_string()).hint(hint));
            None
        }
    }
}

/// Whether what a walk could not look at may be a source. Emacs locks a file by a link `.#a.md` that leads nowhere.
fn is_met(services: &Services, error: &WalkError) -> bool {
    !services.site_path(&error.path).is_some_and(|path| layout::is_left_out(&path))
}

fn unreadable(services: &Services, WalkError { path, error, link }: &WalkError) -> Diagnostic {
    let name = path.strip_prefix(&services.root).unwrap_or(path).display().to_string();
    let diagnostic = match link {
        Some(link) => diagnostics::bad_link(&name, link, error.kind()),
        None => diagnostics::unreadable(&name, error.kind()),
    };
    match services.site_path(path) {
        Some(path) => diagnostic.in_file(&path),
        None => diagnostic,
    }
}

fn no_folder(path: &SitePath) -> Diagnostic {
    Diagnostic::error(codes::UNREADABLE, format!("`{path}` is a file, where a folder is expected"))
        .hint("move it away; the site is built as if the folder were empty")
        .in_file(path)
}

fn state(services: &Services, known: Option<&FileTable>, path: &SitePath, stat: &FileStat) -> FileState {
    if let Some(fingerprint) = known.and_then(|known| known.get(path)).and_then(|entry| entry.still(stat)) {
        return FileState::Present(fingerprint);
    }
    match services.system.read(&services.path(path)) {
        Ok(content) => {
            let fingerprint = Fingerprint::of(&content);
            services.fresh.keep(fingerprint, content);
            FileState::Present(fingerprint)
        }
        Err(error) => FileState::of_error(&error),
    }
}

/// Sets the inputs to what was met. Inputs that hold it already are left alone, so that nothing is invalidated.
pub(crate) fn apply(db: &mut Database, scanned: &Scanned) {
    set_all_sets(db, scanned);
    files::look_again(db, &|path| scanned.texts.contains_key(path));
    set_mirrored(db, scanned);
}

/// Sets every source, and which there are of each kind.
fn set_all_sets(db: &mut Database, scanned: &Scanned) {
    let mut outlines = files::outlines(db, scanned.texts.iter().map(|(path, (_, state))| (path, *state)));
    let mut sets = FileSets::default();
    for (path, (_, state)) in &scanned.texts {
        let file = files::set_file(db, path, *state, outlines.remove(path));
        if let Some(set) = layout::classify(path).and_then(|kind| sets.of(kind)) {
            set.push(file);
        }
    }
    set_sets(db, sets);
}

fn set_sets(db: &mut Database, sets: FileSets) {
    let site = Site::get(db);
    set_if_new(db, sets.posts.into(), Site::posts, |db, files| {
        site.set_posts(db).with_durability(Durability::HIGH).to(files)
    });
    set_if_new(db, sets.sidecars.into(), Site::sidecars, |db, files| {
        site.set_sidecars(db).with_durability(Durability::HIGH).to(files)
    });
    set_if_new(db, sets.scripts.into(), Site::scripts, |db, files| {
        site.set_scripts(db).with_durability(Durability::HIGH).to(files)
    });
    set_if_new(db, sets.templates.into(), Site::templates, |db, files| {
        site.set_templates(db).with_durability(Durability::HIGH).to(files)
    });
}

fn set_mirrored(db: &mut Database, scanned: &Scanned) {
    let site = Site::get(db);
    let mirrored: Arc<[SitePath]> = scanned.mirrored.keys().cloned().collect();
    if *site.mirrored(db) != mirrored {
        site.set_mirrored(db).with_durability(Durability::HIGH).to(mirrored);
    }
}

fn set_if_new(
    db: &mut Database,
    files: Arc<[SourceFile]>,
    get: fn(Site, &Database) -> &Arc<[SourceFile]>,
    set: impl FnOnce(&mut Database, Arc<[SourceFile]>) -> Arc<[SourceFile]>,
) {
    if *get(Site::get(db), db) != files {
        set(db, files);
    }
}
