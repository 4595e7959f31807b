//! Where the project is.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use bds_base::System;

use crate::codes;
use crate::failure::Failure;

/// The file that makes a folder a project.
const MARK: &str = "meta/project.json";

/// Whether there is a project in this very folder.
pub(crate) fn is_project(folder: &Path, system: &dyn System) -> bool {
    system.stat(&folder.join(MARK)).is_ok()
}

/// The project's folder: the one that was named, or else the nearest at or above the current folder.
pub(crate) fn project(named: Option<&Path>, system: &dyn System) -> Result<PathBuf, Failure> {
    match named {
        Some(folder) => check(folder, system),
        None => search(&std::env::current_dir()?, system),
    }
}

fn check(folder: &Path, system: &dyn System) -> Result<PathBuf, Failure> {
    let stat = system.stat(folder).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Failure::new(format!("there is no folder `{}`", folder.display())).code(&codes::NO_PROJECT)
        }
        _ => Failure::new(format!("the folder `{}` cannot be read: {error}", folder.display())),
    })?;
    if !stat.is_dir {
        let message = format!("`{}` is a file; a project is a folder", folder.display());
        return Err(Failure::new(message).code(&codes::NO_PROJECT));
    }
    let folder = folder.canonicalize()?;
    match system.stat(&folder.join(MARK)) {
        Ok(_) => Ok(folder),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(Failure::new(format!("`{}` is no project: it has no `{MARK}`", folder.display()))
                .code(&codes::NO_PROJECT)
                .hint(format!("`bds init {}` makes a new project", folder.display())))
        }
        Err(error) => Err(Failure::new(format!("`{}` cannot be read: {error}", folder.join(MARK).display()))),
    }
}

fn search(start: &Path, system: &dyn System) -> Result<PathBuf, Failure> {
    let found = start.ancestors().find(|folder| system.stat(&folder.join(MARK)).is_ok());
    found.map(Path::to_owned).ok_or_else(|| {
        Failure::new(format!("neither `{}` nor a folder above it is a project: none has a `{MARK}`", start.display()))
            .code(&codes::NO_PROJECT)
            .hint("name the project's folder, or make one with `bds init DIR`")
    })
}

/// Where a path leads, whole and without `..` and links; what is not there yet may be at its end.
pub(crate) fn resolve(path: &Path) -> std::io::Result<PathBuf> {
    let mut plain = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    let existing = plain.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    Ok(match existing {
        Some((folder, real)) if folder != plain => real.join(plain.strip_prefix(folder).unwrap_or(&plain)),
        Some((_, real)) => real,
        None => plain,
    })
}

#[cfg(all(test, unix))]
mod tests {
    use bds_base::OsSystem;

    use super::*;

    #[test]
    fn a_project_that_cannot_be_read_is_not_said_to_be_missing() {
        let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
        let said = || project(Some(folder.path()), &OsSystem).expect_err("this is no project").message;
        assert!(said().ends_with("is no project: it has no `meta/project.json`"), "{}", said());
        std::os::unix::fs::symlink("meta", folder.path().join("meta")).expect("links can be made there");
        assert!(said().contains("meta/project.json` cannot be read: "), "{}", said());
    }
}
