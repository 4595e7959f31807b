//! Pages: the bytes of each file of the site.

mod common;
mod feed;
mod filters;
mod list;
mod maps;
mod not_found;
mod post;
mod single;
mod sitemap;
mod template;

use std::sync::Arc;

use bds_base::{Diagnostic, Fingerprint};

use crate::archives::{self, Archive, ArchiveKind};
use crate::db::Db;
use crate::posts::{self, Name};
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

/// Renders a page. The bytes are left in the stash of the database, the memo holds their fingerprint.
#[salsa::tracked]
pub(crate) fn page<'db>(db: &'db dyn Db, key: PageKey<'db>) -> Page {
    let Content { content, mut diagnostics } = render(db, key.route(db));
    db.services().work.page_rendered();
    diagnostics.sort();
    diagnostics.dedup();
    let page = Page { content: content.as_ref().map(Fingerprint::of), diagnostics: diagnostics.into() };
    if let Some(content) = content {
        db.stash().put(content);
    }
    page
}

/// Renders a page, whatever is remembered of it.
pub(crate) fn render(db: &dyn Db, route: &Route) -> Content {
    match route {
        Route::Post(tree, post) => single::render(db, tree, *post, single::At::Date),
        Route::Page(tree, post) => single::render(db, tree, *post, single::At::Top),
        Route::Translation(post, language) => {
            single::render(db, &settings::main_language(db), *post, single::At::Translation(language))
        }
        Route::List(tree, kind, number) => {
            let tree = Name::new(db, Arc::clone(tree));
            list::render(db, Archive::new(db, tree, kind.clone()), *number)
        }
        Route::Rss(tree) => feed::render(db, tree, bds_content::feed::rss),
        Route::Atom(tree) => feed::render(db, tree, bds_content::feed::atom),
        Route::Sitemap => Content::of(sitemap::render(db)),
        Route::Calendar => Content::of(calendar(db)),
        Route::NotFound(tree) => not_found::render(db, tree),
        Route::Asset(path) => Content {
            content: static_files::content(path).map(|asset| asset.content.to_vec()),
            diagnostics: Vec::new(),
        },
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
