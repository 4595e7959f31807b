//! What is to become of a script, decided on values alone (format sheet §5).

use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};
use bds_project::layout;
use bds_project::script::{self, ScriptHead, ScriptKind};
use bds_store::Pending;
use jiff::Timestamp;

use super::{Entry, Library};

/// What is wished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// A new script.
    New {
        /// Its slug; made of the title where it is none.
        slug: Option<String>,
        /// Its title; the slug where it is none.
        title: Option<String>,
        /// What it is for.
        kind: ScriptKind,
        /// The function that is called; the one of its kind where it is none.
        entrypoint: Option<String>,
        /// Whether it is used.
        enabled: bool,
        /// Its code; a first few lines of its kind where it is none.
        body: Option<String>,
    },
    /// Another body.
    Body(String),
    /// Other metadata.
    Set(Vec<Setting>),
    /// That what was written to its file counts as a change: the version is raised.
    Touch,
    /// That it goes.
    Delete,
}

/// A piece of metadata, and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// `title`.
    Title(String),
    /// `slug`: the file gets the same name.
    Slug {
        /// The new slug.
        slug: String,
        /// Whether the old one goes on working, as an alias.
        keep_alias: bool,
    },
    /// `kind`.
    Kind(ScriptKind),
    /// `entrypoint`.
    Entrypoint(String),
    /// `enabled`.
    Enabled(bool),
    /// `aliases`.
    Aliases(Vec<String>),
}

/// Why a wish cannot be fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such script.
    #[error("there is no script `{name}`")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The slug that comes nearest.
        near: Option<String>,
    },
    /// There is, and its metadata cannot be read.
    #[error("the metadata of `{path}` cannot be read: {reason}")]
    Unreadable {
        /// Its file.
        path: SitePath,
        /// Why.
        reason: String,
    },
    /// Another script has the slug.
    #[error("the slug `{slug}` is already that of `{holder}`")]
    Taken {
        /// The slug.
        slug: String,
        /// The file that has it.
        holder: SitePath,
    },
    /// Another file is where the script belongs.
    #[error("`{0}` is there already")]
    Exists(SitePath),
    /// A text is no slug.
    #[error("`{0}` is no slug: it has neither a letter from a to z nor a digit")]
    NoSlug(String),
    /// A text is no name of a Python function.
    #[error("`{0}` is no name of a Python function")]
    NoEntrypoint(String),
    /// Neither a slug nor a title was given.
    #[error("a new script needs a slug or a title")]
    Nameless,
    /// A value cannot be written into metadata.
    #[error("these values cannot be written into the metadata of `{0}`")]
    Unwritable(SitePath),
}

/// Decides what becomes of a script, or of none for a new one: the change that is to be made. None where all is as it is
/// wished. `now` is the time that it is changed at.
pub fn plan(library: &Library, of: Option<&Entry>, wish: &Wish, now: Timestamp) -> Result<Option<Pending>, Refusal> {
    match (wish, of) {
        (Wish::New { .. }, _) | (_, None) => new(library, wish, now).map(Some),
        (Wish::Delete, Some(entry)) => Ok(Some(Pending {
            path: entry.script.path.clone(),
            moved_from: None,
            base: Some(entry.fingerprint),
            text: None,
        })),
        (Wish::Body(text), Some(entry)) => {
            changed(entry, entry.script.path.clone(), head(entry), body_of(&entry.script.path, text), now)
        }
        (Wish::Set(settings), Some(entry)) => set(library, entry, settings, now),
        (Wish::Touch, Some(entry)) => {
            let head = ScriptHead { version: entry.script.head.version + 1, ..head(entry) };
            let head = dated(head, entry, now);
            written(entry, entry.script.path.clone(), &head, entry.body()).map(Some)
        }
    }
}

fn new(library: &Library, wish: &Wish, now: Timestamp) -> Result<Pending, Refusal> {
    let Wish::New { slug, title, kind, entrypoint, enabled, body } = wish else { return Err(Refusal::Nameless) };
    let slug = match (slug, title) {
        (Some(slug), _) => free(library, &checked_slug(slug)?, None)?,
        (None, Some(title)) => numbered(library, &script::slug(title)),
        (None, None) => return Err(Refusal::Nameless),
    };
    let path = free_path(library, &SitePath::new(layout::SCRIPTS).expect("a plain name"), &slug, None)?;
    let entrypoint = match entrypoint {
        Some(name) => checked_entrypoint(name)?,
        None => first_entrypoint(*kind).to_owned(),
    };
    let body = match body {
        Some(text) => body_of(&path, text).to_owned(),
        None => first_body(*kind, &entrypoint),
    };
    let head = ScriptHead {
        has_metadata: true,
        id: Some(new_id(library, &path, now)),
        project_id: None,
        title: Some(title.as_deref().map_or_else(|| slug.as_str(), str::trim).into()),
        slug: Some(slug.into()),
        aliases: Arc::default(),
        kind: *kind,
        entrypoint: entrypoint.into(),
        enabled: *enabled,
        version: 1,
        created_at: Some(to_millis(now)),
        updated_at: Some(to_millis(now)),
    };
    let text = head.to_docstring() + &body;
    if *script::parse(&path, &text).value.head != head {
        return Err(Refusal::Unwritable(path));
    }
    Ok(Pending { path, moved_from: None, base: None, text: Some(text) })
}

fn set(library: &Library, entry: &Entry, settings: &[Setting], now: Timestamp) -> Result<Option<Pending>, Refusal> {
    let mut head = head(entry);
    let mut path = entry.script.path.clone();
    for setting in settings {
        match setting {
            Setting::Title(title) => head.title = Some(title.trim()).filter(|title| !title.is_empty()).map(Into::into),
            Setting::Kind(kind) => head.kind = *kind,
            Setting::Entrypoint(name) => head.entrypoint = checked_entrypoint(name)?.into(),
            Setting::Enabled(enabled) => head.enabled = *enabled,
            Setting::Aliases(names) => {
                head.aliases = names.iter().map(|name| checked_slug(name).map(Into::into)).collect::<Result<_, _>>()?;
            }
            Setting::Slug { slug, keep_alias } => {
                let slug = free(library, &checked_slug(slug)?, Some(entry))?;
                if *slug == *entry.script.slug {
                    continue;
                }
                let folder = path.parent().unwrap_or_else(|| path.clone());
                path = free_path(library, &folder, &slug, Some(entry))?;
                let old = Some(entry.script.slug.clone()).filter(|_| *keep_alias);
                let kept = head.aliases.iter().filter(|alias| ***alias != *slug).cloned();
                head.aliases = kept.chain(old).collect();
                head.slug = Some(slug.into());
            }
        }
    }
    changed(entry, path, head, entry.body(), now)
}

/// What follows the metadata, where somebody hands in a whole file.
fn body_of<'t>(path: &SitePath, text: &'t str) -> &'t str {
    &text[script::parse(path, text).value.body.range()]
}

/// What the file says, and what it leaves out where it cannot do without.
fn head(entry: &Entry) -> ScriptHead {
    let (script, said) = (&entry.script, &*entry.script.head);
    ScriptHead {
        has_metadata: true,
        id: Some(script.id.clone()),
        slug: Some(script.slug.clone()),
        title: Some(script.title.clone()),
        created_at: said.created_at.or(said.updated_at),
        ..said.clone()
    }
}

/// None where nothing differs: neither the version nor the date moves then.
fn changed(
    entry: &Entry,
    path: SitePath,
    head: ScriptHead,
    body: &str,
    now: Timestamp,
) -> Result<Option<Pending>, Refusal> {
    let before = self::head(entry);
    if entry.script.head.has_metadata && head == before && body == entry.body() && path == entry.script.path {
        return Ok(None);
    }
    let version = if entry.script.head.has_metadata { head.version + 1 } else { 1 };
    let head = dated(ScriptHead { version, ..head }, entry, now);
    written(entry, path, &head, body).map(Some)
}

/// A clock that goes back does not take a script back: transforms run in the order of these dates.
fn dated(head: ScriptHead, entry: &Entry, now: Timestamp) -> ScriptHead {
    let now = to_millis(now).max(entry.script.head.updated_at.unwrap_or(Timestamp::UNIX_EPOCH));
    let created_at = head.created_at.or(Some(now));
    ScriptHead { created_at, updated_at: Some(now), ..head }
}

fn written(entry: &Entry, path: SitePath, head: &ScriptHead, body: &str) -> Result<Pending, Refusal> {
    let from = &entry.script.path;
    let unwritable = || Refusal::Unwritable(from.clone());
    let with_body = format!("{}{body}", &entry.text[..entry.body_start]);
    let text = script::rewrite(&path, &with_body, head).ok_or_else(unwritable)?;
    if !text.ends_with(body) {
        return Err(unwritable());
    }
    let moved_from = (path != *from).then(|| from.clone());
    Ok(Pending { path, moved_from, base: Some(entry.fingerprint), text: Some(text) })
}

fn checked_slug(said: &str) -> Result<String, Refusal> {
    let slug = bds_project::slug::name_slug(said);
    if slug.is_empty() { Err(Refusal::NoSlug(said.to_owned())) } else { Ok(slug) }
}

/// As Python has names, in ASCII.
fn checked_entrypoint(said: &str) -> Result<String, Refusal> {
    let name = said.trim();
    let is_letter = |character: char| character == '_' || character.is_ascii_alphabetic();
    let is_name = name.starts_with(is_letter) && name.chars().all(|it| is_letter(it) || it.is_ascii_digit());
    if is_name { Ok(name.to_owned()) } else { Err(Refusal::NoEntrypoint(said.to_owned())) }
}

/// The slug, if no other script has it.
fn free(library: &Library, slug: &str, of: Option<&Entry>) -> Result<String, Refusal> {
    match holder(library, slug, of) {
        Some(holder) => Err(Refusal::Taken { slug: slug.to_owned(), holder: holder.script.path.clone() }),
        None => Ok(slug.to_owned()),
    }
}

/// The slug, or the first of `slug_2`, `slug_3`… that no script and no file has.
fn numbered(library: &Library, slug: &str) -> String {
    let is_free = |slug: &String| holder(library, slug, None).is_none() && !is_file(library, &path_of(slug));
    let numbers = (2_u32..).map(|number| format!("{slug}_{number}"));
    let mut slugs = std::iter::once(slug.to_owned()).chain(numbers);
    slugs.find(is_free).expect("no project has four billion scripts")
}

fn path_of(slug: &str) -> SitePath {
    SitePath::new(format!("{}/{slug}.py", layout::SCRIPTS)).expect("slugs are plain names")
}

fn holder<'l>(library: &'l Library, slug: &str, of: Option<&Entry>) -> Option<&'l Entry> {
    let is_other = |entry: &&Entry| of.is_none_or(|of| of.script.path != entry.script.path);
    let has = |entry: &&Entry| {
        entry.script.head.has_metadata && *entry.script.slug == *slug
            || entry.script.head.aliases.iter().any(|alias| **alias == *slug)
    };
    library.scripts.iter().filter(is_other).find(has)
}

/// Where a script of this slug belongs, if nothing else is there: not in another case either, since not every disk
/// tells cases apart.
fn free_path(library: &Library, folder: &SitePath, slug: &str, of: Option<&Entry>) -> Result<SitePath, Refusal> {
    let path = folder.join(format!("{slug}.py")).expect("slugs are plain names");
    let own = of.map(|entry| &entry.script.path);
    if let Some(own) = own.filter(|own| own.as_str().eq_ignore_ascii_case(path.as_str())) {
        return Ok(own.clone());
    }
    if is_file(library, &path) { Err(Refusal::Exists(path)) } else { Ok(path) }
}

fn is_file(library: &Library, path: &SitePath) -> bool {
    let files = library.scripts.iter().map(|entry| &entry.script.path);
    let mut files = files.chain(library.unreadable.iter().map(|file| &file.file_path));
    files.any(|file| file.as_str().eq_ignore_ascii_case(path.as_str()))
}

/// A UUID of version 8 (RFC 9562 §5.8) that no script has: two scripts made at one path at two times are two.
fn new_id(library: &Library, path: &SitePath, now: Timestamp) -> Arc<str> {
    let id = |attempt: u32| {
        let hash = Fingerprint::of(format!("bds-new-script\0{path}\0{now}\0{attempt}")).to_string();
        let variant = char::from(b"89ab"[usize::from(hash.as_bytes()[16] % 4)]);
        format!("{}-{}-8{}-{variant}{}-{}", &hash[..8], &hash[8..12], &hash[13..16], &hash[17..20], &hash[20..32])
    };
    let is_free = |id: &String| library.scripts.iter().all(|entry| *entry.script.id != **id);
    (0..=u32::MAX).map(id).find(is_free).expect("no project has four billion scripts").into()
}

/// Files say milliseconds.
pub(crate) fn to_millis(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

fn first_entrypoint(kind: ScriptKind) -> &'static str {
    match kind {
        ScriptKind::Macro => script::DEFAULT_ENTRYPOINT,
        ScriptKind::Utility => "main",
        ScriptKind::Transform => "transform",
    }
}

fn first_body(kind: ScriptKind, entrypoint: &str) -> String {
    match kind {
        ScriptKind::Macro => format!("def {entrypoint}(context, post):\n    return {{\"html\": \"\"}}\n"),
        ScriptKind::Transform => format!("def {entrypoint}(post, context):\n    return post\n"),
        ScriptKind::Utility if entrypoint == "main" => "print(\"Hello\")\n".to_owned(),
        ScriptKind::Utility => format!("def {entrypoint}():\n    print(\"Hello\")\n"),
    }
}
