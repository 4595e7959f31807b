use std::borrow::Cow;
use std::sync::Arc;

use bds_base::{Diagnostic, SitePath, Span};
use jiff::Timestamp;

use super::{media_path, mime_type_of};
use crate::front_matter::{self, Division};
use crate::lines::{self, Pair};
use crate::report::Report;
use crate::{Parsed, codes, date, language};

/// What is known of a media file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sidecar {
    /// The media file itself.
    pub media: SitePath,
    /// `id`; the stem of the media file where the sidecar says none, which is the same in files of the app.
    pub id: Arc<str>,
    /// `originalName`; the name of the media file where the sidecar says none.
    pub original_name: Arc<str>,
    /// `mimeType`; by the extension of the media file where the sidecar says none.
    pub mime_type: Arc<str>,
    /// `size`, in bytes.
    pub size: Option<u64>,
    /// `width`, in pixels.
    pub width: Option<u32>,
    /// `height`, in pixels.
    pub height: Option<u32>,
    /// `title`.
    pub title: Option<Arc<str>>,
    /// `alt`.
    pub alt: Option<Arc<str>>,
    /// `caption`.
    pub caption: Option<Arc<str>>,
    /// `author`.
    pub author: Option<Arc<str>>,
    /// `language`, normalised.
    pub language: Option<Arc<str>>,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `updatedAt`.
    pub updated_at: Option<Timestamp>,
    /// `tags`, trimmed.
    pub tags: Arc<[Arc<str>]>,
    /// `linkedPostIds`: the posts that the file belongs to, in its own order.
    pub linked_post_ids: Arc<[Arc<str>]>,
}

impl Sidecar {
    /// Whether the media file is an image.
    pub fn is_image(&self) -> bool {
        self.mime_type.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("image/"))
    }

    /// The address of the media file inside the site.
    pub fn public_path(&self) -> String {
        super::public_path(&self.media)
    }
}

/// Reads a sidecar. `path` is its own path, that of the media file with `.meta` at the end.
pub fn parse_sidecar(path: &SitePath, text: &str) -> Parsed<Sidecar> {
    let mut report = Report::new(path, text);
    let media = media_path(path).unwrap_or_else(|| path.clone());
    let mut lines = Lines::read(&mut report);
    let sidecar = Sidecar {
        id: lines.required("id", media.stem()),
        original_name: lines.required("originalName", media.file_name()),
        mime_type: lines.required("mimeType", mime_type_of(&media)),
        size: lines.number("size"),
        width: lines.pixels("width"),
        height: lines.pixels("height"),
        title: lines.text("title"),
        alt: lines.text("alt"),
        caption: lines.text("caption"),
        author: lines.text("author"),
        language: lines.language(),
        created_at: lines.date("createdAt"),
        updated_at: lines.date("updatedAt"),
        tags: lines.list("tags"),
        linked_post_ids: lines.list("linkedPostIds"),
        media,
    };
    report.with(sidecar)
}

/// The keys of a sidecar, asked for one by one. Where a key stands twice the last one counts.
pub(super) struct Lines<'r, 't> {
    pairs: Vec<Pair<'t>>,
    report: &'r mut Report<'t>,
}

impl<'r, 't> Lines<'r, 't> {
    /// The closing fence may be missing: it ends nothing but the file.
    pub(super) fn read(report: &'r mut Report<'t>) -> Self {
        let text = report.text();
        let within = match front_matter::divide(text) {
            Division::Divided { head, .. } => head,
            Division::NoHead => Span::new(0, text.len()),
            Division::Unclosed { fence } => Span::new(fence.end, text.len()),
        };
        let mut pairs = Vec::new();
        for pair in lines::pairs(text, within) {
            match pair {
                Ok(pair) => pairs.push(pair),
                Err(line) => {
                    let diagnostic = Diagnostic::warning(codes::MEDIA_LINE, "this line is passed over");
                    report.push(diagnostic.hint("write it as `key: value`"), line);
                }
            }
        }
        Self { pairs, report }
    }

    pub(super) fn complain(&mut self, diagnostic: Diagnostic) {
        self.report.push_file(diagnostic);
    }

    pub(super) fn required(&mut self, key: &str, instead: &str) -> Arc<str> {
        self.text(key).unwrap_or_else(|| {
            let hint = format!("add a line `{key}: …`; until then it counts as `{instead}`");
            self.complain(Diagnostic::warning(codes::MEDIA_MISSING, format!("the sidecar has no `{key}`")).hint(hint));
            instead.into()
        })
    }

    /// A text; none when it is blank.
    pub(super) fn text(&mut self, key: &str) -> Option<Arc<str>> {
        self.value(key).map(|(text, _)| text.as_ref().into())
    }

    pub(super) fn language(&mut self) -> Option<Arc<str>> {
        let (text, span) = self.value("language")?;
        let language = language::normalise(&text);
        if language.is_none() {
            self.warn(format!("`{text}` is no language code"), "write it as `de`, or as `en-us`", span);
        }
        language
    }

    fn number(&mut self, key: &str) -> Option<u64> {
        let (text, span) = self.value(key)?;
        let number = text.parse().ok();
        if number.is_none() {
            self.warn(format!("`{key}` is no whole number"), "write it in digits only", span);
        }
        number
    }

    fn pixels(&mut self, key: &str) -> Option<u32> {
        self.number(key).and_then(|pixels| u32::try_from(pixels).ok())
    }

    fn date(&mut self, key: &str) -> Option<Timestamp> {
        let (text, span) = self.value(key)?;
        let date = date::parse(&text);
        if date.is_none() {
            self.warn(format!("`{key}` is no date"), "write it as `2005-11-13T12:00:00.000Z`", span);
        }
        date
    }

    /// A list in brackets: JSON, or else whatever stands between the commas.
    fn list(&mut self, key: &str) -> Arc<[Arc<str>]> {
        let Some(pair) = self.pair(key) else { return Arc::default() };
        let entries = serde_json::from_str::<Vec<String>>(pair.value).unwrap_or_else(|_| {
            let inner = pair.value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            let message = format!("`{key}` is no list in JSON");
            self.warn(message, &format!("write it as `{key}: [\"one\", \"two\"]`"), pair.span);
            let entries = inner.unwrap_or_default().split(',');
            entries.map(|entry| lines::unquote(entry.trim()).into_owned()).collect()
        });
        entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()).map(Arc::from).collect()
    }

    fn value(&self, key: &str) -> Option<(Cow<'t, str>, Span)> {
        let pair = self.pair(key)?;
        let text = lines::unquote(pair.value);
        (!text.trim().is_empty()).then_some((text, pair.span))
    }

    fn pair(&self, key: &str) -> Option<Pair<'t>> {
        self.pairs.iter().rfind(|pair| pair.key == key && !pair.value.is_empty()).copied()
    }

    fn warn(&mut self, message: String, hint: &str, span: Span) {
        self.report.push(Diagnostic::warning(codes::MEDIA_VALUE, message).hint(hint), span);
    }
}
