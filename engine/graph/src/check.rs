//! What is wrong with the site as a whole: links that lead nowhere, files that are missing, sources that nothing uses.
//!
//! Looked for in the HTML of all pages, as a reader's browser would meet it. Nothing is written.

mod addresses;
mod dead;
mod unused;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bds_base::{Diagnostic, SitePath};
use rayon::ThreadPool;
use rayon::prelude::*;

use crate::db::{Database, Db};
use crate::ledger::Ledger;
use crate::lens::Question;
use crate::menu::{self, Entry};
use crate::routes::{Route, Routes};
use crate::{codes, page, settings};
use addresses::{Met, Use};

/// What is to be known of all pages to find faults.
struct Survey {
    /// What the pages lead to, and from which pages.
    met: BTreeMap<Met, BTreeSet<SitePath>>,
    /// The names in each page that a link can lead to.
    anchors: BTreeMap<SitePath, BTreeSet<String>>,
    /// What each page asked for, by number.
    asked: BTreeMap<SitePath, Vec<u32>>,
}

/// What is to be known of one page.
struct Surveyed {
    file: SitePath,
    met: BTreeSet<Met>,
    anchors: BTreeSet<String>,
    asked: Vec<u32>,
}

/// Finds what is wrong with the site as a whole. `said` is what the build says; `out` is where the site goes, for files of
/// the user's own there.
pub(crate) fn check(
    db: &Database,
    pool: &ThreadPool,
    routes: &Routes,
    out: &Path,
    owned: &dyn Fn(&SitePath) -> bool,
    said: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let mut survey = survey(db, pool, routes);
    if said.iter().any(|said| said.code == codes::MENU_TARGET) {
        let told = menu_addresses(db);
        survey.met.retain(|met, _| !told.contains(&met.address));
    }
    let is_own = |file: &SitePath| !owned(file) && db.services().system.stat(&file.to_path(out)).is_ok();
    let dead = dead::diagnostics(db, routes, &survey, &is_own);
    let is_told =
        |said: &Diagnostic| said.code == codes::LINK_TARGET && dead.iter().any(|dead| dead.place == said.place);
    let mut found: Vec<_> = said.into_iter().filter(|said| !is_told(said)).collect();
    found.extend(dead);
    found.extend(unused::scripts(db));
    found.extend(unused::templates(db, &survey.templates(&db.services().ledger)));
    found.extend(unused::sidecars(db));
    found.sort();
    found.dedup();
    found
}

/// Where entries of the menu lead to, in all trees. Those that lead nowhere are told where they stand, in the menu.
fn menu_addresses(db: &Database) -> BTreeSet<String> {
    fn gather(entries: &[Entry], prefix: &str, found: &mut BTreeSet<String>) {
        for entry in entries {
            found.insert(format!("{prefix}{}", entry.href));
            gather(&entry.children, prefix, found);
        }
    }
    let mut found = BTreeSet::new();
    for tree in settings::trees(db).iter() {
        gather(menu::entries(db), &settings::prefix(db, tree), &mut found);
    }
    found
}

fn survey(db: &Database, pool: &ThreadPool, routes: &Routes) -> Survey {
    let pages: Vec<_> = routes.pages.iter().filter(|(_, route)| !matches!(route, Route::Asset(_))).collect();
    let handle = db.clone();
    let surveyed: Vec<Surveyed> =
        pool.install(|| pages.into_par_iter().with_min_len(8).map_with(handle, look).collect());
    let mut survey = Survey { met: BTreeMap::new(), anchors: BTreeMap::new(), asked: BTreeMap::new() };
    for Surveyed { file, met, anchors, asked } in surveyed {
        for met in met {
            survey.met.entry(met).or_default().insert(file.clone());
        }
        survey.anchors.insert(file.clone(), anchors);
        survey.asked.insert(file, asked);
    }
    survey
}

fn look(db: &mut Database, (file, route): (&SitePath, &Route)) -> Surveyed {
    let (bytes, asked) = page::look(db, route);
    let bytes = bytes.unwrap_or_default();
    let html = String::from_utf8_lossy(&bytes);
    let is_html = file.extension() == Some("html");
    let (met, anchors) = if is_html { addresses::read(file, &html) } else { Default::default() };
    Surveyed { file: file.clone(), met, anchors, asked }
}

impl Survey {
    /// The names of the templates that pages are made with.
    fn templates(&self, ledger: &Ledger) -> BTreeSet<String> {
        let asked: BTreeSet<u32> = self.asked.values().flatten().copied().collect();
        let templates = |number: u32| match &*ledger.question(number) {
            Question::Templates(names) => names.clone(),
            _ => Vec::new(),
        };
        asked.into_iter().flat_map(templates).collect()
    }
}
