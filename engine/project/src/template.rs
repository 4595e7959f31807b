//! Liquid templates: their front matter, and what they are called (format sheet §6).

mod write;

use std::sync::Arc;

use bds_base::{Diagnostic, SitePath, Span};
use jiff::Timestamp;

use crate::front_matter::{self, Division};
use crate::metadata::Metadata;
use crate::names::{self, Claim, Naming};
use crate::report::Report;
use crate::{Parsed, codes, slug};

pub use write::rewrite;

/// A template file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// What the front matter says. Does not change when only the body does.
    pub head: Arc<TemplateHead>,
    /// Where the template itself stands in the text, in bytes.
    pub body: Span,
}

/// The front matter of a template, as the file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateHead {
    /// `id`.
    pub id: Option<Arc<str>>,
    /// `projectId`; for information only.
    pub project_id: Option<Arc<str>>,
    /// `slug`, normalised.
    pub slug: Option<Arc<str>>,
    /// `title`.
    pub title: Option<Arc<str>>,
    /// `kind`; post when it is missing or unknown.
    pub kind: TemplateKind,
    /// `enabled`; true when it is missing.
    pub enabled: bool,
    /// `version`; 1 when it is missing.
    pub version: u64,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `updatedAt`.
    pub updated_at: Option<Timestamp>,
}

/// What a template renders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TemplateKind {
    /// A single post.
    #[default]
    Post,
    /// A list of posts.
    List,
    /// The page for addresses that lead nowhere.
    NotFound,
    /// A piece of other templates.
    Partial,
}

impl TemplateKind {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::List => "list",
            Self::NotFound => "not-found",
            Self::Partial => "partial",
        }
    }
}

/// Reads a template file. Without front matter all of it is the template.
pub fn parse(path: &SitePath, text: &str) -> Parsed<TemplateFile> {
    let mut report = Report::new(path, text);
    let (block, body) = match front_matter::divide(text) {
        Division::Divided { head, body } => (head, body),
        Division::NoHead => (Span::new(0, 0), Span::new(0, text.len())),
        Division::Unclosed { fence } => {
            let message = "the front matter that begins here has no end, so all of the file is the template";
            let hint = "put a line `---` between the front matter and the template";
            report.push(Diagnostic::warning(codes::TEMPLATE_METADATA, message).hint(hint), fence);
            (Span::new(0, 0), Span::new(0, text.len()))
        }
    };
    let mut metadata = Metadata::read(block, codes::TEMPLATE_METADATA, &mut report);
    let kinds = [TemplateKind::Post, TemplateKind::List, TemplateKind::NotFound, TemplateKind::Partial];
    let head = TemplateHead {
        id: metadata.text("id"),
        project_id: metadata.text("projectId"),
        slug: metadata.slug(),
        title: metadata.text("title"),
        kind: metadata.word("kind", &kinds.map(|kind| (kind.name(), kind))).unwrap_or_default(),
        enabled: metadata.flag("enabled").unwrap_or(true),
        version: metadata.version(),
        created_at: metadata.date("createdAt"),
        updated_at: metadata.date("updatedAt"),
    };
    report.with(TemplateFile { head: Arc::new(head), body })
}

/// Normalises the slug of a template (format sheet §6). `template` when nothing is left.
pub fn slug(name: &str) -> String {
    Some(slug::name_slug(name)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "template".to_owned())
}

/// A template with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its file.
    pub path: SitePath,
    /// Its id; no two templates have the same.
    pub id: Arc<str>,
    /// Its slug; no two templates have the same.
    pub slug: Arc<str>,
    /// Its title; the slug where the file says none.
    pub title: Arc<str>,
    /// The rest of what its file says.
    pub head: Arc<TemplateHead>,
}

/// The templates of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resolved {
    /// Sorted by slug.
    pub templates: Vec<Arc<Template>>,
    /// What is wrong between the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// Gives the templates of a project their names, by the rules of [`script::resolve`](crate::script::resolve).
pub fn resolve(files: impl IntoIterator<Item = (SitePath, Arc<TemplateHead>)>) -> Resolved {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    let claims: Vec<_> = files.iter().map(claim).collect();
    let mut diagnostics = Vec::new();
    let names = names::resolve(&claims, &NAMING, &mut diagnostics);
    drop(claims);
    let templates = files.into_iter().zip(names).map(|((path, head), name)| {
        let title = head.title.clone().unwrap_or_else(|| name.slug.clone());
        Arc::new(Template { path, id: name.id, slug: name.slug, title, head })
    });
    let mut templates: Vec<_> = templates.collect();
    templates.sort_by(|a, b| a.slug.cmp(&b.slug));
    diagnostics.sort();
    Resolved { templates, diagnostics }
}

const NAMING: Naming = Naming {
    kind: "template",
    separator: '_',
    duplicate_id: codes::TEMPLATE_DUPLICATE_ID,
    duplicate_slug: codes::TEMPLATE_DUPLICATE_SLUG,
    is_address: false,
};

fn claim((path, head): &(SitePath, Arc<TemplateHead>)) -> Claim<'_> {
    Claim {
        path,
        id: head.id.as_ref(),
        said: head.slug.clone(),
        said_at: None,
        made: slug(path.stem()).into(),
        quiet: false,
    }
}

#[cfg(test)]
mod tests;
