//! Which files the site has: one route for each (format sheet §8).

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use bds_base::{Diagnostic, Place, SitePath};
use bds_content::percent::encode_path;
use jiff::civil::Date;

use crate::archives::{self, Archive, ArchiveKind};
use crate::codes;
use crate::db::Db;
use crate::files::SourceFile;
use crate::inputs::Site;
use crate::posts::{self, Name, Post};
use crate::{settings, static_files};

/// What a file of the site shows. Languages name the tree that the file lies in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Route {
    /// A post, at its date.
    Post(Arc<str>, SourceFile),
    /// A post of the category `page`, at the top of the tree.
    Page(Arc<str>, SourceFile),
    /// A translation in the main tree, beside the post that it is of: post, language.
    Translation(SourceFile, Arc<str>),
    /// A page of an archive, counted from 1.
    List(Arc<str>, ArchiveKind, usize),
    /// `rss.xml`.
    Rss(Arc<str>),
    /// `atom.xml`.
    Atom(Arc<str>),
    /// `sitemap.xml`.
    Sitemap,
    /// `calendar.json`.
    Calendar,
    /// `404.html`.
    NotFound(Arc<str>),
    /// A style sheet or browser script that ships with bds.
    Asset(SitePath),
}

/// The files of the site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Routes {
    /// Files that are rendered.
    pub(crate) pages: BTreeMap<SitePath, Route>,
    /// Files that are the same as files of the project: output file, source.
    pub(crate) mirrors: BTreeMap<SitePath, SitePath>,
    /// What is wrong with them.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// All routes of the site.
#[salsa::tracked]
pub(crate) fn routes(db: &dyn Db) -> Arc<Routes> {
    let mut routes = Routes::default();
    for tree in settings::trees(db).iter() {
        add_tree(db, &mut routes, Name::new(db, Arc::clone(tree)));
    }
    let wanted = &Site::get(db).config(db).archives;
    if wanted.translations {
        add_translations(db, &mut routes);
    }
    if wanted.sitemap && settings::base_url(db).is_some() {
        routes.add(db, "sitemap.xml", Route::Sitemap);
    }
    if wanted.calendar {
        routes.add(db, "calendar.json", Route::Calendar);
    }
    for path in static_files::paths(db) {
        routes.add(db, path.as_str(), Route::Asset(path.clone()));
    }
    add_mirrors(db, &mut routes);
    Arc::new(routes)
}

impl Routes {
    /// Whether the site has a file.
    pub(crate) fn has(&self, file: &SitePath) -> bool {
        self.pages.contains_key(file) || self.mirrors.contains_key(file)
    }

    /// Whether a file has to go before the site can be written: it is a folder of the site, or lies below one of its
    /// files.
    pub(crate) fn needs_place_of(&self, file: &SitePath) -> bool {
        let folder = format!("{file}/");
        let below = (Bound::Excluded(folder.as_str()), Bound::Unbounded);
        let is_below = |next: Option<&SitePath>| next.is_some_and(|next| next.as_str().starts_with(&folder));
        let mut folders = std::iter::successors(file.parent(), SitePath::parent);
        is_below(self.pages.range::<str, _>(below).next().map(|(path, _)| path))
            || is_below(self.mirrors.range::<str, _>(below).next().map(|(path, _)| path))
            || folders.any(|folder| self.has(&folder))
    }

    /// Takes a route, unless another has the same file: the first one keeps it.
    fn add(&mut self, db: &dyn Db, file: &str, route: Route) {
        let Ok(path) = SitePath::new(file) else { return };
        if let Some((taken, first)) = self.taken(&path) {
            let place = source(first);
            let (first, second) = (describe(db, first), describe(db, &route));
            let message = format!("{first} and {second} have the same address, `{taken}`; the second is left out");
            let mut diagnostic = Diagnostic::error(codes::ROUTE_TWICE, message).hint("give one of them another name");
            if let Some(file) = source(&route).or(place) {
                diagnostic = diagnostic.at(Place::stretch(file.path(db).clone(), posts::slug_at(db, file)));
            }
            self.diagnostics.push(diagnostic);
        } else {
            self.pages.insert(path, route);
        }
    }

    /// The page that stands where a file is to be, or where a folder of it is to be: that of the tag `a`, if another
    /// tag is called `a/index.html`.
    fn taken(&self, path: &SitePath) -> Option<(SitePath, &Route)> {
        const PAGE: &str = "index.html";
        let of = |path: SitePath| self.pages.get(&path).map(|route| (path, route));
        if let Some(route) = self.pages.get(path) {
            return Some((path.clone(), route));
        }
        // Hardly any folder is called as pages are.
        let (folder, _) = path.as_str().rsplit_once('/').filter(|(folder, _)| folder.contains(PAGE))?;
        std::iter::successors(SitePath::new(folder).ok(), SitePath::parent).find_map(of)
    }
}

fn describe(db: &dyn Db, route: &Route) -> String {
    match route {
        Route::Post(_, file) | Route::Page(_, file) => format!("`{}`", file.path(db)),
        Route::Translation(file, language) => format!("the {language} translation of `{}`", file.path(db)),
        Route::List(_, kind, page) => format!("page {page} of {}", kind.describe()),
        Route::Rss(_) | Route::Atom(_) => "a feed".to_owned(),
        Route::Sitemap => "the sitemap".to_owned(),
        Route::Calendar => "the calendar".to_owned(),
        Route::NotFound(_) => "the page for what is not found".to_owned(),
        Route::Asset(path) => format!("the shipped file `{path}`"),
    }
}

fn source(route: &Route) -> Option<SourceFile> {
    match route {
        Route::Post(_, file) | Route::Page(_, file) | Route::Translation(file, _) => Some(*file),
        _ => None,
    }
}

impl ArchiveKind {
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Root => "the list of all posts".to_owned(),
            Self::Category(name) => format!("the category `{name}`"),
            Self::Tag(name) => format!("the tag `{name}`"),
            Self::Year(year) => format!("the year {year}"),
            Self::Month(year, month) => format!("the month {year}-{month:02}"),
            Self::Day(date) => format!("the day {date}"),
        }
    }
}

fn add_tree<'db>(db: &'db dyn Db, routes: &mut Routes, tree: Name<'db>) {
    let language = tree.text(db);
    let prefix = settings::prefix(db, language);
    let prefix = prefix.trim_start_matches('/');
    let file = |rest: &str| if prefix.is_empty() { rest.to_owned() } else { format!("{prefix}/{rest}") };
    let wanted = &Site::get(db).config(db).archives;
    for post in posts::tree_posts(db, tree).iter().filter_map(|post| posts::post(db, *post)) {
        routes.add(db, &file(&format!("{}index.html", post_folder(post))), Route::Post(language.clone(), post.file));
        if post.is_page() {
            routes.add(db, &file(&format!("{}/index.html", post.slug)), Route::Page(language.clone(), post.file));
        }
    }
    add_lists(db, routes, tree, &file);
    if wanted.feeds && settings::base_url(db).is_some() {
        routes.add(db, &file("rss.xml"), Route::Rss(language.clone()));
        routes.add(db, &file("atom.xml"), Route::Atom(language.clone()));
    }
    routes.add(db, &file("404.html"), Route::NotFound(language.clone()));
}

fn add_lists<'db>(db: &'db dyn Db, routes: &mut Routes, tree: Name<'db>, file: &dyn Fn(&str) -> String) {
    let archives = archives::archives(db, tree);
    let size = settings::posts_per_page(db);
    let root = std::iter::once((&ArchiveKind::Root, &archives.root));
    for (kind, posts) in root.chain(&archives.others).filter(|(kind, _)| archives::is_wanted(db, kind)) {
        let folder = archive_folder(db, Archive::new(db, tree, kind.clone()));
        // An empty blog still has a front page.
        for page in 1..=posts.len().div_ceil(size).max(1) {
            let page_folder = if page == 1 { folder.clone() } else { format!("{folder}page/{page}/") };
            routes.add(
                db,
                &file(&format!("{page_folder}index.html")),
                Route::List(tree.text(db).clone(), kind.clone(), page),
            );
        }
    }
}

fn add_translations(db: &dyn Db, routes: &mut Routes) {
    let main = Name::new(db, settings::main_language(db));
    for post in posts::tree_posts(db, main).iter().filter_map(|post| posts::post(db, *post)) {
        for language in post.translations.keys() {
            let folder = post_folder(post);
            let file = format!("{}.{language}/index.html", folder.trim_end_matches('/'));
            routes.add(db, &file, Route::Translation(post.file, language.clone()));
        }
    }
}

fn add_mirrors(db: &dyn Db, routes: &mut Routes) {
    if Site::get(db).config(db).output.media == bds_project::config::MediaMode::None {
        return;
    }
    for path in Site::get(db).mirrored(db).iter() {
        if let Some((taken, page)) = routes.taken(path) {
            let page = describe(db, page);
            let message =
                format!("{page} and the file `{path}` have the same address, `{taken}`; the file is left out");
            let diagnostic = Diagnostic::error(codes::ROUTE_TWICE, message).in_file(path);
            routes.diagnostics.push(diagnostic.hint("give one of them another name"));
        } else {
            routes.mirrors.insert(path.clone(), path.clone());
        }
    }
}

/// The folder of a post relative to its tree: `2026/03/13/slug/`.
pub(crate) fn post_folder(post: &Post) -> String {
    format!("{}{}/", day_folder(post.date), post.slug)
}

/// The address of a post in the main tree, as links and templates use it.
pub(crate) fn post_path(post: &Post) -> String {
    format!("/{}", post_folder(post))
}

fn day_folder(date: Date) -> String {
    format!("{:04}/{:02}/{:02}/", date.year(), date.month(), date.day())
}

/// The folder of an archive relative to its tree, as it is named on disk: `tag/füße/`; empty for the root.
pub(crate) fn archive_folder<'db>(db: &'db dyn Db, archive: Archive<'db>) -> String {
    match archive.kind(db) {
        ArchiveKind::Root => String::new(),
        ArchiveKind::Category(_) => format!("category/{}/", folder_name(archives::archive_name(db, archive))),
        ArchiveKind::Tag(_) => format!("tag/{}/", folder_name(archives::archive_name(db, archive))),
        ArchiveKind::Year(year) => format!("{year:04}/"),
        ArchiveKind::Month(year, month) => format!("{year:04}/{month:02}/"),
        ArchiveKind::Day(date) => day_folder(*date),
    }
}

/// A name as a folder. A name with a slash becomes nested folders, which is where servers look for it whether a link
/// encodes the slash or not; only what no path can hold is left encoded.
fn folder_name(name: &str) -> String {
    let encode = |part: &str| match part {
        "" => "%20".to_owned(),
        "." | ".." => part.replace('.', "%2E"),
        _ => part.replace('\\', "%5C").replace('\0', "%00"),
    };
    name.split('/').map(encode).collect::<Vec<_>>().join("/")
}

/// The address of an archive in the main tree.
pub(crate) fn archive_path<'db>(db: &'db dyn Db, archive: Archive<'db>) -> String {
    encode_path(&format!("/{}", archive_folder(db, archive)))
}
