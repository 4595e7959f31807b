//! Posts and translations written as the app writes them (format sheet §2, dialect A).

use std::sync::Arc;

use bds_base::SitePath;
use jiff::Timestamp;

use super::{PostDocument, PostHead, Status, TranslationHead, parse};
use crate::date;
use crate::front_matter::patch::{Block, Part, joined, patch};
use crate::front_matter::scalar::scalar;
use crate::front_matter::{self, Division, yaml};

impl PostDocument {
    /// The front matter of a new file, both fences included: what a file with an empty body holds.
    pub fn to_front_matter(&self) -> String {
        format!("---\n{}---\n", joined(&self.blocks()))
    }

    fn blocks(&self) -> Vec<Block> {
        match self {
            Self::Post(head) => post(head),
            Self::Translation(head) => translation(head),
        }
    }
}

/// Changes the front matter of a file into `document`. The body stays as it is, byte for byte; so do the keys whose
/// values stay, those that have no meaning here, and comments on lines of their own.
///
/// None where that cannot be done without a loss: the front matter cannot be read, is not written with one key on each
/// line (`{title: x}`), or `document` holds a value that no front matter can say, such as a title of two lines.
pub fn rewrite(path: &SitePath, text: &str, document: &PostDocument) -> Option<String> {
    let rewritten = match front_matter::divide(text) {
        Division::NoHead => format!("{}{text}", document.to_front_matter()),
        Division::Unclosed { .. } => return None,
        Division::Divided { head, .. } => {
            let before = parse(path, text).value?.document;
            let lines = &text[head.range()];
            let patched = patch(lines, &parts(lines)?, &before.blocks(), &document.blocks());
            format!("{}{patched}{}", &text[..head.start], &text[head.end..])
        }
    };
    let said = parse(path, &rewritten).value?.document;
    (placeless(said) == placeless(document.clone())).then_some(rewritten)
}

/// Where a slug stands is no part of what a file says.
fn placeless(document: PostDocument) -> PostDocument {
    match document {
        PostDocument::Post(head) => {
            PostDocument::Post(Arc::new(PostHead { slug_at: None, ..Arc::unwrap_or_clone(head) }))
        }
        translation @ PostDocument::Translation(_) => translation,
    }
}

/// The lines of each key. None where a key shares its line, and where YAML has forms that span keys.
fn parts(head: &str) -> Option<Vec<Part>> {
    let odd = |line: &str| ["?", "%", "...", "---"].iter().any(|start| line.starts_with(start));
    let mapping = yaml::read(head).ok()?;
    if head.lines().any(odd) {
        return None;
    }
    let mut starts = Vec::with_capacity(mapping.entries.len());
    for entry in &mapping.entries {
        let start = entry.key_span.start;
        if start > 0 && !head[..start].ends_with('\n') {
            return None;
        }
        starts.push((start, entry.key.as_ref()));
    }
    let mut parts = vec![Part { key: None, lines: 0..starts.first().map_or(head.len(), |(start, _)| *start) }];
    for (at, (start, key)) in starts.iter().enumerate() {
        let after = starts.get(at + 1).map_or(head.len(), |(start, _)| *start);
        let end = start + without_comments(&head[*start..after]);
        parts.push(Part { key: Some((*key).to_owned()), lines: *start..end });
        parts.push(Part { key: None, lines: end..after });
    }
    Some(parts)
}

/// The length of the lines of a key without the comments that follow it, which belong to the next one if to any.
fn without_comments(lines: &str) -> usize {
    let mut length = lines.len();
    for line in lines.split_inclusive('\n').rev() {
        if !line.starts_with('#') {
            break;
        }
        length -= line.len();
    }
    length
}

fn post(head: &PostHead) -> Vec<Block> {
    let mut blocks = Blocks::default();
    blocks.text("id", head.id.as_ref());
    blocks.text("title", head.title.as_ref());
    blocks.text("slug", head.slug.as_ref());
    blocks.add("status", head.status.name());
    blocks.date("createdAt", head.created_at);
    blocks.date("updatedAt", head.updated_at);
    blocks.names("tags", &head.tags);
    blocks.names("categories", &head.categories);
    blocks.text("excerpt", head.excerpt.as_ref());
    blocks.text("author", head.author.as_ref());
    blocks.text("language", head.language.as_ref());
    if head.do_not_translate {
        blocks.add("doNotTranslate", "true");
    }
    blocks.text("templateSlug", head.template_slug.as_ref());
    blocks.date("publishedAt", head.published_at);
    blocks.0
}

/// The app writes no status, since a translation is as visible as its post.
fn translation(head: &TranslationHead) -> Vec<Block> {
    let mut blocks = Blocks::default();
    blocks.text("translationFor", Some(&head.translation_for));
    blocks.text("language", Some(&head.language));
    blocks.text("title", head.title.as_ref());
    blocks.text("excerpt", head.excerpt.as_ref());
    if head.status != Status::default() {
        blocks.add("status", head.status.name());
    }
    blocks.0
}

#[derive(Default)]
struct Blocks(Vec<Block>);

impl Blocks {
    fn add(&mut self, key: &'static str, value: &str) {
        self.0.push(Block { key, text: format!("{key}: {value}\n") });
    }

    fn text(&mut self, key: &'static str, text: Option<&Arc<str>>) {
        if let Some(text) = text {
            self.add(key, &scalar(text, INDENT));
        }
    }

    fn date(&mut self, key: &'static str, date: Option<Timestamp>) {
        if let Some(date) = date {
            self.add(key, &scalar(&date::format(date), INDENT));
        }
    }

    fn names(&mut self, key: &'static str, names: &[Arc<str>]) {
        if names.is_empty() {
            return self.add(key, "[]");
        }
        let items = names.iter().map(|name| format!("  - {}\n", scalar(name, 2 * INDENT)));
        self.0.push(Block { key, text: format!("{key}:\n{}", items.collect::<String>()) });
    }
}

/// Columns of each level.
const INDENT: usize = 2;

#[cfg(test)]
mod tests;
