//! What is said of scripts.

use std::fmt::Write as _;

use bds_scripts::change::Kept;
use bds_scripts::library::{Entry, Reference};
use serde_json::{Value, json};

use crate::columns::columns;

/// A line for each script.
pub(super) fn table(scripts: &[&Entry]) -> String {
    let line = |entry: &&Entry| {
        let data = entry.data(false);
        let state = if data.enabled { "enabled" } else { "disabled" };
        let text = [&*data.slug, data.kind, state, &data.version.to_string(), &data.title, data.file_path.as_str()];
        text.map(str::to_owned)
    };
    let lines: Vec<_> = scripts.iter().map(line).collect();
    columns(["slug", "kind", "state", "version", "title", "file"], &lines)
}

/// All of one script: its metadata, a line each, and its code.
pub(super) fn whole(entry: &Entry) -> String {
    let data = entry.data(false);
    let lines = [
        ("slug", data.slug.to_string()),
        ("title", data.title.to_string()),
        ("kind", data.kind.to_owned()),
        ("entrypoint", data.entrypoint.to_string()),
        ("enabled", data.enabled.to_string()),
        ("version", data.version.to_string()),
        ("aliases", data.aliases.join(", ")),
        ("id", data.id.to_string()),
        ("file", data.file_path.to_string()),
        ("created", data.created_at),
        ("updated", data.updated_at),
    ];
    let shown = lines.iter().filter(|(_, value)| !value.is_empty());
    let head = shown.fold(String::new(), |mut head, (name, value)| {
        writeln!(head, "{name:<10}  {value}").expect("strings take all");
        head
    });
    format!("{head}\n{}", entry.body())
}

/// A line for each place that uses a script.
pub(super) fn references(references: &[Reference]) -> String {
    references.iter().fold(String::new(), |mut lines, at| {
        writeln!(lines, "{}:{}: {}", at.path, at.line, at.text).expect("strings take all");
        lines
    })
}

/// What was done, for programs.
pub(super) fn change_json(is_changed: bool, script: Option<&Entry>, copy: &Kept, references: &[Reference]) -> Value {
    json!({
        "changed": is_changed,
        "script": script.map(|script| script.data(false)),
        "copy": copy,
        "references": references,
    })
}
