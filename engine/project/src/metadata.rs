//! The metadata of scripts and templates: the same keys with the same values (format sheet §5, §6).

mod write;

use std::sync::Arc;

use bds_base::{Code, Diagnostic, Span};
use jiff::Timestamp;

use crate::lines::{self, Pair};
use crate::nearest::nearest_hint;
use crate::report::Report;
use crate::{date, slug};

pub(crate) use write::{MetadataLines, json_list, quoted};

/// The keys of a metadata block, asked for one by one. Where a key stands twice the last one counts.
pub(crate) struct Metadata<'r, 't> {
    pairs: Vec<Pair<'t>>,
    code: Code,
    report: &'r mut Report<'t>,
}

impl<'r, 't> Metadata<'r, 't> {
    pub(crate) fn read(within: Span, code: Code, report: &'r mut Report<'t>) -> Self {
        let mut pairs = Vec::new();
        for pair in lines::pairs(report.text(), within) {
            match pair {
                Ok(pair) => pairs.push(pair),
                Err(line) => {
                    let diagnostic = Diagnostic::warning(code, "this line of the metadata is passed over");
                    report.push(diagnostic.hint("write it as `key: value`"), line);
                }
            }
        }
        Self { pairs, code, report }
    }

    /// A text, trimmed; none when it is blank.
    pub(crate) fn text(&mut self, key: &str) -> Option<Arc<str>> {
        self.value(key).map(|(text, _)| text.trim().into())
    }

    /// The slug that the file says, normalised.
    pub(crate) fn slug(&mut self) -> Option<Arc<str>> {
        let (said, span) = self.value("slug")?;
        let slug = slug::name_slug(&said);
        if slug.is_empty() {
            self.warn(&format!("`{said}` is no slug"), "use the letters a to z, digits and `_`", span);
            return None;
        }
        Some(slug.into())
    }

    /// Names in a list, normalised as slugs are.
    pub(crate) fn slugs(&mut self, key: &str) -> Arc<[Arc<str>]> {
        let Some(pair) = self.pairs.iter().rfind(|pair| pair.key == key && !pair.value.is_empty()).copied() else {
            return Arc::default();
        };
        let Ok(names) = serde_json::from_str::<Vec<String>>(pair.value) else {
            let hint = format!("write it as `{key}: [\"one\", \"two\"]`");
            self.warn(&format!("`{key}` is no list in JSON, and counts as missing"), &hint, pair.span);
            return Arc::default();
        };
        names.iter().map(|name| slug::name_slug(name).into()).filter(|slug: &Arc<str>| !slug.is_empty()).collect()
    }

    /// One of a few words; none when it is missing or another.
    pub(crate) fn word<K: Copy>(&mut self, key: &str, known: &[(&str, K)]) -> Option<K> {
        let (said, span) = self.value(key)?;
        let found = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(&said));
        if found.is_none() {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            self.warn(&format!("`{said}` is no {key}"), &nearest_hint(&said, &names), span);
        }
        found.map(|(_, value)| *value)
    }

    /// True or false; none when it is missing or neither.
    pub(crate) fn flag(&mut self, key: &str) -> Option<bool> {
        self.word(key, &[("true", true), ("false", false)])
    }

    /// `version`: a number above 0, rounded down; 1 when it is missing or none.
    pub(crate) fn version(&mut self) -> u64 {
        let Some((said, span)) = self.value("version") else { return 1 };
        let version = whole(&said).filter(|version| *version > 0);
        version.unwrap_or_else(|| {
            self.warn(&format!("`{said}` is no version, so it counts as 1"), "write a whole number above 0", span);
            1
        })
    }

    pub(crate) fn date(&mut self, key: &str) -> Option<Timestamp> {
        let (said, span) = self.value(key)?;
        let date = date::parse(&said);
        if date.is_none() {
            self.warn(&format!("`{key}` is no date"), "write it as `\"2026-02-23T19:54:58.000Z\"`", span);
        }
        date
    }

    fn value(&self, key: &str) -> Option<(String, Span)> {
        let pair = self.pairs.iter().rfind(|pair| pair.key == key)?;
        let text = lines::unquote(pair.value);
        (!text.trim().is_empty()).then(|| (text.trim().to_owned(), pair.span))
    }

    fn warn(&mut self, message: &str, hint: &str, span: Span) {
        self.report.push(Diagnostic::warning(self.code, message).hint(hint), span);
    }
}

/// The integer part of a decimal number.
fn whole(text: &str) -> Option<u64> {
    let (digits, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = !digits.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}
