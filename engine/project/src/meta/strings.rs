use std::collections::BTreeMap;

use bds_base::{Diagnostic, SitePath};

use super::json::{self, Pairs};
use crate::report::Report;
use crate::{Parsed, codes};

/// Reads `meta/strings/LANGUAGE.json`: the project's own texts for keys such as `render.archive`. What is no text is left
/// out.
pub fn parse_strings(path: &SitePath, text: &str) -> Parsed<BTreeMap<String, String>> {
    let mut report = Report::new(path, text);
    let mut strings = BTreeMap::new();
    if let Some(span) = json::merge_marker(text) {
        let diagnostic = Diagnostic::error(codes::META_JSON, "the file holds both sides of a merge");
        report.push(diagnostic.hint("keep one of the two; until then the file counts as missing"), span);
        return report.with(strings);
    }
    let Some(Pairs(pairs)) = json::file(&mut report, "object in JSON: `{ … }`") else { return report.with(strings) };
    for (key, raw) in pairs {
        if let Ok(text) = serde_json::from_str::<String>(raw.get()) {
            strings.insert(key, text);
            continue;
        }
        let span = json::span(&report, raw);
        let diagnostic = Diagnostic::warning(codes::META_VALUE, format!("`{key}` is no text in double quotes"));
        report.push(diagnostic.hint("it counts as missing"), span);
    }
    report.with(strings)
}
