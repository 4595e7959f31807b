//! What is wrong with scripts, told without running them: syntax, entry points, imports, and whether anybody uses them.

pub mod codes;

use std::collections::BTreeSet;
use std::path::Path;

use bds_base::{Diagnostic, Place, Position, SitePath, Stretch, System};
use bds_content::macros::scan;
use bds_macro_api::{Checked, Function, Import};
use bds_project::layout::{self, SourceKind};
use bds_project::script::{Script, ScriptKind};

use crate::collection::Source;
use crate::transforms::entrypoint_of;

/// What is wrong with a script whose code says `checked`, sorted.
pub fn faults(source: &Source, checked: &Checked) -> Vec<Diagnostic> {
    let script = &*source.script;
    let mut faults: Vec<_> = checked
        .errors
        .iter()
        .map(|fault| {
            let start = Position::new(fault.line, fault.column);
            let end = Position::new(fault.end_line, fault.end_column.max(1));
            let place = Place::stretch(script.path.clone(), Some(Stretch { start, end }));
            Diagnostic::error(codes::SCRIPT_SYNTAX, format!("this is no Python: {}", fault.message)).at(place)
        })
        .collect();
    if faults.is_empty() {
        faults.extend(entry_fault(source, checked));
        faults.extend(checked.imports.iter().filter_map(|import| import_fault(script, import)));
    }
    faults.sort();
    faults
}

/// Which function a script of each kind is called by, and with how many arguments at best and at least. None where
/// nothing is called: a module, or a utility that is run as a whole.
fn wanted(script: &Script) -> Option<(&str, [u32; 2], &'static str)> {
    match script.head.kind {
        _ if !script.head.has_metadata => None,
        ScriptKind::Macro => Some((&*script.head.entrypoint, [2, 2], "context, post")),
        ScriptKind::Transform => Some((entrypoint_of(&script.head.entrypoint), [2, 1], "post, context")),
        ScriptKind::Utility => Some((&*script.head.entrypoint, [0, 0], "")),
    }
}

fn entry_fault(source: &Source, checked: &Checked) -> Option<Diagnostic> {
    let script = &*source.script;
    let (name, [best, least], parameters) = wanted(script)?;
    let call = format!("def {name}({parameters})");
    let kind = script.head.kind.name();
    let Some(function) = checked.functions.iter().find(|function| function.name == name) else {
        // A utility without its function is run as a whole (format sheet §14).
        if script.head.kind == ScriptKind::Utility || checked.bound.iter().any(|bound| bound == name) {
            return None;
        }
        let names = checked.functions.iter().map(|function| function.name.as_str());
        let hint = match bds_project::nearest(name, names) {
            Some(near) => format!("did you mean `{near}`? Then say `entrypoint: \"{near}\"` in the metadata"),
            None => format!("define `{call}`, or name another function as `entrypoint` in the metadata"),
        };
        let message = format!("the {kind} has no function `{name}`");
        return Some(Diagnostic::error(codes::SCRIPT_ENTRYPOINT, message).hint(hint).in_file(&script.path));
    };
    if function.takes(best) || function.takes(least) {
        return None;
    }
    let message = format!("a {kind} is called as `{name}({parameters})`, but this is `{}`", shown(function));
    let place = Place::at(script.path.clone(), Position::new(function.line, 1));
    Some(Diagnostic::error(codes::SCRIPT_ENTRYPOINT, message).hint(format!("write it as `{call}`")).at(place))
}

fn shown(function: &Function) -> String {
    let keyword = if function.is_async { "async def" } else { "def" };
    format!("{keyword} {}({})", function.name, function.parameters)
}

fn import_fault(script: &Script, import: &Import) -> Option<Diagnostic> {
    let place = Place::at(script.path.clone(), Position::new(import.line, import.column));
    let is_api = import.module.split('.').next() == Some("bds_api");
    if is_api && script.head.kind == ScriptKind::Transform && script.head.has_metadata {
        let message = "a transform cannot use `bds_api`";
        let hint = "it gets the post that it changes, and can tell the user something with `toast(message)`";
        return Some(Diagnostic::error(codes::SCRIPT_IMPORT, message).hint(hint).at(place));
    }
    if import.found || import.optional {
        return None;
    }
    let message = format!("there is no module `{}`", import.module);
    let hint =
        "add it below `scripts/`, or install the package and name its environment as `[python] venv` in bds.toml";
    Some(Diagnostic::error(codes::SCRIPT_IMPORT, message).hint(hint).at(place))
}

/// Scripts that nothing uses: enabled macros that no text calls, and modules that no other script imports. `called`
/// has the names of all macros that texts call; `checked` stands beside its script.
pub fn unused(scripts: &[(&Source, Checked)], called: &BTreeSet<String>) -> Vec<Diagnostic> {
    let is_imported = |path: &SitePath| {
        let inside = path.as_str().strip_prefix("scripts/").unwrap_or(path.as_str());
        let module = inside.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
        let names_it = |import: &Import| import.module == module || import.module.starts_with(&format!("{module}."));
        let by_name = |import: &Import| module.starts_with(&format!("{}.", import.module));
        scripts
            .iter()
            .filter(|(other, _)| other.script.path != *path)
            .any(|(_, checked)| checked.imports.iter().any(|import| names_it(import) || by_name(import)))
    };
    let is_called = |script: &Script| {
        called.contains(&*script.slug) || script.head.aliases.iter().any(|alias| called.contains(&**alias))
    };
    let unused = scripts.iter().filter_map(|(source, checked)| {
        let (script, path) = (&*source.script, &source.script.path);
        let (message, hint) = if source.is_module() {
            let is_test =
                path.stem().starts_with("test") || path.stem().ends_with("_test") || path.stem() == "conftest";
            let runs_tests = checked.functions.iter().any(|function| function.name.starts_with("test"));
            if is_test || runs_tests || is_imported(path) {
                return None;
            }
            ("no script imports this module".to_owned(), "import it, give it metadata, or remove it".to_owned())
        } else if script.head.kind == ScriptKind::Macro && script.head.enabled {
            if is_called(script) || is_imported(path) {
                return None;
            }
            let slug = &script.slug;
            (
                format!("no text of the project calls the macro `{slug}`"),
                format!("call it as `[[{slug}]]`, remove it, or say `enabled: false` in its metadata"),
            )
        } else {
            return None;
        };
        Some(Diagnostic::warning(codes::SCRIPT_IDLE, message).hint(hint).in_file(path))
    });
    let mut unused: Vec<_> = unused.collect();
    unused.sort();
    unused
}

/// The names of all macros that texts of a project call, drafts included.
pub fn called(root: &Path, system: &dyn System) -> BTreeSet<String> {
    let files = system.walk(&root.join(layout::POSTS)).files.into_iter();
    let is_post = |path: &Path| {
        let path = SitePath::from_root(root, path).ok();
        path.is_some_and(|path| layout::classify(&path) == Some(SourceKind::Post))
    };
    let texts = files.filter(|file| is_post(&file.path)).filter_map(|file| system.read(&file.path).ok());
    texts.flat_map(|text| scan(&String::from_utf8_lossy(&text)).into_iter().map(|call| call.name)).collect()
}

/// The names of the parameters that the code of a macro seems to look at: `params["count"]`, `params.get("count")`.
pub fn parameters(code: &str) -> Vec<String> {
    let mut names = BTreeSet::new();
    for (at, word) in code.match_indices("params") {
        let rest = code[at + word.len()..].trim_start_matches(['"', '\'', ']']);
        let rest = rest.strip_prefix(".get(").or_else(|| rest.strip_prefix('['));
        let quoted = rest.and_then(|rest| rest.strip_prefix(['"', '\'']));
        let name = quoted.and_then(|quoted| quoted.split(['"', '\'']).next());
        let is_name = |name: &&str| !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || it == '_');
        names.extend(name.filter(is_name).map(str::to_owned));
    }
    names.into_iter().collect()
}

/// The functions that code seems to define at its top level, in their order: where nothing may be started to find out.
pub fn functions(code: &str) -> Vec<String> {
    let name = |line: &str| {
        let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix("def ")?;
        let name = rest.split('(').next()?.trim();
        (!name.starts_with('_')).then(|| name.to_owned())
    };
    code.lines().filter_map(name).collect()
}

#[cfg(test)]
mod tests;
