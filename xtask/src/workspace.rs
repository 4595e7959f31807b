//! The checkout that we work on.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

/// The root folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("this crate is a member of a workspace").to_owned()
}

/// A command that runs cargo in the workspace, the same cargo that runs us, with nothing to read.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command
}

/// Builds `bds` as users get it, and says where it is.
pub(crate) fn release_binary() -> anyhow::Result<PathBuf> {
    ensure!(cargo(&["build", "--quiet", "--release", "--package", "bds"]).status()?.success(), "bds does not build");
    // Its folder lies beside that of this program.
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(2).context("a target folder")?;
    Ok(target.join("release").join(if cfg!(windows) { "bds.exe" } else { "bds" }))
}
