//! Which files can change the answer to a question.
//!
//! Invariant: an edit of a file changes only answers to questions that need it. Needs may be wider than what an answer
//! really looked at; they are never narrower. The tests of `bds rdeps` hold them against what builds do.

use std::fmt;

use bds_base::SitePath;
use bds_project::layout::{self, MetaKind, SourceKind};

use crate::archives::ArchiveKind;
use crate::db::Db;
use crate::files::SourceFile;
use crate::lens::{Keys, Place, Question};
use crate::posts::{self, Name};
use crate::{links, settings, templates, traces};

/// What an answer needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Need {
    pub(crate) of: Of,
    pub(crate) part: Part,
}

/// Of which files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Of {
    /// This one.
    File(SitePath),
    /// Those in this folder.
    Folder(SitePath),
    /// All of a kind, put together: whether it really looks at a certain one depends on what they say.
    Every(Kind),
    /// `bds.toml` and what is said of the project, as far as everything depends on it: languages, time zone.
    Settings,
}

/// Which part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// All of it, its text too.
    Whole,
    /// What stands before the text.
    Head,
}

/// Sources that are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Posts,
    Media,
    Scripts,
    Templates,
    Strings,
}

impl Kind {
    /// The kind that a file belongs to.
    pub(crate) fn of(file: &SitePath) -> Option<Self> {
        Some(match layout::classify(file)? {
            SourceKind::Post => Self::Posts,
            SourceKind::MediaFile | SourceKind::MediaSidecar | SourceKind::MediaSidecarTranslation => Self::Media,
            SourceKind::Script => Self::Scripts,
            SourceKind::Template => Self::Templates,
            SourceKind::Strings => Self::Strings,
            SourceKind::Thumbnail | SourceKind::Meta(_) => return None,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Posts => "all posts",
            Self::Media => "all media",
            Self::Scripts => "all scripts",
            Self::Templates => "all templates",
            Self::Strings => "all strings",
        })
    }
}

/// The files that are told in `meta/` of the project as a whole.
pub(crate) fn project_file() -> SitePath {
    settings::meta_path(MetaKind::Project)
}

/// `bds.toml`.
pub(crate) fn config_file() -> SitePath {
    SitePath::new(layout::CONFIG_FILE).expect("the names of our own files are plain paths")
}

/// What the answer to a question needs. Texts and macro calls need what they are made from, which the ledger knows.
pub(crate) fn of(db: &dyn Db, question: &Question) -> Vec<Need> {
    match question {
        Question::Page(_) | Question::Rendered(..) | Question::Now => Vec::new(),
        Question::Macro { name, place, .. } => of_call(db, name, place),
        Question::Seen(name) => traces::Question::read(name).map(|seen| of_seen(&seen)).unwrap_or_default(),
        Question::MacroThere(name) => {
            let shared = [every(Kind::Scripts), meta(MetaKind::Defaults)];
            script(db, name).into_iter().chain(shared).collect()
        }
        Question::MacroNames => vec![every(Kind::Scripts)],
        Question::Frame => {
            let files = [meta(MetaKind::Menu), meta(MetaKind::Categories), meta(MetaKind::CategoryMeta)];
            let said = [file(project_file()), file(config_file())];
            said.into_iter().chain(files).chain([meta(MetaKind::Tags)]).chain(catalogue()).collect()
        }
        Question::Templates(names) => {
            let own = names.iter().filter_map(|name| templates::file_of(db, name)).map(file);
            own.chain([every(Kind::Templates), meta(MetaKind::Defaults)]).collect()
        }
        Question::Strings => vec![every(Kind::Strings), meta(MetaKind::Defaults)],
        Question::TemplateOfPost(path) => {
            let files = [head(path.clone()), meta(MetaKind::Tags), meta(MetaKind::CategoryMeta)];
            files.into_iter().chain(catalogue()).chain([every(Kind::Templates)]).collect()
        }
        Question::TemplateOfCategory(_) => vec![meta(MetaKind::CategoryMeta), every(Kind::Templates)],
        Question::TagColor(_) => vec![meta(MetaKind::Tags)],
        Question::CategoryTitle(_) => vec![meta(MetaKind::CategoryMeta)],
        of_posts => of_a_post(db, of_posts).unwrap_or_else(|| of_an_archive(of_posts)),
    }
}

fn of_a_post(db: &dyn Db, question: &Question) -> Option<Vec<Need>> {
    Some(match question {
        Question::Variant(path, language) => of_variant(db, path, language),
        Question::Entry(path, language) => {
            of_variant(db, path, language).into_iter().chain([meta(MetaKind::CategoryMeta)]).collect()
        }
        Question::Slug(path) => [head(path.clone())].into_iter().chain(catalogue()).collect(),
        Question::Body(path) | Question::Source(path) => vec![file(path.clone())],
        Question::Excerpt(post, words) => {
            [head(words.clone()), head(post.clone())].into_iter().chain(catalogue()).collect()
        }
        Question::PostOfId(id) => found(db, posts::post_of_id(db, Name::new(db, id.as_str()))),
        Question::PostAddress(slug) => found(db, posts::post_of_slug(db, Name::new(db, slug.as_str()))),
        Question::PostData(id) => {
            let own = posts::post_of_id(db, Name::new(db, id.as_str())).map(|post| file(post.path(db).clone()));
            own.into_iter().chain(catalogue()).collect()
        }
        Question::Backlinks(path, _) => {
            let sources = links::backlinks(db, db.services().files.file(db, path));
            let sources = sources.iter().map(|source| file(source.path(db).clone()));
            sources.chain([whole(Kind::Posts)]).chain(catalogue()).collect()
        }
        Question::Untranslated | Question::Unread | Question::Keys(Keys::Slugs | Keys::Ids) => catalogue().into(),
        Question::MediaAddress(_) | Question::Image(_) | Question::Keys(Keys::Media) => vec![whole(Kind::Media)],
        _ => return None,
    })
}

fn of_an_archive(question: &Question) -> Vec<Need> {
    let settings = match question {
        Question::Spelling(ArchiveKind::Tag(_)) => vec![meta(MetaKind::Tags)],
        Question::Spelling(ArchiveKind::Category(_)) => vec![meta(MetaKind::Categories)],
        _ => vec![meta(MetaKind::CategoryMeta), meta(MetaKind::Categories), meta(MetaKind::Tags)],
    };
    settings.into_iter().chain(catalogue()).chain([meta(MetaKind::CategoryMeta)]).collect()
}

/// The words of a post in a language are its own, or those of a translation.
fn of_variant(db: &dyn Db, path: &SitePath, language: &std::sync::Arc<str>) -> Vec<Need> {
    let post = db.services().files.file(db, path);
    let words = posts::variant(db, post, Name::new(db, language.clone())).map(|variant| variant.words);
    let words = words.filter(|words| *words != post).map(|words| head(words.path(db).clone()));
    [head(path.clone())].into_iter().chain(words).chain(catalogue()).collect()
}

fn found(db: &dyn Db, post: Option<SourceFile>) -> Vec<Need> {
    post.map(|post| head(post.path(db).clone())).into_iter().chain(catalogue()).collect()
}

/// What a call is made from before its script asks for anything.
fn of_call(db: &dyn Db, name: &str, place: &Place) -> Vec<Need> {
    let own = script(db, name).into_iter().chain([head(place.post.clone())]);
    // The context of a call holds the strings of its language.
    let shared = [every(Kind::Scripts), every(Kind::Strings), meta(MetaKind::Defaults)];
    own.chain(shared).chain(catalogue()).collect()
}

/// What a script looked at needs; the fields of its post are in [`of_field`].
fn of_seen(question: &traces::Question) -> Vec<Need> {
    match question {
        traces::Question::PostField(_) | traces::Question::Package(_) => Vec::new(),
        traces::Question::File(path) | traces::Question::Existence(path) => vec![file(path.clone())],
        traces::Question::Folder(path) => vec![Need { of: Of::Folder(path.clone()), part: Part::Whole }],
        traces::Question::Api(method, _) => of_method(method),
    }
}

/// What a field of the post that a call stands in needs.
pub(crate) fn of_field(place: &Place, field: &str) -> Vec<Need> {
    let part = if field == "content" { Part::Whole } else { Part::Head };
    let of_file = |path: &SitePath| Need { of: Of::File(path.clone()), part };
    [of_file(&place.words), of_file(&place.post)].into_iter().chain(catalogue()).collect()
}

fn of_method(method: &str) -> Vec<Need> {
    let all_meta = MetaKind::ALL.into_iter().map(meta);
    match method.split_once('.').map_or(method, |(namespace, _)| namespace) {
        // The HTML of a post can show whatever a text can show; what its macros look at stands with them.
        "posts" if method == "posts.get_html" => {
            let kinds = [whole(Kind::Posts), whole(Kind::Media), whole(Kind::Scripts)];
            kinds.into_iter().chain(catalogue()).collect()
        }
        "posts" => all_meta.chain([whole(Kind::Posts)]).chain(catalogue()).collect(),
        "media" => vec![whole(Kind::Media)],
        "scripts" => vec![whole(Kind::Scripts)],
        "templates" => vec![whole(Kind::Templates)],
        _ => all_meta.chain(catalogue()).collect(),
    }
}

fn script(db: &dyn Db, name: &str) -> Option<Need> {
    crate::macros::scripts::file_of(db, name).map(file)
}

/// What everything that is known of posts needs.
fn catalogue() -> [Need; 2] {
    [every(Kind::Posts), Need { of: Of::Settings, part: Part::Whole }]
}

fn file(path: SitePath) -> Need {
    Need { of: Of::File(path), part: Part::Whole }
}

fn head(path: SitePath) -> Need {
    Need { of: Of::File(path), part: Part::Head }
}

fn meta(kind: MetaKind) -> Need {
    file(settings::meta_path(kind))
}

fn every(kind: Kind) -> Need {
    Need { of: Of::Every(kind), part: Part::Head }
}

fn whole(kind: Kind) -> Need {
    Need { of: Of::Every(kind), part: Part::Whole }
}
