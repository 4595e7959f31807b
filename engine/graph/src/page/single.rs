//! The page of one post.

use std::sync::Arc;

use bds_content::excerpt;
use bds_content::percent::encode_path;
use bds_liquid::{Map, Object, Text, Value};
use bds_project::slug;

use super::Content;
use super::common::Common;
use super::maps::{ArchivePaths, TagColors};
use super::post::{PostObject, Shown};
use super::template::{self, Target};
use crate::archives::ArchiveKind;
use crate::body::{Part, Rendered};
use crate::files::SourceFile;
use crate::lens::{Entry, Lens};
use crate::posts::Variant;
use crate::routes;

/// Where the page of a post stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum At<'a> {
    /// At its date.
    Date,
    /// At the top of the tree, as posts of the category `page` do.
    Top,
    /// In the main tree beside the post, as a translation into this language.
    Translation(&'a Arc<str>),
}

/// Renders the page of a post in the tree of a language.
pub(super) fn render(lens: &Lens<'_>, tree: &Arc<str>, file: SourceFile, at: At<'_>) -> Content {
    let wanted = match at {
        At::Translation(language) => language,
        At::Date | At::Top => tree,
    };
    let Some(variant) = lens.variant(file, lens.name(wanted.clone())) else { return Content::default() };
    let post = &variant.post;
    let path = match at {
        // Beside a translation there is nothing of its kind in other trees, but the post itself is.
        At::Date | At::Translation(_) => routes::post_path(post),
        At::Top => format!("/{}/", post.slug),
    };
    let target = Target::new(lens, tree);
    let (template, mut found) = lens.template_of_post(post);
    let exists_in = |language: &str| !post.do_not_translate || language == &*lens.frame().main_language;
    let common = Common {
        target: target.clone(),
        language: variant.language.clone(),
        title: variant.title.clone(),
        path,
        calendar: Some((post.date.year(), post.date.month())),
        exists_in: &exists_in,
    };
    let mut content = template::render(&target, &template, &Single { common, variant, at });
    content.diagnostics.append(&mut found);
    content
}

/// The context of the page of a post.
struct Single<'c, 'db> {
    common: Common<'c, 'db>,
    variant: &'db Variant,
    at: At<'c>,
}

impl<'db> Object<'db> for Single<'_, 'db> {
    fn get(&self, key: &str) -> Option<Value<'db>> {
        let Variant { post, .. } = self.variant;
        let Target { lens, tree, .. } = &self.common.target;
        let (lens, tree) = (lens.clone(), *tree);
        Some(match key {
            "post" => Value::object(PostObject { lens, entry: Entry::of(self.variant), part: Shown::Whole }),
            "post_categories" => names(&lens, &post.categories, ArchiveKind::Category),
            "post_tags" => names(&lens, &post.tags, ArchiveKind::Tag),
            "tag_color_by_name" => Value::object(TagColors(lens, post.tags.clone())),
            "category_path_by_name" => Value::object(ArchivePaths { lens, tree, kind: ArchiveKind::Category }),
            "tag_path_by_name" => Value::object(ArchivePaths { lens, tree, kind: ArchiveKind::Tag }),
            "backlinks" => self.backlinks(),
            "alternate_links" => self.alternates(),
            "canonical_url" => self.canonical_url().map_or(Value::Nil, Value::from),
            "page_description" => self.description().into(),
            "og_image" => self.image().map_or(Value::Nil, Value::from),
            _ => return self.common.get(key),
        })
    }

    fn keys(&self) -> Vec<Text<'db>> {
        let own = [
            "post",
            "post_categories",
            "post_tags",
            "tag_color_by_name",
            "category_path_by_name",
            "tag_path_by_name",
            "backlinks",
        ];
        own.map(Text::from).into_iter().chain(Common::keys()).collect()
    }
}

impl<'db> Single<'_, 'db> {
    /// The posts that link to this one (format sheet §9), with their titles in the language of the tree.
    fn backlinks(&self) -> Value<'db> {
        let Target { lens, tree, .. } = &self.common.target;
        Value::array(lens.backlinks(self.variant.post.file, *tree).into_iter().map(|source| {
            let entry = Map::new()
                .with("slug", source.slug.clone())
                .with("display_slug", display_slug(&source.slug))
                .with("title", source.title)
                .with("path", source.path);
            Value::object(entry)
        }))
    }

    /// The same post in other languages, itself included: those that have a tree in it, the others beside the post in
    /// the main tree. None when there is only one.
    fn alternates(&self) -> Value<'db> {
        let frame = self.common.target.lens.frame();
        let post = &self.variant.post;
        let (main, trees) = (&frame.main_language, &frame.trees);
        let path = routes::post_path(post);
        let own = post.language.as_ref().unwrap_or(main);
        let languages = std::iter::once(own).chain(post.translations.keys());
        let mut found: Vec<_> = languages
            .filter_map(|language| {
                let order = trees.iter().position(|tree| tree == language);
                let href = match order {
                    Some(_) => format!("{}{path}", frame.prefix(language)),
                    // The original in a language without a tree is what the main tree falls back to.
                    None if language == own => path.clone(),
                    None if frame.has_translations => {
                        format!("{}.{language}/", path.trim_end_matches('/'))
                    }
                    None => return None,
                };
                Some((order.unwrap_or(usize::MAX), language, href))
            })
            .collect();
        found.sort();
        if found.len() < 2 {
            found.clear();
        }
        Value::array(found.into_iter().map(|(_, language, href)| {
            Value::object(Map::new().with("hreflang", Text::from(language)).with("href", href))
        }))
    }

    /// The whole address of the page. A translation beside its post is there for links that name its file; where its
    /// language has a tree, the page in that tree is the one to be found.
    fn canonical_url(&self) -> Option<String> {
        let At::Translation(language) = self.at else { return self.common.canonical_url() };
        let frame = self.common.target.lens.frame();
        let (base, path) = (frame.base_url.as_deref()?, encode_path(&self.common.path));
        Some(if frame.trees.contains(language) {
            format!("{base}{}{path}", frame.prefix(language))
        } else {
            format!("{base}{}.{language}/", path.trim_end_matches('/'))
        })
    }

    /// What the post is about, in a line: its excerpt, or else the beginning of its text.
    fn description(&self) -> String {
        const LIMIT: usize = 160;
        let excerpt = self.variant.excerpt.as_deref();
        match excerpt {
            Some(text) => excerpt::plain(text, LIMIT),
            None => excerpt::description(&self.rendered().html, LIMIT),
        }
    }

    fn rendered(&self) -> &'db Rendered {
        let Target { lens, prefix, .. } = &self.common.target;
        let Variant { post, words, .. } = self.variant;
        lens.rendered(lens.setting(post.file, *words, &self.common.language, prefix), Part::Body)
    }

    /// The address of the first image that belongs to the post.
    fn image(&self) -> Option<String> {
        let lens = &self.common.target.lens;
        let path = encode_path(&lens.image(&self.variant.post.id)?);
        Some(format!("{}{path}", lens.frame().base_url.as_deref()?))
    }
}

/// The names of categories or tags, as their archives write them.
fn names<'db>(lens: &Lens<'db>, names: &[Arc<str>], kind: fn(Arc<str>) -> ArchiveKind) -> Value<'db> {
    Value::array(names.iter().map(|name| {
        let spelling = lens.spelling(kind(slug::key(name).into()));
        spelling.map_or_else(|| name.trim().to_owned().into(), |name| Text::from(name).into())
    }))
}

/// Long slugs are cut (format sheet §9, "Backlinks").
fn display_slug(slug: &str) -> String {
    const LENGTH: usize = 30;
    match slug.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}...", &slug[..end]),
        None => slug.to_owned(),
    }
}
