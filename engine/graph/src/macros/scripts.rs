//! Scripts: which there are, and which one a macro call means.

use std::collections::BTreeMap;
use std::sync::Arc;

use bds_base::{Diagnostic, Fingerprint, SitePath};
use bds_content::dates::iso_millis;
use bds_macro_api::{Script, ScriptOrigin};
use bds_project::Parsed;
use bds_project::script::{self, ScriptFile, ScriptHead, ScriptKind};
use serde_json::{Value, json};

use crate::db::Db;
use crate::defaults;
use crate::files::SourceFile;
use crate::inputs::Site;
use crate::posts::Name;
use crate::text::source_text;

/// The script that a macro call means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MacroScript {
    /// Its code.
    pub(crate) script: Arc<Script>,
    /// The function that is called.
    pub(crate) entrypoint: String,
}

/// Reads a file of `scripts/`.
#[salsa::tracked]
pub(crate) fn script_file(db: &dyn Db, file: SourceFile) -> Parsed<Option<ScriptFile>> {
    match source_text(db, file) {
        Ok(Some(text)) => {
            let Parsed { value, diagnostics } = script::parse(file.path(db), text);
            Parsed { value: Some(value), diagnostics }
        }
        Ok(None) => Parsed::default(),
        Err(diagnostic) => Parsed { value: None, diagnostics: vec![(**diagnostic).clone()] },
    }
}

/// What the metadata says. Stays equal when only the code changes.
#[salsa::tracked]
fn script_head(db: &dyn Db, file: SourceFile) -> Option<Arc<ScriptHead>> {
    script_file(db, file).value.as_ref().map(|read| read.head.clone())
}

/// All scripts of the project, named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ScriptIndex {
    all: Arc<[Arc<script::Script>]>,
    /// The enabled macros by slug and by alias.
    macros: BTreeMap<Arc<str>, (SourceFile, Arc<script::Script>)>,
    /// What is wrong between the files.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Gives the scripts their names.
#[salsa::tracked]
pub(crate) fn script_index(db: &dyn Db) -> ScriptIndex {
    let files = Site::get(db).scripts(db);
    let by_path: BTreeMap<_, _> = files.iter().map(|file| (file.path(db).clone(), *file)).collect();
    let heads = files.iter().filter_map(|file| Some((file.path(db).clone(), script_head(db, *file).clone()?)));
    let resolved = script::resolve(heads);
    let is_macro = |script: &&Arc<script::Script>| script.head.kind == ScriptKind::Macro && script.head.enabled;
    let macros = || resolved.scripts.iter().filter(is_macro);
    let named = |name: &Arc<str>, script: &Arc<script::Script>| (name.clone(), (by_path[&script.path], script.clone()));
    let aliases = macros().rev().flat_map(|script| script.head.aliases.iter().map(move |alias| named(alias, script)));
    // What a script is called goes before what another is called besides; of two, the first by slug.
    let macros = aliases.chain(macros().map(|script| named(&script.slug, script))).collect();
    ScriptIndex { macros, all: resolved.scripts.into(), diagnostics: resolved.diagnostics }
}

/// The script that a name in a macro call means: an enabled macro of the project, or else one that ships with bds.
#[salsa::tracked(returns(as_ref))]
pub(crate) fn macro_script<'db>(db: &'db dyn Db, name: Name<'db>) -> Option<MacroScript> {
    let name = name.text(db);
    match script_index(db).macros.get(name) {
        Some((file, script)) => of_project(db, *file, script),
        None => defaults::script(db, name).map(shipped),
    }
}

fn of_project(db: &dyn Db, file: SourceFile, known: &script::Script) -> Option<MacroScript> {
    let source = source_text(db, file).as_ref().ok()?.as_ref()?.clone();
    let script = Script {
        slug: known.slug.to_string(),
        id: Some(known.id.to_string()),
        origin: ScriptOrigin::Project(known.path.clone()),
        fingerprint: Fingerprint::of(&*source),
        source,
    };
    Some(MacroScript { script: Arc::new(script), entrypoint: known.head.entrypoint.to_string() })
}

/// Where the project's script that a macro call means lies.
pub(crate) fn file_of(db: &dyn Db, name: &str) -> Option<SitePath> {
    match &macro_script(db, Name::new(db, name))?.script.origin {
        ScriptOrigin::Project(path) => Some(path.clone()),
        ScriptOrigin::Default(_) => None,
    }
}

fn shipped(default: &bds_defaults::Script) -> MacroScript {
    let script = Script {
        slug: default.slug.to_owned(),
        id: None,
        origin: ScriptOrigin::Default(default.slug.to_owned()),
        source: default.source.into(),
        fingerprint: default.fingerprint,
    };
    MacroScript { script: Arc::new(script), entrypoint: default.entrypoint.to_owned() }
}

/// The names that a macro call can have.
pub(crate) fn macro_names(db: &dyn Db) -> Vec<String> {
    let own = script_index(db).macros.keys().map(ToString::to_string);
    let shipped =
        bds_defaults::scripts().flat_map(|script| std::iter::once(script.slug).chain(script.aliases.iter().copied()));
    let mut names: Vec<_> = own.chain(shipped.map(str::to_owned)).collect();
    names.sort();
    names.dedup();
    names
}

/// Whether there is a script that options in `bds.toml` for this slug can be meant for. A file that cannot be read may be
/// it.
pub(crate) fn is_known(db: &dyn Db, slug: &str) -> bool {
    let is_unread = |file: &&SourceFile| script_file(db, **file).value.is_none();
    all(db).iter().any(|script| &*script.slug == slug)
        || bds_defaults::script(slug).is_some()
        || Site::get(db).scripts(db).iter().filter(is_unread).any(|file| script::slug(file.path(db).stem()) == slug)
}

/// The name under which `bds.toml` has options for a script: its slug, or an alias of it that no other script has taken.
pub(crate) fn name_in_config<'s>(db: &'s dyn Db, script: &'s Script) -> &'s str {
    let options = &Site::get(db).config(db).macros.scripts;
    let is_meant = |name: &str| {
        let means = Name::new(db, name);
        options.contains_key(name) && macro_script(db, means).is_some_and(|meant| meant.script.origin == script.origin)
    };
    let shipped = bds_defaults::script(&script.slug).into_iter().flat_map(|shipped| shipped.aliases.iter().copied());
    let own = script_index(db).macros.get(&*script.slug).into_iter().flat_map(|(_, own)| own.head.aliases.iter());
    let aliases = own.map(|alias| &**alias).chain(shipped);
    std::iter::once(script.slug.as_str()).chain(aliases).find(|name| is_meant(name)).unwrap_or(&script.slug)
}

/// All scripts of the project, sorted by slug.
pub(crate) fn all(db: &dyn Db) -> &[Arc<script::Script>] {
    &script_index(db).all
}

/// `ScriptData` of format sheet §13.
pub(crate) fn data(db: &dyn Db, script: &script::Script, project_id: &str) -> Value {
    let file = db.services().files.file(db, &script.path);
    let text = source_text(db, file).as_ref().ok().and_then(Option::as_ref);
    let body = script_file(db, file).value.as_ref().zip(text).map(|(read, text)| &text[read.body.range()]);
    json!({
        "id": script.id,
        "projectId": project_id,
        "slug": script.slug,
        "title": script.title,
        "kind": script.head.kind.name(),
        "entrypoint": script.head.entrypoint,
        "enabled": script.head.enabled,
        "version": script.head.version,
        "filePath": script.path,
        "content": body,
        "createdAt": iso_millis(script.created_at),
        "updatedAt": iso_millis(script.updated_at),
    })
}
