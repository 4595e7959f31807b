use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bds_base::{Diagnostic, SitePath};

use super::{Sidecar, SidecarTranslation};
use crate::codes;
use crate::names;

/// A media file with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its id; no two media files have the same.
    pub id: Arc<str>,
    /// What its sidecar says.
    pub sidecar: Arc<Sidecar>,
    /// The same in other languages, by language.
    pub translations: BTreeMap<Arc<str>, Arc<SidecarTranslation>>,
}

/// The media of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resolved {
    /// Sorted by the path of the media file.
    pub media: Vec<Arc<Media>>,
    /// What is wrong between the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// Puts sidecars and their translations together; each comes with its own path. Files are looked at in the order of
/// their paths: of two with one id the first keeps it, of two translations into one language the first counts.
pub fn resolve(
    sidecars: impl IntoIterator<Item = (SitePath, Arc<Sidecar>)>,
    translations: impl IntoIterator<Item = (SitePath, Arc<SidecarTranslation>)>,
) -> Resolved {
    let mut sidecars: Vec<_> = sidecars.into_iter().collect();
    sidecars.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut diagnostics = Vec::new();
    let said: Vec<_> = sidecars.iter().map(|(path, sidecar)| (path, Some(&sidecar.id))).collect();
    let ids = names::ids(&said, "media file", codes::MEDIA_DUPLICATE_ID, &mut diagnostics);
    let named = sidecars.into_iter().zip(ids);
    let mut media: Vec<_> =
        named.map(|((_, sidecar), id)| Media { id, sidecar, translations: BTreeMap::new() }).collect();
    translate(&mut media, translations.into_iter().collect(), &mut diagnostics);
    media.sort_by(|a, b| a.sidecar.media.cmp(&b.sidecar.media));
    diagnostics.sort();
    Resolved { media: media.into_iter().map(Arc::new).collect(), diagnostics }
}

fn translate(
    media: &mut [Media],
    mut translations: Vec<(SitePath, Arc<SidecarTranslation>)>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    translations.sort_by(|(a, _), (b, _)| a.cmp(b));
    let places: HashMap<Arc<str>, usize> = media.iter().enumerate().map(|(at, media)| (media.id.clone(), at)).collect();
    for (path, translation) in translations {
        let Some(place) = places.get(&translation.translation_for) else {
            let message = format!("no media file has the id `{}`", translation.translation_for);
            let hint = "set `translationFor` to the id of the media file, or remove the translation";
            diagnostics.push(Diagnostic::error(codes::MEDIA_TRANSLATION, message).hint(hint).in_file(&path));
            continue;
        };
        let known = &mut media[*place].translations;
        if known.contains_key(&translation.language) {
            let message = format!("there is a translation into `{}` already", translation.language);
            let diagnostic = Diagnostic::error(codes::MEDIA_TRANSLATION, message).hint("remove one of the two");
            diagnostics.push(diagnostic.in_file(&path));
        } else {
            known.insert(translation.language.clone(), translation);
        }
    }
}
