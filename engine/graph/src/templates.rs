//! Templates: which there are, and which one a page is made with.

use std::collections::BTreeMap;
use std::sync::Arc;

use bds_base::{Diagnostic, Place, SitePath};
use bds_content::dates::iso_millis;
use bds_liquid::{ParseErrors, Template};
use bds_project::template::{Template as Known, TemplateFile, TemplateHead};
use bds_project::{Parsed, layout, nearest, slug};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::codes;
use crate::db::Db;
use crate::defaults;
use crate::files::{FileState, SourceFile};
use crate::inputs::Site;
use crate::ledger::Seal;
use crate::posts::{Name, Post};
use crate::settings;
use crate::text::source_text;

/// Reads a file of `templates/`.
#[salsa::tracked]
fn template_file(db: &dyn Db, file: SourceFile) -> Parsed<Option<TemplateFile>> {
    match source_text(db, file) {
        Ok(Some(text)) => {
            let Parsed { value, diagnostics } = bds_project::template::parse(file.path(db), text);
            Parsed { value: Some(value), diagnostics }
        }
        Ok(None) => Parsed::default(),
        Err(diagnostic) => Parsed { value: None, diagnostics: vec![(**diagnostic).clone()] },
    }
}

/// What the front matter says. Stays equal when only the template itself changes.
#[salsa::tracked]
fn template_head(db: &dyn Db, file: SourceFile) -> Option<Arc<TemplateHead>> {
    template_file(db, file).value.as_ref().map(|read| read.head.clone())
}

/// All templates of the project, named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TemplateIndex {
    all: Arc<[Arc<Known>]>,
    by_name: BTreeMap<String, SourceFile>,
    /// What is wrong between the files.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Gives the templates their names. An enabled template answers to its slug and to its path in `templates/`, so that
/// `templates/partials/head.liquid` stands in for the shipped `partials/head`.
#[salsa::tracked]
pub(crate) fn template_index(db: &dyn Db) -> TemplateIndex {
    let files = Site::get(db).templates(db);
    let by_path: BTreeMap<_, _> = files.iter().map(|file| (file.path(db).clone(), *file)).collect();
    let heads = files.iter().filter_map(|file| Some((file.path(db).clone(), template_head(db, *file).clone()?)));
    let resolved = bds_project::template::resolve(heads);
    let mut by_name = BTreeMap::new();
    for known in resolved.templates.iter().filter(|template| template.head.enabled) {
        let file = by_path[&known.path];
        by_name.insert(known.slug.to_string(), file);
        let path = known.path.as_str().strip_prefix(layout::TEMPLATES).unwrap_or_default().trim_start_matches('/');
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        by_name.insert(stem.to_owned(), file);
    }
    TemplateIndex { all: resolved.templates.into(), by_name, diagnostics: resolved.diagnostics }
}

/// The file of the project's template with a name.
#[salsa::tracked(returns(copy))]
fn user_template<'db>(db: &'db dyn Db, name: Name<'db>) -> Option<SourceFile> {
    template_index(db).by_name.get(&**name.text(db)).copied()
}

/// Where the project's template with a name lies.
pub(crate) fn file_of(db: &dyn Db, name: &str) -> Option<SitePath> {
    user_template(db, Name::new(db, name)).map(|file| file.path(db).clone())
}

/// A template of the project, parsed.
#[salsa::tracked]
fn parsed(db: &dyn Db, file: SourceFile) -> Option<Result<Template, ParseErrors>> {
    let text = source_text(db, file).as_ref().ok()?.as_ref()?;
    let body = template_file(db, file).value.as_ref()?.body;
    Some(Template::parse_body(file.path(db).as_str(), text, body.start))
}

/// The template with a name: the project's, or else the one that ships with bds. One of the project that is not valid
/// gives way to the shipped one, so that a slip of the hand does not take the whole site away.
#[salsa::tracked(returns(as_ref))]
pub(crate) fn template<'db>(db: &'db dyn Db, name: Name<'db>) -> Option<Result<Template, ParseErrors>> {
    let own = user_template(db, name).and_then(|file| parsed(db, file).clone());
    match (own, defaults::template(db, name.text(db))) {
        (Some(Ok(own)), _) => Some(Ok(own)),
        (_, Some(shipped)) => Some(Ok(shipped.clone())),
        (own, None) => own,
    }
}

/// What a template is known by: the file of the project, if it has one, and the shipped template behind it.
pub(crate) fn seal<'db>(db: &'db dyn Db, name: Name<'db>) -> Seal {
    let own = user_template(db, name).map(|file| {
        let content = match file.state(db) {
            FileState::Present(content) => Some(content),
            FileState::Absent | FileState::Unreadable(_) => None,
        };
        (file.path(db), content)
    });
    Seal::of(&(own, defaults::template_version(db, name.text(db))))
}

/// What is wrong with one file.
pub(crate) fn diagnostics(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    let mut found = template_file(db, file).diagnostics.clone();
    if let Some(Err(errors)) = parsed(db, file) {
        found.extend(errors.iter().map(|error| {
            let message = format!("the template is not valid: {}", error.message);
            let diagnostic = Diagnostic::error(bds_liquid::codes::TEMPLATE_SYNTAX, message)
                .at(Place::at(file.path(db).clone(), error.position));
            error.hint.iter().fold(diagnostic, |diagnostic, hint| diagnostic.hint(hint.as_str()))
        }));
    }
    found
}

/// The name of the template that a post is shown with (format sheet §6): what the post asks for, else the first of its
/// tags that asks for one, else the first of its categories, else the shipped one. What asks for one that is not there
/// is told, and passed over.
pub(crate) fn of_post(db: &dyn Db, post: &Post, found: &mut Vec<Diagnostic>) -> Arc<str> {
    let by_post = post.template_slug.iter().map(|wanted| (wanted.clone(), "the post asks".to_owned()));
    let by_tag = post.tags.iter().filter_map(|tag| {
        Some((
            settings::tag_template(db, Name::new(db, &*slug::key(tag)))?,
            format!("the tag `{tag}` of the post asks"),
        ))
    });
    let by_category = post.categories.iter().filter_map(|category| {
        let (wanted, _) = settings::category_templates(db, Name::new(db, &*slug::key(category)));
        Some((wanted?, format!("the category `{category}` of the post asks")))
    });
    let wanted = by_post.chain(by_tag).chain(by_category);
    first_known(db, wanted, &|diagnostic| diagnostic.in_file(&post.path), found).unwrap_or_else(|| "single-post".into())
}

/// The name of the template that the archive of a category is shown with.
pub(crate) fn of_category<'db>(db: &'db dyn Db, category: Name<'db>, found: &mut Vec<Diagnostic>) -> Arc<str> {
    let (_, wanted) = settings::category_templates(db, category);
    let wanted = wanted.into_iter().map(|wanted| (wanted, format!("the category `{}` asks", category.text(db))));
    let file = settings::meta_path(layout::MetaKind::CategoryMeta);
    first_known(db, wanted, &|diagnostic| diagnostic.in_file(&file), found).unwrap_or_else(|| "post-list".into())
}

fn first_known(
    db: &dyn Db,
    wanted: impl Iterator<Item = (Arc<str>, String)>,
    place: &dyn Fn(Diagnostic) -> Diagnostic,
    found: &mut Vec<Diagnostic>,
) -> Option<Arc<str>> {
    for (name, who) in wanted {
        if template(db, Name::new(db, name.clone())).is_some() {
            return Some(name);
        }
        let message = format!("{who} for the template `{name}`, which is not there or not enabled");
        let names: Vec<_> = template_index(db).by_name.keys().map(String::as_str).collect();
        let hint = match nearest(&name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write `templates/{name}.liquid`"),
        };
        found.push(place(Diagnostic::warning(codes::TEMPLATE_UNKNOWN, message).hint(hint)));
    }
    None
}

/// All templates of the project, sorted by slug.
pub(crate) fn all(db: &dyn Db) -> &[Arc<Known>] {
    &template_index(db).all
}

/// `TemplateData` of format sheet §13.
pub(crate) fn data(db: &dyn Db, template: &Known, project_id: &str) -> Value {
    let file = db.services().files.file(db, &template.path);
    let text = source_text(db, file).as_ref().ok().and_then(Option::as_ref);
    let body = template_file(db, file).value.as_ref().zip(text).map(|(read, text)| &text[read.body.range()]);
    // As scripts without a date have it.
    let created_at = template.head.created_at.or(template.head.updated_at).unwrap_or(Timestamp::UNIX_EPOCH);
    json!({
        "id": template.id,
        "projectId": project_id,
        "slug": template.slug,
        "title": template.title,
        "kind": template.head.kind.name(),
        "enabled": template.head.enabled,
        "version": template.head.version,
        "filePath": template.path,
        "content": body,
        "createdAt": iso_millis(created_at),
        "updatedAt": iso_millis(template.head.updated_at.unwrap_or(created_at)),
    })
}

/// Whether a text is a valid template, as scripts ask it.
pub(crate) fn validate(content: &str) -> Value {
    let errors = Template::parse("template", content).err();
    let messages: Vec<String> = errors.iter().flatten().map(ToString::to_string).collect();
    json!({ "valid": messages.is_empty(), "errors": messages })
}
