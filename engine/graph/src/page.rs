//! Pages: the bytes of each file of the site.

mod common;
mod feed;
mod filters;
pub(crate) mod list;
mod maps;
mod not_found;
mod pieces;
mod post;
mod single;
mod sitemap;
mod template;

use std::sync::Arc;

use bds_base::{Diagnostic, Fingerprint};

use crate::archives::{self, Archive, ArchiveKind};
use crate::db::Db;
use crate::ledger::{Cause, Entry, Proof};
use crate::lens::{Lens, Question};
use crate::posts::{self, Name};
use crate::report::PageFate;
use crate::routes::Route;
use crate::{settings, static_files};

/// A route as the key of a query.
#[salsa::interned]
pub(crate) struct PageKey<'db> {
    /// The route.
    pub(crate) route: Route,
}

/// What a page came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// What its bytes are known by; none when it could not be rendered.
    pub(crate) content: Option<Fingerprint>,
    /// What is wrong with it, and with the texts that it shows.
    pub(crate) diagnostics: Arc<[Diagnostic]>,
}

/// The bytes of a page.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// None when it could not be rendered.
    pub(crate) content: Option<Vec<u8>>,
    /// What is wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Makes a page, unless it is proved that the last one is still good. The bytes of a page that was made are left in the
/// stash of the database, the memo holds their fingerprint.
#[salsa::tracked]
pub(crate) fn page<'db>(db: &'db dyn Db, key: PageKey<'db>) -> Page {
    let route = key.route(db);
    if let Some(page) = without_a_lens(db, route) {
        return page;
    }
    let number = number(db, route);
    let why = match db.services().ledger.prove(db, number) {
        Proof::Holds(entry) => {
            let Entry { content, diagnostics, .. } = &*entry;
            return Page { content: Some(*content), diagnostics: diagnostics.clone() };
        }
        Proof::Differs(difference) => {
            db.services().ledger.blame(number, Cause::Answer(difference));
            PageFate::Differs(Vec::new())
        }
        Proof::Unknown => PageFate::New,
    };
    let lens = Lens::new(db);
    let made = render(&lens, route);
    db.stash().decide(why);
    // Asked in any case: parts that another page has made are known to salsa by nothing else.
    let reads = lens.reads();
    let page = leave(db, made);
    match page.content {
        Some(_) if db.services().proves_nothing() => {}
        Some(content) => {
            let entry = Entry { content, diagnostics: page.diagnostics.clone(), reads: reads.into() };
            db.services().ledger.put(number, entry);
        }
        None => db.services().ledger.forget(number),
    }
    page
}

/// The pages that show something of everything: to look whether they can differ is as much work as to make them.
fn without_a_lens(db: &dyn Db, route: &Route) -> Option<Page> {
    let text = match route {
        Route::Sitemap => sitemap::render(db),
        Route::Calendar => calendar(db),
        Route::Asset(path) => {
            let content = static_files::content(path).map(|asset| asset.fingerprint);
            return Some(Page { content, diagnostics: Arc::default() });
        }
        _ => return None,
    };
    db.stash().decide(PageFate::Always);
    Some(leave(db, Content::of(text)))
}

/// Leaves the bytes of a page in the stash.
fn leave(db: &dyn Db, made: Content) -> Page {
    let Content { content, mut diagnostics } = made;
    db.services().work.page_rendered();
    diagnostics.sort();
    diagnostics.dedup();
    let page = Page { content: content.as_ref().map(Fingerprint::of), diagnostics: diagnostics.into() };
    if let Some(content) = content {
        db.stash().put(content);
    }
    page
}

/// The number of a page in the ledger.
pub(crate) fn number(db: &dyn Db, route: &Route) -> u32 {
    db.services().ledger.number(&Question::Page(owner(db, route)))
}

/// The bytes of a page, whatever is remembered of it.
pub(crate) fn bytes(db: &dyn Db, route: &Route) -> Option<Vec<u8>> {
    match route {
        Route::Sitemap => Content::of(sitemap::render(db)).content,
        Route::Calendar => Content::of(calendar(db)).content,
        Route::Asset(path) => static_files::content(path).map(|asset| asset.content.to_vec()),
        _ => render(&Lens::new(db), route).content,
    }
}

/// The bytes of a page, whatever is remembered of it, and the numbers of the questions that it asked.
pub(crate) fn look(db: &dyn Db, route: &Route) -> (Option<Vec<u8>>, Vec<u32>) {
    match route {
        Route::Sitemap | Route::Calendar | Route::Asset(_) => (bytes(db, route), Vec::new()),
        _ => {
            let lens = Lens::new(db);
            (render(&lens, route).content, lens.asked())
        }
    }
}

fn render(lens: &Lens<'_>, route: &Route) -> Content {
    match route {
        Route::Post(tree, post) => single::render(lens, tree, *post, single::At::Date),
        Route::Page(tree, post) => single::render(lens, tree, *post, single::At::Top),
        Route::Translation(post, language) => {
            single::render(lens, &lens.frame().main_language, *post, single::At::Translation(language))
        }
        Route::List(tree, kind, number) => {
            let tree = lens.name(tree.clone());
            list::render(lens, lens.archive(tree, kind.clone()), *number)
        }
        Route::Rss(tree) => feed::render(lens, tree, bds_content::feed::rss),
        Route::Atom(tree) => feed::render(lens, tree, bds_content::feed::atom),
        Route::NotFound(tree) => not_found::render(lens, tree),
        Route::Sitemap | Route::Calendar | Route::Asset(_) => Content::default(),
    }
}

impl Content {
    fn of(text: String) -> Self {
        Self { content: Some(text.into_bytes()), diagnostics: Vec::new() }
    }
}

/// `calendar.json` counts what the lists of the main tree show (format sheet §8.5).
fn calendar(db: &dyn Db) -> String {
    let tree = Name::new(db, settings::main_language(db));
    let listed = archives::archive_posts(db, Archive::new(db, tree, ArchiveKind::Root));
    let days = listed.iter().filter_map(|file| posts::post(db, *file)).map(|post| post.date);
    bds_content::calendar::calendar_json(days)
}

/// What owns the file of a route, for the record of output files.
pub(crate) fn owner(db: &dyn Db, route: &Route) -> String {
    match route {
        Route::Post(tree, file) => format!("post {tree} {}", file.path(db)),
        Route::Page(tree, file) => format!("page {tree} {}", file.path(db)),
        Route::Translation(file, language) => format!("translation {language} {}", file.path(db)),
        Route::List(tree, kind, number) => format!("list {tree} {} {number}", kind.describe()),
        Route::Rss(tree) => format!("rss {tree}"),
        Route::Atom(tree) => format!("atom {tree}"),
        Route::Sitemap => "sitemap".to_owned(),
        Route::Calendar => "calendar".to_owned(),
        Route::NotFound(tree) => format!("not-found {tree}"),
        Route::Asset(_) => "asset".to_owned(),
    }
}
