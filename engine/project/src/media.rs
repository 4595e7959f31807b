//! Sidecars of media files: what is known of an image, and of it in other languages (format sheet §3).

mod resolve;
mod sidecar;
mod translation;
mod write;

use bds_base::SitePath;

use crate::language;

pub use resolve::{Media, Resolved, resolve};
pub use sidecar::{Sidecar, parse_sidecar};
pub use translation::{SidecarTranslation, parse_sidecar_translation};
pub use write::{rewrite_sidecar, rewrite_sidecar_translation};

/// Whether a sidecar is a translation: `<file>.<ext>.<language>.meta`. The sheet asks for at least four parts; that
/// the third is a language is asked for too, so that `my.photo.jpg.meta` is none.
pub fn is_translation(path: &SitePath) -> bool {
    suffix(path).is_some()
}

/// The media file that a sidecar, or the translation of one, belongs to. None for what does not end in `.meta`.
pub fn media_path(path: &SitePath) -> Option<SitePath> {
    let text = path.as_str();
    let without = path.extension().filter(|own| own.eq_ignore_ascii_case("meta")).map(|own| own.len() + 1)?;
    let suffix = suffix(path).map_or(0, |suffix| suffix.len() + 1);
    SitePath::new(&text[..text.len() - without - suffix]).ok()
}

/// The address of a media file inside the site: `/media/2005/11/x.jpg`, not percent-encoded.
pub fn public_path(media: &SitePath) -> String {
    format!("/{media}")
}

/// The language in the name of a translation.
fn suffix(path: &SitePath) -> Option<&str> {
    let name = path.file_name();
    let (name, _) = name.rsplit_once('.').filter(|(_, own)| own.eq_ignore_ascii_case("meta"))?;
    let (name, suffix) = name.rsplit_once('.').filter(|(_, suffix)| language::is_suffix(suffix))?;
    name.contains('.').then_some(suffix)
}

/// The MIME type that the extension of a file stands for, for sidecars that say none.
fn mime_type_of(media: &SitePath) -> &'static str {
    match media.extension().unwrap_or_default().to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "tif" | "tiff" => "image/tiff",
        "heic" => "image/heic",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
