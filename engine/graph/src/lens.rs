//! What pages and texts are made from, seen through one lens that writes down what was looked at.
//!
//! A page or text that an earlier process made is good as long as everything that was looked at has the same answer.
//! So nothing may be looked at beside the lens: the code of pages holds a [`Lens`] and no database.

mod answers;
mod question;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use bds_base::{Diagnostic, SitePath};
use bds_content::i18n::Strings;
use bds_content::links::Resolver;
use bds_liquid::{ParseErrors, Piece, PieceKey, Template};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::archives::{self, Archive, ArchiveKind};
use crate::body::{self, Part, Rendered};
use crate::db::Db;
use crate::defaults;
use crate::files::SourceFile;
use crate::frame::{self, Frame};
use crate::inputs::Site;
use crate::ledger::Read;
use crate::macros::nesting::{self, Cycle};
use crate::macros::scripts::{self, MacroScript};
use crate::macros::{CallInSetting, CallResult, Setting, macro_output};
use crate::pieces::Kept;
use crate::posts::{self, Name, Post, Variant, unread};
use crate::{api, links, media, page, routes, settings, templates};

pub(crate) use answers::{Ask, answer};
pub(crate) use question::{Keys, Place, Question};

/// Looks at the project on behalf of one page or text. A clone looks for the same one.
#[derive(Clone)]
pub(crate) struct Lens<'db> {
    db: &'db dyn Db,
    noted: Rc<RefCell<Noted>>,
}

/// What was asked.
///
/// Most pages ask for the same dozen of templates, and for the words of a post on the way to its HTML: a page has
/// fewer answers to prove when these are one question.
#[derive(Default)]
pub(crate) struct Noted {
    /// The numbers of the questions, each once, in order.
    order: Vec<u32>,
    seen: HashSet<u32>,
    templates: BTreeSet<String>,
    /// Files whose words were asked for.
    bodies: BTreeSet<SitePath>,
    /// Files whose words are part of another answer.
    covered: BTreeSet<SitePath>,
    /// Posts of which it is known that the site shows them, by id.
    shown: BTreeMap<Arc<str>, SourceFile>,
}

/// What a part of a page looked at.
#[derive(Debug)]
pub(crate) struct Looked {
    questions: Box<[u32]>,
    templates: Box<[String]>,
    bodies: Box<[SitePath]>,
    covered: Box<[SitePath]>,
}

impl Noted {
    fn looked(self) -> Looked {
        Looked {
            questions: self.order.into(),
            templates: self.templates.into_iter().collect(),
            bodies: self.bodies.into_iter().collect(),
            covered: self.covered.into_iter().collect(),
        }
    }

    fn add(&mut self, looked: &Looked) {
        for question in &looked.questions {
            if self.seen.insert(*question) {
                self.order.push(*question);
            }
        }
        for name in &looked.templates {
            if !self.templates.contains(name) {
                self.templates.insert(name.clone());
            }
        }
        self.bodies.extend(looked.bodies.iter().cloned());
        self.covered.extend(looked.covered.iter().cloned());
    }
}

impl<'db> Lens<'db> {
    pub(crate) fn new(db: &'db dyn Db) -> Self {
        Self { db, noted: Rc::default() }
    }

    /// What was looked at from now on is looked at by a part of the page, until [`end_part`](Self::end_part). Gives what
    /// was looked at before.
    pub(crate) fn begin_part(&self) -> Noted {
        self.noted.take()
    }

    /// A part of a page in the tree of a language is made; `piece`, if it is of use to other pages, is kept for them.
    pub(crate) fn end_part(&self, before: Noted, tree: Name<'db>, key: PieceKey, piece: Option<&dyn Fn() -> Piece>) {
        let looked = self.noted.replace(before).looked();
        self.noted.borrow_mut().add(&looked);
        // What was made while something was missing is made again.
        let piece = piece.filter(|_| !self.db.services().proves_nothing() && !self.db.services().is_over());
        if let Some(piece) = piece {
            let kept = || Kept { piece: piece(), looked };
            self.db.services().pieces.put(self.db, self.text(tree), key, kept);
        }
    }

    /// Prints a part that another page of the tree has too, if it is known and of use: then it counts as looked at
    /// whatever making it looked at.
    pub(crate) fn piece(&self, tree: Name<'db>, key: &PieceKey, print: &mut dyn FnMut(&Piece) -> bool) -> bool {
        let kept = self.db.services().pieces.get(self.db, self.text(tree), key);
        kept.is_some_and(|kept| {
            let is_printed = print(&kept.piece);
            if is_printed {
                self.noted.borrow_mut().add(&kept.looked);
            }
            is_printed
        })
    }

    #[expect(clippy::needless_pass_by_value, reason = "each is made to be noted")]
    fn note(&self, question: Question) {
        let number = self.db.services().ledger.number(&question);
        let mut noted = self.noted.borrow_mut();
        if noted.seen.insert(number) {
            noted.order.push(number);
        }
    }

    /// What was looked at, with its answers.
    pub(crate) fn reads(&self) -> Vec<Read> {
        let read = |number| Read::new(number, answer(self.db, Ask::new(self.db, number)));
        self.asked().into_iter().map(read).collect()
    }

    /// The numbers of the questions that were asked. Words and templates come first: if they differ, nobody need ask
    /// what macros would say that were called in them.
    pub(crate) fn asked(&self) -> Vec<u32> {
        let Noted { order, templates, bodies, covered, .. } = std::mem::take(&mut *self.noted.borrow_mut());
        for words in bodies.difference(&covered) {
            self.note(Question::Body(words.clone()));
        }
        if !templates.is_empty() {
            self.note(Question::Templates(templates.into_iter().collect()));
        }
        let first = std::mem::take(&mut self.noted.borrow_mut().order).into_iter();
        first.chain(order).collect()
    }

    /// A text as the key of a query.
    pub(crate) fn name(&self, text: impl Into<Arc<str>>) -> Name<'db> {
        let text: Arc<str> = text.into();
        Name::new(self.db, text)
    }

    pub(crate) fn text(&self, name: Name<'db>) -> &'db Arc<str> {
        name.text(self.db)
    }

    pub(crate) fn path(&self, file: SourceFile) -> &'db SitePath {
        file.path(self.db)
    }

    /// What is the same on all pages.
    pub(crate) fn frame(&self) -> &'db Frame {
        self.note(Question::Frame);
        frame::frame(self.db)
    }

    /// The folder of a language's tree: `""` for the main one, `"/en"`.
    pub(crate) fn prefix(&self, language: &str) -> String {
        self.frame().prefix(language)
    }

    /// All that is known of a post in a language, but for its text.
    pub(crate) fn variant(&self, file: SourceFile, language: Name<'db>) -> Option<&'db Variant> {
        self.note(Question::Variant(self.path(file).clone(), self.text(language).clone()));
        let variant = posts::variant(self.db, file, language)?;
        self.is_known(variant);
        Some(variant)
    }

    /// What lists show of a post in a language, and whether they show its title.
    pub(crate) fn entry(&self, file: SourceFile, language: Name<'db>) -> Option<(Entry<'db>, bool)> {
        self.note(Question::Entry(self.path(file).clone(), self.text(language).clone()));
        let variant = posts::variant(self.db, file, language)?;
        self.is_known(variant);
        Some((Entry(variant), settings::shows_title(self.db, &variant.post)))
    }

    /// Who knows a post knows its id, and whether the site shows it.
    fn is_known(&self, variant: &Variant) {
        let post = &variant.post;
        if posts::is_shown(self.db, post.file) {
            self.noted.borrow_mut().shown.insert(post.id.clone(), post.file);
        }
    }

    /// The text of a post as it is written.
    pub(crate) fn body(&self, words: SourceFile) -> &'db Arc<str> {
        self.noted.borrow_mut().bodies.insert(self.path(words).clone());
        posts::body(self.db, words)
    }

    /// The excerpt in the words of a setting.
    pub(crate) fn excerpt(&self, setting: Setting<'db>) -> Option<Arc<str>> {
        let (post, words) = (setting.post(self.db), setting.words(self.db));
        self.note(Question::Excerpt(self.path(post).clone(), self.path(words).clone()));
        body::excerpt(self.db, setting)
    }

    /// The slug of a post.
    pub(crate) fn slug(&self, post: SourceFile) -> Option<&'db Arc<str>> {
        self.note(Question::Slug(self.path(post).clone()));
        posts::post(self.db, post).map(|post| &post.slug)
    }

    /// A whole file; none when it is not there or cannot be read.
    pub(crate) fn source(&self, file: SourceFile) -> Option<&'db Arc<str>> {
        self.note(Question::Source(self.path(file).clone()));
        crate::text::source_text(self.db, file).as_ref().ok()?.as_ref()
    }

    /// Where the text of a post begins in its file. Part of [`Lens::source`], which must be asked for too.
    pub(crate) fn body_start(&self, file: SourceFile) -> Option<usize> {
        posts::post_file(self.db, file).value.as_ref().map(|read| read.body.start)
    }

    /// A text of a post as HTML.
    pub(crate) fn rendered(&self, setting: Setting<'db>, part: Part) -> &'db Rendered {
        let place = self.place(setting);
        if part == Part::Body {
            self.noted.borrow_mut().covered.insert(place.words.clone());
        }
        self.note(Question::Rendered(place, part));
        body::rendered(self.db, setting, part)
    }

    /// What a macro call came to.
    pub(crate) fn macro_output(&self, call: CallInSetting<'db>) -> &'db CallResult {
        let (name, params) = (call.name(self.db).clone(), call.params(self.db).clone());
        self.note(Question::Macro { name, params, place: self.place(call.setting(self.db)) });
        macro_output(self.db, call)
    }

    /// The script that a macro name means. Whoever uses more of it than its slug must ask for the output of a call.
    pub(crate) fn macro_script(&self, name: &str) -> Option<&'db MacroScript> {
        self.note(Question::MacroThere(name.to_owned()));
        scripts::macro_script(self.db, self.name(name))
    }

    /// The names that a macro call can have.
    pub(crate) fn macro_names(&self) -> Vec<String> {
        self.note(Question::MacroNames);
        scripts::macro_names(self.db)
    }

    fn place(&self, setting: Setting<'db>) -> Place {
        setting.place(self.db)
    }

    /// The number of a text in the ledger.
    pub(crate) fn number_of(&self, setting: Setting<'db>, part: Part) -> u32 {
        self.db.services().ledger.number(&Question::Rendered(self.place(setting), part))
    }

    /// Where a text is rendered.
    pub(crate) fn setting(&self, post: SourceFile, words: SourceFile, language: &str, prefix: &str) -> Setting<'db> {
        Setting::new(self.db, post, words, language, prefix)
    }

    /// A macro call in a setting.
    pub(crate) fn call(&self, name: &str, params: &BTreeMap<String, String>, at: Setting<'db>) -> CallInSetting<'db> {
        CallInSetting::new(self.db, name, params.clone(), at)
    }

    /// The file that the words of a setting are in.
    pub(crate) fn words(&self, setting: Setting<'db>) -> SourceFile {
        setting.words(self.db)
    }

    /// The post of a setting.
    pub(crate) fn post(&self, setting: Setting<'db>) -> SourceFile {
        setting.post(self.db)
    }

    /// The way from a call back to itself, where it needs its own result. It is part of what the call came to.
    pub(crate) fn cycle_of(&self, call: CallInSetting<'db>) -> Option<Cycle> {
        nesting::cycle_of(self.db, call)
    }

    /// A template.
    pub(crate) fn template(&self, name: &str) -> Option<Result<&'db Template, &'db ParseErrors>> {
        self.noted.borrow_mut().templates.insert(name.to_owned());
        templates::template(self.db, self.name(name)).map(Result::as_ref)
    }

    /// The name of the template that a post is shown with, and what is wrong with what asks for others.
    pub(crate) fn template_of_post(&self, post: &Post) -> (Arc<str>, Vec<Diagnostic>) {
        self.note(Question::TemplateOfPost(post.path.clone()));
        let mut found = Vec::new();
        (templates::of_post(self.db, post, &mut found), found)
    }

    /// The same for the archive of a category.
    pub(crate) fn template_of_category(&self, key: &Arc<str>) -> (Arc<str>, Vec<Diagnostic>) {
        self.note(Question::TemplateOfCategory(key.clone()));
        let mut found = Vec::new();
        (templates::of_category(self.db, self.name(key.clone()), &mut found), found)
    }

    /// The file of the post with an id.
    pub(crate) fn post_of_id(&self, id: &str) -> Option<SourceFile> {
        if let Some(file) = self.noted.borrow().shown.get(id) {
            return Some(*file);
        }
        self.note(Question::PostOfId(id.to_owned()));
        posts::post_of_id(self.db, self.name(id))
    }

    /// What scripts know of a post, as JSON.
    pub(crate) fn post_data(&self, id: &str) -> Option<String> {
        self.note(Question::PostData(id.to_owned()));
        post_data(self.db, id)
    }

    /// The keys of a map, in the order of lists.
    pub(crate) fn keys(&self, of: Keys) -> Vec<Arc<str>> {
        self.note(Question::Keys(of));
        keys(self.db, of)
    }

    /// The colour of a tag, by its key.
    pub(crate) fn tag_color(&self, key: &str) -> Option<Arc<str>> {
        self.note(Question::TagColor(key.to_owned()));
        settings::tag_color(self.db, self.name(key))
    }

    /// An archive of a tree.
    pub(crate) fn archive(&self, tree: Name<'db>, kind: ArchiveKind) -> Archive<'db> {
        Archive::new(self.db, tree, kind)
    }

    pub(crate) fn tree(&self, archive: Archive<'db>) -> Name<'db> {
        archive.tree(self.db)
    }

    pub(crate) fn kind(&self, archive: Archive<'db>) -> &'db ArchiveKind {
        archive.kind(self.db)
    }

    fn key(&self, archive: Archive<'db>) -> (Arc<str>, ArchiveKind) {
        (self.text(archive.tree(self.db)).clone(), archive.kind(self.db).clone())
    }

    /// The address of an archive, percent-encoded; none where the site has no such archive.
    pub(crate) fn archive_path(&self, archive: Archive<'db>) -> Option<String> {
        let (tree, kind) = self.key(archive);
        self.note(Question::ArchivePath(tree, kind));
        archives::archive_exists(self.db, archive).then(|| routes::archive_path(self.db, archive))
    }

    /// The folder of an archive relative to its tree.
    pub(crate) fn archive_folder(&self, archive: Archive<'db>) -> String {
        let (tree, kind) = self.key(archive);
        self.note(Question::ArchiveFolder(tree, kind));
        routes::archive_folder(self.db, archive)
    }

    /// How the name of a category or tag is written; none when nothing knows it.
    pub(crate) fn spelling(&self, kind: ArchiveKind) -> Option<&'db Arc<str>> {
        self.note(Question::Spelling(kind.clone()));
        archives::spelling(self.db, archives::in_main_tree(self.db, kind))
    }

    /// What pages call a category.
    pub(crate) fn category_title(&self, key: &Arc<str>) -> Option<Arc<str>> {
        self.note(Question::CategoryTitle(key.clone()));
        settings::category_title(self.db, self.name(key.clone()))
    }

    /// The posts on a page of an archive.
    pub(crate) fn page_files(&self, archive: Archive<'db>, number: usize) -> &'db Arc<[SourceFile]> {
        let (tree, kind) = self.key(archive);
        self.note(Question::PageFiles(tree, kind, number));
        page::list::page_files(self.db, archive, number)
    }

    /// How many pages an archive has.
    pub(crate) fn page_count(&self, archive: Archive<'db>) -> usize {
        let (tree, kind) = self.key(archive);
        self.note(Question::PageCount(tree, kind));
        page::list::page_count(self.db, archive)
    }

    /// The posts that link to a post, as they are shown in a language.
    pub(crate) fn backlinks(&self, file: SourceFile, language: Name<'db>) -> Vec<Backlink> {
        self.note(Question::Backlinks(self.path(file).clone(), self.text(language).clone()));
        backlinks(self.db, file, language)
    }

    /// The path of the first image that belongs to a post.
    pub(crate) fn image(&self, id: &Arc<str>) -> Option<String> {
        self.note(Question::Image(id.clone()));
        image(self.db, id)
    }

    /// Whether only the main tree has what is at an address.
    pub(crate) fn stays_in_main_tree(&self, address: &str) -> bool {
        self.note(Question::Untranslated);
        links::stays_in_main_tree(self.db, address)
    }

    /// Whether a post that cannot be read seems to have this slug.
    pub(crate) fn is_unread(&self, slug: &str) -> bool {
        self.note(Question::Unread);
        unread::is_unread(self.db, Some(slug), None)
    }

    /// The strings of all languages.
    pub(crate) fn strings(&self) -> &'db Strings {
        self.note(Question::Strings);
        defaults::strings(self.db)
    }

    /// The time that the site is built for.
    pub(crate) fn now(&self) -> Timestamp {
        self.note(Question::Now);
        Site::get(self.db).now(self.db)
    }
}

impl Resolver for Lens<'_> {
    fn post_path(&self, slug: &str) -> Option<std::borrow::Cow<'_, str>> {
        self.note(Question::PostAddress(slug.to_owned()));
        links::post_address(self.db, self.name(slug)).map(|path| path.to_string().into())
    }

    fn media_path(&self, key: &str) -> Option<std::borrow::Cow<'_, str>> {
        self.note(Question::MediaAddress(key.to_owned()));
        links::media_address(self.db, self.name(key)).map(|path| path.to_string().into())
    }
}

/// What lists show of a post: not its tags, and nothing else that no list shows.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'db>(&'db Variant);

impl<'db> Entry<'db> {
    /// Of a post of which all is known anyway.
    pub(crate) fn of(variant: &'db Variant) -> Self {
        Self(variant)
    }

    pub(crate) fn shown(self) -> Shown<'db> {
        let Variant { post, words, language, title, excerpt } = self.0;
        Shown {
            words: *words,
            date: post.date,
            created_at: post.created_at,
            updated_at: post.updated_at,
            id: &post.id,
            slug: &post.slug,
            title,
            language,
            excerpt: excerpt.as_ref(),
            author: post.author.as_ref(),
        }
    }
}

/// The parts of an [`Entry`].
pub(crate) struct Shown<'db> {
    pub(crate) words: SourceFile,
    pub(crate) date: Date,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) id: &'db Arc<str>,
    pub(crate) slug: &'db Arc<str>,
    pub(crate) title: &'db Arc<str>,
    pub(crate) language: &'db Arc<str>,
    pub(crate) excerpt: Option<&'db Arc<str>>,
    pub(crate) author: Option<&'db Arc<str>>,
}

/// A post that links to another.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Backlink {
    pub(crate) slug: Arc<str>,
    pub(crate) title: Arc<str>,
    pub(crate) path: String,
}

fn backlinks<'db>(db: &'db dyn Db, file: SourceFile, language: Name<'db>) -> Vec<Backlink> {
    let sources = links::backlinks(db, file).iter().filter_map(|file| posts::variant(db, *file, language));
    let backlink = |source: &Variant| Backlink {
        slug: source.post.slug.clone(),
        title: source.title.clone(),
        path: routes::post_path(&source.post),
    };
    sources.map(backlink).collect()
}

fn image(db: &dyn Db, id: &Arc<str>) -> Option<String> {
    let images = media::media_of_post(db, Name::new(db, id.clone()));
    images.iter().find(|media| media.is_image()).map(|first| first.public_path())
}

fn post_data(db: &dyn Db, id: &str) -> Option<String> {
    api::post_argument(db, id).map(|data| data.to_string())
}

fn keys(db: &dyn Db, of: Keys) -> Vec<Arc<str>> {
    let posts = || posts::shown_posts(db).iter().filter_map(|file| posts::post(db, *file));
    match of {
        Keys::Slugs => posts().map(|post| post.slug.clone()).collect(),
        Keys::Ids => posts().map(|post| post.id.clone()).collect(),
        Keys::Media => media::all_media(db).iter().map(|media| media.media.as_str().to_lowercase().into()).collect(),
    }
}
