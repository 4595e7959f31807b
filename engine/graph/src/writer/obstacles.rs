//! What keeps an output file from being written or removed, while the rest of the folder is as it should be.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use bds_base::{Diagnostic, SitePath};

use super::{WriteError, Writer};
use crate::codes;

/// Something in the way of output files. Paths are relative to the output folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Obstacle {
    /// A folder, where a file is to be.
    Folder(SitePath),
    /// A file, where a folder has to be.
    File(SitePath),
    /// A folder in which something cannot be done, which has this reason.
    Refusal(SitePath, &'static str, io::ErrorKind),
}

impl Writer<'_> {
    /// What stands in the way of a file. An error that concerns the whole output, as that of a full disk does, is given
    /// back.
    pub(crate) fn obstacle(&self, file: &SitePath, error: WriteError) -> Result<Obstacle, WriteError> {
        let WriteError::File { action, error: reason, .. } = &error else { return Err(error) };
        let (action, why) = (*action, reason.kind());
        if is_of_all(why) {
            return Err(error);
        }
        let is_dir = |path: &SitePath| self.system.stat(&path.to_path(self.folder)).map(|stat| stat.is_dir);
        if matches!(is_dir(file), Ok(true)) {
            return Ok(Obstacle::Folder(file.clone()));
        }
        for folder in std::iter::successors(file.parent(), SitePath::parent) {
            match is_dir(&folder) {
                Ok(true) if folder.as_str().is_empty() && why == io::ErrorKind::PermissionDenied => return Err(error),
                Ok(true) => return Ok(Obstacle::Refusal(folder, action, why)),
                Ok(false) if !folder.as_str().is_empty() => return Ok(Obstacle::File(folder)),
                _ => {}
            }
        }
        Err(error)
    }
}

/// Whether no other file of the output would fare better.
fn is_of_all(why: io::ErrorKind) -> bool {
    matches!(
        why,
        io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::OutOfMemory
    )
}

/// What is said of obstacles and the files that each concerns: one diagnostic for each obstacle. `out` is the output
/// folder, `project` that of the project.
pub(crate) fn diagnostics<'a>(
    obstacles: &'a BTreeMap<Obstacle, BTreeSet<SitePath>>,
    out: &'a Path,
    project: &'a Path,
) -> impl Iterator<Item = Diagnostic> + 'a {
    obstacles.iter().map(move |(obstacle, files)| {
        let (at, message, hint) = match obstacle {
            Obstacle::Folder(folder) => {
                let message = format!("`{}` is a folder, where the site has a file", shown(out, project, folder));
                (folder, message, "move it away and build again; the site is built without the file")
            }
            Obstacle::File(file) => {
                let message = format!(
                    "`{}` is a file, where the site has a folder with {}",
                    shown(out, project, file),
                    plural(files.len())
                );
                (file, message, "move it away and build again; the site is built without what belongs there")
            }
            Obstacle::Refusal(folder, action, why) => {
                let (at, what) = match files.first() {
                    Some(file) if files.len() == 1 => (file, format!("`{}`", shown(out, project, file))),
                    _ => (folder, format!("{} in `{}`", plural(files.len()), shown(out, project, folder))),
                };
                let (reason, hint) = reason(*why);
                (at, format!("{what} cannot be {action}: {reason}"), hint)
            }
        };
        let diagnostic = Diagnostic::error(codes::OUTPUT_BLOCKED, message).hint(hint);
        match SitePath::from_root(project, &at.to_path(out)) {
            Ok(place) => diagnostic.in_file(&place),
            Err(_) => diagnostic,
        }
    })
}

fn reason(why: io::ErrorKind) -> (String, &'static str) {
    match why {
        io::ErrorKind::PermissionDenied => (
            "permission denied".to_owned(),
            "check the permissions of the folder, and of media that are copied into it",
        ),
        io::ErrorKind::InvalidFilename => {
            ("the file system does not take such a name".to_owned(), "give the post, tag or category a shorter name")
        }
        other => (other.to_string(), "see what is there, and build again"),
    }
}

fn plural(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

/// A path as people know it: in the project where it lies there.
fn shown(out: &Path, project: &Path, path: &SitePath) -> String {
    let path = path.to_path(out);
    path.strip_prefix(project).unwrap_or(&path).display().to_string()
}
