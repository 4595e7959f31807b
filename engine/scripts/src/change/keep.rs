//! Copies of what is replaced, removed or lost, below `.bds`.

use bds_base::{Fingerprint, SitePath};

use crate::Project;
use crate::change::ChangeError;

/// Where copies are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// `.bds/trash`: what a command has replaced or removed, as it was told to.
    Trash,
    /// `.bds/conflicts`: what has lost against something else.
    Conflicts,
}

impl Keeping {
    fn folder(self) -> &'static str {
        match self {
            Self::Trash => "trash",
            Self::Conflicts => "conflicts",
        }
    }
}

/// Keeps a copy, and says where: one name for one content, so that doing it twice keeps it once.
pub fn keep(project: Project<'_>, keeping: Keeping, path: &SitePath, bytes: &[u8]) -> Result<SitePath, ChangeError> {
    let fingerprint = Fingerprint::of(bytes);
    // Two contents whose short names are the same are kept under their long ones.
    for digits in [fingerprint.short(), fingerprint.to_string()] {
        let copy = format!("{}/{}/{path}.{digits}", bds_store::FOLDER, keeping.folder());
        let copy = SitePath::new(copy).expect("made of plain paths and digits");
        match project.system.read(&copy.to_path(project.root)) {
            Ok(there) if there == bytes => return Ok(copy),
            Ok(_) => {}
            Err(_) => {
                let written = project.system.write_atomic(&copy.to_path(project.root), bytes);
                written.map_err(|source| ChangeError::File { path: copy.clone(), what: "written", source })?;
                return Ok(copy);
            }
        }
    }
    unreachable!("two contents with one fingerprint")
}
