//! Gives the engine a name that changes with everything that decides what a page looks like, so that nothing that
//! another engine has remembered is taken for what this one would make.
#![expect(clippy::disallowed_methods, reason = "a build script reads the sources of the crate")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folders of the sources, relative to this crate.
const SOURCES: [&str; 6] =
    ["src", "../base/src", "../content/src", "../liquid/src", "../project/src", "../../defaults"];

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    for folder in SOURCES {
        println!("cargo::rerun-if-changed={folder}");
        gather(Path::new(folder), &mut files)?;
    }
    files.sort();
    let mut hasher = blake3::Hasher::new();
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    for file in files {
        // The separators of another system must not make another engine.
        let name = file.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        hasher.update(name.as_bytes());
        hasher.update(&[0]);
        hasher.update(&fs::read(&file)?);
    }
    println!("cargo::rustc-env=BDS_ENGINE={}", &hasher.finalize().to_hex()[..16]);
    Ok(())
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
