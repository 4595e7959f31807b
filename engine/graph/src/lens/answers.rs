//! What the answers to questions are known by.
//!
//! Invariant: an answer covers all that the [`Lens`](super::Lens) hands out for its question.

use bds_base::{Fingerprint, SitePath};
use serde::Serialize;

use super::{Place, Question, backlinks, image, keys, post_data};
use crate::archives::{self, Archive, ArchiveKind};
use crate::body;
use crate::db::Db;
use crate::defaults;
use crate::files::{FileState, SourceFile};
use crate::frame;
use crate::inputs::Site;
use crate::ledger::Seal;
use crate::macros::scripts;
use crate::macros::{CallInSetting, CallResult, Setting, macro_output, nesting};
use crate::posts::{self, Name, Variant, unread};
use crate::{links, page, routes, settings, templates};

/// A question, by its number in the ledger.
#[salsa::interned(revisions = usize::MAX)]
pub(crate) struct Ask<'db> {
    #[returns(copy)]
    number: u32,
}

/// What the answer to a question is known by. All that ask share it.
#[salsa::tracked(returns(copy))]
pub(crate) fn answer<'db>(db: &'db dyn Db, ask: Ask<'db>) -> Seal {
    let question = db.services().ledger.question(ask.number(db));
    match &*question {
        Question::Page(_) | Question::Seen(_) => Seal::of(&()),
        Question::Rendered(place, part) => body::seal(db, place.setting(db), *part),
        Question::Macro { name, params, place } => {
            call(db, CallInSetting::new(db, name.as_str(), params.clone(), place.setting(db)))
        }
        Question::MacroThere(name) => {
            Seal::of(&scripts::macro_script(db, Name::new(db, name.as_str())).map(|script| &script.script.slug))
        }
        Question::MacroNames => Seal::of(&scripts::macro_names(db)),
        Question::Frame => Seal::of(frame::frame(db)),
        Question::Templates(names) => {
            let seals = names.iter().map(|name| templates::seal(db, Name::new(db, name.as_str())));
            Seal::of(&seals.collect::<Vec<_>>())
        }
        Question::TemplateOfPost(path) => Seal::of(&posts::post(db, file(db, path)).map(|post| {
            let mut found = Vec::new();
            (templates::of_post(db, post, &mut found), found)
        })),
        Question::TemplateOfCategory(key) => {
            let mut found = Vec::new();
            Seal::of(&(templates::of_category(db, Name::new(db, key.clone()), &mut found), found))
        }
        Question::Keys(of) => Seal::of(&keys(db, *of)),
        Question::TagColor(key) => Seal::of(&settings::tag_color(db, Name::new(db, key.as_str()))),
        Question::CategoryTitle(key) => Seal::of(&settings::category_title(db, Name::new(db, key.clone()))),
        Question::Strings => Seal::of(defaults::strings(db)),
        Question::Now => Seal::of(&Site::get(db).now(db)),
        of_posts => of_a_post(db, of_posts).unwrap_or_else(|| of_an_archive(db, of_posts)),
    }
}

fn of_a_post(db: &dyn Db, question: &Question) -> Option<Seal> {
    Some(match question {
        Question::Variant(path, language) => {
            Seal::of(&posts::variant(db, file(db, path), Name::new(db, language.clone())).map(|it| variant(db, it)))
        }
        Question::Entry(path, language) => {
            Seal::of(&posts::variant(db, file(db, path), Name::new(db, language.clone())).map(|it| entry(db, it)))
        }
        Question::Slug(path) => Seal::of(&posts::post(db, file(db, path)).map(|post| &post.slug)),
        Question::Body(path) => posts::body_seal(db, file(db, path)),
        Question::Excerpt(post, words) => {
            Seal::of(&body::excerpt(db, Setting::new(db, file(db, post), file(db, words), "", "")))
        }
        Question::Source(path) => Seal::of(&match file(db, path).state(db) {
            FileState::Present(content) => Some(content),
            FileState::Absent | FileState::Unreadable(_) => None,
        }),
        Question::PostOfId(id) => {
            Seal::of(&posts::post_of_id(db, Name::new(db, id.as_str())).map(|file| file.path(db)))
        }
        Question::PostAddress(slug) => Seal::of(&links::post_address(db, Name::new(db, slug.as_str()))),
        Question::MediaAddress(path) => Seal::of(&links::media_address(db, Name::new(db, path.as_str()))),
        Question::PostData(id) => Seal::of(&post_data(db, id)),
        Question::Backlinks(path, language) => {
            Seal::of(&backlinks(db, file(db, path), Name::new(db, language.clone())))
        }
        Question::Image(id) => Seal::of(&image(db, id)),
        Question::Untranslated => Seal::of(links::untranslated(db)),
        Question::Unread => unread::seal(db),
        _ => return None,
    })
}

fn of_an_archive(db: &dyn Db, question: &Question) -> Seal {
    let archive =
        |tree: &std::sync::Arc<str>, kind: &ArchiveKind| Archive::new(db, Name::new(db, tree.clone()), kind.clone());
    match question {
        Question::ArchivePath(tree, kind) => {
            let archive = archive(tree, kind);
            Seal::of(&archives::archive_exists(db, archive).then(|| routes::archive_path(db, archive)))
        }
        Question::ArchiveFolder(tree, kind) => Seal::of(&routes::archive_folder(db, archive(tree, kind))),
        Question::Spelling(kind) => Seal::of(&archives::spelling(db, archives::in_main_tree(db, kind.clone()))),
        Question::PageFiles(tree, kind, number) => {
            let files = page::list::page_files(db, archive(tree, kind), *number).iter();
            Seal::of(&files.map(|file| file.path(db)).collect::<Vec<_>>())
        }
        Question::PageCount(tree, kind) => Seal::of(&page::list::page_count(db, archive(tree, kind))),
        other => unreachable!("{other} is answered elsewhere"),
    }
}

fn file(db: &dyn Db, path: &SitePath) -> SourceFile {
    db.services().files.file(db, path)
}

impl Place {
    fn setting<'db>(&self, db: &'db dyn Db) -> Setting<'db> {
        Setting::new(db, file(db, &self.post), file(db, &self.words), self.language.clone(), self.prefix.clone())
    }
}

fn call<'db>(db: &'db dyn Db, call: CallInSetting<'db>) -> Seal {
    match macro_output(db, call) {
        CallResult::Html { html, remarks, volatile } => Seal::of(&(Fingerprint::of(&**html), remarks, volatile)),
        CallResult::Failed(failure) => {
            let why = (failure.kind, &failure.message, &failure.frames, &failure.traceback);
            Seal::of(&(why, nesting::cycle_of(db, call)))
        }
    }
}

/// All that a page can see of a post.
fn variant<'a>(db: &'a dyn Db, variant: &'a Variant) -> impl Serialize + 'a {
    let Variant { post, words, language, title, excerpt } = variant;
    let translations: Vec<_> = post.translations.iter().map(|(language, file)| (language, file.path(db))).collect();
    let names = (words.path(db), language, title, excerpt, posts::is_shown(db, post.file));
    (&*post.known, post.date, translations, names)
}

/// All that a list can see of a post.
fn entry<'a>(db: &'a dyn Db, variant: &'a Variant) -> impl Serialize + 'a {
    let Variant { post, words, language, title, excerpt } = variant;
    let times = (post.date, post.created_at, post.updated_at);
    let names = (&post.id, &post.slug, &post.author, settings::shows_title(db, post), posts::is_shown(db, post.file));
    (names, times, words.path(db), language, title, excerpt)
}
