use std::collections::BTreeMap;
use std::sync::Arc;

use bds_base::SitePath;
use indexmap::IndexMap;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::json::{self, Object};
use crate::report::Report;
use crate::{Parsed, slug};

/// The categories of a new project, and of one without `meta/categories.json`.
pub const DEFAULT_CATEGORIES: [&str; 4] = ["article", "aside", "page", "picture"];

/// Reads `meta/categories.json`: the names of the categories, each once, in their order.
pub fn parse_categories(path: &SitePath, text: &str) -> Parsed<Arc<[Arc<str>]>> {
    let mut report = Report::new(path, text);
    let values: Option<Vec<&RawValue>> = json::file(&mut report, "list in JSON: `[ … ]`");
    let Some(values) = values else { return report.with(DEFAULT_CATEGORIES.map(Arc::from).into()) };
    let mut names: IndexMap<String, Arc<str>> = IndexMap::new();
    for (name, _) in json::texts(&values, "a category", &mut report) {
        if !name.trim().is_empty() {
            names.entry(slug::key(&name)).or_insert_with(|| name.trim().into());
        }
    }
    report.with(names.into_values().collect())
}

/// How the posts of one category are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryMeta {
    /// The category, as written.
    pub name: Arc<str>,
    /// `renderInLists`: whether its posts stand in lists.
    pub render_in_lists: bool,
    /// `showTitle`: whether its posts show their titles in lists.
    pub show_title: bool,
    /// `title`: what it is called on pages, if not by its name.
    pub title: Option<Arc<str>>,
    /// `postTemplateSlug`: the template of its posts.
    pub post_template_slug: Option<Arc<str>>,
    /// `listTemplateSlug`: the template of its archive.
    pub list_template_slug: Option<Arc<str>>,
    /// All other keys, as they stand.
    pub rest: Map<String, Value>,
}

impl CategoryMeta {
    /// What holds for a category that no file mentions.
    pub fn built_in(name: &str) -> Self {
        let key = slug::key(name);
        Self {
            name: name.trim().into(),
            render_in_lists: key != "page",
            show_title: key != "aside",
            title: None,
            post_template_slug: None,
            list_template_slug: None,
            rest: Map::new(),
        }
    }
}

/// What `meta/category-meta.json` says, over what is built in (format sheet §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryMetas {
    by_key: BTreeMap<String, CategoryMeta>,
}

impl Default for CategoryMetas {
    fn default() -> Self {
        let built_in = DEFAULT_CATEGORIES.iter().map(|name| ((*name).to_owned(), CategoryMeta::built_in(name)));
        Self { by_key: built_in.collect() }
    }
}

impl CategoryMetas {
    /// What is said of a category, whatever its case; none when nothing is.
    pub fn get(&self, category: &str) -> Option<&CategoryMeta> {
        self.by_key.get(&slug::key(category))
    }

    /// Whether posts of this category stand in lists; they do unless something else is said.
    pub fn render_in_lists(&self, category: &str) -> bool {
        self.get(category).is_none_or(|meta| meta.render_in_lists)
    }

    /// Whether posts of this category show their titles in lists; they do unless something else is said.
    pub fn show_title(&self, category: &str) -> bool {
        self.get(category).is_none_or(|meta| meta.show_title)
    }

    /// All of them, by the lower-case name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &CategoryMeta)> {
        self.by_key.iter().map(|(key, meta)| (key.as_str(), meta))
    }
}

/// Reads `meta/category-meta.json`. A key that an entry leaves out is as built in.
pub fn parse_category_meta(path: &SitePath, text: &str) -> Parsed<CategoryMetas> {
    let mut report = Report::new(path, text);
    let mut metas = CategoryMetas::default();
    let members: Option<IndexMap<String, &RawValue>> = json::file(&mut report, "object in JSON: `{ … }`");
    for (name, raw) in members.unwrap_or_default() {
        if let Some(object) = Object::value(raw, &format!("`{name}`"), &mut report) {
            metas.by_key.insert(slug::key(&name), category(&name, object));
        }
    }
    report.with(metas)
}

fn category(name: &str, mut object: Object<'_, '_>) -> CategoryMeta {
    let built_in = CategoryMeta::built_in(name);
    CategoryMeta {
        render_in_lists: object.flag("renderInLists").unwrap_or(built_in.render_in_lists),
        show_title: object.flag("showTitle").unwrap_or(built_in.show_title),
        title: object.text("title"),
        post_template_slug: object.text("postTemplateSlug"),
        list_template_slug: object.text("listTemplateSlug"),
        rest: object.rest(),
        ..built_in
    }
}
