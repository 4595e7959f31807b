//! All posts of a project together: what their files leave out is filled in, ids and slugs are kept apart, and
//! translations find their posts (format sheet §2).

mod translations;

use std::sync::Arc;

use bds_base::{Diagnostic, SitePath};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::names::{self, Claim, Name, Naming};
use crate::post::{PostDocument, PostHead, Status};
use crate::{codes, slug};

/// A post of which everything is known but its text. Texts are shared with its [`PostHead`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Post {
    /// Its file.
    pub path: SitePath,
    /// Its id; no two posts have the same.
    pub id: Arc<str>,
    /// Its title; the stem of the file where that says none.
    pub title: Arc<str>,
    /// Its slug; no two posts have the same.
    pub slug: Arc<str>,
    /// Whether it is shown.
    pub status: Status,
    /// When it was written: decides its routes and its place in lists. See [`resolve`].
    pub created_at: Timestamp,
    /// When it was last changed; when it was written, where the file does not say.
    pub updated_at: Timestamp,
    /// When it was published; when it was last changed, where the file does not say. None unless it is published.
    pub published_at: Option<Timestamp>,
    /// Its tags.
    pub tags: Arc<[Arc<str>]>,
    /// Its categories.
    pub categories: Arc<[Arc<str>]>,
    /// Its excerpt.
    pub excerpt: Option<Arc<str>>,
    /// Its author.
    pub author: Option<Arc<str>>,
    /// Its language as the file says it; see [`Post::language_in`].
    pub language: Option<Arc<str>>,
    /// Whether it is shown in the main language tree only.
    pub do_not_translate: bool,
    /// The slug of the template that it is shown with.
    pub template_slug: Option<Arc<str>>,
}

impl Post {
    /// The language that the post is written in: its own, or else the main language of the project.
    pub fn language_in<'l>(&'l self, main_language: &'l str) -> &'l str {
        self.language.as_deref().unwrap_or(main_language)
    }
}

/// The translation of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// Its file.
    pub path: SitePath,
    /// The post that it translates, from which it has its dates, tags, categories, author and slug.
    pub source: Arc<Post>,
    /// Its language; never that of its source.
    pub language: Arc<str>,
    /// Its title; that of the source where the file says none.
    pub title: Arc<str>,
    /// Its excerpt; that of the source where the file says none.
    pub excerpt: Option<Arc<str>>,
    /// Whether it is shown, if its source is.
    pub status: Status,
}

/// The posts of a project and their translations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resolved {
    /// The posts, newest first (format sheet §8, "Ordering"): by creation, then publication, then slug.
    pub posts: Vec<Arc<Post>>,
    /// The translations, in the order of their posts, then by language.
    pub translations: Vec<Arc<Translation>>,
    /// What is wrong between the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// Puts the posts and translations of a project together. Linear in their number, but for sorting.
///
/// Files are looked at in the order of their paths, whatever order they come in; drafts and archived posts after the
/// published ones, so that they do not change what those are called. Of two posts with one id, the first keeps it and the other has one derived from its path. A slug goes first to the first post whose file says it, then
/// to posts whose title makes it; the others have it with `-2`, `-3`… A post without `createdAt` has the date of
/// `updatedAt`, else of `publishedAt`, else the first day of the month that its folder names, else 1970-01-01 with a
/// warning: never that of the build.
pub fn resolve(documents: impl IntoIterator<Item = (SitePath, PostDocument)>, main_language: &str) -> Resolved {
    let mut heads = Vec::new();
    let mut translations = Vec::new();
    for (path, document) in documents {
        match document {
            PostDocument::Post(head) => heads.push((path, head)),
            PostDocument::Translation(head) => translations.push((path, head)),
        }
    }
    heads.sort_by(|(a, a_head), (b, b_head)| (is_hidden(a_head), a).cmp(&(is_hidden(b_head), b)));
    translations.sort_by(|(a, _), (b, _)| a.cmp(b));

    let mut diagnostics = Vec::new();
    let claims: Vec<_> = heads.iter().map(claim).collect();
    let names = names::resolve(&claims, &NAMING, &mut diagnostics);
    drop(claims);
    let mut posts: Vec<Arc<Post>> = Vec::with_capacity(heads.len());
    for ((path, head), name) in heads.into_iter().zip(names) {
        posts.push(Arc::new(complete(path, &head, name, &mut diagnostics)));
    }
    posts.sort_by(|a, b| newest_first(a).cmp(&newest_first(b)));
    let translations = translations::resolve(translations, &posts, main_language, &mut diagnostics);
    diagnostics.sort();
    Resolved { posts, translations, diagnostics }
}

/// Drafts must not change what published posts are called.
fn is_hidden(head: &PostHead) -> bool {
    head.status != Status::Published
}

fn newest_first(post: &Post) -> impl Ord + '_ {
    use std::cmp::Reverse;
    (Reverse(post.created_at), Reverse(post.published_at), &post.slug, &post.path)
}

const NAMING: Naming = Naming {
    kind: "post",
    separator: '-',
    duplicate_id: codes::POST_DUPLICATE_ID,
    duplicate_slug: codes::POST_DUPLICATE_SLUG,
    is_address: true,
};

fn claim((path, head): &(SitePath, Arc<PostHead>)) -> Claim<'_> {
    let said = said_slug(head);
    let made = if said.is_none() { made_slug(path, head) } else { Arc::default() };
    Claim { path, id: head.id.as_ref(), said, said_at: head.slug_at, made, quiet: false }
}

/// The slug that a file says, brought into the form of one.
fn said_slug(head: &PostHead) -> Option<Arc<str>> {
    let said = head.slug.as_ref()?;
    if slug::is_post_slug(said) {
        return Some(said.clone());
    }
    let slug = slug::post_slug(said);
    (!slug.is_empty()).then(|| slug.into())
}

fn made_slug(path: &SitePath, head: &PostHead) -> Arc<str> {
    let from_title = head.title.as_deref().map(slug::post_slug).filter(|slug| !slug.is_empty());
    let slug = from_title.unwrap_or_else(|| slug::post_slug(path.stem()));
    if slug.is_empty() { "untitled".into() } else { slug.into() }
}

fn complete(path: SitePath, head: &PostHead, name: Name, diagnostics: &mut Vec<Diagnostic>) -> Post {
    let dated = head.created_at.or(head.updated_at).or(head.published_at).or_else(|| folder_date(&path));
    let created_at = dated.unwrap_or_else(|| {
        let hint = "add `createdAt: '2026-03-13T07:19:45.000Z'` to its front matter";
        let diagnostic = Diagnostic::warning(codes::POST_UNDATED, "the post has no date, so it counts as of 1970");
        diagnostics.push(diagnostic.hint(hint).in_file(&path));
        Timestamp::UNIX_EPOCH
    });
    let updated_at = head.updated_at.unwrap_or(created_at);
    let published_at = (head.status == Status::Published).then(|| head.published_at.unwrap_or(updated_at));
    Post {
        id: name.id,
        title: head.title.clone().unwrap_or_else(|| path.stem().into()),
        slug: name.slug,
        status: head.status,
        created_at,
        updated_at,
        published_at,
        tags: head.tags.clone(),
        categories: head.categories.clone(),
        excerpt: head.excerpt.clone(),
        author: head.author.clone(),
        language: head.language.clone(),
        do_not_translate: head.do_not_translate,
        template_slug: head.template_slug.clone(),
        path,
    }
}

/// The first day of the month that the folders `YYYY/MM` of a file name.
fn folder_date(path: &SitePath) -> Option<Timestamp> {
    let mut folders = path.as_str().rsplit('/').skip(1);
    let (month, year) = (folders.next()?, folders.next()?);
    if month.len() != 2 || year.len() != 4 {
        return None;
    }
    let date = Date::new(year.parse().ok().filter(|year| *year > 0)?, month.parse().ok()?, 1).ok()?;
    TimeZone::UTC.to_timestamp(date.to_datetime(Time::midnight())).ok()
}

#[cfg(test)]
mod tests;
