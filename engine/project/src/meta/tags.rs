use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use bds_base::{Diagnostic, SitePath};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::json::{self, Object};
use crate::report::Report;
use crate::{Parsed, codes, slug};

/// What is said of one tag.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TagMeta {
    /// `name`.
    pub name: Arc<str>,
    /// `color`: `#rgb` or `#rrggbb`.
    pub color: Option<Arc<str>>,
    /// `postTemplateSlug`: the template of posts with this tag.
    pub post_template_slug: Option<Arc<str>>,
    /// All other keys, as they stand.
    pub rest: Map<String, Value>,
}

/// What `meta/tags.json` says (format sheet §4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TagMetas {
    by_key: BTreeMap<String, TagMeta>,
}

impl TagMetas {
    /// What is said of a tag, whatever its case; none when nothing is.
    pub fn get(&self, tag: &str) -> Option<&TagMeta> {
        self.by_key.get(&slug::key(tag))
    }

    /// All of them, by the lower-case name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &TagMeta)> {
        self.by_key.iter().map(|(key, tag)| (key.as_str(), tag))
    }
}

/// Reads `meta/tags.json`. Of two entries with one name the first counts.
pub fn parse_tags(path: &SitePath, text: &str) -> Parsed<TagMetas> {
    let mut report = Report::new(path, text);
    let mut tags = TagMetas::default();
    let values: Option<Vec<&RawValue>> = json::file(&mut report, "list in JSON: `[ … ]`");
    for raw in values.unwrap_or_default() {
        let Some(tag) = tag(raw, &mut report) else { continue };
        match tags.by_key.entry(slug::key(&tag.name)) {
            Entry::Vacant(entry) => drop(entry.insert(tag)),
            Entry::Occupied(_) => {
                let diagnostic = Diagnostic::warning(codes::META_VALUE, format!("`{}` is there already", tag.name));
                let span = json::span(&report, raw);
                report.push(diagnostic.hint("the first one counts"), span);
            }
        }
    }
    report.with(tags)
}

/// An entry is an object, or only the name of the tag.
fn tag<'t>(raw: &'t RawValue, report: &mut Report<'t>) -> Option<TagMeta> {
    if let Ok(name) = serde_json::from_str::<String>(raw.get()) {
        return Some(TagMeta { name: name.trim().into(), ..TagMeta::default() }).filter(|tag| !tag.name.is_empty());
    }
    let place = json::span(report, raw);
    let mut object = Object::value(raw, "a tag", report)?;
    let Some(name) = object.text("name") else {
        object.complain(Diagnostic::warning(codes::META_VALUE, "a tag has no `name`, and is left out"), place);
        return None;
    };
    Some(TagMeta {
        name: name.trim().into(),
        color: color(&mut object),
        post_template_slug: object.text("postTemplateSlug"),
        rest: object.rest(),
    })
}

fn color(object: &mut Object<'_, '_>) -> Option<Arc<str>> {
    let (color, span) = object.text_at("color")?;
    let digits = color.trim().strip_prefix('#').unwrap_or_default();
    if matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Some(color.trim().into());
    }
    let diagnostic = Diagnostic::warning(codes::META_VALUE, format!("`{color}` is no colour, and is passed over"));
    object.complain(diagnostic.hint("write it as `#4a90d9`"), span);
    None
}
