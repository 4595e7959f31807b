//! `bds.media`.

use std::collections::BTreeMap;
use std::sync::Arc;

use bds_content::dates::iso_millis;
use bds_macro_api::HostError;
use bds_project::media::{Sidecar, SidecarTranslation};
use bds_project::slug;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::other::{PROJECT_ID, data_path};
use crate::db::Db;
use crate::media::{self, created};
use crate::posts::Name;

pub(super) fn answer(db: &dyn Db, name: &str, arguments: &Arguments<'_>) -> Result<Option<Value>, HostError> {
    let one = |argument| arguments.text(argument).map(|id| media::media_of_id(db, Name::new(db, id)));
    Ok(Some(match name {
        "get" => one("id")?.map_or(Value::Null, |media| data(media)),
        "get_all" => list(media::all_media(db)),
        "get_for_post" => list(media::media_of_post(db, Name::new(db, arguments.text("post_id")?))),
        "get_images" => images(db, arguments)?,
        "filter" => filter(db, &arguments.object("filter")?)?,
        "search" => search(db, arguments.text("query")?),
        "get_by_year_month" => by_year_month(db),
        "get_tags" => tags(db).into_keys().collect(),
        "get_tags_with_counts" => {
            tags(db).into_iter().map(|(tag, count)| json!({ "tag": tag, "count": count })).collect()
        }
        "get_url" => one("id")?.map_or(Value::Null, |media| json!(media.media)),
        "get_file_path" => one("id")?.map_or(Value::Null, |media| json!(data_path(db, media.media.as_str()))),
        // Thumbnails are the app's; the files of a project are reached by their addresses.
        "get_thumbnail" => Value::Null,
        "get_translation" => {
            let (id, language) = (arguments.text("id")?, arguments.text("language")?);
            let translation = media::media_translation(db, Name::new(db, id), Name::new(db, &*slug::key(language)));
            translation.as_ref().map_or(Value::Null, |translation| translated(translation))
        }
        "get_translations" => {
            let translations = media::media_translations(db, Name::new(db, arguments.text("id")?));
            translations.iter().map(|translation| translated(translation)).collect()
        }
        _ => return Ok(None),
    }))
}

fn list(media: &[Arc<Sidecar>]) -> Value {
    media.iter().map(|media| data(media)).collect()
}

/// `MediaData` of format sheet §13, with the posts that the file belongs to.
fn data(media: &Sidecar) -> Value {
    let made = created(media);
    let mut data = json!({
        "id": media.id,
        "projectId": PROJECT_ID,
        "filename": media.media.file_name(),
        "originalName": media.original_name,
        "mimeType": media.mime_type,
        "size": media.size.unwrap_or_default(),
        "createdAt": iso_millis(made),
        "updatedAt": iso_millis(media.updated_at.unwrap_or(made)),
        "tags": media.tags,
        "linkedPostIds": media.linked_post_ids,
        "url": media.public_path(),
    });
    let optional = [
        ("width", media.width.map(|width| json!(width))),
        ("height", media.height.map(|height| json!(height))),
        ("title", media.title.as_ref().map(|text| json!(text))),
        ("alt", media.alt.as_ref().map(|text| json!(text))),
        ("caption", media.caption.as_ref().map(|text| json!(text))),
        ("author", media.author.as_ref().map(|text| json!(text))),
        ("language", media.language.as_ref().map(|text| json!(text))),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            data[name] = value;
        }
    }
    data
}

fn translated(translation: &SidecarTranslation) -> Value {
    let SidecarTranslation { translation_for, language, title, alt, caption, .. } = translation;
    json!({ "translationFor": translation_for, "language": language, "title": title, "alt": alt, "caption": caption })
}

/// Images of a year, a month, or the newest months, month by month: asking for 2024 does not depend on 2023.
fn images(db: &dyn Db, arguments: &Arguments<'_>) -> Result<Value, HostError> {
    let year = arguments.optional_number("year")?;
    let month = arguments.optional_number("month")?;
    let recent = arguments.optional_number("recent_months")?;
    let wanted = media::media_months(db).iter().filter(|(its_year, its_month)| {
        year.is_none_or(|year| year == i64::from(*its_year)) && month.is_none_or(|month| month == i64::from(*its_month))
    });
    let mut left = recent.map_or(usize::MAX, |months| usize::try_from(months).unwrap_or(0));
    let mut found = Vec::new();
    for (year, month) in wanted {
        if left == 0 {
            break;
        }
        let before = found.len();
        found
            .extend(media::media_of_month(db, *year, *month).iter().filter(|media| is_image(media)).map(|it| data(it)));
        left -= usize::from(found.len() > before);
    }
    Ok(found.into())
}

/// Format sheet §11.6: by type, or else by the ending of the name.
fn is_image(media: &Sidecar) -> bool {
    const ENDINGS: [&str; 8] = ["jpg", "jpeg", "png", "gif", "webp", "svg", "bmp", "avif"];
    let ending = media.media.extension().unwrap_or_default();
    media.is_image() || ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

fn filter(db: &dyn Db, wanted: &Arguments<'_>) -> Result<Value, HostError> {
    let tags: Vec<String> = wanted.texts("tags")?.into_iter().map(slug::key).collect();
    let (year, month) = (wanted.optional_number("year")?, wanted.optional_number("month")?);
    let mime_type = wanted.optional_text("mimeType")?.map(str::to_lowercase);
    let matches = |media: &&Arc<Sidecar>| {
        let date = bds_content::dates::civil_date(created(media), &jiff::tz::TimeZone::UTC);
        let has = |tag: &String| media.tags.iter().any(|own| slug::key(own) == *tag);
        year.is_none_or(|year| year == i64::from(date.year()))
            && month.is_none_or(|month| month == i64::from(date.month()))
            && mime_type.as_ref().is_none_or(|wanted| media.mime_type.to_lowercase().starts_with(wanted))
            && tags.iter().all(has)
    };
    Ok(media::all_media(db).iter().filter(matches).map(|media| data(media)).collect())
}

fn search(db: &dyn Db, query: &str) -> Value {
    let query = query.to_lowercase();
    let matches = |media: &&Arc<Sidecar>| {
        let texts = [Some(&media.original_name), media.title.as_ref(), media.alt.as_ref(), media.caption.as_ref()];
        texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&query))
    };
    media::all_media(db).iter().filter(matches).map(|media| data(media)).collect()
}

fn by_year_month(db: &dyn Db) -> Value {
    let months = media::media_months(db).iter().map(|(year, month)| {
        let count = media::media_of_month(db, *year, *month).len();
        json!({ "year": year, "month": month, "count": count })
    });
    months.collect()
}

fn tags(db: &dyn Db) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for tag in media::all_media(db).iter().flat_map(|media| media.tags.iter()) {
        *counts.entry(tag.to_string()).or_default() += 1;
    }
    counts
}
