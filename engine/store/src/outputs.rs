//! The files that bds wrote, and on whose behalf.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use bds_base::{Fingerprint, SitePath};
use serde::{Deserialize, Serialize};

use crate::Seen;

/// Every file that bds wrote into one output folder, by its path in that folder.
pub type OutputTable = BTreeMap<SitePath, OutputRecord>;

/// What is known of one output file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputRecord {
    /// The fingerprint of what was written.
    pub fingerprint: Fingerprint,
    /// What the file system said of the file after it was written.
    pub seen: Seen,
    /// What it was written for: a route, a source file. When the owner goes, the file goes.
    pub owner: String,
}

/// Which output folder is meant: one project can be built into several.
///
/// The identity is made from the path alone, without chance or clock. A folder inside the project is known by its
/// path in the project, so that it stays the same when the project is moved; one outside by its canonical path, links
/// resolved as far as the path exists.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputFolder(String);

impl OutputFolder {
    /// Names the folder `output` of the project in the folder `project`.
    pub fn new(project: &Path, output: &Path) -> Self {
        let output = canonical(output);
        Self(match output.strip_prefix(canonical(project)) {
            Ok(inside) => format!("project:{}", inside.display()),
            Err(_) => format!("path:{}", output.display()),
        })
    }

    /// Takes an identity that was written down as text.
    pub(crate) fn known_as(identity: String) -> Self {
        Self(identity)
    }

    /// The identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OutputFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Resolves the part of a path that exists and keeps the rest.
fn canonical(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let resolved = absolute.ancestors().find_map(|part| Some((part, part.canonicalize().ok()?)));
    match resolved {
        Some((part, resolved)) => match absolute.strip_prefix(part) {
            Ok(rest) if rest.as_os_str().is_empty() => resolved,
            Ok(rest) => resolved.join(rest),
            Err(_) => absolute,
        },
        None => absolute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_the_project_is_known_by_its_place_in_it() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let (here, there) = (root.path().join("here"), root.path().join("there"));
        std::fs::create_dir_all(here.join("html")).expect("made");
        let before = OutputFolder::new(&here, &here.join("html"));
        std::fs::rename(&here, &there).expect("moved");
        assert_eq!(before, OutputFolder::new(&there, &there.join("html")));
        assert_eq!(before.as_str(), "project:html");
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_outside_is_known_by_where_it_really_is_even_before_it_exists() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let project = root.path().join("project");
        std::fs::create_dir_all(root.path().join("real")).expect("made");
        std::os::unix::fs::symlink(root.path().join("real"), root.path().join("link")).expect("linked");
        let name = |output: &str| OutputFolder::new(&project, &root.path().join(output));
        assert_eq!(name("link/site"), name("real/site"));
        assert_ne!(name("link/site"), name("real/other"));
    }
}
