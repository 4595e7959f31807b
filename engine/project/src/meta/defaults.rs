use std::collections::BTreeMap;

use bds_base::{Diagnostic, Fingerprint, SitePath};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::json::{self, Object, Pairs};
use crate::report::Report;
use crate::{Parsed, codes};

/// What `meta/defaults.json` says: of which version the defaults are that a project uses, and which of them were
/// written into it as files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DefaultsRecord {
    /// The entries, by the path that a default has in a project: `scripts/gallery.py`.
    pub entries: BTreeMap<SitePath, DefaultEntry>,
    /// All other keys of the file, as they stand.
    pub rest: Map<String, Value>,
}

/// What is recorded of one default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DefaultEntry {
    /// `version`: what the project uses, and what the file in it was made from.
    pub version: u32,
    /// `fingerprint`: that of the file as it was written into the project; none when it never was.
    pub fingerprint: Option<Fingerprint>,
    /// `pinned`: no other version is wanted.
    pub pinned: bool,
    /// All other keys, as they stand.
    pub rest: Map<String, Value>,
}

/// The version of the form of the file.
const FORMAT: f64 = 1.0;

/// Reads `meta/defaults.json`. Entries that cannot be understood count as missing.
pub fn parse_defaults(path: &SitePath, text: &str) -> Parsed<DefaultsRecord> {
    let mut report = Report::new(path, text);
    let mut record = DefaultsRecord::default();
    if let Some(span) = json::merge_marker(text) {
        let diagnostic = Diagnostic::error(codes::DEFAULTS_MERGE, "the file holds both sides of a merge");
        report.push(
            diagnostic.hint("keep one line for each default, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`"),
            span,
        );
        return report.with(record);
    }
    let Some(mut file) = Object::file(&mut report) else { return report.with(record) };
    if let Some((format, span)) = file.number_at("format")
        && format > FORMAT
    {
        let diagnostic = Diagnostic::error(codes::DEFAULTS_NEWER, "the file was written by a newer bds");
        file.complain(diagnostic.hint("use that bds; to this one the file counts as missing"), span);
        return report.with(record);
    }
    let entries = file.raw("defaults");
    record.rest = file.rest();
    if let Some(entries) = entries {
        read_entries(entries, &mut record, &mut report);
    }
    report.with(record)
}

fn read_entries<'t>(raw: &'t RawValue, record: &mut DefaultsRecord, report: &mut Report<'t>) {
    let Ok(Pairs(pairs)) = serde_json::from_str(raw.get()) else {
        let span = json::span(report, raw);
        report.push(Diagnostic::warning(codes::META_VALUE, "`defaults` is no object: `{ … }`"), span);
        return;
    };
    for (name, raw) in pairs {
        let span = json::span(report, raw);
        let Ok(path) = SitePath::new(&name) else {
            let message = format!("`{name}` is no path of a file in a project");
            report.push(Diagnostic::warning(codes::META_VALUE, message).hint("write it as `scripts/gallery.py`"), span);
            continue;
        };
        let Some(entry) = entry(&name, raw, report) else { continue };
        if record.entries.insert(path, entry.clone()).is_some_and(|before| before != entry) {
            let message = format!("`{name}` stands twice");
            report.push(Diagnostic::warning(codes::META_VALUE, message).hint("the last one counts"), span);
        }
    }
}

fn entry<'t>(name: &str, raw: &'t RawValue, report: &mut Report<'t>) -> Option<DefaultEntry> {
    let span = json::span(report, raw);
    let mut object = Object::value(raw, &format!("`{name}`"), report)?;
    let version = object.number_at("version").and_then(|(number, _)| version(number));
    let Some(version) = version else {
        let message = format!("`{name}` has no version, and counts as missing");
        object.complain(Diagnostic::warning(codes::META_VALUE, message).hint("write it as `\"version\": 1`"), span);
        return None;
    };
    let fingerprint = object.text_at("fingerprint").and_then(|(text, span)| {
        let read = text.parse().ok();
        if read.is_none() {
            let message = format!("the fingerprint of `{name}` is none, so the file counts as never written");
            object.complain(Diagnostic::warning(codes::META_VALUE, message).hint("restore the line"), span);
        }
        read
    });
    Some(DefaultEntry { version, fingerprint, pinned: object.flag("pinned").unwrap_or_default(), rest: object.rest() })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is checked to be a small whole number")]
fn version(number: f64) -> Option<u32> {
    let is_version = (1.0..=f64::from(u32::MAX)).contains(&number) && number.fract() == 0.0;
    is_version.then_some(number as u32)
}

impl DefaultsRecord {
    /// The text of the file: sorted, one line for each entry, so that two branches that change different entries merge by
    /// themselves.
    pub fn to_text(&self) -> String {
        let lines = self.entries.iter().map(|(path, entry)| {
            let key = Value::from(path.as_str());
            format!("    {key}: {}", entry.to_line())
        });
        let lines: Vec<_> = lines.collect();
        let rest = self.rest.iter().map(|(key, value)| format!(",\n  {}: {value}", Value::from(key.as_str())));
        let rest: String = rest.collect();
        format!("{{\n  \"format\": {FORMAT},\n  \"defaults\": {{\n{}\n  }}{rest}\n}}\n", lines.join(",\n"))
    }
}

impl DefaultEntry {
    fn to_line(&self) -> String {
        let mut members = vec![format!("\"version\": {}", self.version)];
        members.extend(self.fingerprint.map(|fingerprint| format!("\"fingerprint\": \"{fingerprint}\"")));
        members.extend(self.pinned.then(|| "\"pinned\": true".to_owned()));
        members.extend(self.rest.iter().map(|(key, value)| format!("{}: {value}", Value::from(key.as_str()))));
        format!("{{ {} }}", members.join(", "))
    }
}
