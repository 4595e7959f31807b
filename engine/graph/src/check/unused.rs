//! Sources that nothing of the site uses.

use std::collections::BTreeSet;

use bds_base::{Diagnostic, SitePath};
use bds_content::macros::scan;
use bds_project::layout;
use bds_project::post::PostDocument;
use bds_project::script::ScriptKind;

use crate::codes;
use crate::db::{Database, Db};
use crate::files::SourceFile;
use crate::inputs::Site;
use crate::macros::scripts as known_scripts;
use crate::text::source_text;
use crate::{media, posts, settings, templates};

/// Macro scripts that no text calls and no other script imports.
pub(super) fn scripts(db: &Database) -> Vec<Diagnostic> {
    let texts = Site::get(db).posts(db).iter().filter_map(|file| text(db, *file));
    let called: BTreeSet<String> = texts.flat_map(|text| scan(text).into_iter().map(|call| call.name)).collect();
    let all = known_scripts::all(db).iter();
    let macros = all.filter(|script| script.head.kind == ScriptKind::Macro && script.head.enabled);
    let unused = macros.filter(|script| !called.contains(&*script.slug) && !is_imported(db, &script.path));
    let diagnostic = |path: &SitePath, slug: &str| {
        let message = format!("no text of the project calls the macro `{slug}`");
        let hint = format!("call it as `[[{slug}]]`, remove the script, or say `enabled: false` in its metadata");
        Diagnostic::warning(codes::SCRIPT_UNUSED, message).hint(hint).in_file(path)
    };
    unused.map(|script| diagnostic(&script.path, &script.slug)).collect()
}

/// Whether another script seems to import this one.
fn is_imported(db: &Database, path: &SitePath) -> bool {
    let module = path.stem();
    let imports = |line: &str| {
        let line = line.trim_start();
        let names = line.strip_prefix("import ").or_else(|| line.strip_prefix("from "));
        names.is_some_and(|names| {
            names.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).any(|it| it == module)
        })
    };
    let others = Site::get(db).scripts(db).iter().filter(|file| file.path(db) != path);
    others.filter_map(|file| text(db, *file)).any(|text| text.lines().any(imports))
}

/// Templates that no page is made with, and that nothing asks for. `asked` are the names of those that pages are made with.
pub(super) fn templates(db: &Database, asked: &BTreeSet<String>) -> Vec<Diagnostic> {
    let mut used: BTreeSet<String> = asked.clone();
    used.extend(wanted(db));
    let mut open: Vec<String> = used.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let file = templates::file_of(db, &name).map(|path| db.services().files.file(db, &path));
        let below = file.and_then(|file| text(db, file)).map(|text| rendered_in(text)).unwrap_or_default();
        open.extend(below.into_iter().filter(|name| used.insert(name.clone())));
    }
    let files: BTreeSet<SitePath> = used.iter().filter_map(|name| templates::file_of(db, name)).collect();
    let unused = templates::all(db).iter().filter(|known| known.head.enabled && !files.contains(&known.path));
    let diagnostic = |path: &SitePath| {
        let message = format!("no page of the site is made with the template `{path}`");
        let hint = "let a post, tag or category ask for it, remove it, or say `enabled: false` in its front matter";
        Diagnostic::warning(codes::TEMPLATE_UNUSED, message).hint(hint).in_file(path)
    };
    unused.map(|known| diagnostic(&known.path)).collect()
}

/// The templates that posts, tags and categories ask for, whether they are shown or not.
fn wanted(db: &Database) -> BTreeSet<String> {
    let documents = Site::get(db).posts(db).iter().filter_map(|file| posts::post_file(db, *file).value.as_ref());
    let by_posts = documents.filter_map(|read| match &read.document {
        PostDocument::Post(head) => head.template_slug.clone(),
        PostDocument::Translation(_) => None,
    });
    let by_tags = settings::tag_metas(db).value.iter().filter_map(|(_, tag)| tag.post_template_slug.clone());
    let by_categories = settings::category_metas(db).value.iter().flat_map(|(_, category)| {
        [category.post_template_slug.clone(), category.list_template_slug.clone()].into_iter().flatten()
    });
    by_posts.chain(by_tags).chain(by_categories).map(|name| name.to_string()).collect()
}

/// The names of the templates that a template renders, as far as they stand in it as texts.
fn rendered_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for tag in ["render", "include", "layout"] {
        for (at, _) in text.match_indices(tag) {
            let rest = text[at + tag.len()..].trim_start();
            let Some(quote) = rest.chars().next().filter(|first| matches!(first, '\'' | '"')) else { continue };
            names.extend(rest[1..].split_once(quote).map(|(name, _)| name.to_owned()));
        }
    }
    names
}

/// Sidecars beside which there is no media file.
pub(super) fn sidecars(db: &Database) -> Vec<Diagnostic> {
    let there: BTreeSet<&SitePath> = Site::get(db).mirrored(db).iter().collect();
    let alone = media::all_media(db).iter().filter(|sidecar| !there.contains(&sidecar.media));
    let diagnostic = |file: &SitePath| {
        let message = format!("there is no file `{file}`, which this sidecar describes");
        let sidecar = SitePath::new(format!("{file}.meta")).ok();
        let found = Diagnostic::warning(codes::SIDECAR_ALONE, message).hint("add the file, or remove the sidecar");
        sidecar.into_iter().fold(found, |found, sidecar| found.in_file(&sidecar))
    };
    alone.filter(|sidecar| sidecar.media.is_in(layout::MEDIA)).map(|sidecar| diagnostic(&sidecar.media)).collect()
}

fn text(db: &Database, file: SourceFile) -> Option<&std::sync::Arc<str>> {
    source_text(db, file).as_ref().ok()?.as_ref()
}
