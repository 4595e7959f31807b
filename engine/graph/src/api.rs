//! What macros may ask for (format sheet §13): the read-only methods, answered as JSON.
//!
//! Each answer is made of queries, so a macro depends on what its questions touch and on nothing else.

pub(crate) mod arguments;
mod media;
mod other;
mod posts;
mod tags;

use bds_macro_api::HostError;
use serde_json::{Map, Value};

use crate::db::Db;
use crate::inputs::Site;
use crate::macros::Setting;
use arguments::Arguments;

/// Answers a method of the API: `posts.get_all`.
pub(crate) fn answer(db: &dyn Db, method: &str, arguments: &Map<String, Value>) -> Result<Value, HostError> {
    let arguments = Arguments::new(method, arguments);
    let (namespace, name) = method.split_once('.').unwrap_or((method, ""));
    let answer = match namespace {
        "posts" => posts::answer(db, name, &arguments)?,
        "media" => media::answer(db, name, &arguments)?,
        "tags" => tags::answer(db, name, &arguments)?,
        "meta" | "projects" | "scripts" | "templates" | "tasks" | "app" | "sync" => {
            other::answer(db, namespace, name, &arguments)?
        }
        // Not for scripts as it stands: `bds.now()` makes a date of it.
        "now" => Some(Value::from(Site::get(db).now(db).as_duration().as_secs_f64())),
        _ => None,
    };
    answer.ok_or_else(|| HostError::UnknownMethod(method.to_owned()))
}

/// Whether the answer of a method can hang on the words of posts, beside what their front matter says and which posts
/// they link to.
pub(crate) fn reads_words(method: &str) -> bool {
    method.strip_prefix("posts.").is_some_and(posts::reads_words)
}

/// Answers for one field of the post that a macro stands in (format sheet §11.4).
pub(crate) fn post_field<'db>(db: &'db dyn Db, setting: Setting<'db>, field: &str) -> Result<Value, HostError> {
    posts::field(db, setting, field)
}

/// A whole post as macros get it (format sheet §11.4).
pub(crate) fn post_argument(db: &dyn Db, id: &str) -> Option<Value> {
    posts::argument(db, id)
}
