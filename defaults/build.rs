//! Lists the folders of shipped files as tables of Rust constants, so that a new file ships by being there.
#![expect(clippy::disallowed_methods, reason = "a build script reads the sources of its own crate")]

use std::env;
use std::fs;
use std::path::Path;

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets the manifest's folder");
    let out = env::var("OUT_DIR").expect("cargo sets the output folder");
    let table: String = ["templates", "scripts", "strings", "older", "assets", "starter"]
        .iter()
        .map(|folder| {
            println!("cargo:rerun-if-changed={folder}");
            table(folder, &names(&Path::new(&root).join(folder), ""))
        })
        .collect();
    fs::write(Path::new(&out).join("embedded.rs"), table).expect("the output folder is writable");
}

/// The paths of all files in a folder, relative to it, sorted; what an editor or Python leaves behind is no file.
fn names(folder: &Path, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder belongs to the crate") {
        let entry = entry.expect("the folder can be listed");
        let name = entry.file_name().into_string().expect("shipped files have plain names");
        if name.starts_with('.') || name == "__pycache__" || name.ends_with('~') {
            continue;
        }
        if entry.path().is_dir() {
            found.extend(names(&entry.path(), &format!("{prefix}{name}/")));
        } else {
            found.push(format!("{prefix}{name}"));
        }
    }
    found.sort();
    found
}

fn table(folder: &str, names: &[String]) -> String {
    let rows: Vec<_> = names.iter().map(|name| row(folder, name)).collect();
    format!("pub(crate) static {}: &[(&str, &str)] = &[\n{}];\n", folder.to_uppercase(), rows.concat())
}

fn row(folder: &str, name: &str) -> String {
    format!("    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{folder}/{name}\"))),\n")
}
