//! The namespaces that say something about the project as a whole.

use bds_macro_api::HostError;
use bds_project::template::TemplateKind;
use serde_json::{Value, json};

use super::arguments::Arguments;
use crate::db::Db;
use crate::macros::scripts;
use crate::{settings, tags, templates};

/// A project on disk has no id; what belongs to it says this one.
pub(super) const PROJECT_ID: &str = "default";

/// The date of what has one by format sheet §13, but none in any file: that of scripts and templates without one, too.
pub(super) const UNDATED: &str = "1970-01-01T00:00:00.000Z";

pub(super) fn answer(
    db: &dyn Db,
    namespace: &str,
    name: &str,
    arguments: &Arguments<'_>,
) -> Result<Option<Value>, HostError> {
    Ok(Some(match (namespace, name) {
        ("meta", "get_tags") => json!(tags::names_in_use(tags::tag_counts(db))),
        ("meta", "get_categories") => json!(settings::category_names(db)),
        ("meta", "get_project_metadata") => settings::project_metadata(db).clone(),
        ("meta", "get_publishing_preferences") => settings::publishing_preferences(db).clone(),
        ("projects", "get") if arguments.text("id")? != PROJECT_ID => Value::Null,
        ("projects", "get" | "get_active") => project(db),
        ("projects", "get_all") => json!([project(db)]),
        ("scripts", "get_all") => scripts::all(db).iter().map(|script| scripts::data(db, script, PROJECT_ID)).collect(),
        ("scripts", "get") => {
            let id = arguments.text("id")?;
            let found = scripts::all(db).iter().find(|script| *script.id == *id);
            found.map_or(Value::Null, |script| scripts::data(db, script, PROJECT_ID))
        }
        ("templates", "get_all") => templates::all(db).iter().map(|it| templates::data(db, it, PROJECT_ID)).collect(),
        ("templates", "get") => {
            let id = arguments.text("id")?;
            let found = templates::all(db).iter().find(|template| *template.id == *id);
            found.map_or(Value::Null, |template| templates::data(db, template, PROJECT_ID))
        }
        ("templates", "get_enabled_by_kind") => {
            let kind = arguments.text("kind")?;
            let wanted = [TemplateKind::Post, TemplateKind::List, TemplateKind::NotFound, TemplateKind::Partial];
            if !wanted.iter().any(|known| known.name() == kind) {
                return Err(arguments.wrong("kind", "must be one of post, list, not-found, partial"));
            }
            let found = templates::all(db).iter().filter(|it| it.head.enabled && it.head.kind.name() == kind);
            found.map(|template| templates::data(db, template, PROJECT_ID)).collect()
        }
        ("templates", "validate") => templates::validate(arguments.text("content")?),
        // A build has no tasks of the app, and no synchronisation.
        ("tasks", "get_all" | "get_running") | ("sync", "get_history") => json!([]),
        ("sync", "get_status") => Value::Null,
        ("app", "get_system_language") => json!(settings::main_language(db)),
        ("app", "get_data_paths") => json!({ "project": data_path(db, "") }),
        _ => return Ok(None),
    }))
}

/// Where something of the project lies on this machine, for scripts that open files by their whole path.
pub(super) fn data_path(db: &dyn Db, path: &str) -> String {
    db.services().root.join(path).to_string_lossy().into_owned()
}

fn project(db: &dyn Db) -> Value {
    let name = settings::name(db).unwrap_or_default();
    json!({
        "id": PROJECT_ID,
        "name": name,
        "slug": bds_project::slug::post_slug(&name),
        "description": settings::description(db),
        "dataPath": data_path(db, ""),
        "createdAt": UNDATED,
        "updatedAt": UNDATED,
        "isActive": true,
    })
}
