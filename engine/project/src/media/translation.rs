use std::sync::Arc;

use bds_base::{Diagnostic, SitePath};

use super::sidecar::Lines;
use super::{media_path, suffix};
use crate::report::Report;
use crate::{Parsed, codes, language};

/// What is known of a media file in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidecarTranslation {
    /// The media file itself, by the name of the translation.
    pub media: SitePath,
    /// `translationFor`: the id of the media file.
    pub translation_for: Arc<str>,
    /// `language`, normalised.
    pub language: Arc<str>,
    /// `title`.
    pub title: Option<Arc<str>>,
    /// `alt`.
    pub alt: Option<Arc<str>>,
    /// `caption`.
    pub caption: Option<Arc<str>>,
}

/// Reads the translation of a sidecar. What it does not say of its media file and language is taken from its name,
/// `<id>.<extension>.<language>.meta`; none when that does not say it either.
pub fn parse_sidecar_translation(path: &SitePath, text: &str) -> Parsed<Option<SidecarTranslation>> {
    let mut report = Report::new(path, text);
    let media = media_path(path).unwrap_or_else(|| path.clone());
    let mut lines = Lines::read(&mut report);
    let translation_for = lines.required("translationFor", media.stem());
    let language = lines.language().or_else(|| {
        let from_name = suffix(path).and_then(language::normalise);
        let message = "the translation does not say its language";
        let diagnostic = match &from_name {
            Some(code) => Diagnostic::warning(codes::MEDIA_TRANSLATION, message)
                .hint(format!("add a line `language: {code}`, which is what its name says")),
            None => Diagnostic::error(codes::MEDIA_TRANSLATION, message).hint("add a line `language: …`"),
        };
        lines.complain(diagnostic);
        from_name
    });
    let [title, alt, caption] = ["title", "alt", "caption"].map(|key| lines.text(key));
    let value = language.map(|language| SidecarTranslation { media, translation_for, language, title, alt, caption });
    report.with(value)
}
