//! `rss.xml` and `atom.xml`.

use std::sync::Arc;

use bds_content::feed::{Channel, Item};
use bds_content::{excerpt, links};

use super::Content;
use crate::archives::ArchiveKind;
use crate::body::Part;
use crate::lens::Lens;
use crate::posts::{Name, Variant};
use crate::routes;

/// Renders a feed of the newest listed posts of a tree, as many as a page of a list has (format sheet §8.3).
pub(super) fn render(lens: &Lens<'_>, tree: &Arc<str>, write: fn(&Channel, &[Item]) -> String) -> Content {
    let frame = lens.frame();
    let Some(base) = &frame.base_url else { return Content::default() };
    let prefix = frame.prefix(tree);
    let feed = Feed { lens, tree: lens.name(tree.clone()), base, prefix: &prefix };
    let newest = lens.page_files(lens.archive(feed.tree, ArchiveKind::Root), 1);
    let variants: Vec<_> = newest.iter().filter_map(|file| lens.variant(*file, feed.tree)).collect();
    let mut diagnostics = Vec::new();
    let items: Vec<_> = variants.iter().map(|variant| feed.item(variant, &mut diagnostics)).collect();
    let title = frame.name.as_ref().unwrap_or(&frame.page_title);
    let channel = Channel {
        description: frame.description.as_ref().unwrap_or(title).to_string(),
        title: title.to_string(),
        base_url: format!("{base}{prefix}"),
        language: (!prefix.is_empty()).then(|| tree.to_string()),
        updated: variants.iter().map(|variant| variant.post.updated_at).max(),
    };
    Content { content: Some(write(&channel, &items).into_bytes()), diagnostics }
}

struct Feed<'f, 'db> {
    lens: &'f Lens<'db>,
    tree: Name<'db>,
    base: &'f str,
    prefix: &'f str,
}

impl Feed<'_, '_> {
    fn item(&self, variant: &Variant, found: &mut Vec<bds_base::Diagnostic>) -> Item {
        let Self { lens, base, prefix, .. } = *self;
        let post = &variant.post;
        let language = lens.text(self.tree);
        let setting = lens.setting(post.file, variant.words, language, prefix);
        let body = lens.rendered(setting, Part::Body);
        found.extend_from_slice(&body.diagnostics);
        let absolute = |html: &str| {
            links::absolute(&links::prefix_tree(html, prefix, |address| lens.stays_in_main_tree(address)), base)
        };
        let summary = match variant.excerpt {
            Some(_) => {
                let excerpt = lens.rendered(setting, Part::Excerpt);
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
            language: (variant.language != *language).then(|| variant.language.to_string()),
            summary: absolute(summary),
            content: absolute(&body.html),
            categories: post.categories.iter().map(ToString::to_string).collect(),
            tags: post.tags.iter().map(ToString::to_string).collect(),
        }
    }
}
