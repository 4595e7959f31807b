//! What the commands need of a project before they begin.

mod venv;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use bds_base::{SitePath, System};
use bds_macros_py::{Mode, RuntimeConfig};
use bds_project::config::{self, Config};
use bds_project::layout;
use bds_project::meta::{self, PythonRuntimeMode};
use bds_store::{Lock, LockError, Store, Wait};
use jiff::Timestamp;

use crate::failure::Failure;
use crate::{find, output};

/// Reads `bds.toml`, if there is one.
pub(crate) fn config(root: &Path, system: &dyn System) -> Result<Config, Failure> {
    let bytes = match system.read(&root.join(layout::CONFIG_FILE)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(error) => return Err(Failure::new(format!("`bds.toml` cannot be read: {error}"))),
    };
    let path = SitePath::new(layout::CONFIG_FILE).expect("the names of our own files are plain paths");
    let parsed = bds_project::decode(&path, &bytes).map_err(|diagnostic| vec![*diagnostic]).and_then(config::parse);
    parsed.and_then(|config| venv::check(root, &config.python, system).map(|()| config)).map_err(|diagnostics| {
        Failure {
            diagnostics,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            ..Failure::new("`bds.toml` is not valid, so nothing was done")
        }
    })
}

/// Refuses what is no address of a site.
pub(crate) fn check_base_url(url: Option<&str>) -> Result<(), Failure> {
    match url.map(bds_project::meta::public_url) {
        Some(Err(reason)) => {
            Err(Failure::new(format!("`{}` is no address of a site: {reason}", url.unwrap_or_default()))
                .hint("give --base-url a whole address, such as https://blog.example"))
        }
        _ => Ok(()),
    }
}

/// Where the site goes: where the command line says, or else `bds.toml`; never where sources are.
pub(crate) fn output_folder(out: Option<&Path>, root: &Path, config: &Config) -> Result<PathBuf, Failure> {
    let out = match out {
        Some(out) => find::resolve(out)?,
        None => find::resolve(&config.output.dir.to_path(root))?,
    };
    let mut taken = layout::SOURCE_FOLDERS.iter().chain([&layout::STATE]).map(|folder| root.join(folder));
    if root.starts_with(&out) || taken.any(|folder| out.starts_with(folder)) {
        return Err(Failure::new(format!("the site cannot go to `{}`: sources are there", out.display()))
            .hint("choose a folder of its own with --out or `[output] dir` of bds.toml"));
    }
    Ok(out)
}

/// Opens what survives the process. Without one, a build is only slower, and leaves files of earlier ones where they
/// are.
pub(crate) fn store(root: &Path, wait: Wait) -> Result<(Store, Option<Lock>), Failure> {
    let folder = root.join(layout::STATE);
    let lock = match lock(&folder, wait) {
        Ok(lock) => lock,
        Err(error @ LockError::Held { .. }) => return Err(error.into()),
        Err(error) => {
            output::status(&format!("Nothing is remembered of this build: {error}."));
            return Ok((Store::in_memory(), None));
        }
    };
    match Store::open(&folder) {
        Ok(opened) => {
            if let Some(notice) = opened.notice {
                output::status(&notice.to_string());
            }
            Ok((opened.store, Some(lock)))
        }
        Err(error) => {
            output::status(&format!("Nothing is remembered of this build: {error}."));
            Ok((Store::in_memory(), Some(lock)))
        }
    }
}

/// Only one build at a time works on a project: the second waits, and says for whom, or gives up.
pub(crate) fn lock(folder: &Path, wait: Wait) -> Result<Lock, LockError> {
    match Lock::acquire(folder, Wait::No) {
        Err(LockError::Held { pid }) if wait == Wait::Forever => {
            let holder = pid.map_or_else(|| "another process".to_owned(), |pid| format!("the process {pid}"));
            output::status(&format!("Waiting for {holder}, which works on this project."));
            Lock::acquire(folder, Wait::Forever)
        }
        done => done,
    }
}

/// How macros would run: in a project with this configuration, or without one in the current folder.
pub(crate) fn runtime_anywhere(
    root: Option<&Path>,
    config: &Config,
    system: &dyn System,
) -> Result<RuntimeConfig, Failure> {
    match root {
        Some(root) => runtime(root, &config.output.dir.to_path(root), config, system),
        None => Ok(RuntimeConfig::new(std::env::current_dir()?)?),
    }
}

/// How macros of a project run.
pub(crate) fn runtime(root: &Path, out: &Path, config: &Config, system: &dyn System) -> Result<RuntimeConfig, Failure> {
    let mut runtime = RuntimeConfig::new(root)?;
    runtime.mode = mode(root, system);
    runtime.venv = venv::folder(root, &config.python, system);
    runtime.private = private(root, out);
    Ok(runtime)
}

/// `pythonRuntimeMode` of the project. What is wrong with the file is told by the build.
pub(crate) fn mode(root: &Path, system: &dyn System) -> Mode {
    let path = SitePath::new(layout::PROJECT_FILE).expect("the names of our own files are plain paths");
    let bytes = system.read(&path.to_path(root)).unwrap_or_default();
    let project = meta::parse_project(&path, &String::from_utf8_lossy(&bytes)).value;
    match project.python_runtime_mode {
        PythonRuntimeMode::Worker => Mode::Worker,
        PythonRuntimeMode::MainThread => Mode::InProcess,
    }
}

/// What builds write: no macro may read it.
fn private(root: &Path, out: &Path) -> Vec<SitePath> {
    let state = SitePath::new(layout::STATE).ok();
    state.into_iter().chain(SitePath::from_root(root, out).ok()).collect()
}

/// How many threads are at work: as many as asked for, or else one for each processor.
pub(crate) fn threads(wanted: Option<NonZeroUsize>) -> usize {
    wanted.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
}

/// The time.
#[expect(clippy::disallowed_methods, reason = "the clock enters here, as an input")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
