use std::path::{Path, PathBuf};

use bds_base::{OsSystem, System};
use bds_macros_py::STUBS;
use bds_project::layout;

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{find, output};

/// Writes the types of `bds_api`, so that editors complete and mypy checks what macros import.
///
/// Prints the lines that tell a type checker where they lie. Run it again after an update of bds.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder that gets the package `bds_api` [default: `.bds/python` in the nearest project at or above the current folder]
    dir: Option<PathBuf>,
}

/// Runs `bds stubs`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let system = OsSystem;
    let folder = match &args.dir {
        Some(folder) => find::resolve(folder)?,
        None => find::project(None, &system)?.join(layout::STATE).join("python"),
    };
    for (path, text) in STUBS {
        write(&folder.join(path), text, &system)?;
    }
    output::status(&format!("The types of `bds_api` lie in `{}`.", folder.display()));
    output::data(&settings(&shown(&folder, &system)));
    Ok(ExitStatus::Success)
}

/// A file that is as it must be is left alone, so that editors do not read it again.
fn write(path: &Path, text: &str, system: &dyn System) -> Result<(), Failure> {
    if system.read(path).is_ok_and(|before| before == text.as_bytes()) {
        return Ok(());
    }
    system
        .write_atomic(path, text.as_bytes())
        .map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", path.display())))
}

/// Settings lie in the folder of a project, if there is one, and paths in them are relative to that.
fn shown(folder: &Path, system: &dyn System) -> PathBuf {
    let project = find::project(None, system).ok();
    let inside = project.and_then(|project| folder.strip_prefix(project).ok().map(Path::to_owned));
    inside.unwrap_or_else(|| folder.to_owned())
}

/// What tells type checkers where the folder is, and where scripts find each other.
fn settings(folder: &Path) -> String {
    let folder = folder.display().to_string();
    let quoted = serde_json::Value::from(folder.as_str());
    format!(
        "# pyrightconfig.json\n{{ \"extraPaths\": [{quoted}, \"scripts\"] }}\n\n\
         # mypy.ini\n[mypy]\nmypy_path = {folder}:scripts\n"
    )
}
