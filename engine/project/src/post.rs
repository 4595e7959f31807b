//! One post file: its front matter as it says it, and where its body stands (format sheet §2).

mod fields;
mod write;

use std::sync::Arc;

use bds_base::{Diagnostic, SitePath, Span, Stretch};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::front_matter::{self, Division, yaml};
use crate::report::Report;
use crate::{Parsed, codes, language};
use fields::Fields;

pub use write::rewrite;

/// A post file, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostFile {
    /// What the front matter says. Does not change when only the body does.
    pub document: PostDocument,
    /// Where the body stands in the text, in bytes: everything after the second fence, blank lines included.
    pub body: Span,
}

/// What the front matter of a file in `posts/` describes. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PostDocument {
    /// A post.
    Post(Arc<PostHead>),
    /// The translation of one.
    Translation(Arc<TranslationHead>),
}

/// The front matter of a post, as the file says it; [`posts::resolve`](crate::posts::resolve) fills in the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PostHead {
    /// `id`: a UUID, but any text is taken.
    pub id: Option<Arc<str>>,
    /// `title`.
    pub title: Option<Arc<str>>,
    /// `slug`, as written.
    pub slug: Option<Arc<str>>,
    /// Where the slug stands.
    pub slug_at: Option<Stretch>,
    /// `status`; published when missing. A status that is none counts as a draft, so that nothing is published by a
    /// slip of the hand.
    pub status: Status,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `updatedAt`.
    pub updated_at: Option<Timestamp>,
    /// `publishedAt`.
    pub published_at: Option<Timestamp>,
    /// `tags`, trimmed, without empty ones and those that only differ in case from an earlier one.
    pub tags: Arc<[Arc<str>]>,
    /// `categories`, likewise.
    pub categories: Arc<[Arc<str>]>,
    /// `excerpt`, unless it is blank.
    pub excerpt: Option<Arc<str>>,
    /// `author`, unless it is blank.
    pub author: Option<Arc<str>>,
    /// `language`, normalised; none means the project's main language.
    pub language: Option<Arc<str>>,
    /// `doNotTranslate`.
    pub do_not_translate: bool,
    /// `templateSlug`.
    pub template_slug: Option<Arc<str>>,
}

/// The front matter of a translation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranslationHead {
    /// `translationFor`: the id of the post that it translates.
    pub translation_for: Arc<str>,
    /// `language`, normalised; the one in the file name where the front matter says none.
    pub language: Arc<str>,
    /// `title`.
    pub title: Option<Arc<str>>,
    /// `excerpt`, unless it is blank.
    pub excerpt: Option<Arc<str>>,
    /// `status`, which only some files have; published otherwise.
    pub status: Status,
}

/// Whether a post is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Status {
    /// Only in previews.
    Draft,
    /// Everywhere.
    #[default]
    Published,
    /// Nowhere.
    Archived,
}

impl Status {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }

    /// Reads the word for it, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        let same = |status: &Self| word.trim().eq_ignore_ascii_case(status.name());
        [Self::Draft, Self::Published, Self::Archived].into_iter().find(same)
    }
}

/// Reads a post file. None when the front matter cannot be read at all; the diagnostics then say why.
///
/// A file without front matter is a post of which only the body is known.
pub fn parse(path: &SitePath, text: &str) -> Parsed<Option<PostFile>> {
    let mut report = Report::new(path, text);
    let (head, body) = match front_matter::divide(text) {
        Division::Divided { head, body } => (head, body),
        Division::NoHead => {
            let message = "the post has no front matter";
            let hint = "begin it with a line `---`, lines such as `title: …`, and another line `---`";
            let first_line = Span::new(0, text.find('\n').unwrap_or(text.len()));
            report.push(Diagnostic::warning(codes::POST_FRONT_MATTER, message).hint(hint), first_line);
            (Span::new(0, 0), Span::new(0, text.len()))
        }
        Division::Unclosed { fence } => {
            let message = "the front matter that begins here has no end";
            let hint = "put a line `---` between the front matter and the text";
            report.push(Diagnostic::error(codes::POST_FENCE, message).hint(hint), fence);
            return report.with(None);
        }
    };
    match yaml::read(&text[head.range()]) {
        Ok(mapping) => {
            let document = document(Fields::new(mapping, head.start, &mut report));
            report.with(document.map(|document| PostFile { document, body }))
        }
        Err(error) => {
            let hint = "quote texts that hold `: ` or ` #`, or that begin with one of `[ { * & ! % @ \\` > |`";
            let diagnostic = Diagnostic::error(codes::POST_YAML, error.message).hint(hint);
            report.push(diagnostic, error.span.shifted(head.start));
            report.with(None)
        }
    }
}

fn document(mut fields: Fields<'_, '_, '_>) -> Option<PostDocument> {
    match fields.line("translationFor") {
        Some(source) => translation(&mut fields, source).map(|head| PostDocument::Translation(Arc::new(head))),
        None => Some(PostDocument::Post(Arc::new(post(&mut fields)))),
    }
}

fn post(fields: &mut Fields<'_, '_, '_>) -> PostHead {
    PostHead {
        id: fields.line("id"),
        title: fields.line("title"),
        slug_at: fields.stretch("slug"),
        slug: fields.line("slug"),
        status: fields.status(),
        created_at: fields.date("createdAt"),
        updated_at: fields.date("updatedAt"),
        published_at: fields.date("publishedAt"),
        tags: fields.names("tags"),
        categories: fields.names("categories"),
        excerpt: fields.text("excerpt"),
        author: fields.line("author"),
        language: fields.language(),
        do_not_translate: fields.flag("doNotTranslate"),
        template_slug: fields.line("templateSlug"),
    }
}

/// A file is a translation when it says what of; the language may come from its name (format sheet §2,
/// "Translations").
fn translation(fields: &mut Fields<'_, '_, '_>, translation_for: Arc<str>) -> Option<TranslationHead> {
    let from_name = fields.path().stem().rsplit_once('.').map(|(_, suffix)| suffix);
    let from_name = from_name.filter(|suffix| language::is_suffix(suffix)).and_then(language::normalise);
    let language = fields.language().or_else(|| {
        let message = "the translation does not say its language";
        let diagnostic = match &from_name {
            Some(code) => Diagnostic::warning(codes::TRANSLATION_LANGUAGE, message)
                .hint(format!("add `language: {code}`, which is what its name says")),
            None => Diagnostic::error(codes::TRANSLATION_LANGUAGE, message)
                .hint("add `language: …` with its code, such as `en`"),
        };
        fields.complain(diagnostic);
        from_name
    })?;
    let title = fields.line("title");
    if title.is_none() {
        let message = "the translation has no title";
        let hint = "add `title: …`; until then it has that of its source";
        fields.complain(Diagnostic::warning(codes::TRANSLATION_TITLE, message).hint(hint));
    }
    let (excerpt, status) = (fields.text("excerpt"), fields.status());
    Some(TranslationHead { translation_for, language, title, excerpt, status })
}

#[cfg(test)]
mod tests;
