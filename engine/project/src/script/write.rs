//! Scripts written as the app writes them (format sheet §5).

use bds_base::SitePath;

use super::{ScriptHead, docstring, parse};
use crate::front_matter::patch::{Block, joined, line_parts, patch};
use crate::metadata::MetadataLines;
use crate::report::Report;

impl ScriptHead {
    /// The docstring of a new script: what stands before its body.
    pub fn to_docstring(&self) -> String {
        format!("\"\"\"\n---\n{}---\n\"\"\"\n", joined(&self.blocks(false)))
    }

    fn blocks(&self, in_single_quotes: bool) -> Vec<Block> {
        let mut lines = MetadataLines { in_single_quotes, ..MetadataLines::default() };
        lines.text("id", self.id.as_deref());
        lines.text("projectId", self.project_id.as_deref());
        lines.text("slug", self.slug.as_deref());
        lines.names("aliases", &self.aliases);
        lines.text("title", self.title.as_deref());
        lines.text("kind", Some(self.kind.name()));
        lines.text("entrypoint", Some(&self.entrypoint));
        lines.bare("enabled", self.enabled);
        lines.bare("version", self.version);
        lines.date("createdAt", self.created_at);
        lines.date("updatedAt", self.updated_at);
        lines.blocks
    }
}

/// Changes the metadata of a script into `head`. The body stays as it is, byte for byte; so do the lines of keys whose
/// values stay, of keys that have no meaning here, and comments. A file without metadata is the body of what comes out.
///
/// None where `head` holds a value that no metadata can say, such as a title that is blank at its end.
pub fn rewrite(path: &SitePath, text: &str, head: &ScriptHead) -> Option<String> {
    let rewritten = match docstring(&mut Report::new(path, text)) {
        None => format!("{}{text}", head.to_docstring()),
        Some((block, _)) => {
            let in_single_quotes = text.starts_with('\'');
            let before = parse(path, text).value.head.blocks(in_single_quotes);
            let parts = line_parts(text, block.range());
            let patched = patch(&text[block.range()], &parts, &before, &head.blocks(in_single_quotes));
            format!("{}{patched}{}", &text[..block.start], &text[block.end..])
        }
    };
    let said = parse(path, &rewritten).value.head;
    (*said == ScriptHead { has_metadata: true, ..head.clone() }).then_some(rewritten)
}

#[cfg(test)]
mod tests;
