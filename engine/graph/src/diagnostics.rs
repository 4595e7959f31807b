//! Everything that is wrong with a project, in one order.

use std::io;

use bds_base::{BadLink, Diagnostic, Severity};
use bds_project::codes::CONFIG_SCRIPT;
use bds_project::nearest;
use bds_project::post::{PostDocument, PostFile};

use crate::db::{Database, Db};
use crate::files::SourceFile;
use crate::inputs::Site;
use crate::macros::scripts;
use crate::posts::unread;
use crate::routes::Routes;
use crate::scan::Scanned;
use crate::{codes, media, menu, posts, settings, templates};

/// Gathers what is wrong with the files, between them, with the routes, and with the pages; sorted, each once.
pub(crate) fn gather(db: &Database, scanned: &Scanned, routes: &Routes, pages: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut found = pages;
    found.extend_from_slice(&scanned.diagnostics);
    found.extend_from_slice(&routes.diagnostics);
    found.extend(files(db));
    found.extend(settings::diagnostics(db));
    found.extend(menu::diagnostics(db));
    found.extend(no_address(db));
    found.extend(options_of_nobody(db));
    found.sort();
    found.dedup();
    found
}

fn files(db: &dyn Db) -> Vec<Diagnostic> {
    let site = Site::get(db);
    // Most are sound, and their texts need not be looked at.
    let is_sound = |file: &SourceFile| file.outline(db).as_ref().is_some_and(|outline| outline.is_sound);
    let unsound = site.posts(db).iter().filter(|file| !is_sound(file));
    let posts = unsound.flat_map(|file| &posts::post_file(db, *file).diagnostics);
    let sidecars = site.sidecars(db).iter().flat_map(|file| &media::sidecar(db, *file).diagnostics);
    let scripts = site.scripts(db).iter().flat_map(|file| &scripts::script_file(db, *file).diagnostics);
    let templates = site.templates(db).iter().flat_map(|file| templates::diagnostics(db, *file));
    let between = [
        &posts::catalogue(db).diagnostics,
        &media::media_catalogue(db).diagnostics,
        &scripts::script_index(db).diagnostics,
        &templates::template_index(db).diagnostics,
    ];
    let between = between.into_iter().flatten().filter(|found| !is_of_unread(db, found));
    posts.chain(sidecars).chain(scripts).chain(between).cloned().chain(templates).collect()
}

/// Whether it is said that a translation is of no post, and the reason is that the post cannot be read: that is said
/// already.
fn is_of_unread(db: &dyn Db, found: &Diagnostic) -> bool {
    if found.code != bds_project::codes::TRANSLATION_SOURCE {
        return false;
    }
    let Some(path) = found.place.as_ref().map(|place| &place.file) else { return false };
    match &posts::post_file(db, db.services().files.file(db, path)).value {
        Some(PostFile { document: PostDocument::Translation(head), .. }) => {
            unread::is_of_unread(db, path, &head.translation_for)
        }
        _ => false,
    }
}

/// Says once why feeds and sitemap are missing.
fn no_address(db: &dyn Db) -> Option<Diagnostic> {
    let wanted = &Site::get(db).config(db).archives;
    let is_missing = (wanted.feeds || wanted.sitemap) && settings::base_url(db).is_none();
    // That the address is there and wrong, or that nothing of the file can be read, has been reported.
    let is_said = settings::project(db).diagnostics.iter().any(|found| found.severity == Severity::Error);
    (is_missing && !is_said).then(|| {
        let message = "the project has no `publicUrl`, so the site has no feeds and no sitemap";
        Diagnostic::warning(codes::NO_ADDRESS, message)
            .in_file(&settings::meta_path(bds_project::layout::MetaKind::Project))
            .hint("add `\"publicUrl\": \"https://example.org\"`, or give --base-url")
    })
}

/// Says which scripts `bds.toml` has options or thresholds for that are not there.
fn options_of_nobody(db: &dyn Db) -> Vec<Diagnostic> {
    let config = Site::get(db).config(db);
    let options = config
        .macros
        .scripts
        .iter()
        .map(|(slug, options)| ("macros", "options in `bds.toml` do", slug, &options.place));
    let thresholds = config.thresholds.scripts.iter();
    let thresholds = thresholds.map(|(slug, own)| ("thresholds", "thresholds in `bds.toml` do", slug, &own.place));
    let unknown = options.chain(thresholds).filter(|(_, _, slug, _)| !scripts::is_known(db, slug));
    let diagnostics = unknown.filter_map(|(table, what, slug, place)| {
        let message = format!("there is no script `{slug}`, so its {what} nothing");
        let names = scripts::macro_names(db);
        let hint = match nearest(slug, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write the script `scripts/{slug}.py`, or remove `[{table}.{slug}]`"),
        };
        Some(Diagnostic::warning(CONFIG_SCRIPT, message).hint(hint).at(place.clone()?))
    });
    diagnostics.collect()
}

/// Says that a file or folder cannot be read, in words that are the same on every machine.
pub(crate) fn unreadable(path: &str, why: io::ErrorKind) -> Diagnostic {
    let (reason, advice) = match why {
        io::ErrorKind::NotFound => ("it is no longer there".to_owned(), "build again"),
        io::ErrorKind::PermissionDenied => ("permission denied".to_owned(), "check its permissions"),
        other => (other.to_string(), "see what is there"),
    };
    Diagnostic::error(codes::UNREADABLE, format!("`{path}` cannot be read: {reason}"))
        .hint(format!("{advice}; the site is built without it"))
}

/// Says that a symbolic link cannot be followed.
pub(crate) fn bad_link(path: &str, link: &BadLink, why: io::ErrorKind) -> Diagnostic {
    let target = link.target.display();
    let (reason, advice) = match why {
        _ if link.is_loop => (format!("it is a link to `{target}`, which leads back to it"), "remove the link"),
        io::ErrorKind::NotFound => {
            (format!("it is a link to `{target}`, which is not there"), "mend the link or remove it")
        }
        io::ErrorKind::PermissionDenied => {
            (format!("it is a link to `{target}`: permission denied"), "check the permissions of what it leads to")
        }
        other => (format!("it is a link to `{target}`: {other}"), "see where it leads"),
    };
    Diagnostic::error(codes::UNREADABLE, format!("`{path}` cannot be read: {reason}"))
        .hint(format!("{advice}; the site is built without it"))
}
