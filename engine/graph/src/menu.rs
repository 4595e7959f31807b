//! The menu as pages show it.

use std::sync::Arc;

use bds_base::{Diagnostic, Place};
use bds_content::percent::encode_segment;
use bds_project::layout::MetaKind;
use bds_project::menu::{MenuItem, MenuTarget};
use bds_project::slug;
use serde::Serialize;

use crate::archives::{self, Archive, ArchiveKind};
use crate::codes;
use crate::db::Db;
use crate::posts::{self, Name, Post, unread};
use crate::text::source_text;
use crate::{routes, settings};

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    /// What it says.
    pub(crate) title: Arc<str>,
    /// Where it leads in the main tree; `#` when it leads nowhere itself.
    pub(crate) href: Arc<str>,
    /// The entries below it.
    pub(crate) children: Arc<[Entry]>,
}

/// The menu with its addresses (format sheet §4).
#[salsa::tracked]
pub(crate) fn entries(db: &dyn Db) -> Arc<[Entry]> {
    settings::menu(db).value.items.iter().map(|item| entry(db, item)).collect()
}

fn entry(db: &dyn Db, item: &MenuItem) -> Entry {
    let (title, href) = match &item.target {
        MenuTarget::Home => (item.text.clone(), "/".to_owned()),
        MenuTarget::Submenu => (item.text.clone(), "#".to_owned()),
        MenuTarget::Page { slug, id } => (item.text.clone(), page_path(db, slug.as_deref(), id.as_deref())),
        MenuTarget::CategoryArchive { category } => {
            let title = settings::category_title(db, Name::new(db, &*slug::key(category)));
            (title.unwrap_or_else(|| item.text.clone()), category_path(db, category))
        }
    };
    let children = item.children.iter().map(|child| entry(db, child)).collect();
    Entry { title, href: href.into(), children }
}

/// A page is found by its slug, or else by its id; its own address is used, so that a page which is no page at the top
/// of the site is reached all the same.
fn page_path(db: &dyn Db, slug: Option<&str>, id: Option<&str>) -> String {
    match find(db, slug, id) {
        Some(post) if post.is_page() => format!("/{}/", post.slug),
        Some(post) => routes::post_path(post),
        None => {
            let segments = slug.unwrap_or_default().split('/').filter(|segment| !segment.is_empty());
            segments.fold("/".to_owned(), |path, segment| path + &encode_segment(segment) + "/")
        }
    }
}

fn find<'db>(db: &'db dyn Db, slug: Option<&str>, id: Option<&str>) -> Option<&'db Arc<Post>> {
    let by_slug = slug.and_then(|slug| posts::post_of_slug(db, Name::new(db, slug)));
    let file = by_slug.or_else(|| id.and_then(|id| posts::post_of_id(db, Name::new(db, id))))?;
    posts::post(db, file)
}

fn category_path(db: &dyn Db, category: &str) -> String {
    let archive = category_archive(db, category);
    match archives::spelling(db, archive) {
        Some(_) => routes::archive_path(db, archive),
        None => format!("/category/{}/", encode_segment(category)),
    }
}

fn category_archive<'db>(db: &'db dyn Db, category: &str) -> Archive<'db> {
    archives::in_main_tree(db, ArchiveKind::Category(slug::key(category).into()))
}

/// The entries that lead nowhere. Of those that would lead to a post which cannot be read, that is said already.
pub(crate) fn diagnostics(db: &dyn Db) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    check(db, &settings::menu(db).value.items, &mut found);
    found
}

fn check(db: &dyn Db, items: &[MenuItem], found: &mut Vec<Diagnostic>) {
    for item in items {
        let problem = match &item.target {
            MenuTarget::Page { slug, id }
                if find(db, slug.as_deref(), id.as_deref()).is_none()
                    && !unread::is_unread(db, slug.as_deref(), id.as_deref()) =>
            {
                let slug = slug.as_deref().or(id.as_deref()).unwrap_or_default();
                Some((
                    format!("the page `{slug}`"),
                    "write a post of the category `page` with this slug, or remove the entry; drafts and posts of the future do not count",
                ))
            }
            MenuTarget::CategoryArchive { category }
                if !archives::archive_exists(db, category_archive(db, category))
                    && !unread::names_category(db, category) =>
            {
                let hint = "give a post this category, allow the category in lists, or remove the entry";
                Some((format!("the archive of the category `{category}`"), hint))
            }
            _ => None,
        };
        if let Some((what, hint)) = problem {
            let message = format!("the menu entry `{}` leads to {what}, which the site does not have", item.text);
            found.push(Diagnostic::error(codes::MENU_TARGET, message).at(place(db, item)).hint(hint));
        }
        check(db, &item.children, found);
    }
}

fn place(db: &dyn Db, item: &MenuItem) -> Place {
    let path = settings::meta_path(MetaKind::Menu);
    match source_text(db, db.services().files.file(db, &path)) {
        Ok(Some(text)) => Place::span(path, text, item.span),
        _ => Place::file(path),
    }
}
