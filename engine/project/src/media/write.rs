//! Sidecars written as the app writes them (format sheet §3, dialect A).

use std::sync::Arc;

use bds_base::{SitePath, Span};

use super::{Sidecar, SidecarTranslation, parse_sidecar, parse_sidecar_translation};
use crate::date;
use crate::front_matter::patch::{Block, joined, line_parts, patch};
use crate::front_matter::{self, Division};
use crate::lines::unquote;
use crate::metadata::{json_list, quoted};

impl Sidecar {
    /// The text of a new sidecar. It has no line end after its second fence.
    pub fn to_text(&self) -> String {
        format!("---\n{}---", joined(&self.blocks()))
    }

    fn blocks(&self) -> Vec<Block> {
        let mut lines = SidecarLines::default();
        lines.bare("id", Some(&self.id));
        lines.text("originalName", Some(&self.original_name));
        lines.bare("mimeType", Some(&self.mime_type));
        lines.number("size", self.size);
        lines.number("width", self.width.map(u64::from));
        lines.number("height", self.height.map(u64::from));
        lines.text("title", self.title.as_ref());
        lines.text("alt", self.alt.as_ref());
        lines.text("caption", self.caption.as_ref());
        lines.text("author", self.author.as_ref());
        lines.bare("language", self.language.as_ref());
        for (key, date) in [("createdAt", self.created_at), ("updatedAt", self.updated_at)] {
            lines.add(key, date.map(date::format));
        }
        lines.add("tags", Some(json_list(&self.tags)));
        lines.add("linkedPostIds", Some(json_list(&self.linked_post_ids)).filter(|_| !self.linked_post_ids.is_empty()));
        lines.0
    }
}

impl SidecarTranslation {
    /// The text of a new translation. It has no line end after its second fence.
    pub fn to_text(&self) -> String {
        format!("---\n{}---", joined(&self.blocks()))
    }

    fn blocks(&self) -> Vec<Block> {
        let mut lines = SidecarLines::default();
        lines.bare("translationFor", Some(&self.translation_for));
        lines.bare("language", Some(&self.language));
        lines.text("title", self.title.as_ref());
        lines.text("alt", self.alt.as_ref());
        lines.text("caption", self.caption.as_ref());
        lines.0
    }
}

/// Changes a sidecar into `sidecar`. Lines of keys whose values stay, of keys that have no meaning here, and all that
/// follows the second fence stay as they are.
///
/// None where `sidecar` holds a value that no sidecar can say, such as a tag that is blank at its end.
pub fn rewrite_sidecar(path: &SitePath, text: &str, sidecar: &Sidecar) -> Option<String> {
    let before = parse_sidecar(path, text).value.blocks();
    let rewritten = patched(text, &before, &sidecar.blocks());
    (parse_sidecar(path, &rewritten).value == *sidecar).then_some(rewritten)
}

/// Changes the translation of a sidecar, as [`rewrite_sidecar`] does.
pub fn rewrite_sidecar_translation(path: &SitePath, text: &str, translation: &SidecarTranslation) -> Option<String> {
    let before = parse_sidecar_translation(path, text).value?.blocks();
    let rewritten = patched(text, &before, &translation.blocks());
    (parse_sidecar_translation(path, &rewritten).value.as_ref() == Some(translation)).then_some(rewritten)
}

/// A sidecar without a second fence gets one, so that lines can be added to it.
fn patched(text: &str, before: &[Block], after: &[Block]) -> String {
    let (head, between) = match front_matter::divide(text) {
        Division::Divided { head, .. } => (head, ""),
        Division::NoHead => (Span::new(0, text.len()), ""),
        Division::Unclosed { fence } => {
            let after_fence = text[fence.end..].find('\n').map_or(text.len(), |at| fence.end + at + 1);
            (Span::new(after_fence, text.len()), "---")
        }
    };
    let mut start = text[..head.start].to_owned();
    let mut lines = text[head.range()].to_owned();
    for piece in [&mut start, &mut lines] {
        if !piece.is_empty() && !piece.ends_with('\n') {
            piece.push('\n');
        }
    }
    let parts = line_parts(&lines, 0..lines.len());
    format!("{start}{}{between}{}", patch(&lines, &parts, before, after), &text[head.end..])
}

#[derive(Default)]
struct SidecarLines(Vec<Block>);

impl SidecarLines {
    fn add(&mut self, key: &'static str, value: Option<String>) {
        self.0.extend(value.map(|value| Block { key, text: format!("{key}: {value}\n") }));
    }

    fn number(&mut self, key: &'static str, number: Option<u64>) {
        self.add(key, number.map(|number| number.to_string()));
    }

    /// A text that the app writes without quotes: an id, a type, a language.
    fn bare(&mut self, key: &'static str, text: Option<&Arc<str>>) {
        let is_plain = |text: &str| text == text.trim() && !text.contains('\n') && unquote(text) == text;
        self.add(key, text.map(|text| if is_plain(text) { text.to_string() } else { in_quotes(text) }));
    }

    fn text(&mut self, key: &'static str, text: Option<&Arc<str>>) {
        self.add(key, text.map(|text| in_quotes(text)));
    }
}

/// A text in double quotes: as it is where it is read back as that, since the app escapes nothing; else with escapes.
fn in_quotes(text: &str) -> String {
    let raw = format!("\"{text}\"");
    if !text.contains('\n') && unquote(&raw) == text { raw } else { quoted(text) }
}

#[cfg(test)]
mod tests;
