//! Media: what their sidecars say, and how they are found.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bds_base::{Diagnostic, SitePath};
use bds_project::media::{self, Sidecar, SidecarTranslation};
use bds_project::{Parsed, codes, layout};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::db::Db;
use crate::files::SourceFile;
use crate::inputs::Site;
use crate::posts::Name;
use crate::text::source_text;

/// A list of media, the newest first.
pub(crate) type Media = Arc<[Arc<Sidecar>]>;

/// What a file of `media/` that ends in `.meta` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SidecarFile {
    Sidecar(Arc<Sidecar>),
    Translation(Arc<SidecarTranslation>),
    Unreadable,
}

/// Reads a sidecar, or the translation of one.
#[salsa::tracked]
pub(crate) fn sidecar(db: &dyn Db, file: SourceFile) -> Parsed<SidecarFile> {
    let path = file.path(db);
    match source_text(db, file) {
        Ok(Some(text)) if media::is_translation(path) => {
            let Parsed { value, diagnostics } = media::parse_sidecar_translation(path, text);
            let value = value.map_or(SidecarFile::Unreadable, |read| SidecarFile::Translation(Arc::new(read)));
            Parsed { value, diagnostics }
        }
        Ok(Some(text)) => {
            let Parsed { value, diagnostics } = media::parse_sidecar(path, text);
            Parsed { value: SidecarFile::Sidecar(Arc::new(value)), diagnostics }
        }
        Ok(None) => Parsed { value: SidecarFile::Unreadable, diagnostics: Vec::new() },
        Err(diagnostic) => Parsed { value: SidecarFile::Unreadable, diagnostics: vec![(**diagnostic).clone()] },
    }
}

/// All media, and how to find them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct MediaCatalogue {
    all: Media,
    by_id: HashMap<Arc<str>, Arc<Sidecar>>,
    by_post: HashMap<Arc<str>, Media>,
    by_month: BTreeMap<(i16, i8), Media>,
    by_address: HashMap<String, SitePath>,
    translations: BTreeMap<(Arc<str>, Arc<str>), Arc<SidecarTranslation>>,
    /// What is wrong between the files.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Puts the sidecars together. Of two with one id the first by path counts.
#[salsa::tracked(no_eq)]
pub(crate) fn media_catalogue(db: &dyn Db) -> Arc<MediaCatalogue> {
    let mut catalogue = MediaCatalogue::default();
    let mut all = Vec::new();
    for file in Site::get(db).sidecars(db).iter() {
        match &sidecar(db, *file).value {
            SidecarFile::Sidecar(read) => {
                if let Some(first) = catalogue.by_id.get(&read.id) {
                    catalogue.diagnostics.push(duplicate(read, first).in_file(file.path(db)));
                } else {
                    catalogue.by_id.insert(read.id.clone(), read.clone());
                    all.push(read.clone());
                }
            }
            SidecarFile::Translation(read) => {
                let key = (read.translation_for.clone(), read.language.clone());
                catalogue.translations.entry(key).or_insert_with(|| read.clone());
            }
            SidecarFile::Unreadable => {}
        }
    }
    all.sort_by(|a, b| (created(b), &a.media).cmp(&(created(a), &b.media)));
    catalogue.by_address = addresses(db, &all);
    catalogue.by_post = group(&all, |media| media.linked_post_ids.iter().cloned().collect()).collect();
    catalogue.by_month = group(&all, |media| vec![month_of(media)]).collect();
    catalogue.all = all.into();
    Arc::new(catalogue)
}

fn duplicate(second: &Sidecar, first: &Sidecar) -> Diagnostic {
    let message = format!("the id `{}` is already that of `{}`", second.id, first.media);
    Diagnostic::warning(codes::MEDIA_DUPLICATE_ID, message).hint("give it an id of its own; until then it is left out")
}

/// When a media file was made; the epoch where nothing is known.
pub(crate) fn created(media: &Sidecar) -> Timestamp {
    media.created_at.or(media.updated_at).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The month of a media file, in UTC, as scripts see it.
fn month_of(media: &Sidecar) -> (i16, i8) {
    let date = bds_content::dates::civil_date(created(media), &TimeZone::UTC);
    (date.year(), date.month())
}

fn group<K: Ord>(all: &[Arc<Sidecar>], keys: impl Fn(&Sidecar) -> Vec<K>) -> impl Iterator<Item = (K, Media)> {
    let mut groups: BTreeMap<K, Vec<Arc<Sidecar>>> = BTreeMap::new();
    for media in all {
        for key in keys(media) {
            groups.entry(key).or_default().push(media.clone());
        }
    }
    groups.into_iter().map(|(key, media)| (key, media.into()))
}

/// What texts call media by (format sheet §9): the path of the stored file, or that path with the original name; in
/// lower case. The stored name wins.
///
/// Scripts put the address together themselves, from the month in which the file was made (format sheet §11.6). The
/// folder is that of the machine's own time zone, so around the end of a month the two differ: both lead to the file.
fn addresses(db: &dyn Db, all: &[Arc<Sidecar>]) -> HashMap<String, SitePath> {
    let mut addresses = HashMap::new();
    for media in all {
        if let Ok(path) = media.media.parent().unwrap_or_else(|| media.media.clone()).join(&*media.original_name) {
            addresses.entry(path.as_str().to_lowercase()).or_insert_with(|| media.media.clone());
        }
    }
    let known = all.iter().map(|media| &media.media);
    let stored = Site::get(db).mirrored(db).iter().filter(|path| path.is_in(layout::MEDIA));
    for path in stored.chain(known) {
        addresses.insert(path.as_str().to_lowercase(), path.clone());
    }
    for media in all {
        let (year, month) = month_of(media);
        let made = format!("{}/{year:04}/{month:02}/{}", layout::MEDIA, media.media.file_name()).to_lowercase();
        addresses.entry(made).or_insert_with(|| media.media.clone());
    }
    addresses
}

/// All media.
#[salsa::tracked]
pub(crate) fn all_media(db: &dyn Db) -> Media {
    media_catalogue(db).all.clone()
}

/// The media file with an id.
#[salsa::tracked(returns(as_ref))]
pub(crate) fn media_of_id<'db>(db: &'db dyn Db, id: Name<'db>) -> Option<Arc<Sidecar>> {
    media_catalogue(db).by_id.get(id.text(db)).cloned()
}

/// The media that are linked to a post.
#[salsa::tracked]
pub(crate) fn media_of_post<'db>(db: &'db dyn Db, id: Name<'db>) -> Media {
    media_catalogue(db).by_post.get(id.text(db)).cloned().unwrap_or_default()
}

/// The months that have media, the newest first.
#[salsa::tracked]
pub(crate) fn media_months(db: &dyn Db) -> Arc<[(i16, i8)]> {
    media_catalogue(db).by_month.keys().rev().copied().collect()
}

/// The media of one month.
#[salsa::tracked]
pub(crate) fn media_of_month(db: &dyn Db, year: i16, month: i8) -> Media {
    media_catalogue(db).by_month.get(&(year, month)).cloned().unwrap_or_default()
}

/// The media file that a text calls by this address: `media/2005/11/name.jpg`, in lower case.
#[salsa::tracked(returns(as_ref))]
pub(crate) fn media_of_address<'db>(db: &'db dyn Db, address: Name<'db>) -> Option<SitePath> {
    media_catalogue(db).by_address.get(&**address.text(db)).cloned()
}

/// What is known of a media file in another language.
#[salsa::tracked(returns(as_ref))]
pub(crate) fn media_translation<'db>(
    db: &'db dyn Db,
    id: Name<'db>,
    language: Name<'db>,
) -> Option<Arc<SidecarTranslation>> {
    let key = (id.text(db).clone(), language.text(db).clone());
    media_catalogue(db).translations.get(&key).cloned()
}

/// All translations of what is known of a media file, by language.
#[salsa::tracked]
pub(crate) fn media_translations<'db>(db: &'db dyn Db, id: Name<'db>) -> Arc<[Arc<SidecarTranslation>]> {
    let id = id.text(db);
    let translations = media_catalogue(db).translations.iter().filter(|((of, _), _)| of == id);
    translations.map(|(_, translation)| translation.clone()).collect()
}
