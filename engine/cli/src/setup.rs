//! What the commands need of a project before they begin.

use std::path::{Path, PathBuf};

use bds_base::{SitePath, System};
use bds_macros_py::{Mode, RuntimeConfig};
use bds_project::config::{self, Config};
use bds_project::layout;
use bds_project::meta::{self, PythonRuntimeMode};
use jiff::Timestamp;

use crate::failure::Failure;

/// Reads `bds.toml`, if there is one.
pub(crate) fn config(root: &Path, system: &dyn System) -> Result<Config, Failure> {
    let text = match system.read(&root.join(layout::CONFIG_FILE)) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| Failure::new("`bds.toml` is not valid UTF-8"))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(error) => return Err(Failure::new(format!("`bds.toml` cannot be read: {error}"))),
    };
    config::parse(&text).map_err(|diagnostics| Failure {
        diagnostics,
        text,
        ..Failure::new("`bds.toml` is not valid, so nothing was done")
    })
}

/// How macros would run: in a project, or without one in the current folder.
pub(crate) fn runtime_anywhere(root: Option<&Path>, system: &dyn System) -> Result<RuntimeConfig, Failure> {
    match root {
        Some(root) => {
            let config = config(root, system)?;
            runtime(root, &config.output.dir.to_path(root), &config, system)
        }
        None => Ok(RuntimeConfig::new(std::env::current_dir()?)?),
    }
}

/// How macros of a project run.
pub(crate) fn runtime(root: &Path, out: &Path, config: &Config, system: &dyn System) -> Result<RuntimeConfig, Failure> {
    let mut runtime = RuntimeConfig::new(root)?;
    runtime.mode = mode(root, system);
    runtime.venv = venv(root, config, system);
    runtime.private = private(root, out);
    Ok(runtime)
}

/// `pythonRuntimeMode` of the project. What is wrong with the file is told by the build.
fn mode(root: &Path, system: &dyn System) -> Mode {
    let path = SitePath::new(layout::PROJECT_FILE).expect("the names of our own files are plain paths");
    let bytes = system.read(&path.to_path(root)).unwrap_or_default();
    let project = meta::parse_project(&path, &String::from_utf8_lossy(&bytes)).value;
    match project.python_runtime_mode {
        PythonRuntimeMode::Worker => Mode::Worker,
        PythonRuntimeMode::MainThread => Mode::InProcess,
    }
}

/// The virtual environment of the project, if it is there.
fn venv(root: &Path, config: &Config, system: &dyn System) -> Option<PathBuf> {
    let folder = root.join(&config.python.venv);
    system.stat(&folder).is_ok_and(|stat| stat.is_dir).then_some(folder)
}

/// What builds write: no macro may read it.
fn private(root: &Path, out: &Path) -> Vec<SitePath> {
    let state = SitePath::new(layout::STATE).ok();
    state.into_iter().chain(SitePath::from_root(root, out).ok()).collect()
}

/// The time.
#[expect(clippy::disallowed_methods, reason = "the clock enters here, as an input")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
