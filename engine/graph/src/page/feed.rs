//! `rss.xml` and `atom.xml`.

use std::sync::Arc;

use bds_content::feed::{Channel, Item};
use bds_content::{excerpt, links};

use super::Content;
use super::single::setting;
use crate::archives::{self, Archive, ArchiveKind};
use crate::body::{Part, rendered};
use crate::db::Db;
use crate::links::stays_in_main_tree;
use crate::posts::{self, Name, Variant};
use crate::{routes, settings};

/// Renders a feed of the newest listed posts of a tree, as many as a page of a list has (format sheet §8.3).
pub(super) fn render(db: &dyn Db, tree: &Arc<str>, write: fn(&Channel, &[Item]) -> String) -> Content {
    let Some(base) = settings::base_url(db) else { return Content::default() };
    let prefix = settings::prefix(db, tree);
    let feed = Feed { db, tree: Name::new(db, Arc::clone(tree)), base: &base, prefix: &prefix };
    let listed = archives::archive_posts(db, Archive::new(db, feed.tree, ArchiveKind::Root));
    let newest = listed.iter().take(settings::posts_per_page(db));
    let variants: Vec<_> = newest.filter_map(|file| posts::variant(db, *file, feed.tree)).collect();
    let mut diagnostics = Vec::new();
    let items: Vec<_> = variants.iter().map(|variant| feed.item(variant, &mut diagnostics)).collect();
    let title = settings::name(db).unwrap_or_else(|| settings::page_title(db));
    let channel = Channel {
        description: settings::description(db).unwrap_or_else(|| title.clone()).to_string(),
        title: title.to_string(),
        base_url: format!("{base}{prefix}"),
        language: (!prefix.is_empty()).then(|| tree.to_string()),
        updated: variants.iter().map(|variant| variant.post.updated_at).max(),
    };
    Content { content: Some(write(&channel, &items).into_bytes()), diagnostics }
}

struct Feed<'f, 'db> {
    db: &'db dyn Db,
    tree: Name<'db>,
    base: &'f str,
    prefix: &'f str,
}

impl Feed<'_, '_> {
    fn item(&self, variant: &Variant, found: &mut Vec<bds_base::Diagnostic>) -> Item {
        let Self { db, base, prefix, .. } = *self;
        let post = &variant.post;
        let setting = setting(db, variant, self.tree.text(db), prefix);
        let body = rendered(db, setting, Part::Body);
        found.extend_from_slice(&body.diagnostics);
        let absolute = |html: &str| {
            links::absolute(&links::prefix_tree(html, prefix, |address| stays_in_main_tree(db, address)), base)
        };
        let summary = match variant.excerpt {
            Some(_) => {
                let excerpt = rendered(db, setting, Part::Excerpt);
                found.extend_from_slice(&excerpt.diagnostics);
                &*excerpt.html
            }
            None => excerpt::first_paragraph(&body.html).unwrap_or_default(),
        };
        Item {
            title: variant.title.to_string(),
            link: format!("{base}{prefix}{}", routes::post_path(post)),
            published: post.published_at.unwrap_or(post.updated_at),
            updated: post.updated_at,
            author: post.author.as_ref().map(ToString::to_string),
            language: (variant.language != *self.tree.text(db)).then(|| variant.language.to_string()),
            summary: absolute(summary),
            content: absolute(&body.html),
            categories: post.categories.iter().map(ToString::to_string).collect(),
            tags: post.tags.iter().map(ToString::to_string).collect(),
        }
    }
}
