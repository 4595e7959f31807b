//! `bds.posts`, and the post that a macro stands in.

use std::collections::BTreeMap;
use std::sync::Arc;

use bds_content::dates::iso_millis;
use bds_macro_api::HostError;
use bds_project::post::Status;
use bds_project::posts::Translation;
use bds_project::slug;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::other::PROJECT_ID;
use crate::db::Db;
use crate::files::SourceFile;
use crate::links;
use crate::macros::Setting;
use crate::posts::{self, Name, Post, body, translation};
use crate::{settings, tags};

pub(super) fn answer(db: &dyn Db, name: &str, arguments: &Arguments<'_>) -> Result<Option<Value>, HostError> {
    Ok(Some(match name {
        "get" => of_id(db, arguments.text("post_id")?).map_or(Value::Null, |post| whole(db, post)),
        "get_by_slug" => {
            let file = posts::post_of_slug(db, Name::new(db, arguments.text("slug")?));
            file.and_then(|file| posts::post(db, file)).map_or(Value::Null, |post| whole(db, post))
        }
        "get_all" => page(db, &arguments.object("options")?.only(&["limit", "offset"])?)?,
        "get_by_status" => {
            let status = arguments.text("status")?;
            shown(db).filter(|post| post.status.name() == status).map(|post| head(post)).collect()
        }
        "filter" => filter(db, &arguments.object("filter")?.only(&FILTER)?)?,
        "search" => search(db, arguments.text("query")?),
        "get_tags" => json!(tags::names_in_use(tags::tag_counts(db))),
        "get_categories" => json!(tags::names_in_use(tags::category_counts(db))),
        "get_tags_with_counts" => counts("tag", tags::tag_counts(db)),
        "get_categories_with_counts" => counts("category", tags::category_counts(db)),
        "get_by_year_month" => by_year_month(db),
        "get_dashboard_stats" => {
            let count = |status| shown(db).filter(|post| post.status == status).count();
            let (published, drafts) = (count(Status::Published), count(Status::Draft));
            json!({ "totalPosts": published + drafts, "publishedPosts": published, "draftPosts": drafts, "archivedPosts": 0 })
        }
        "get_translation" => {
            let language = slug::key(arguments.text("language")?);
            let found = translations(db, arguments.text("post_id")?).into_iter().find(|it| *it.1.language == language);
            found.map_or(Value::Null, |(file, translation)| translated(db, file, translation))
        }
        "get_translations" => {
            let found = translations(db, arguments.text("post_id")?).into_iter();
            found.map(|(file, translation)| translated(db, file, translation)).collect()
        }
        "get_links_to" => {
            let post = of_id(db, arguments.text("id")?);
            post.map_or_else(|| json!([]), |post| linked(db, links::targets(db, post.file)))
        }
        "get_linked_by" => {
            let post = of_id(db, arguments.text("id")?);
            post.map_or_else(|| json!([]), |post| linked(db, links::backlinks(db, post.file)))
        }
        "has_published_version" => json!(of_id(db, arguments.text("id")?).is_some()),
        "is_slug_available" => json!(is_available(db, arguments.text("slug")?, arguments)?),
        "generate_unique_slug" => json!(unique_slug(db, arguments)?),
        _ => return Ok(None),
    }))
}

/// Whether the answer of a method holds, or hangs on, the text of a post.
pub(super) fn reads_words(name: &str) -> bool {
    matches!(name, "get" | "get_by_slug" | "get_translation" | "get_translations" | "search" | "get_html")
}

/// One field of the post that a macro stands in, in the words that are rendered (format sheet §11.4).
pub(super) fn field<'db>(db: &'db dyn Db, setting: Setting<'db>, field: &str) -> Result<Value, HostError> {
    let unknown = || HostError::BadArgument(format!("a post has no field `{field}`"));
    let post = posts::post(db, setting.post(db)).ok_or_else(unknown)?;
    let translation = translation(db, setting.words(db));
    Ok(match field {
        "title" => json!(translation.map_or(&post.title, |translation| &translation.title)),
        "excerpt" => json!(translation.map_or(&post.excerpt, |translation| &translation.excerpt)),
        "content" => json!(body(db, setting.words(db))),
        "author" => json!(post.author),
        "publishedAt" => json!(post.published_at.map(iso_millis)),
        _ => head(post).get(field).cloned().ok_or_else(unknown)?,
    })
}

fn of_id<'db>(db: &'db dyn Db, id: &str) -> Option<&'db Arc<Post>> {
    posts::post_of_id(db, Name::new(db, id)).and_then(|file| posts::post(db, file))
}

fn shown(db: &dyn Db) -> impl Iterator<Item = &Arc<Post>> {
    posts::shown_posts(db).iter().filter_map(|file| posts::post(db, *file))
}

/// `PostData` of format sheet §13 without the text, as lists have it.
fn head(post: &Post) -> Value {
    let mut data = json!({
        "id": post.id,
        "projectId": PROJECT_ID,
        "title": post.title,
        "slug": post.slug,
        "content": "",
        "status": post.status.name(),
        "createdAt": iso_millis(post.created_at),
        "updatedAt": iso_millis(post.updated_at),
        "tags": post.tags,
        "categories": post.categories,
        "availableLanguages": post.translations.keys().collect::<Vec<_>>(),
        "url": crate::routes::post_path(post),
    });
    let optional = [
        ("excerpt", post.excerpt.as_deref().map(ToOwned::to_owned)),
        ("author", post.author.as_deref().map(ToOwned::to_owned)),
        ("language", post.language.as_deref().map(ToOwned::to_owned)),
        ("publishedAt", post.published_at.map(iso_millis)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            data[name] = Value::String(value);
        }
    }
    data
}

/// A post as macros get it (format sheet §11.4): every key, in the order of the sheet.
pub(super) fn argument(db: &dyn Db, id: &str) -> Option<Value> {
    let post = of_id(db, id)?;
    Some(json!({
        "id": post.id,
        "projectId": PROJECT_ID,
        "title": post.title,
        "slug": post.slug,
        "excerpt": post.excerpt,
        "content": body(db, post.file),
        "status": post.status.name(),
        "author": post.author,
        "createdAt": iso_millis(post.created_at),
        "updatedAt": iso_millis(post.updated_at),
        "publishedAt": post.published_at.map(iso_millis),
        "tags": post.tags,
        "categories": post.categories,
    }))
}

/// `PostData` with the text.
fn whole(db: &dyn Db, post: &Post) -> Value {
    let mut data = head(post);
    data["content"] = json!(body(db, post.file));
    data
}

fn page(db: &dyn Db, options: &Arguments<'_>) -> Result<Value, HostError> {
    let count = |name, default| {
        let given = options.optional_number(name)?.unwrap_or(default);
        usize::try_from(given).map_err(|_| options.wrong(name, "must not be negative"))
    };
    let (limit, offset) = (count("limit", 500)?, count("offset", 0)?);
    let total = posts::shown_posts(db).len();
    let items: Vec<_> = shown(db).skip(offset).take(limit).map(|post| head(post)).collect();
    let has_more = offset.saturating_add(items.len()) < total;
    Ok(json!({ "items": items, "hasMore": has_more, "total": total }))
}

/// What posts can be filtered by.
const FILTER: [&str; 10] = [
    "status",
    "tags",
    "categories",
    "excludeCategories",
    "language",
    "missingTranslationLanguage",
    "startDate",
    "endDate",
    "year",
    "month",
];

fn filter(db: &dyn Db, wanted: &Arguments<'_>) -> Result<Value, HostError> {
    let keys = |name| Ok::<_, HostError>(wanted.texts(name)?.into_iter().map(slug::key).collect::<Vec<_>>());
    let (tags, categories, excluded) = (keys("tags")?, keys("categories")?, keys("excludeCategories")?);
    let language = wanted.optional_text("language")?.map(slug::key);
    let missing = wanted.optional_text("missingTranslationLanguage")?.map(slug::key);
    let status = wanted.optional_text("status")?;
    let (start, end) = (date(wanted, "startDate")?, date(wanted, "endDate")?);
    let (year, month) = (wanted.optional_number("year")?, wanted.optional_number("month")?);
    let main = settings::main_language(db);
    let matches = |post: &&Arc<Post>| {
        let has = |names: &[Arc<str>], key: &String| names.iter().any(|name| slug::key(name) == *key);
        status.is_none_or(|status| status == post.status.name())
            && tags.iter().all(|tag| has(&post.tags, tag))
            && (categories.is_empty() || categories.iter().any(|category| has(&post.categories, category)))
            && !excluded.iter().any(|category| has(&post.categories, category))
            && language.as_ref().is_none_or(|language| language == post.language_in(&main))
            && missing.as_ref().is_none_or(|language| {
                language != post.language_in(&main) && !post.translations.contains_key(language.as_str())
            })
            && start.is_none_or(|start| post.created_at >= start)
            && end.is_none_or(|end| post.created_at <= end)
            && year.is_none_or(|year| year == i64::from(post.date.year()))
            && month.is_none_or(|month| month == i64::from(post.date.month()))
    };
    Ok(shown(db).filter(matches).map(|post| head(post)).collect())
}

fn date(wanted: &Arguments<'_>, name: &str) -> Result<Option<Timestamp>, HostError> {
    let Some(text) = wanted.optional_text(name)? else { return Ok(None) };
    let date = bds_project::date::parse(text);
    date.map(Some).ok_or_else(|| wanted.wrong(name, "must be a date, such as 2026-03-13"))
}

fn search(db: &dyn Db, query: &str) -> Value {
    let query = query.to_lowercase();
    let matches = |post: &&Arc<Post>| {
        let holds = |text: &str| text.to_lowercase().contains(&query);
        holds(&post.title) || post.excerpt.as_deref().is_some_and(holds) || holds(body(db, post.file))
    };
    let found = shown(db).filter(matches);
    found
        .map(|post| json!({ "id": post.id, "title": post.title, "slug": post.slug, "excerpt": post.excerpt }))
        .collect()
}

fn counts(name: &str, usage: &tags::Usage) -> Value {
    usage.iter().map(|(text, count)| json!({ name: text, "count": count })).collect()
}

fn by_year_month(db: &dyn Db) -> Value {
    let mut months: BTreeMap<(i16, i8), usize> = BTreeMap::new();
    for post in shown(db) {
        *months.entry((post.date.year(), post.date.month())).or_default() += 1;
    }
    let newest_first = months.into_iter().rev();
    newest_first.map(|((year, month), count)| json!({ "year": year, "month": month, "count": count })).collect()
}

fn translations<'db>(db: &'db dyn Db, id: &str) -> Vec<(SourceFile, &'db Arc<Translation>)> {
    let files = of_id(db, id).map(|post| post.translations.values()).into_iter().flatten();
    files.filter_map(|file| Some((*file, translation(db, *file)?))).collect()
}

/// `PostTranslationData` of format sheet §13.
fn translated(db: &dyn Db, file: SourceFile, translation: &Translation) -> Value {
    let source = &translation.source;
    json!({
        "id": format!("{}:{}", source.id, translation.language),
        "projectId": PROJECT_ID,
        "translationFor": source.id,
        "language": translation.language,
        "title": translation.title,
        "excerpt": translation.excerpt,
        "content": body(db, file),
        "status": translation.status.name(),
        "createdAt": iso_millis(source.created_at),
        "updatedAt": iso_millis(source.updated_at),
        "publishedAt": source.published_at.map(iso_millis),
        "filePath": translation.path,
    })
}

fn linked(db: &dyn Db, files: &[SourceFile]) -> Value {
    let posts = files.iter().filter_map(|file| posts::post(db, *file));
    posts.map(|post| json!({ "id": post.id, "title": post.title, "slug": post.slug })).collect()
}

fn is_available(db: &dyn Db, slug: &str, arguments: &Arguments<'_>) -> Result<bool, HostError> {
    let except = arguments.optional_text("exclude_post_id")?;
    let holder = posts::post_of_slug(db, Name::new(db, slug)).and_then(|file| posts::post(db, file));
    Ok(holder.is_none_or(|holder| except == Some(&*holder.id)))
}

fn unique_slug(db: &dyn Db, arguments: &Arguments<'_>) -> Result<String, HostError> {
    let base = slug::post_slug(arguments.text("title")?);
    let base = if base.is_empty() { "untitled".to_owned() } else { base };
    let mut slug = base.clone();
    let mut number = 1;
    while !is_available(db, &slug, arguments)? {
        number += 1;
        slug = format!("{base}-{number}");
    }
    Ok(slug)
}
