//! Who uses a script: calls in posts, and imports in other scripts.

use bds_base::{LineIndex, Place, SitePath, Span};
use bds_content::macros;
use bds_project::{layout, post};
use bds_store::IndexKind;
use serde::Serialize;

use super::{Entry, Library};
use crate::Project;
use crate::index::entry::kind_of;

/// A place where a script is used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reference {
    /// The file that uses it.
    pub path: SitePath,
    /// The line, from 1.
    pub line: u32,
    /// What stands there: a call or an import.
    pub text: String,
}

/// Where a script is used, sorted by file and line. `names` are the names of it that count: its slug, or all of its names.
pub fn references(project: Project<'_>, library: &Library, entry: &Entry, names: &[&str]) -> Vec<Reference> {
    let mut found = imports(library, entry);
    if entry.script.head.kind == bds_project::script::ScriptKind::Macro {
        found.extend(calls(project, names));
    }
    found.sort();
    found
}

fn calls(project: Project<'_>, names: &[&str]) -> Vec<Reference> {
    let mut found = Vec::new();
    for file in project.system.walk(&project.root.join(layout::POSTS)).files {
        let Ok(path) = SitePath::from_root(project.root, &file.path) else { continue };
        let Some(bytes) = Some(&path)
            .filter(|path| kind_of(path) == Some(IndexKind::Posts))
            .and_then(|_| project.system.read(&file.path).ok())
        else {
            continue;
        };
        // A post that bds cannot take as text has no calls either.
        let Ok(text) = bds_project::decode(&path, &bytes) else { continue };
        if text.contains("[[") {
            found.extend(calls_in(&path, text, names));
        }
    }
    found
}

fn calls_in(path: &SitePath, text: &str, names: &[&str]) -> Vec<Reference> {
    let Some(read) = post::parse(path, text).value else { return Vec::new() };
    let body = &text[read.body.range()];
    let meant = macros::scan(body).into_iter().filter(|call| names.contains(&call.name.as_str()));
    let reference = |call: macros::Call| {
        let span = call.span.shifted(read.body.start);
        reference(path, text, span)
    };
    meant.map(reference).collect()
}

fn reference(path: &SitePath, text: &str, span: Span) -> Reference {
    let place = Place::at(path.clone(), LineIndex::new(text).position(text, span.start));
    let line = place.start.map_or(1, |start| start.line);
    Reference { path: path.clone(), line, text: text[span.range()].to_owned() }
}

/// Lines of other scripts that import this one. Python is not read here, so a line in a text counts, too: rather one too
/// many than one too few.
fn imports(library: &Library, of: &Entry) -> Vec<Reference> {
    let Some(module) = module(&of.script.path) else { return Vec::new() };
    let others = library.scripts.iter().filter(|other| other.script.path != of.script.path);
    let lines = others
        .flat_map(|other| other.text.lines().enumerate().map(move |(at, line)| (&other.script.path, at, line.trim())));
    let importing = lines.filter(|(_, _, line)| imports_module(line, &module));
    let reference = |(path, at, line): (&SitePath, usize, &str)| Reference {
        path: path.clone(),
        line: u32::try_from(at + 1).unwrap_or(u32::MAX),
        text: line.to_owned(),
    };
    importing.map(reference).collect()
}

/// The name by which other scripts import a file of `scripts/`.
fn module(path: &SitePath) -> Option<String> {
    let below = path.as_str().strip_prefix(layout::SCRIPTS)?.strip_prefix('/')?;
    let (stem, _) = below.rsplit_once('.')?;
    Some(stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', "."))
}

fn imports_module(line: &str, module: &str) -> bool {
    let is_it = |name: &str| name == module || name.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'));
    if let Some(names) = line.strip_prefix("import ") {
        return names.split(',').filter_map(|name| name.split_whitespace().next()).any(is_it);
    }
    let Some((from, names)) = line.strip_prefix("from ").and_then(|rest| rest.split_once(" import ")) else {
        return false;
    };
    let from = from.trim();
    let mut whole = names.split([',', '(', ')']).filter_map(|name| name.split_whitespace().next());
    is_it(from) || whole.any(|name| is_it(&format!("{from}.{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_seen_in_their_forms() {
        let check = |line: &str, module: &str, is_import: bool| {
            assert_eq!(imports_module(line, module), is_import, "{line}");
        };
        check("import words", "words", true);
        check("import os, words as w", "words", true);
        check("from words import loud", "words", true);
        check("import lib.words", "lib.words", true);
        check("from lib import other, words", "lib.words", true);
        check("from lib import (words)", "lib.words", true);
        check("import lib.words", "lib", true);
        check("import words_of_others", "words", false);
        check("from other import words", "words", false);
        check("important = words", "words", false);
    }

    #[test]
    fn a_file_is_imported_by_its_path() {
        let check = |path: &str, name: Option<&str>| {
            assert_eq!(module(&SitePath::new(path).expect("a plain path")).as_deref(), name, "{path}");
        };
        check("scripts/words.py", Some("words"));
        check("scripts/lib/words.py", Some("lib.words"));
        check("scripts/lib/__init__.py", Some("lib"));
        check("posts/words.py", None);
    }
}
