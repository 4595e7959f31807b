use std::collections::HashSet;
use std::sync::Arc;

use bds_base::{Diagnostic, SitePath, Span, Stretch};
use jiff::Timestamp;

use super::Status;
use crate::front_matter::yaml::{Entry, Item, Mapping, ScalarKind, Value};
use crate::nearest::nearest_hint;
use crate::report::Report;
use crate::{codes, date, language, slug};

/// The keys of a front matter, asked for one by one. Where a key stands twice the last one counts.
pub(super) struct Fields<'m, 't, 'r> {
    mapping: Mapping<'m>,
    /// Where the head begins in the text of the file.
    base: usize,
    report: &'r mut Report<'t>,
}

impl<'m, 't, 'r> Fields<'m, 't, 'r> {
    pub(super) fn new(mapping: Mapping<'m>, base: usize, report: &'r mut Report<'t>) -> Self {
        let mut seen = HashSet::new();
        for entry in &mapping.entries {
            if !seen.insert(&entry.key) {
                let message = format!("`{}` stands here for the second time", entry.key);
                let diagnostic = Diagnostic::warning(codes::POST_DUPLICATE_KEY, message).hint("the last one counts");
                report.push(diagnostic, entry.key_span.shifted(base));
            }
        }
        drop(seen);
        Self { mapping, base, report }
    }

    pub(super) fn path(&self) -> &'t SitePath {
        self.report.path()
    }

    /// Takes a diagnostic that concerns the front matter as a whole.
    pub(super) fn complain(&mut self, diagnostic: Diagnostic) {
        self.report.push(diagnostic, Span::new(0, 3.min(self.report.text().len())));
    }

    /// A text of one line, trimmed; none when it is blank. Numbers and the like count as their text.
    pub(super) fn line(&mut self, key: &str) -> Option<Arc<str>> {
        self.scalar(key).map(|(text, _)| text.trim().into())
    }

    /// Where the value of a key stands.
    pub(super) fn stretch(&self, key: &str) -> Option<Stretch> {
        let span = self.entry(key)?.span.shifted(self.base);
        Some(self.report.stretch(span))
    }

    /// A text of any number of lines, as it is; none when it is blank.
    pub(super) fn text(&mut self, key: &str) -> Option<Arc<str>> {
        self.scalar(key).map(|(text, _)| text.into())
    }

    pub(super) fn date(&mut self, key: &str) -> Option<Timestamp> {
        let (text, span) = self.scalar(key)?;
        let date = date::parse(&text);
        if date.is_none() {
            let message = format!("`{key}` is no date");
            let hint = "write it as `2026-03-13T07:19:45.000Z`, or as `2026-03-13`";
            self.report.push(Diagnostic::warning(codes::POST_DATE, message).hint(hint), span);
        }
        date
    }

    pub(super) fn status(&mut self) -> Status {
        let Some((word, span)) = self.scalar("status") else { return Status::default() };
        Status::parse(&word).unwrap_or_else(|| {
            let message = format!("`{}` is no status, so the post is not published", word.trim());
            let hint = nearest_hint(&word, &["draft", "published", "archived"]);
            self.report.push(Diagnostic::error(codes::POST_STATUS, message).hint(hint), span);
            Status::Draft
        })
    }

    pub(super) fn language(&mut self) -> Option<Arc<str>> {
        let (code, span) = self.scalar("language")?;
        let language = language::normalise(&code);
        if language.is_none() {
            let message = format!("`{}` is no language code", code.trim());
            let hint = "write it as `de`, or as `en-us`";
            self.report.push(Diagnostic::warning(codes::POST_LANGUAGE, message).hint(hint), span);
        }
        language
    }

    pub(super) fn flag(&mut self, key: &str) -> bool {
        let Some((word, span)) = self.scalar(key) else { return false };
        match word.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => true,
            "false" | "no" | "off" | "0" => false,
            _ => {
                let diagnostic = Diagnostic::warning(codes::POST_VALUE, format!("`{key}` is neither true nor false"));
                self.report.push(diagnostic, span);
                false
            }
        }
    }

    /// A list of names; see [`PostHead::tags`](super::PostHead::tags). What is no list counts as an empty one.
    pub(super) fn names(&mut self, key: &str) -> Arc<[Arc<str>]> {
        let Some(entry) = self.entry(key) else { return Arc::default() };
        let span = entry.span.shifted(self.base);
        match entry.value.clone() {
            Value::List(items) => self.items(key, &items),
            Value::Scalar(scalar) if scalar.kind == ScalarKind::Null || scalar.text.trim().is_empty() => Arc::default(),
            Value::Scalar(_) | Value::Nested => {
                let diagnostic = Diagnostic::warning(codes::POST_VALUE, format!("`{key}` is no list, so it is empty"));
                self.report.push(diagnostic.hint(format!("write it as `{key}: [one, two]`")), span);
                Arc::default()
            }
        }
    }

    fn items(&mut self, key: &str, items: &[Item<'_>]) -> Arc<[Arc<str>]> {
        let mut seen = HashSet::new();
        let mut names: Vec<Arc<str>> = Vec::with_capacity(items.len());
        for item in items {
            match &item.scalar {
                Some(name) if name.kind == ScalarKind::Text => {
                    let name = name.text.trim();
                    if !name.is_empty() && seen.insert(slug::key(name)) {
                        names.push(name.into());
                    }
                }
                Some(empty) if empty.kind == ScalarKind::Null => {}
                other => {
                    let message = format!("an entry of `{key}` is no text, and is left out");
                    let written = other.as_ref().map_or("…", |scalar| &*scalar.text);
                    let diagnostic = Diagnostic::warning(codes::POST_VALUE, message);
                    self.report.push(diagnostic.hint(format!("quote it: `'{written}'`")), item.span.shifted(self.base));
                }
            }
        }
        names.into()
    }

    /// The text of a scalar and where it stands; none when it is missing, null or blank.
    fn scalar(&mut self, key: &str) -> Option<(String, Span)> {
        let entry = self.entry(key)?;
        let span = entry.span.shifted(self.base);
        let Value::Scalar(scalar) = &entry.value else {
            let diagnostic = Diagnostic::warning(codes::POST_VALUE, format!("`{key}` is no text, and is passed over"));
            self.report.push(diagnostic, span);
            return None;
        };
        let missing = scalar.kind == ScalarKind::Null || scalar.text.trim().is_empty();
        (!missing).then(|| (scalar.text.clone().into_owned(), span))
    }

    fn entry(&self, key: &str) -> Option<&Entry<'m>> {
        self.mapping.entries.iter().rfind(|entry| entry.key == key)
    }
}
