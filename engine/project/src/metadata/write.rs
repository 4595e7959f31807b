//! Metadata of scripts and templates written as the app writes it (format sheet §5, §6).

use std::sync::Arc;

use jiff::Timestamp;

use crate::date;
use crate::front_matter::patch::Block;

/// Takes the lines of a metadata block, key by key.
#[derive(Default)]
pub(crate) struct MetadataLines {
    pub(crate) blocks: Vec<Block>,
    /// Whether single quotes are escaped too, for docstrings that they would end.
    pub(crate) in_single_quotes: bool,
}

impl MetadataLines {
    /// A value that needs no quotes: a truth value or a number.
    pub(crate) fn bare(&mut self, key: &'static str, value: impl std::fmt::Display) {
        self.blocks.push(Block { key, text: format!("{key}: {value}\n") });
    }

    pub(crate) fn text(&mut self, key: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            let quoted = quoted(text);
            let quoted = if self.in_single_quotes { quoted.replace('\'', "\\'") } else { quoted };
            self.bare(key, quoted);
        }
    }

    pub(crate) fn date(&mut self, key: &'static str, date: Option<Timestamp>) {
        self.text(key, date.map(date::format).as_deref());
    }

    /// A list in JSON; nothing when it is empty.
    pub(crate) fn names(&mut self, key: &'static str, names: &[Arc<str>]) {
        if !names.is_empty() {
            self.bare(key, json_list(names));
        }
    }
}

/// A list in JSON, on one line.
pub(crate) fn json_list(entries: &[Arc<str>]) -> String {
    let entries: Vec<_> = entries.iter().map(|entry| serde_json::Value::from(&**entry).to_string()).collect();
    format!("[{}]", entries.join(", "))
}

/// A text in double quotes. Line breaks are escaped as dialect B does, since a value is one line.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
