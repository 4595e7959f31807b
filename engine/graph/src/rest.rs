//! Rest: a new process that finds everything as the last build left it has nothing to do.
//!
//! The queries would come to the same, page by page; here it is seen at once, without making them. Whatever is not
//! exactly as it was, and whatever cannot be compared, is left to them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::sync::Arc;

use bds_base::{Diagnostic, Fingerprint, SitePath};
use bds_macro_api::ScriptCounters;
use bds_store::{FileTable, OutputFolder, ShelfChanges, Store};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::db::{Database, Db as _, Services};
use crate::files::{self, FileState, FolderState};
use crate::inputs::{Options, Site};
use crate::ledger::record::StoredDiagnostic;
use crate::ledger::{self, Seal};
use crate::lens::Question;
use crate::macros::scripts;
use crate::posts::{self, Name};
use crate::scan::Scanned;
use crate::writer::Writer;

const SHELF: &str = "rest";

/// How a build left things.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Rest {
    /// What `bds.toml`, the command line and the installed packages said.
    settings: Fingerprint,
    /// What runs the macros.
    runtime: Option<String>,
    /// The time that the site was built for.
    from: Timestamp,
    /// When the next post is due; none when there is none.
    until: Option<Timestamp>,
    /// Size, time and name of each media file.
    mirrored: Fingerprint,
    /// Files beside the sources that were looked at or looked for, with their content.
    files: Vec<(SitePath, Option<Fingerprint>)>,
    /// Folders that were listed, with what is in them.
    folders: Vec<(SitePath, Option<Fingerprint>)>,
    /// What was wrong.
    diagnostics: Vec<StoredDiagnostic>,
    /// How many pages the site has.
    pub(crate) pages: usize,
    /// How many macro calls it has, by the slug of their script.
    pub(crate) calls: BTreeMap<String, u64>,
}

impl Rest {
    /// How things are after a build; none when another build of the same could come to something else.
    /// `calls` are those of the site, as [`calls`] counts them.
    pub(crate) fn after(
        db: &Database,
        scanned: &Scanned,
        diagnostics: &[Diagnostic],
        pages: usize,
        calls: BTreeMap<String, u64>,
    ) -> Option<Self> {
        let services = db.services();
        let is_read = |state: &FileState| matches!(state, FileState::Present(_));
        let is_steady = services.unsteady.is_empty()
            && !services.ledger.was_asked(&Question::Now)
            && scanned.diagnostics.is_empty()
            && scanned.texts.values().all(|(_, state)| is_read(state));
        let (files, folders) = files::beside(db, &|path| scanned.texts.contains_key(path));
        let site = Site::get(db);
        let is_due = |created_at: &Timestamp| !site.options(db).future && *created_at > site.now(db);
        let dates = posts::catalogue(db).all().map(|post| post.created_at);
        is_steady.then_some(())?;
        Some(Self {
            settings: settings(db),
            runtime: services.runtime.version().ok(),
            from: site.now(db),
            until: dates.filter(is_due).min(),
            mirrored: mirrored(scanned),
            files: files.into_iter().map(|(path, state)| Some((path, file(state).ok()?))).collect::<Option<_>>()?,
            folders: folders.into_iter().map(|(path, state)| (path, folder(&state))).collect(),
            diagnostics: diagnostics.iter().map(StoredDiagnostic::of).collect(),
            pages,
            calls,
        })
    }

    /// How the last build into this folder left things.
    pub(crate) fn load(store: &Store, output: &OutputFolder) -> Option<Self> {
        let records = store.shelf(&ledger::shelf(SHELF));
        postcard::from_bytes(records.get(&number(output))?).ok()
    }

    /// What to remember of a build into this folder.
    pub(crate) fn changes(rest: Option<&Self>, output: &OutputFolder) -> ShelfChanges {
        let mut changes = ShelfChanges { shelf: ledger::shelf(SHELF), ..ShelfChanges::default() };
        match rest {
            Some(rest) => {
                let bytes = postcard::to_stdvec(rest).expect("this is plain data, which always serialises");
                changes.put.insert(number(output), bytes);
            }
            None => drop(changes.remove.insert(number(output))),
        }
        changes
    }

    /// Whether the same is wanted as then.
    pub(crate) fn is_wanted(&self, db: &Database) -> bool {
        let now = Site::get(db).now(db);
        self.settings == settings(db)
            && (self.from <= now && self.until.is_none_or(|until| now < until))
            && self.runtime == db.services().runtime.version().ok()
    }

    /// Whether what is no source whose words can be edited is as the build left it: media, what was looked at beside the
    /// sources, and the output.
    pub(crate) fn is_left(&self, services: &Services, scanned: &Scanned, writer: &Writer<'_>) -> bool {
        self.mirrored == mirrored(scanned) && self.is_beside(services) && writer.is_at_rest()
    }

    /// This, and what an earlier build looked at beside the sources: it was as it was left, and this one had no need to
    /// look at it again.
    #[must_use]
    pub(crate) fn and_beside(mut self, earlier: &Self) -> Self {
        add_missing(&mut self.files, &earlier.files);
        add_missing(&mut self.folders, &earlier.folders);
        self
    }

    /// How many macro calls the site has: all of them have their results.
    pub(crate) fn macro_calls(&self) -> u64 {
        self.calls.values().sum()
    }

    /// What the scripts cost: nothing.
    pub(crate) fn scripts(&self) -> BTreeMap<String, ScriptCounters> {
        let reused = |calls: &u64| ScriptCounters { calls: *calls, cache_hits: *calls, ..ScriptCounters::default() };
        self.calls.iter().map(|(slug, calls)| (slug.clone(), reused(calls))).collect()
    }

    /// What was wrong; none when another engine said it.
    pub(crate) fn diagnostics(&self) -> Option<Vec<Diagnostic>> {
        self.diagnostics.iter().cloned().map(StoredDiagnostic::into_diagnostic).collect()
    }

    fn is_beside(&self, services: &Services) -> bool {
        self.files.par_iter().all(|(path, state)| file(files::look_at_file(services, path)) == Ok(*state))
            && self.folders.iter().all(|(path, state)| folder(&files::look_at_folder(services, path)) == *state)
    }
}

/// Those of the sources that have another content than in the last build; none where they are other ones, or cannot be
/// read.
pub(crate) fn edited(scanned: &Scanned, known: &FileTable) -> Option<BTreeSet<SitePath>> {
    if !scanned.diagnostics.is_empty() || scanned.texts.len() != known.len() {
        return None;
    }
    let mut edited = BTreeSet::new();
    for ((path, (_, state)), (before, entry)) in scanned.texts.iter().zip(known) {
        match state {
            FileState::Present(_) if path != before => return None,
            FileState::Present(content) if *content == entry.fingerprint => {}
            FileState::Present(_) => drop(edited.insert(path.clone())),
            FileState::Absent | FileState::Unreadable(_) => return None,
        }
    }
    Some(edited)
}

fn add_missing<T: Clone>(known: &mut Vec<(SitePath, T)>, earlier: &[(SitePath, T)]) {
    let there: BTreeSet<_> = known.iter().map(|(path, _)| path.clone()).collect();
    known.extend(earlier.iter().filter(|(path, _)| !there.contains(path)).cloned());
    known.sort_by(|(a, _), (b, _)| a.cmp(b));
}

/// The macro calls of the site, counted by script.
pub(crate) fn calls(db: &Database) -> BTreeMap<String, u64> {
    let mut calls = BTreeMap::new();
    for question in db.services().ledger.asked(|question| matches!(question, Question::Macro { .. })) {
        if let Question::Macro { name, .. } = &*question
            && let Some(found) = scripts::macro_script(db, Name::new(db, name.as_str()))
        {
            *calls.entry(found.script.slug.clone()).or_default() += 1;
        }
    }
    calls
}

fn settings(db: &Database) -> Fingerprint {
    let site = Site::get(db);
    let Options { drafts, future, base_url } = site.options(db);
    // The form of `Debug` is that of this very engine, which is part of the shelf's name.
    let config = format!("{:?}", site.config(db));
    Fingerprint::of_key("settings", &(config, drafts, future, base_url, site.packages(db)))
}

fn mirrored(scanned: &Scanned) -> Fingerprint {
    let files = scanned.mirrored.iter().map(|(path, stat)| (path, stat.size, stat.mtime_ns, stat.inode));
    Fingerprint::of(postcard::to_stdvec(&files.collect::<Vec<_>>()).expect("this is plain data, which serialises"))
}

/// The content of a file; none when it is not there.
fn file(state: FileState) -> Result<Option<Fingerprint>, ErrorKind> {
    match state {
        FileState::Present(content) => Ok(Some(content)),
        FileState::Absent => Ok(None),
        FileState::Unreadable(why) => Err(why),
    }
}

fn folder(state: &FolderState) -> Option<Fingerprint> {
    match state {
        FolderState::Present(names) => Some(Fingerprint::of(Arc::clone(names).join("\n"))),
        FolderState::Absent => None,
    }
}

fn number(output: &OutputFolder) -> u64 {
    Seal::of(&output.as_str()).number()
}
