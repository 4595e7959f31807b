//! What links to what.

use std::collections::BTreeSet;
use std::sync::Arc;

use bds_content::percent::encode_path;
use rustc_hash::FxHashMap;

use crate::db::Db;
use crate::files::SourceFile;
use crate::media;
use crate::posts::{self, Name};
use crate::routes;

/// The address of the post with a slug, in the main tree.
#[salsa::tracked(returns(clone))]
pub(crate) fn post_address<'db>(db: &'db dyn Db, slug: Name<'db>) -> Option<Arc<str>> {
    let post = posts::post(db, posts::post_of_slug(db, slug)?)?;
    Some(routes::post_path(post).into())
}

/// The address of the media file that texts call by this path.
#[salsa::tracked(returns(clone))]
pub(crate) fn media_address<'db>(db: &'db dyn Db, path: Name<'db>) -> Option<Arc<str>> {
    let file = media::media_of_address(db, path)?;
    Some(encode_path(&format!("/{file}")).into())
}

/// Whether only the main tree has what is at an address: the page of a post that must not be translated.
pub(crate) fn stays_in_main_tree(db: &dyn Db, address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    let slug = path.rsplit('/').next().unwrap_or_default();
    let found = posts::post_of_slug(db, Name::new(db, slug)).filter(|file| is_untranslated(db, *file));
    let post = found.and_then(|file| posts::post(db, file));
    post.is_some_and(|post| path == slug || routes::post_path(post).trim_matches('/') == path)
}

#[salsa::tracked(returns(copy))]
fn is_untranslated(db: &dyn Db, file: SourceFile) -> bool {
    posts::post(db, file).is_some_and(|post| post.do_not_translate)
}

/// The addresses of all posts that only the main tree has.
#[salsa::tracked]
pub(crate) fn untranslated(db: &dyn Db) -> BTreeSet<String> {
    let shown = posts::shown_posts(db).iter().filter_map(|file| posts::post(db, *file));
    shown.filter(|post| post.do_not_translate).map(|post| routes::post_path(post)).collect()
}

/// The posts that a post links to, itself excepted.
#[salsa::tracked]
pub(crate) fn targets(db: &dyn Db, file: SourceFile) -> Arc<[SourceFile]> {
    let slugs = linked_slugs(db, file);
    let found = slugs.filter_map(|slug| posts::post_of_slug(db, Name::new(db, slug.as_str())));
    found.filter(|target| *target != file).collect()
}

/// The slugs that the text of a post links to, each once.
fn linked_slugs(db: &dyn Db, file: SourceFile) -> impl Iterator<Item = &String> {
    file.outline(db).iter().flat_map(|outline| &outline.links)
}

/// All backlinks of the site: post, posts that link to it, the newest first. It looks at everything at once: a query for
/// each link would cost more than the whole of it.
#[salsa::tracked(no_eq)]
fn backlink_index(db: &dyn Db) -> FxHashMap<SourceFile, Vec<SourceFile>> {
    let mut index: FxHashMap<SourceFile, Vec<SourceFile>> = FxHashMap::default();
    let slugs = posts::shown_slugs(db);
    for source in posts::shown_posts(db).iter() {
        let targets = linked_slugs(db, *source).filter_map(|slug| slugs.get(slug.as_str()));
        for target in targets.filter(|target| *target != source) {
            index.entry(*target).or_default().push(*source);
        }
    }
    index
}

/// The posts that link to a post, the newest first.
#[salsa::tracked]
pub(crate) fn backlinks(db: &dyn Db, file: SourceFile) -> Arc<[SourceFile]> {
    backlink_index(db).get(&file).map_or_else(Arc::default, |sources| sources.as_slice().into())
}
