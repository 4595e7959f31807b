//! Marks that are cheap to check and easily missed in a review.

use std::path::Path;

use bds_base::{OsSystem, SitePath, System as _};

use crate::workspace;

/// The most lines that a source file may have, its tests not counted.
const LINES: usize = 600;

/// Where dependencies come from; nothing else may stand in the lock file.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The folders with code of ours.
const FOLDERS: &[&str] = &["engine", "macros-py", "defaults", "xtask", "tests"];

/// Notes to oneself that do not belong into what others read. In two parts, for this file is checked too.
const NOTES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];

/// What is wrong with `Cargo.lock`: a crate that does not come from the registry.
pub(super) fn lock_faults(lock: &str) -> Vec<String> {
    let sources = lock.lines().filter_map(|line| line.strip_prefix("source = "));
    let foreign = sources.filter(|source| source.trim_matches('"') != REGISTRY);
    foreign.map(|source| format!("Cargo.lock: a crate comes from {source}")).collect()
}

/// What is wrong with the source files.
pub(super) fn source_faults() -> anyhow::Result<Vec<String>> {
    let root = workspace::root();
    let mut faults = Vec::new();
    for file in FOLDERS.iter().flat_map(|folder| OsSystem.walk(&root.join(folder)).files) {
        let path = SitePath::from_root(&root, &file.path)?;
        if !matches!(path.extension(), Some("rs" | "py" | "toml")) {
            continue;
        }
        let text = String::from_utf8_lossy(&OsSystem.read(&file.path)?).into_owned();
        faults.extend(file_faults(&path, &text, &root));
    }
    Ok(faults)
}

fn file_faults(path: &SitePath, text: &str, root: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    if path.file_name() == "mod.rs" {
        faults.push(format!("{path}: `foo/mod.rs` is called `foo.rs` here"));
    }
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
    if path.extension() == Some("rs") && lines > LINES {
        faults.push(format!("{path}: {lines} lines without its tests; {LINES} are the most"));
    }
    // The folder of this checkout, if it is one whose name says something: a path of somebody's machine.
    let here = Some(root.to_string_lossy()).filter(|_| root.components().count() > 2);
    for (number, line) in (1..).zip(text.lines()) {
        if NOTES.iter().any(|note| line.contains(note)) {
            faults.push(format!("{path}:{number}: a note to oneself"));
        }
        if here.as_ref().is_some_and(|here| line.contains(&**here)) {
            faults.push(format!("{path}:{number}: a path of this machine"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let path = SitePath::new(path).expect("plain");
        assert_eq!(file_faults(&path, text, Path::new("/home/ada/bds")), expected);
    }

    #[test]
    fn long_files_and_left_notes_are_found() {
        check("engine/a/src/b.rs", "fn a() {}\n", &[]);
        check("engine/a/src/mod.rs", "", &["engine/a/src/mod.rs: `foo/mod.rs` is called `foo.rs` here"]);
        let long = "\n".repeat(601);
        check("b.rs", &long, &["b.rs: 601 lines without its tests; 600 are the most"]);
        check("b.rs", &format!("#[cfg(test)]\n{long}"), &[]);
        check("b.rs", &format!("x\n// {} later\n", NOTES[0]), &["b.rs:2: a note to oneself"]);
        check("b.rs", "\"/home/ada/bds/x\"", &["b.rs:1: a path of this machine"]);
    }

    #[test]
    fn crates_come_from_the_registry() {
        let lock = format!("name = \"a\"\nsource = \"{REGISTRY}\"\n");
        assert_eq!(lock_faults(&lock), [""; 0]);
        assert_eq!(lock_faults(&lock.replace("github.com", "mirror.example")).len(), 1);
        assert_eq!(lock_faults("source = \"git+https://github.com/a/b#1\"").len(), 1);
    }
}
