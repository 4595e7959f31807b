//! Templates written as the app writes them (format sheet §6).

use bds_base::SitePath;

use super::{TemplateHead, parse};
use crate::front_matter::patch::{Block, joined, line_parts, patch};
use crate::front_matter::{self, Division};
use crate::metadata::MetadataLines;

impl TemplateHead {
    /// The front matter of a new template, both fences included.
    pub fn to_front_matter(&self) -> String {
        format!("---\n{}---\n", joined(&self.blocks()))
    }

    fn blocks(&self) -> Vec<Block> {
        let mut lines = MetadataLines::default();
        lines.text("id", self.id.as_deref());
        lines.text("projectId", self.project_id.as_deref());
        lines.text("slug", self.slug.as_deref());
        lines.text("title", self.title.as_deref());
        lines.text("kind", Some(self.kind.name()));
        lines.bare("enabled", self.enabled);
        lines.bare("version", self.version);
        lines.date("createdAt", self.created_at);
        lines.date("updatedAt", self.updated_at);
        lines.blocks
    }
}

/// Changes the front matter of a template into `head`. The template itself stays as it is, byte for byte; so do the
/// lines of keys whose values stay, of keys that have no meaning here, and comments.
///
/// None where that cannot be done without a loss: the front matter has no end, or `head` holds a value that no front
/// matter can say.
pub fn rewrite(path: &SitePath, text: &str, head: &TemplateHead) -> Option<String> {
    let rewritten = match front_matter::divide(text) {
        Division::NoHead => format!("{}{text}", head.to_front_matter()),
        Division::Unclosed { .. } => return None,
        Division::Divided { head: block, .. } => {
            let before = parse(path, text).value.head.blocks();
            let parts = line_parts(text, block.range());
            let patched = patch(&text[block.range()], &parts, &before, &head.blocks());
            format!("{}{patched}{}", &text[..block.start], &text[block.end..])
        }
    };
    (*parse(path, &rewritten).value.head == *head).then_some(rewritten)
}
