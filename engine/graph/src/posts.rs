//! Posts and translations: from files to what the site shows of them.

pub(crate) mod unread;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use bds_base::{Diagnostic, Stretch};
use bds_project::post::{PostDocument, PostFile, Status};
use bds_project::posts::Translation;
use bds_project::{Parsed, slug};
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::db::Db;
use crate::files::{FileState, SourceFile};
use crate::heads::Head;
use crate::inputs::Site;
use crate::ledger::Seal;
use crate::settings;
use crate::text::source_text;

/// A text as the key of a query: a language, an id, a slug.
#[salsa::interned(debug)]
pub(crate) struct Name<'db> {
    /// The text.
    pub(crate) text: Arc<str>,
}

/// A post of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Post {
    /// Its file.
    pub(crate) file: SourceFile,
    /// What is known of it.
    pub(crate) known: Arc<bds_project::posts::Post>,
    /// The day that it was written, in the time zone of the site.
    pub(crate) date: Date,
    /// The languages that it is translated into, and the files with the translations.
    pub(crate) translations: BTreeMap<Arc<str>, SourceFile>,
}

impl Deref for Post {
    type Target = bds_project::posts::Post;

    fn deref(&self) -> &bds_project::posts::Post {
        &self.known
    }
}

impl Post {
    /// Whether it belongs to the category `page`, whose posts stand at the top of the site too.
    pub(crate) fn is_page(&self) -> bool {
        self.categories.iter().any(|category| slug::key(category) == "page")
    }
}

/// Reads a file of `posts/`, or remembers what it said.
#[salsa::tracked]
pub(crate) fn head(db: &dyn Db, file: SourceFile) -> Head {
    let FileState::Present(content) = file.state(db) else { return read_head(db, file) };
    let (heads, path) = (&db.services().heads, file.path(db));
    heads.get(path, content).unwrap_or_else(|| {
        let head = read_head(db, file);
        // What could not be read just now can perhaps be read later, with the same content.
        if source_text(db, file).is_ok() {
            heads.put(path, content, &head);
        }
        head
    })
}

fn read_head(db: &dyn Db, file: SourceFile) -> Head {
    match source_text(db, file) {
        Ok(Some(text)) => Head::of(file.path(db), text),
        Ok(None) => Head::default(),
        Err(diagnostic) => {
            Head { file: Parsed { value: None, diagnostics: vec![(**diagnostic).clone()] }, ..Head::default() }
        }
    }
}

/// What a file of `posts/` says.
pub(crate) fn post_file(db: &dyn Db, file: SourceFile) -> &Parsed<Option<PostFile>> {
    &head(db, file).file
}

/// What the text of a post or translation is known by.
#[salsa::tracked(returns(copy))]
pub(crate) fn body_seal(db: &dyn Db, file: SourceFile) -> Seal {
    head(db, file).body.unwrap_or_else(|| Seal::of(&()))
}

/// What the front matter says.
fn post_document(db: &dyn Db, file: SourceFile) -> Option<&PostDocument> {
    file.outline(db).as_ref()?.document.as_ref()
}

/// Where a post says its slug, if it does.
pub(crate) fn slug_at(db: &dyn Db, file: SourceFile) -> Option<Stretch> {
    match post_document(db, file) {
        Some(PostDocument::Post(head)) => head.slug_at,
        _ => None,
    }
}

/// The text of a post or translation: Markdown, as it stands in the file.
#[salsa::tracked(lru = 512)]
pub(crate) fn body(db: &dyn Db, file: SourceFile) -> Arc<str> {
    let read = post_file(db, file).value.as_ref();
    match (read, source_text(db, file)) {
        (Some(read), Ok(Some(text))) => text[read.body.range()].into(),
        _ => "".into(),
    }
}

/// All posts that the site could show, and how to find them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Catalogue {
    /// The newest first.
    posts: Vec<Arc<Post>>,
    by_file: FxHashMap<SourceFile, usize>,
    by_id: FxHashMap<Arc<str>, SourceFile>,
    by_slug: FxHashMap<Arc<str>, SourceFile>,
    translations: FxHashMap<SourceFile, Arc<Translation>>,
    /// What is wrong between the files.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Catalogue {
    /// All of them, the newest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Post>> {
        self.posts.iter()
    }
}

/// Puts posts and translations together. Runs again only when the front matter of one of them changes.
#[salsa::tracked(no_eq)]
pub(crate) fn catalogue(db: &dyn Db) -> Arc<Catalogue> {
    let site = Site::get(db);
    let files: FxHashMap<_, _> = site.posts(db).iter().map(|file| (file.path(db).clone(), *file)).collect();
    let documents = site.posts(db).iter().filter_map(|file| {
        let document = post_document(db, *file)?.clone();
        Some((file.path(db).clone(), document))
    });
    let resolved = bds_project::posts::resolve(documents, &settings::main_language(db));
    let zone = site.config(db).timezone.zone();
    let mut catalogue = Catalogue { diagnostics: resolved.diagnostics, ..Catalogue::default() };
    let mut translated: FxHashMap<&str, BTreeMap<Arc<str>, SourceFile>> = FxHashMap::default();
    let is_shown = |status| status == Status::Published || (status == Status::Draft && site.options(db).drafts);
    for translation in resolved.translations.iter().filter(|translation| is_shown(translation.status)) {
        let file = files[&translation.path];
        translated.entry(&translation.source.id).or_default().insert(translation.language.clone(), file);
        catalogue.translations.insert(file, translation.clone());
    }
    for known in resolved.posts {
        let file = files[&known.path];
        let translations = translated.remove(&*known.id).unwrap_or_default();
        let date = bds_content::dates::civil_date(known.created_at, &zone);
        catalogue.by_file.insert(file, catalogue.posts.len());
        catalogue.by_id.insert(known.id.clone(), file);
        catalogue.by_slug.insert(known.slug.clone(), file);
        catalogue.posts.push(Arc::new(Post { file, known, date, translations }));
    }
    Arc::new(catalogue)
}

/// The post in a file; none when the file holds a translation, or nothing that can be read.
#[salsa::tracked(returns(as_ref))]
pub(crate) fn post(db: &dyn Db, file: SourceFile) -> Option<Arc<Post>> {
    let catalogue = catalogue(db);
    catalogue.by_file.get(&file).map(|at| Arc::clone(&catalogue.posts[*at]))
}

/// The translation in a file, if it is shown.
#[salsa::tracked(returns(as_ref))]
pub(crate) fn translation(db: &dyn Db, file: SourceFile) -> Option<Arc<Translation>> {
    catalogue(db).translations.get(&file).cloned()
}

/// The posts that the site shows, the newest first: no drafts, nothing archived, nothing of the future, unless the
/// command line says otherwise.
#[salsa::tracked]
pub(crate) fn shown_posts(db: &dyn Db) -> Arc<[SourceFile]> {
    let site = Site::get(db);
    let options = site.options(db);
    let until = site.shown_until(db);
    let is_shown = |post: &&Arc<Post>| {
        let by_status = match post.status {
            Status::Published => true,
            Status::Draft => options.drafts,
            Status::Archived => false,
        };
        by_status && (options.future || post.created_at <= until)
    };
    catalogue(db).posts.iter().filter(is_shown).map(|post| post.file).collect()
}

/// The same as a set.
#[salsa::tracked]
fn shown_set(db: &dyn Db) -> FxHashSet<SourceFile> {
    shown_posts(db).iter().copied().collect()
}

/// Whether the site shows the post in a file.
#[salsa::tracked(returns(copy))]
pub(crate) fn is_shown(db: &dyn Db, file: SourceFile) -> bool {
    shown_set(db).contains(&file)
}

/// The posts of a language tree, the newest first: those that must not be translated are in the main tree only.
#[salsa::tracked]
pub(crate) fn tree_posts<'db>(db: &'db dyn Db, tree: Name<'db>) -> Arc<[SourceFile]> {
    let shown = shown_posts(db);
    if *tree.text(db) == settings::main_language(db) {
        return shown.clone();
    }
    let stays = |file: &&SourceFile| post(db, **file).is_some_and(|post| !post.do_not_translate);
    shown.iter().filter(stays).copied().collect()
}

/// The file of the post with an id, if the site shows it.
#[salsa::tracked(returns(copy))]
pub(crate) fn post_of_id<'db>(db: &'db dyn Db, id: Name<'db>) -> Option<SourceFile> {
    catalogue(db).by_id.get(id.text(db)).copied().filter(|file| is_shown(db, *file))
}

/// The file of the post with a slug, if the site shows it.
#[salsa::tracked(returns(copy))]
pub(crate) fn post_of_slug<'db>(db: &'db dyn Db, slug: Name<'db>) -> Option<SourceFile> {
    catalogue(db).by_slug.get(slug.text(db)).copied().filter(|file| is_shown(db, *file))
}

/// The posts that the site shows, by slug; for whoever looks at all of them anyway.
pub(crate) fn shown_slugs(db: &dyn Db) -> FxHashMap<&str, SourceFile> {
    let shown = shown_posts(db).iter().filter_map(|file| post(db, *file));
    shown.map(|post| (&*post.slug, post.file)).collect()
}

/// A post as it is shown in one language: its own words, or those of a translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variant {
    /// The post.
    pub(crate) post: Arc<Post>,
    /// The file that the words are in.
    pub(crate) words: SourceFile,
    /// The language that the words are in.
    pub(crate) language: Arc<str>,
    /// The title.
    pub(crate) title: Arc<str>,
    /// The excerpt.
    pub(crate) excerpt: Option<Arc<str>>,
}

/// How a post is shown in a language (format sheet §8.2): the original when that is its language, else the
/// translation, else the original all the same.
#[salsa::tracked(returns(as_ref))]
pub(crate) fn variant<'db>(db: &'db dyn Db, file: SourceFile, language: Name<'db>) -> Option<Variant> {
    let post = post(db, file)?;
    let own = post.language.clone().unwrap_or_else(|| settings::main_language(db));
    let wanted = language.text(db);
    let translated = post.translations.get(wanted).filter(|_| own != *wanted);
    Some(match translated.and_then(|words| Some((*words, translation(db, *words)?))) {
        Some((words, translation)) => Variant {
            post: post.clone(),
            words,
            language: wanted.clone(),
            title: translation.title.clone(),
            excerpt: translation.excerpt.clone(),
        },
        None => Variant {
            post: post.clone(),
            words: file,
            language: own,
            title: post.title.clone(),
            excerpt: post.excerpt.clone(),
        },
    })
}
