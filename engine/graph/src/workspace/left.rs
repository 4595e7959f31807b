//! The first build of a process, where all that differs from what the last one left is the words of some posts, or
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bds_base::{Diagnostic, SitePath};
use bds_macro_api::ScriptCounters;
use bds_project::layout;
use bds_store::{BuildRecord, FileTable, OutputFolder};
use rayon::ThreadPool;

use super::live::let_posts_appear;
use super::outcome::Outcome;
use super::{Begun, BuildError, Request, Workspace};
use crate::db::{Database, Db as _, Services};
use crate::files::FileState;
use crate::heads::Outline;
use crate::history::{self, Chronicle};
use crate::page;
use crate::report::{Built, FileDecision, FileFate};
use crate::rest::{self, Rest};
use crate::routes::{self, Route, Routes};
use crate::scan::{self, Scanned};
use crate::standing::Standing;
use crate::work::Counts;
use crate::writer::Writer;

/// What the last build left.
#[derive(Debug)]
pub(super) struct Left {
    rest: Rest,
    /// The posts that have other words now. Nothing else differs.
    reworded: BTreeSet<SitePath>,
    /// What was wrong.
    diagnostics: Vec<Diagnostic>,
}

impl Left {
    /// Whether nothing differs.
    pub(super) fn is_at_rest(&self) -> bool {
        self.reworded.is_empty()
    }

    /// Whether media, what was looked at beside the sources, and the output are as the last build left them.
    pub(super) fn is_left(&self, services: &Services, scanned: &Scanned, writer: &Writer<'_>) -> bool {
        self.rest.is_left(services, scanned, writer)
    }

    /// The pages that can differ now. What was wrong with the others still is.
    pub(super) fn pages<'r>(
        &self,
        db: &Database,
        routes: &'r Routes,
        outcome: &mut Outcome,
    ) -> Vec<(&'r SitePath, &'r Route)> {
        let ledger = &db.services().ledger;
        let standing = Standing::new(ledger, &self.reworded);
        let differs = |(_, route): &(&SitePath, &Route)| {
            // These show what front matter says, or nothing of posts at all.
            if matches!(route, Route::Sitemap | Route::Calendar | Route::Asset(_)) {
                return false;
            }
            let number = page::number(db, route);
            let stands = standing.entry_stands(number);
            if stands && let Some(entry) = ledger.entry(number) {
                outcome.diagnostics.extend_from_slice(&entry.diagnostics);
            }
            !stands
        };
        routes.pages.iter().filter(differs).collect()
    }

    /// How this build leaves things.
    pub(super) fn next(&self, rest: Rest) -> Rest {
        rest.and_beside(&self.rest)
    }
}

impl Workspace {
    /// What the last build left, if all sources but the words of some are as they were. Whether the rest is, is to be seen
    /// by [`Left::is_left`].
    pub(super) fn left(&self, request: &Request, folder: &OutputFolder, known: Option<&FileTable>) -> Option<Left> {
        let known = known.filter(|_| !self.has_built && !self.is_live && !request.at_length)?;
        let rest = Rest::load(&self.store, folder).filter(|rest| rest.is_wanted(&self.db))?;
        let reworded = rest::edited(&self.scanned, known)?;
        let services = self.db.services();
        let are_words = reworded.iter().all(|path| has_same_outline(services, &self.scanned, known, path));
        let diagnostics = rest.diagnostics().filter(|_| are_words)?;
        Some(Left { rest, reworded, diagnostics })
    }

    /// Takes in the sources, and what the site has with them, while it is seen whether the rest is as the last build left
    /// it; says so.
    pub(super) fn take_in(
        &mut self,
        pool: &ThreadPool,
        request: &Request,
        folder: &OutputFolder,
        left: Option<&Left>,
    ) -> bool {
        let services = self.db.shared_services();
        let Self { db, scanned, store, now, .. } = self;
        let scanned = &*scanned;
        let writer = Writer::new(&*services.system, store, &request.out, folder, &scanned.mirrored, request.dry_run);
        let mut is_left = false;
        pool.in_place_scope(|scope| {
            if let Some(left) = left {
                scope.spawn(|_| is_left = left.is_left(&services, scanned, &writer));
            }
            scan::apply(db, scanned);
            let_posts_appear(db, *now);
            routes::routes(db);
        });
        is_left
    }

    /// What there is to say of a build that finds everything as the last one left it.
    pub(super) fn at_rest(
        &self,
        left: &Left,
        request: &Request,
        folder: &OutputFolder,
        begun: &Begun,
    ) -> Result<Built, BuildError> {
        let Left { rest, diagnostics, .. } = left;
        let built = Built {
            diagnostics: diagnostics.clone(),
            files: self.store.outputs(folder).keys().map(unchanged).collect(),
            page_fates: Vec::new(),
            macros: Vec::new(),
            printed: Vec::new(),
            counts: Counts { macro_uses: rest.macro_calls(), ..Counts::default() },
            scripts: rest.scripts(),
            pages: rest.pages,
        };
        if !request.dry_run {
            // Files that were too young to be trusted may have come of age.
            let has_aged = self.store.files().values().any(|entry| entry.seen.racy);
            let files = has_aged.then(|| Arc::new(self.file_table(begun.clock)));
            let chronicle = Chronicle::at_rest(rest.pages, rest.macro_calls()).to_json();
            let run = self.run(begun, serde_json::json!({ "scripts": built.scripts, history::KEY: chronicle }));
            self.store.commit(BuildRecord { run, files, ..BuildRecord::default() })?;
        }
        Ok(built)
    }
}

/// Counts in what the build had no need to look at: files, and macro calls, of which the site has so many for each
/// script. Tells the number of those calls.
pub(super) fn count_in(calls: &BTreeMap<String, u64>, writer: &Writer<'_>, built: &mut Built) -> u64 {
    let met: BTreeSet<_> = built.files.iter().map(|decision| decision.file.clone()).collect();
    built.files.extend(writer.before().keys().filter(|file| !met.contains(*file)).map(unchanged));
    built.files.sort_by(|a, b| a.file.cmp(&b.file));
    let mut unmet = 0;
    for (slug, calls) in calls {
        let counters = built.scripts.entry(slug.clone()).or_default();
        let left = calls.saturating_sub(counters.calls);
        *counters =
            ScriptCounters { calls: counters.calls + left, cache_hits: counters.cache_hits + left, ..*counters };
        unmet += left;
    }
    built.counts.macro_uses += unmet;
    unmet
}

fn unchanged(file: &SitePath) -> FileDecision {
    FileDecision { file: file.clone(), fate: FileFate::Unchanged }
}

/// Whether a source is a post, and says of itself what it said, and links to what it linked to.
fn has_same_outline(services: &Services, scanned: &Scanned, known: &FileTable, path: &SitePath) -> bool {
    if !path.is_in(layout::POSTS) {
        return false;
    }
    let before = known.get(path).and_then(|entry| services.heads.get(path, entry.fingerprint)).map(Outline::of);
    let now = match scanned.texts.get(path) {
        Some((_, FileState::Present(content))) => Outline::find(services, path, *content),
        _ => None,
    };
    before.zip(now).is_some_and(|(before, now)| before.document.is_some() && before == now)
}
