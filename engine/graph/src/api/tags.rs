//! `bds.tags`.

use bds_macro_api::HostError;
use bds_project::slug;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::other::{PROJECT_ID, UNDATED};
use crate::db::Db;
use crate::posts::{self, Name};
use crate::{settings, tags};

pub(super) fn answer(db: &dyn Db, name: &str, arguments: &Arguments<'_>) -> Result<Option<Value>, HostError> {
    Ok(Some(match name {
        "get_all" => all(db).iter().map(|tag| data(db, tag)).collect(),
        "get_with_counts" => with_counts(db),
        "get" => find(db, arguments.text("id")?),
        "get_by_name" => find(db, arguments.text("name")?),
        "get_posts_with_tag" => posts_with(db, arguments.text("tag_id")?),
        _ => return Ok(None),
    }))
}

/// Tags of the settings and of posts, sorted by name.
fn all(db: &dyn Db) -> Vec<String> {
    let known = settings::tag_names(db);
    let used = tags::names_in_use(tags::tag_counts(db));
    let mut all: Vec<String> = known.iter().chain(&used).map(ToString::to_string).collect();
    all.sort_by_cached_key(|name| (tags::collation(name), name.clone()));
    all.dedup_by_key(|name| slug::key(name));
    all
}

/// A tag has no id on disk: its name in lower case stands for one.
fn data(db: &dyn Db, name: &str) -> Value {
    let mut data = json!({
        "id": slug::key(name),
        "projectId": PROJECT_ID,
        "name": name,
        "createdAt": UNDATED,
        "updatedAt": UNDATED,
    });
    if let Some(color) = settings::tag_color(db, Name::new(db, &*slug::key(name))) {
        data["color"] = json!(color);
    }
    data
}

fn find(db: &dyn Db, name: &str) -> Value {
    let key = slug::key(name);
    all(db).iter().find(|tag| slug::key(tag) == key).map_or(Value::Null, |tag| data(db, tag))
}

fn with_counts(db: &dyn Db) -> Value {
    let counted = tags::tag_counts(db).iter().map(|(name, count)| {
        let color = settings::tag_color(db, Name::new(db, &*slug::key(name)));
        json!({ "name": name, "color": color, "count": count })
    });
    counted.collect()
}

fn posts_with(db: &dyn Db, tag: &str) -> Value {
    let files = tags::posts_with_tag(db, Name::new(db, &*slug::key(tag))).iter();
    files.filter_map(|file| posts::post(db, *file)).map(|post| json!(post.id)).collect()
}
