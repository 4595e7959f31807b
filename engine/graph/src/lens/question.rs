use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bds_base::SitePath;
use serde::{Deserialize, Serialize};

use crate::archives::ArchiveKind;
use crate::body::Part;
use crate::db::Db;
use crate::macros::Setting;
use crate::traces;

/// Something that a page or a text can be made from, named so that the next process can ask for it again.
///
/// Files stand for what is in them, languages for their tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Question {
    /// A page, by what owns its file. Never asked for by another: it is here to be known by the same numbers.
    Page(String),
    /// A text of a post as HTML, and as it is written.
    Rendered(Place, Part),
    /// What a macro call came to.
    Macro {
        /// The macro's name.
        name: String,
        /// The parameters.
        params: BTreeMap<String, String>,
        /// Where it stands.
        place: Place,
    },
    /// Whether there is a macro of this name.
    MacroThere(String),
    /// The names of all macros.
    MacroNames,
    /// What is the same on all pages: settings and menu.
    Frame,
    /// Templates by their names.
    Templates(Vec<String>),
    /// The template that a post is shown with.
    TemplateOfPost(SitePath),
    /// The template that the archive of a category is shown with.
    TemplateOfCategory(Arc<str>),
    /// All that is known of a post in a language, but for its text.
    Variant(SitePath, Arc<str>),
    /// What lists show of a post in a language, but for its text.
    Entry(SitePath, Arc<str>),
    /// The slug of a post.
    Slug(SitePath),
    /// The text in a file, as it is written.
    Body(SitePath),
    /// The excerpt of a post in the words of a file.
    Excerpt(SitePath, SitePath),
    /// A whole file.
    Source(SitePath),
    /// The file of the post with an id.
    PostOfId(String),
    /// The address of the post with a slug.
    PostAddress(String),
    /// The address of a media file.
    MediaAddress(String),
    /// What scripts know of a post, by id.
    PostData(String),
    /// The keys of a map in the context of templates.
    Keys(Keys),
    /// The colour of a tag.
    TagColor(String),
    /// The address of an archive.
    ArchivePath(Arc<str>, ArchiveKind),
    /// The folder of an archive.
    ArchiveFolder(Arc<str>, ArchiveKind),
    /// How the name of a category or tag is written.
    Spelling(ArchiveKind),
    /// What pages call a category.
    CategoryTitle(Arc<str>),
    /// The posts on a page of an archive.
    PageFiles(Arc<str>, ArchiveKind, usize),
    /// How many pages an archive has.
    PageCount(Arc<str>, ArchiveKind),
    /// The posts that link to a post, in a language.
    Backlinks(SitePath, Arc<str>),
    /// The first image of a post, by its id.
    Image(Arc<str>),
    /// The posts that only the main tree has.
    Untranslated,
    /// The posts that cannot be read.
    Unread,
    /// The strings of all languages.
    Strings,
    /// The time that the site is built for.
    Now,
    /// Something that a macro looked at, as its trace names it. Asked by macros only: it is here to be known by the
    /// same numbers.
    Seen(String),
}

/// Where a text is rendered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The post.
    pub(crate) post: SitePath,
    /// The file that the words are in.
    pub(crate) words: SitePath,
    /// The language of the page.
    pub(crate) language: Arc<str>,
    /// The folder of its tree.
    pub(crate) prefix: Arc<str>,
}

impl Setting<'_> {
    /// The setting, named so that the next process can ask for it again.
    pub(crate) fn place(self, db: &dyn Db) -> Place {
        Place {
            post: self.post(db).path(db).clone(),
            words: self.words(db).path(db).clone(),
            language: self.language(db).clone(),
            prefix: self.prefix(db).clone(),
        }
    }
}

/// The maps whose keys a template can go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Keys {
    /// Slugs of posts.
    Slugs,
    /// Ids of posts.
    Ids,
    /// Paths of media.
    Media,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(owner) => write!(f, "the page of {owner}"),
            Self::Rendered(place, Part::Body) => write!(f, "the text of {} for `{}`", place.words, place.language),
            Self::Rendered(place, Part::Excerpt) => {
                write!(f, "the excerpt of {} for `{}`", place.words, place.language)
            }
            Self::Macro { name, params, place } => {
                write!(f, "the macro call `{}` in {}", crate::macros::written(name, params), place.words)
            }
            Self::MacroThere(name) => write!(f, "whether there is a macro `{name}`"),
            Self::MacroNames => f.write_str("the names of all macros"),
            Self::Frame => f.write_str("the settings of the project and the menu"),
            Self::Templates(names) => match names.as_slice() {
                [name] => write!(f, "the template `{name}`"),
                names => write!(f, "the templates `{}`", names.join("`, `")),
            },
            Self::TemplateOfPost(file) => write!(f, "which template {file} is shown with"),
            Self::TemplateOfCategory(name) => write!(f, "which template the category `{name}` is shown with"),
            Self::Variant(file, language) => write!(f, "the front matter of {file} for `{language}`"),
            Self::Entry(file, language) => write!(f, "what lists show of {file} for `{language}`"),
            Self::Slug(file) => write!(f, "the slug of {file}"),
            Self::Body(file) => write!(f, "the words in {file}"),
            Self::Excerpt(_, words) => write!(f, "the excerpt in {words}"),
            Self::Source(file) => write!(f, "the file {file}"),
            Self::PostOfId(id) => write!(f, "which post has the id `{id}`"),
            Self::PostAddress(slug) => write!(f, "the address of the post `{slug}`"),
            Self::MediaAddress(path) => write!(f, "the address of the media file `{path}`"),
            Self::PostData(id) => write!(f, "the data of the post `{id}`"),
            Self::Keys(Keys::Slugs) => f.write_str("the slugs of all posts"),
            Self::Keys(Keys::Ids) => f.write_str("the ids of all posts"),
            Self::Keys(Keys::Media) => f.write_str("the paths of all media"),
            Self::TagColor(tag) => write!(f, "the colour of the tag `{tag}`"),
            Self::ArchivePath(language, kind) => write!(f, "the address of {} for `{language}`", kind.describe()),
            Self::ArchiveFolder(language, kind) => write!(f, "the folder of {} for `{language}`", kind.describe()),
            Self::Spelling(kind) => write!(f, "how {} is written", kind.describe()),
            Self::CategoryTitle(key) => write!(f, "the title of the category `{key}`"),
            Self::PageFiles(language, kind, number) => {
                write!(f, "which posts are on page {number} of {} for `{language}`", kind.describe())
            }
            Self::PageCount(language, kind) => write!(f, "how many pages {} has for `{language}`", kind.describe()),
            Self::Backlinks(file, language) => write!(f, "which posts link to {file}, for `{language}`"),
            Self::Image(id) => write!(f, "the first image of the post `{id}`"),
            Self::Untranslated => f.write_str("which posts only the main language has"),
            Self::Unread => f.write_str("which posts cannot be read"),
            Self::Strings => f.write_str("the strings of the site"),
            Self::Now => f.write_str("the time of the build"),
            Self::Seen(name) => match traces::Question::read(name) {
                Some(seen) => seen.fmt(f),
                None => f.write_str(name),
            },
        }
    }
}
