//! What ships with bds, in the versions that the project uses.
//!
//! `meta/defaults.json` says which those are. A project that says nothing gets the first version of everything, whatever
//! later versions ship: a newer bds alone changes no page.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bds_base::{Diagnostic, SitePath};
use bds_content::i18n::Strings;
use bds_defaults::{Script, Shipped, shipped};
use bds_liquid::Template;
use bds_project::layout::{self, MetaKind};
use bds_project::meta::{self, DefaultsRecord};
use bds_project::{Parsed, codes};

use crate::db::Db;
use crate::files::{FileState, FolderState, SourceFile};
use crate::posts::Name;
use crate::settings;
use crate::text::source_text;

/// What `meta/defaults.json` says.
#[salsa::tracked]
pub(crate) fn record(db: &dyn Db) -> Parsed<DefaultsRecord> {
    settings::read(db, MetaKind::Defaults, meta::parse_defaults)
}

/// The version that is used of the default with this path in a project.
#[salsa::tracked(returns(copy))]
fn version<'db>(db: &'db dyn Db, path: Name<'db>) -> u32 {
    let Some(default) = of_path(path.text(db)) else { return 1 };
    match record(db).value.entries.get(&**path.text(db)) {
        Some(entry) => default.nearest(entry.version).number,
        None => default.oldest().number,
    }
}

fn of_path(path: &str) -> Option<&'static Shipped> {
    shipped().iter().find(|default| default.path.as_str() == path)
}

/// The shipped script that answers to a name.
pub(crate) fn script(db: &dyn Db, name: &str) -> Option<&'static Script> {
    let newest = bds_defaults::script(name)?;
    let version = version(db, Name::new(db, newest.path.as_str()));
    bds_defaults::script_of_version(newest.slug, version).filter(|script| script.answers_to(name))
}

/// The shipped template of this name.
pub(crate) fn template(db: &dyn Db, name: &str) -> Option<&'static Template> {
    let newest = bds_defaults::template(name)?;
    TEMPLATES.get(&(newest.name, version(db, Name::new(db, newest.path.as_str()))))
}

/// The version of the shipped template of this name.
pub(crate) fn template_version(db: &dyn Db, name: &str) -> Option<u32> {
    let newest = bds_defaults::template(name)?;
    Some(version(db, Name::new(db, newest.path.as_str())))
}

/// The shipped templates, parsed, by name and version.
static TEMPLATES: LazyLock<BTreeMap<(&str, u32), Template>> = LazyLock::new(|| {
    let parse = |template: &'static bds_defaults::Template| {
        let parsed = Template::parse(template.name, template.body);
        ((template.name, template.version), parsed.expect("the shipped templates are valid"))
    };
    bds_defaults::all_templates().iter().map(parse).collect()
});

/// The strings of all languages: the project's own over those that ship. A text that its version lacks is that of the
/// newest.
#[salsa::tracked]
pub(crate) fn strings(db: &dyn Db) -> Strings {
    let newest = bds_defaults::strings().map(|table| (table.language, table.json));
    let used = bds_defaults::strings().filter_map(|table| {
        let path = format!("{}/{}.json", layout::STRINGS, table.language);
        bds_defaults::strings_of_version(table.language, version(db, Name::new(db, path.as_str())))
    });
    let tables = newest.chain(used.map(|table| (table.language, table.json)));
    let mut strings = Strings::from_json(tables).expect("the shipped strings are tables of texts");
    for file in own_strings_files(db) {
        strings.extend(file.path(db).stem(), own_strings(db, file).value.clone());
    }
    strings
}

/// The files with the project's own strings, sorted by name.
fn own_strings_files(db: &dyn Db) -> Vec<SourceFile> {
    let folder = SitePath::new(layout::STRINGS).expect("the names of our own folders are plain paths");
    let FolderState::Present(names) = db.services().files.folder(db, &folder).state(db) else { return Vec::new() };
    let paths = names.iter().filter_map(|name| folder.join(name).ok());
    let is_table = |path: &SitePath| layout::classify(path) == Some(layout::SourceKind::Strings);
    paths.filter(is_table).map(|path| db.services().files.file(db, &path)).collect()
}

/// Reads a file of `meta/strings`.
#[salsa::tracked]
fn own_strings(db: &dyn Db, file: SourceFile) -> Parsed<BTreeMap<String, String>> {
    match source_text(db, file) {
        Ok(Some(text)) => meta::parse_strings(file.path(db), text),
        Ok(None) => Parsed::default(),
        Err(diagnostic) => Parsed { value: BTreeMap::new(), diagnostics: vec![(**diagnostic).clone()] },
    }
}

/// What is wrong with `meta/defaults.json` and the project's own strings.
pub(crate) fn diagnostics(db: &dyn Db) -> Vec<Diagnostic> {
    let mut found = record(db).diagnostics.clone();
    found.extend(own_strings_files(db).into_iter().flat_map(|file| own_strings(db, file).diagnostics.clone()));
    found.extend(versions_that_do_not_ship(db));
    found
}

/// Says which versions the project asks for and does not get. One that it has as a file it does not ask for.
fn versions_that_do_not_ship(db: &dyn Db) -> Vec<Diagnostic> {
    let entries = record(db).value.entries.iter();
    let missing = entries.filter_map(|(path, entry)| {
        let default = of_path(path.as_str())?;
        let has_file = db.services().files.file(db, path).state(db) != FileState::Absent;
        if has_file || default.version(entry.version).is_some() {
            return None;
        }
        let (slug, wanted, used) = (&default.slug, entry.version, default.nearest(entry.version).number);
        let message = format!("version {wanted} of `{slug}` does not ship with this bds; version {used} is used");
        let hint = format!("use another bds, or say which version you want: `bds defaults pin {slug} {used}`");
        let diagnostic = Diagnostic::warning(codes::DEFAULTS_VERSION, message).hint(hint);
        Some(diagnostic.in_file(&settings::meta_path(MetaKind::Defaults)))
    });
    missing.collect()
}
