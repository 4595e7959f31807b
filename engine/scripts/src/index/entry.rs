//! A file, read into what the index has of it.

use std::sync::Arc;

use bds_base::{Diagnostic, Fingerprint, SitePath};
use bds_project::layout::{self, SourceKind};
use bds_project::media::{self, Sidecar, SidecarTranslation};
use bds_project::post::{self, PostDocument, PostHead, TranslationHead};
use bds_project::script::{self, ScriptHead};
use bds_project::template::{self, TemplateHead};
use bds_project::{Parsed, date};
use jiff::Timestamp;
use serde_json::Value;

use super::{FieldValue, Fields, IndexEntry, IndexKind};
use bds_store::Seen;

/// The folders in which files of a kind lie.
pub fn folder(kind: IndexKind) -> &'static str {
    match kind {
        IndexKind::Scripts => layout::SCRIPTS,
        IndexKind::Templates => layout::TEMPLATES,
        IndexKind::Posts => layout::POSTS,
        IndexKind::Media => layout::MEDIA,
    }
}

/// The kind that a file is of, by its path; none for what is not indexed.
pub fn kind_of(path: &SitePath) -> Option<IndexKind> {
    match layout::classify(path)? {
        SourceKind::Script => Some(IndexKind::Scripts),
        SourceKind::Template => Some(IndexKind::Templates),
        SourceKind::Post => Some(IndexKind::Posts),
        SourceKind::MediaSidecar | SourceKind::MediaSidecarTranslation => Some(IndexKind::Media),
        SourceKind::MediaFile | SourceKind::Thumbnail | SourceKind::Meta(_) | SourceKind::Strings => None,
    }
}

/// Reads a file of this kind. `seen` is what the file system said of it before.
pub fn read(kind: IndexKind, path: &SitePath, bytes: &[u8], seen: Seen) -> IndexEntry {
    let said = match bds_project::decode(path, bytes) {
        Ok(text) => said(kind, path, text),
        Err(diagnostic) => Err(diagnostic.message),
    };
    let fingerprint = Fingerprint::of(bytes);
    let (body, fields, unreadable) = match said {
        Ok(Said { body, fields }) => (body, fields, None),
        Err(reason) => (None, Fields::default(), Some(reason)),
    };
    IndexEntry { seen, fingerprint, body, fields, unreadable, written: None }
}

/// What a file says.
struct Said {
    body: Option<Fingerprint>,
    fields: Fields,
}

/// Or else why its metadata cannot be read.
fn said(kind: IndexKind, path: &SitePath, text: &str) -> Result<Said, String> {
    match kind {
        IndexKind::Scripts => {
            let Parsed { value, diagnostics } = script::parse(path, text);
            refuse_markers(text, text)?;
            let head = &*value.head;
            match diagnostics.first().filter(|_| !head.has_metadata) {
                Some(unclosed) => Err(unclosed.message.clone()),
                None => Ok(Said { body: Some(Fingerprint::of(&text[value.body.range()])), fields: of_script(head) }),
            }
        }
        IndexKind::Templates => {
            let Parsed { value, diagnostics } = template::parse(path, text);
            refuse_markers(text, text)?;
            match diagnostics.first().filter(|_| value.body.start == 0) {
                Some(unclosed) => Err(unclosed.message.clone()),
                None => Ok(Said {
                    body: Some(Fingerprint::of(&text[value.body.range()])),
                    fields: of_template(&value.head, value.body.start > 0),
                }),
            }
        }
        IndexKind::Posts => {
            let Parsed { value, diagnostics } = post::parse(path, text);
            let Some(read) = value else {
                refuse_markers(text, text)?;
                return Err(first_error(&diagnostics));
            };
            refuse_markers(&text[..read.body.start], text)?;
            let fields = match &read.document {
                PostDocument::Post(head) => of_post(head),
                PostDocument::Translation(head) => of_translation(head),
            };
            Ok(Said { body: Some(Fingerprint::of(&text[read.body.range()])), fields })
        }
        IndexKind::Media => {
            refuse_markers(text, text)?;
            let fields = if media::is_translation(path) {
                media::parse_sidecar_translation(path, text).value.as_ref().map(of_sidecar_translation)
            } else {
                Some(of_sidecar(&media::parse_sidecar(path, text).value))
            };
            let fields = fields.ok_or_else(|| "it does not say what it is the translation of".to_owned())?;
            Ok(Said { body: None, fields })
        }
    }
}

fn first_error(diagnostics: &[Diagnostic]) -> String {
    let first = diagnostics.iter().min_by_key(|diagnostic| diagnostic.severity);
    first.map_or_else(|| "it cannot be read".to_owned(), |diagnostic| diagnostic.message.clone())
}

/// What a merge left undone is neither one side nor the other.
fn refuse_markers(part: &str, whole: &str) -> Result<(), String> {
    let Some(line) = marker_line(part, whole) else { return Ok(()) };
    Err(format!("git could not merge it: there is a conflict marker in line {line}"))
}

/// The line in which the first conflict begins that has all three marks, in their order.
fn marker_line(part: &str, whole: &str) -> Option<usize> {
    if !part.contains("<<<<<<< ") {
        return None;
    }
    let lines: Vec<&str> = whole.lines().collect();
    let from = |start: usize, is: fn(&str) -> bool| (start..lines.len()).find(|at| is(lines[*at]));
    let begin = from(0, |line| line.starts_with("<<<<<<< "))?;
    let middle = from(begin + 1, |line| line == "=======")?;
    from(middle + 1, |line| line.starts_with(">>>>>>> ")).map(|_| begin + 1)
}

/// Collects what is said.
#[derive(Default)]
struct Builder(Fields);

impl Builder {
    fn put(mut self, key: &str, value: Option<FieldValue>) -> Self {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), value);
        }
        self
    }

    fn text(self, key: &str, text: Option<&Arc<str>>) -> Self {
        self.put(key, text.map(|text| FieldValue::Text(text.to_string())))
    }

    fn word(self, key: &str, word: &str) -> Self {
        self.put(key, Some(FieldValue::Text(word.to_owned())))
    }

    fn date(self, key: &str, date: Option<Timestamp>) -> Self {
        self.put(key, date.map(|date| FieldValue::Text(date::format(date))))
    }

    fn flag(self, key: &str, flag: bool) -> Self {
        self.put(key, Some(FieldValue::Flag(flag)))
    }

    fn number(self, key: &str, number: Option<u64>) -> Self {
        self.put(key, number.map(FieldValue::Number))
    }

    fn list(self, key: &str, names: &[Arc<str>]) -> Self {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        self.put(key, (!names.is_empty()).then_some(FieldValue::List(names)))
    }
}

/// A module that scripts share says nothing.
fn of_script(head: &ScriptHead) -> Fields {
    if !head.has_metadata {
        return Fields::default();
    }
    let common = Builder::default()
        .text("id", head.id.as_ref())
        .text("slug", head.slug.as_ref())
        .text("title", head.title.as_ref())
        .word("kind", head.kind.name())
        .text("entrypoint", Some(&head.entrypoint))
        .flag("enabled", head.enabled);
    let versioned = common.number("version", Some(head.version)).list("aliases", &head.aliases);
    versioned.date("createdAt", head.created_at).date("updatedAt", head.updated_at).0
}

fn of_template(head: &TemplateHead, has_metadata: bool) -> Fields {
    if !has_metadata {
        return Fields::default();
    }
    let common = Builder::default()
        .text("id", head.id.as_ref())
        .text("slug", head.slug.as_ref())
        .text("title", head.title.as_ref())
        .word("kind", head.kind.name())
        .flag("enabled", head.enabled);
    let versioned = common.number("version", Some(head.version));
    versioned.date("createdAt", head.created_at).date("updatedAt", head.updated_at).0
}

fn of_post(head: &PostHead) -> Fields {
    let named = Builder::default()
        .text("id", head.id.as_ref())
        .text("title", head.title.as_ref())
        .text("slug", head.slug.as_ref())
        .word("status", head.status.name())
        .list("tags", &head.tags)
        .list("categories", &head.categories)
        .text("excerpt", head.excerpt.as_ref())
        .text("author", head.author.as_ref())
        .text("language", head.language.as_ref());
    let shown = named.put("doNotTranslate", head.do_not_translate.then_some(FieldValue::Flag(true)));
    let shown = shown.text("templateSlug", head.template_slug.as_ref());
    let dated = shown.date("createdAt", head.created_at).date("updatedAt", head.updated_at);
    dated.date("publishedAt", head.published_at).0
}

fn of_translation(head: &TranslationHead) -> Fields {
    Builder::default()
        .text("translationFor", Some(&head.translation_for))
        .text("language", Some(&head.language))
        .text("title", head.title.as_ref())
        .text("excerpt", head.excerpt.as_ref())
        .0
}

fn of_sidecar(sidecar: &Sidecar) -> Fields {
    let file = Builder::default()
        .text("id", Some(&sidecar.id))
        .text("originalName", Some(&sidecar.original_name))
        .text("mimeType", Some(&sidecar.mime_type))
        .number("size", sidecar.size)
        .number("width", sidecar.width.map(u64::from))
        .number("height", sidecar.height.map(u64::from));
    let told = file
        .text("title", sidecar.title.as_ref())
        .text("alt", sidecar.alt.as_ref())
        .text("caption", sidecar.caption.as_ref())
        .text("author", sidecar.author.as_ref())
        .text("language", sidecar.language.as_ref());
    let dated = told.date("createdAt", sidecar.created_at).date("updatedAt", sidecar.updated_at);
    dated.list("tags", &sidecar.tags).list("linkedPostIds", &sidecar.linked_post_ids).0
}

fn of_sidecar_translation(translation: &SidecarTranslation) -> Fields {
    Builder::default()
        .text("translationFor", Some(&translation.translation_for))
        .text("language", Some(&translation.language))
        .text("title", translation.title.as_ref())
        .text("alt", translation.alt.as_ref())
        .text("caption", translation.caption.as_ref())
        .0
}

/// A value as JSON; null where there is none.
pub fn json(value: Option<&FieldValue>) -> Value {
    match value {
        None => Value::Null,
        Some(FieldValue::Text(text)) => Value::from(text.as_str()),
        Some(FieldValue::Flag(flag)) => Value::from(*flag),
        Some(FieldValue::Number(number)) => Value::from(*number),
        Some(FieldValue::List(names)) => Value::from(names.clone()),
    }
}

/// Whether two values say the same. The order of tags and categories says nothing (format sheet §16).
pub fn says_same(key: &str, a: Option<&FieldValue>, b: Option<&FieldValue>) -> bool {
    match (a, b) {
        (Some(FieldValue::List(a)), Some(FieldValue::List(b))) if matches!(key, "tags" | "categories") => {
            let sorted = |names: &[String]| {
                let mut names = names.to_vec();
                names.sort();
                names
            };
            sorted(a) == sorted(b)
        }
        _ => a == b,
    }
}

/// The keys under which two files do not say the same, sorted.
pub fn differing(a: &Fields, b: &Fields) -> Vec<String> {
    let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter().filter(|key| !says_same(key, a.get(*key), b.get(*key))).cloned().collect()
}
