//! Python scripts: the metadata in their docstring, and what they are called (format sheet §5).

mod write;

use std::sync::Arc;

use bds_base::{Diagnostic, SitePath, Span};
use jiff::Timestamp;

use crate::front_matter::lines;
use crate::metadata::Metadata;
use crate::names::{self, Claim, Naming};
use crate::report::Report;
use crate::{Parsed, codes, slug};

pub use write::rewrite;

/// A script file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptFile {
    /// What the metadata says. Does not change when only the body does.
    pub head: Arc<ScriptHead>,
    /// Where the body stands in the text, in bytes: what follows the docstring, or all of it when there is none.
    pub body: Span,
}

/// The metadata of a script, as the file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptHead {
    /// Whether there is any; a file without is a module that scripts share, or a utility.
    pub has_metadata: bool,
    /// `id`.
    pub id: Option<Arc<str>>,
    /// `projectId`; for information only.
    pub project_id: Option<Arc<str>>,
    /// `slug`, normalised.
    pub slug: Option<Arc<str>>,
    /// `aliases`: other names that mean the same macro, normalised; a list in JSON.
    pub aliases: Arc<[Arc<str>]>,
    /// `title`.
    pub title: Option<Arc<str>>,
    /// `kind`; utility when it is missing or unknown.
    pub kind: ScriptKind,
    /// `entrypoint`; `render` when it is missing.
    pub entrypoint: Arc<str>,
    /// `enabled`; true when it is missing.
    pub enabled: bool,
    /// `version`; 1 when it is missing.
    pub version: u64,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `updatedAt`.
    pub updated_at: Option<Timestamp>,
}

/// What a script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ScriptKind {
    /// Called from posts.
    Macro,
    /// Run by the user.
    #[default]
    Utility,
    /// Changes posts that come from a bookmarklet.
    Transform,
}

impl ScriptKind {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Macro => "macro",
            Self::Utility => "utility",
            Self::Transform => "transform",
        }
    }
}

/// The function that is called when a script names none.
pub const DEFAULT_ENTRYPOINT: &str = "render";

/// Reads a script file. Metadata that cannot be read counts as none.
pub fn parse(path: &SitePath, text: &str) -> Parsed<ScriptFile> {
    let mut report = Report::new(path, text);
    let docstring = docstring(&mut report);
    let (block, body) = docstring.unwrap_or((Span::new(0, 0), Span::new(0, text.len())));
    let mut metadata = Metadata::read(block, codes::SCRIPT_METADATA, &mut report);
    let kinds = [ScriptKind::Macro, ScriptKind::Utility, ScriptKind::Transform].map(|kind| (kind.name(), kind));
    let head = ScriptHead {
        has_metadata: docstring.is_some(),
        id: metadata.text("id"),
        project_id: metadata.text("projectId"),
        slug: metadata.slug(),
        aliases: metadata.slugs("aliases"),
        title: metadata.text("title"),
        kind: metadata.word("kind", &kinds).unwrap_or_default(),
        entrypoint: metadata.text("entrypoint").unwrap_or_else(|| DEFAULT_ENTRYPOINT.into()),
        enabled: metadata.flag("enabled").unwrap_or(true),
        version: metadata.version(),
        created_at: metadata.date("createdAt"),
        updated_at: metadata.date("updatedAt"),
    };
    report.with(ScriptFile { head: Arc::new(head), body })
}

/// The metadata lines and the body of a file that begins with a docstring of metadata.
fn docstring(report: &mut Report<'_>) -> Option<(Span, Span)> {
    let text = report.text();
    let mut lines = lines(text, 0);
    let opening = lines.next()?;
    let quotes = Some(opening.content(text).trim_end()).filter(|quotes| matches!(*quotes, "\"\"\"" | "'''"))?;
    let fence = lines.next().filter(|line| line.content(text).trim() == "---")?;
    let second = lines.find(|line| matches!(line.content(text).trim(), end if end == "---" || end == quotes));
    let closing = lines.next().filter(|line| line.content(text).trim_end() == quotes);
    let second = second.filter(|second| second.content(text).trim() == "---");
    if let (Some(second), Some(closing)) = (second, closing) {
        return Some((Span::new(fence.after, second.span.start), Span::new(closing.after, text.len())));
    }
    let message = "the metadata that begins here has no end, so the script has none";
    let hint = format!("end it with a line `---` and a line `{quotes}`");
    report.push(Diagnostic::warning(codes::SCRIPT_METADATA, message).hint(hint), fence.span);
    None
}

/// Normalises the slug of a script: what it is called by, and looked up with (format sheet §5). `script` when nothing
/// is left.
pub fn slug(name: &str) -> String {
    Some(slug::name_slug(name)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "script".to_owned())
}

/// A script with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its file.
    pub path: SitePath,
    /// Its id; no two scripts have the same.
    pub id: Arc<str>,
    /// Its slug; no two scripts have the same.
    pub slug: Arc<str>,
    /// Its title; the slug where the file says none.
    pub title: Arc<str>,
    /// When it was made; 1970-01-01 where the file does not say.
    pub created_at: Timestamp,
    /// When it was last changed; when it was made, where the file does not say.
    pub updated_at: Timestamp,
    /// The rest of what its file says.
    pub head: Arc<ScriptHead>,
}

/// The scripts of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resolved {
    /// Sorted by slug.
    pub scripts: Vec<Arc<Script>>,
    /// What is wrong between the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// Gives the scripts of a project their names.
///
/// Scripts with metadata come first, then by path, whatever order they come in. Of two with one id, the first keeps
/// it and the other has one derived from its path. A slug goes first to the first script whose file says it, then to
/// those whose file name makes it; the others have it with `_2`, `_3`…
pub fn resolve(files: impl IntoIterator<Item = (SitePath, Arc<ScriptHead>)>) -> Resolved {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by(|(a, a_head), (b, b_head)| (!a_head.has_metadata, a).cmp(&(!b_head.has_metadata, b)));
    let claims: Vec<_> = files.iter().map(claim).collect();
    let mut diagnostics = Vec::new();
    let names = names::resolve(&claims, &NAMING, &mut diagnostics);
    drop(claims);
    let scripts = files.into_iter().zip(names).map(|((path, head), name)| {
        let created_at = head.created_at.or(head.updated_at).unwrap_or(Timestamp::UNIX_EPOCH);
        Arc::new(Script {
            path,
            id: name.id,
            title: head.title.clone().unwrap_or_else(|| name.slug.clone()),
            slug: name.slug,
            created_at,
            updated_at: head.updated_at.unwrap_or(created_at),
            head,
        })
    });
    let mut scripts: Vec<_> = scripts.collect();
    scripts.sort_by(|a, b| a.slug.cmp(&b.slug));
    diagnostics.sort();
    Resolved { scripts, diagnostics }
}

const NAMING: Naming = Naming {
    kind: "script",
    separator: '_',
    duplicate_id: codes::SCRIPT_DUPLICATE_ID,
    duplicate_slug: codes::SCRIPT_DUPLICATE_SLUG,
    is_address: false,
};

/// Modules that scripts share are imported by their path; two packages may both have an `__init__.py`.
fn claim((path, head): &(SitePath, Arc<ScriptHead>)) -> Claim<'_> {
    let made = slug(path.stem()).into();
    Claim { path, id: head.id.as_ref(), said: head.slug.clone(), said_at: None, made, quiet: !head.has_metadata }
}

#[cfg(test)]
mod tests;
