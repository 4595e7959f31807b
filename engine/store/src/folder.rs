//! The folder that everything of bds's own lives in.

use std::io;
use std::path::Path;

use bds_base::{OsSystem, System as _};

/// The name of the folder in a project that holds what bds keeps for itself. It can be deleted at any time.
pub const FOLDER: &str = ".bds";

/// Makes the folder, with a `.gitignore` by which git leaves all of it alone. A `.gitignore` that is there is kept.
pub(crate) fn prepare(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let ignore = folder.join(".gitignore");
    match OsSystem.stat(&ignore) {
        Ok(_) => Ok(()),
        Err(_) => OsSystem.write_atomic(&ignore, b"*\n"),
    }
}
