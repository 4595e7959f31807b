//! The files of `meta/` written as the app writes them: two columns a level, no line end after the last brace (format
//! sheet §4).

use std::sync::Arc;

use bds_base::SitePath;
use indexmap::IndexMap;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{
    CategoryMeta, CategoryMetas, ProjectMeta, Publishing, PythonRuntimeMode, TagMeta, TagMetas, parse_project,
    parse_publishing,
};
use crate::slug;

/// A key with its value; none where the file says nothing of it.
type Member = (&'static str, Option<Value>);

/// Changes `meta/project.json` into `project`. Keys whose values stay, and those that have no meaning here, stay as they
/// are, and where they are.
///
/// None where the file is no object in JSON, or `project` holds a value that it cannot say.
pub fn rewrite_project(path: &SitePath, text: &str, project: &ProjectMeta) -> Option<String> {
    let before = parse_project(path, text).value;
    let rewritten = rewrite(text, &project_members(&before), &project_members(project))?;
    (parse_project(path, &rewritten).value == *project).then_some(rewritten)
}

/// Changes `meta/publishing.json` into `publishing`, as [`rewrite_project`] does.
pub fn rewrite_publishing(path: &SitePath, text: &str, publishing: &Publishing) -> Option<String> {
    let before = parse_publishing(path, text).value;
    let rewritten = rewrite(text, &publishing_members(&before), &publishing_members(publishing))?;
    (parse_publishing(path, &rewritten).value == *publishing).then_some(rewritten)
}

fn text(text: Option<&Arc<str>>) -> Option<Value> {
    text.map(|text| Value::from(&**text))
}

fn project_members(project: &ProjectMeta) -> Vec<Member> {
    let others: Vec<&str> = project.languages.iter().skip(1).map(|language| &**language).collect();
    let mode = match project.python_runtime_mode {
        PythonRuntimeMode::Worker => "webworker",
        PythonRuntimeMode::MainThread => "main-thread",
    };
    vec![
        ("name", text(project.name.as_ref())),
        ("description", text(project.description.as_ref())),
        ("mainLanguage", Some(json!(project.main_language))),
        ("defaultAuthor", text(project.default_author.as_ref())),
        ("maxPostsPerPage", Some(json!(project.max_posts_per_page))),
        ("publicUrl", text(project.public_url.as_ref())),
        ("picoTheme", project.pico_theme.map(Value::from)),
        ("blogmarkCategory", text(project.blogmark_category.as_ref())),
        ("pythonRuntimeMode", Some(json!(mode))),
        ("semanticSimilarityEnabled", Some(json!(project.semantic_similarity_enabled))),
        ("blogLanguages", Some(json!(others))),
    ]
}

fn publishing_members(publishing: &Publishing) -> Vec<Member> {
    vec![
        ("sshHost", text(publishing.ssh_host.as_ref())),
        ("sshUser", text(publishing.ssh_user.as_ref())),
        ("sshRemotePath", text(publishing.ssh_remote_path.as_ref())),
        ("sshMode", Some(json!(publishing.ssh_mode.name()))),
    ]
}

/// Sets the members that differ. Everything else is kept as it is written.
fn rewrite(text: &str, before: &[Member], after: &[Member]) -> Option<String> {
    let end = &text[text.trim_end().len()..];
    let mut members: IndexMap<String, Box<RawValue>> = serde_json::from_str(text).ok()?;
    for (at, (key, value)) in after.iter().enumerate() {
        if before.iter().any(|(other, old)| other == key && old == value) {
            continue;
        }
        let Some(value) = value else {
            members.shift_remove(*key);
            continue;
        };
        let raw = RawValue::from_string(indented(value)).expect("what was JSON still is");
        if let Some(member) = members.get_mut(*key) {
            *member = raw;
            continue;
        }
        let place = after[..at].iter().filter_map(|(earlier, _)| members.get_index_of(*earlier)).max();
        members.shift_insert(place.map_or(0, |place| place + 1), (*key).to_owned(), raw);
    }
    Some(pretty(&members) + end)
}

/// A value as it stands one level deep.
fn indented(value: &Value) -> String {
    pretty(value).replace('\n', "\n  ")
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("JSON always serialises")
}

/// The text of `meta/categories.json`: the names, sorted.
pub fn categories_text(names: &[Arc<str>]) -> String {
    let mut names: Vec<&str> = names.iter().map(|name| &**name).collect();
    names.sort_unstable();
    pretty(&names)
}

impl TagMetas {
    /// The text of `meta/tags.json`: sorted by name, whatever its case.
    pub fn to_text(&self) -> String {
        pretty(&self.iter().map(|(_, tag)| tag_object(tag)).collect::<Vec<_>>())
    }
}

fn tag_object(tag: &TagMeta) -> Map<String, Value> {
    let own = [
        ("name", Some(json!(tag.name))),
        ("color", text(tag.color.as_ref())),
        ("postTemplateSlug", text(tag.post_template_slug.as_ref())),
    ];
    object(own, &tag.rest)
}

fn object<const N: usize>(own: [Member; N], rest: &Map<String, Value>) -> Map<String, Value> {
    let own = own.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    own.chain(rest.clone()).collect()
}

/// Changes `meta/category-meta.json` into `metas`. Categories stay where they are; new ones come last, and those that are
/// only as built in are not written.
///
/// None where the file is no object in JSON.
pub fn rewrite_category_metas(text: &str, metas: &CategoryMetas) -> Option<String> {
    let end = &text[text.trim_end().len()..];
    let before: IndexMap<String, Value> = serde_json::from_str(text).ok()?;
    let mut written: Map<String, Value> = Map::new();
    for name in before.keys() {
        if let Some(meta) = metas.get(name) {
            written.insert(name.clone(), Value::Object(category_object(meta)));
        }
    }
    let is_there = |key: &str| before.keys().any(|name| slug::key(name) == key);
    for (_, meta) in metas.iter().filter(|(key, meta)| !is_there(key) && **meta != CategoryMeta::built_in(&meta.name)) {
        written.insert(meta.name.to_string(), Value::Object(category_object(meta)));
    }
    Some(pretty(&written) + end)
}

fn category_object(meta: &CategoryMeta) -> Map<String, Value> {
    let own = [
        ("renderInLists", Some(json!(meta.render_in_lists))),
        ("showTitle", Some(json!(meta.show_title))),
        ("title", text(meta.title.as_ref())),
        ("postTemplateSlug", text(meta.post_template_slug.as_ref())),
        ("listTemplateSlug", text(meta.list_template_slug.as_ref())),
    ];
    object(own, &meta.rest)
}

#[cfg(test)]
mod tests;
