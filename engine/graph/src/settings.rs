//! What the files in `meta/` say, cut into small answers.

use std::sync::Arc;

use bds_base::{Diagnostic, SitePath};
use bds_project::layout::MetaKind;
use bds_project::menu::Menu;
use bds_project::meta::{self, CategoryMetas, DEFAULT_CATEGORIES, ProjectMeta, TagMetas};
use bds_project::{Parsed, slug};
use serde_json::{Value, json};

use crate::archives::ArchiveKind;
use crate::db::Db;
use crate::defaults;
use crate::inputs::Site;
use crate::posts::{Name, Post};
use crate::text::source_text;

/// What is said of the project.
#[salsa::tracked]
pub(crate) fn project(db: &dyn Db) -> Parsed<ProjectMeta> {
    read(db, MetaKind::Project, meta::parse_project)
}

/// What is said of categories.
#[salsa::tracked]
pub(crate) fn category_metas(db: &dyn Db) -> Parsed<CategoryMetas> {
    read(db, MetaKind::CategoryMeta, meta::parse_category_meta)
}

/// What is said of tags.
#[salsa::tracked]
pub(crate) fn tag_metas(db: &dyn Db) -> Parsed<TagMetas> {
    read(db, MetaKind::Tags, meta::parse_tags)
}

/// The categories of the project.
#[salsa::tracked]
pub(crate) fn categories(db: &dyn Db) -> Parsed<Option<Arc<[Arc<str>]>>> {
    read(db, MetaKind::Categories, |path, text| {
        let Parsed { value, diagnostics } = meta::parse_categories(path, text);
        Parsed { value: Some(value), diagnostics }
    })
}

/// The menu as the file says it.
#[salsa::tracked]
pub(crate) fn menu(db: &dyn Db) -> Parsed<Menu> {
    read(db, MetaKind::Menu, bds_project::menu::parse)
}

/// How the site is uploaded.
#[salsa::tracked]
fn publishing(db: &dyn Db) -> Parsed<meta::Publishing> {
    read(db, MetaKind::Publishing, meta::parse_publishing)
}

/// Reads a file in `meta/`; one that is not there has the default value.
pub(crate) fn read<T: Default>(db: &dyn Db, kind: MetaKind, parse: fn(&SitePath, &str) -> Parsed<T>) -> Parsed<T> {
    let path = meta_path(kind);
    match source_text(db, db.services().files.file(db, &path)) {
        Ok(Some(text)) => parse(&path, text),
        Ok(None) => Parsed::default(),
        Err(diagnostic) => Parsed { value: T::default(), diagnostics: vec![(**diagnostic).clone()] },
    }
}

pub(crate) fn meta_path(kind: MetaKind) -> SitePath {
    SitePath::new(kind.path()).expect("the names of our own files are plain paths")
}

/// What is wrong with the files in `meta/`.
pub(crate) fn diagnostics(db: &dyn Db) -> Vec<Diagnostic> {
    let all = [
        &project(db).diagnostics,
        &category_metas(db).diagnostics,
        &tag_metas(db).diagnostics,
        &categories(db).diagnostics,
        &menu(db).diagnostics,
        &publishing(db).diagnostics,
    ];
    all.into_iter().flatten().cloned().chain(defaults::diagnostics(db)).collect()
}

/// The language of the main tree.
#[salsa::tracked(returns(clone))]
pub(crate) fn main_language(db: &dyn Db) -> Arc<str> {
    project(db).value.main_language.clone()
}

/// The languages that have a tree, the main one first.
#[salsa::tracked]
pub(crate) fn trees(db: &dyn Db) -> Arc<[Arc<str>]> {
    project(db).value.languages.clone()
}

/// The folder of a language's tree as links have it: `""` for the main one, `"/en"`.
pub(crate) fn prefix(db: &dyn Db, language: &str) -> String {
    if language == &*main_language(db) { String::new() } else { format!("/{language}") }
}

/// The name of the site; none when the project has none.
#[salsa::tracked(returns(clone))]
pub(crate) fn name(db: &dyn Db) -> Option<Arc<str>> {
    project(db).value.name.clone()
}

/// What the site is about.
#[salsa::tracked(returns(clone))]
pub(crate) fn description(db: &dyn Db) -> Option<Arc<str>> {
    project(db).value.description.clone()
}

/// The title of lists: description, name, or what the app says (format sheet §10).
pub(crate) fn page_title(db: &dyn Db) -> Arc<str> {
    description(db).or_else(|| name(db)).unwrap_or_else(|| "Blog Preview".into())
}

/// The address of the site, without a slash at its end: the command line's, or else the project's.
#[salsa::tracked(returns(clone))]
pub(crate) fn base_url(db: &dyn Db) -> Option<Arc<str>> {
    let given = Site::get(db).options(db).base_url.as_deref().map(|url| url.trim_end_matches('/').into());
    given.or_else(|| project(db).value.public_url.clone())
}

/// How many posts a page of a list has.
#[salsa::tracked(returns(copy))]
pub(crate) fn posts_per_page(db: &dyn Db) -> usize {
    project(db).value.max_posts_per_page
}

/// The style sheet of the theme.
#[salsa::tracked(returns(clone))]
pub(crate) fn stylesheet(db: &dyn Db) -> Arc<str> {
    match project(db).value.pico_theme {
        Some(theme) => format!("/assets/pico.{theme}.min.css").into(),
        None => "/assets/pico.min.css".into(),
    }
}

/// Whether lists show a post: they do, unless one of its categories says otherwise.
pub(crate) fn is_listed(db: &dyn Db, post: &Post) -> bool {
    post.categories.iter().all(|category| renders_in_lists(db, Name::new(db, &*slug::key(category))))
}

#[salsa::tracked(returns(copy))]
fn renders_in_lists<'db>(db: &'db dyn Db, category: Name<'db>) -> bool {
    category_metas(db).value.render_in_lists(category.text(db))
}

/// Whether lists show the title of a post: they do, unless one of its categories says otherwise.
pub(crate) fn shows_title(db: &dyn Db, post: &Post) -> bool {
    post.categories.iter().all(|category| category_shows_title(db, Name::new(db, &*slug::key(category))))
}

#[salsa::tracked(returns(copy))]
fn category_shows_title<'db>(db: &'db dyn Db, category: Name<'db>) -> bool {
    category_metas(db).value.show_title(category.text(db))
}

/// What pages call a category: its title in the settings; none when there is none.
#[salsa::tracked(returns(clone))]
pub(crate) fn category_title<'db>(db: &'db dyn Db, category: Name<'db>) -> Option<Arc<str>> {
    category_metas(db).value.get(category.text(db)).and_then(|meta| meta.title.clone())
}

/// The templates that a category asks for: of its posts, of its archive.
#[salsa::tracked(returns(clone))]
pub(crate) fn category_templates<'db>(db: &'db dyn Db, category: Name<'db>) -> (Option<Arc<str>>, Option<Arc<str>>) {
    let metas = &category_metas(db).value;
    let meta = metas.get(category.text(db));
    meta.map(|meta| (meta.post_template_slug.clone(), meta.list_template_slug.clone())).unwrap_or_default()
}

/// The template that a tag asks for.
#[salsa::tracked(returns(clone))]
pub(crate) fn tag_template<'db>(db: &'db dyn Db, tag: Name<'db>) -> Option<Arc<str>> {
    tag_metas(db).value.get(tag.text(db)).and_then(|meta| meta.post_template_slug.clone())
}

/// The colour of a tag.
#[salsa::tracked(returns(clone))]
pub(crate) fn tag_color<'db>(db: &'db dyn Db, tag: Name<'db>) -> Option<Arc<str>> {
    tag_metas(db).value.get(tag.text(db)).and_then(|meta| meta.color.clone())
}

/// The tags that the settings know, sorted.
pub(crate) fn tag_names(db: &dyn Db) -> Vec<Arc<str>> {
    tag_metas(db).value.iter().map(|(_, tag)| tag.name.clone()).collect()
}

/// The categories that the settings know.
pub(crate) fn category_names(db: &dyn Db) -> Arc<[Arc<str>]> {
    categories(db).value.clone().unwrap_or_else(|| DEFAULT_CATEGORIES.map(Arc::from).into())
}

/// How the settings spell a category or tag; none when they do not know it.
pub(crate) fn spelling(db: &dyn Db, kind: &ArchiveKind) -> Option<Arc<str>> {
    match kind {
        ArchiveKind::Tag(key) => tag_metas(db).value.get(key).map(|tag| tag.name.clone()),
        ArchiveKind::Category(key) => category_names(db).iter().find(|name| slug::key(name) == **key).cloned(),
        _ => None,
    }
}

/// `ProjectMetadata` of format sheet §13.
#[salsa::tracked]
pub(crate) fn project_metadata(db: &dyn Db) -> Value {
    let ProjectMeta {
        name,
        description,
        main_language,
        default_author,
        max_posts_per_page,
        public_url,
        pico_theme,
        blogmark_category,
        semantic_similarity_enabled,
        languages,
        ..
    } = &project(db).value;
    let category_metadata: serde_json::Map<_, _> = category_metas(db)
        .value
        .iter()
        .map(|(_, meta)| {
            let settings = json!({
                "renderInLists": meta.render_in_lists,
                "showTitle": meta.show_title,
                "title": meta.title,
                "postTemplateSlug": meta.post_template_slug,
                "listTemplateSlug": meta.list_template_slug,
            });
            (meta.name.to_string(), settings)
        })
        .collect();
    json!({
        "name": name,
        "description": description,
        "publicUrl": public_url,
        "mainLanguage": main_language,
        "defaultAuthor": default_author,
        "maxPostsPerPage": max_posts_per_page,
        "blogmarkCategory": blogmark_category,
        "picoTheme": pico_theme,
        "blogLanguages": languages,
        "categoryMetadata": category_metadata,
        "semanticSimilarityEnabled": semantic_similarity_enabled,
    })
}

/// `meta/publishing.json`, as scripts see it.
#[salsa::tracked]
pub(crate) fn publishing_preferences(db: &dyn Db) -> Value {
    let meta::Publishing { ssh_host, ssh_user, ssh_remote_path, ssh_mode, .. } = &publishing(db).value;
    json!({
        "sshHost": ssh_host,
        "sshUser": ssh_user,
        "sshRemotePath": ssh_remote_path,
        "sshMode": ssh_mode.name(),
    })
}
