//! A project that is held open between builds.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bds_base::System;
use bds_graph::{Cancellation, Request, Setup, Workspace};
use bds_macros_py::{Mode, PythonRuntime};
use bds_project::config::Config;
use bds_project::layout;
use bds_store::{Lock, LockError, Store, Wait};

use crate::commands::options::Options;
use crate::failure::Failure;
use crate::{output, setup};

/// What a project is built with. When it differs, everything begins from nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) mode: Mode,
    pub(super) out: PathBuf,
}

impl Settings {
    pub(super) fn read(root: &std::path::Path, options: &Options, system: &dyn System) -> Result<Self, Failure> {
        let config = setup::config(root, system)?;
        let out = setup::output_folder(options.out.as_deref(), root, &config)?;
        Ok(Self { mode: setup::mode(root, system), config, out })
    }
}

/// An open project.
pub(super) struct Project {
    pub(super) settings: Settings,
    pub(super) runtime: Arc<PythonRuntime>,
    pub(super) workspace: Workspace,
    pub(super) request: Request,
    store: Arc<Store>,
    /// The number of the last build that the store knows of.
    last_build: Option<u64>,
}

impl Project {
    /// Opens it. The lock is to be held, if there can be one.
    pub(super) fn open(
        root: &std::path::Path,
        settings: Settings,
        options: &Options,
        system: &Arc<dyn System>,
        is_locked: bool,
    ) -> Result<Self, Failure> {
        let Settings { config, out, .. } = &settings;
        let store = Arc::new(if is_locked { open_store(root) } else { Store::in_memory() });
        let runtime = Arc::new(PythonRuntime::new(setup::runtime(root, out, config, &**system)?));
        let mut workspace = Workspace::open(Setup {
            runtime: Arc::clone(&runtime) as _,
            root: root.to_owned(),
            system: Arc::clone(system),
            config: config.clone(),
            options: options.of_content(),
            now: options.now.unwrap_or_else(setup::now),
            store: Arc::clone(&store),
            remember: !options.no_cache,
        });
        workspace.stay_live();
        let request = Request { out: out.clone(), threads: options.threads(), dry_run: false, at_length: false };
        Ok(Self { settings, runtime, workspace, request, store, last_build: None })
    }

    /// What is remembered of it.
    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Says that it was open before, with other settings: little of what is remembered will be asked for.
    pub(super) fn is_open_again(&self) {
        self.store.let_go_of_traces();
    }

    /// Whether another process has built since: what is held in memory is not what the store has any more.
    pub(super) fn is_overtaken(&self) -> bool {
        self.store.folder().is_some() && self.last_build.is_some() && self.last_build != latest(&self.store)
    }

    /// Notes that what the store has is what is held in memory. The lock is to be held.
    pub(super) fn is_current(&mut self) {
        self.last_build = latest(&self.store);
    }
}

fn latest(store: &Store) -> Option<u64> {
    store.runs(1).first().map(|run| run.number)
}

/// Without a store, builds forget which files of earlier ones are theirs.
fn open_store(root: &std::path::Path) -> Store {
    match Store::open(&root.join(layout::STATE)) {
        Ok(opened) => {
            if let Some(notice) = opened.notice {
                output::status(&notice.to_string());
            }
            opened.store
        }
        Err(error) => {
            output::status(&format!("Nothing is remembered of the builds: {error}."));
            Store::in_memory()
        }
    }
}

/// How often another process is asked whether it is through.
const LOOK: Duration = Duration::from_millis(50);

/// The right to build, for one build: between two, other processes can have it.
#[derive(Debug)]
pub(super) enum Right {
    /// It is held.
    Held(#[expect(dead_code, reason = "it is held, and not looked at")] Lock),
    /// This machine or folder knows no locks.
    Unknown,
    /// Nobody wants the build any more.
    Cancelled,
}

impl Right {
    /// Waits for it.
    pub(super) fn take(root: &std::path::Path, cancellation: &Cancellation) -> Self {
        let mut is_told = false;
        loop {
            match Lock::acquire(&root.join(layout::STATE), Wait::No) {
                Ok(lock) => return Self::Held(lock),
                Err(error @ LockError::Held { .. }) => {
                    if cancellation.is_cancelled() {
                        return Self::Cancelled;
                    }
                    if !std::mem::replace(&mut is_told, true) {
                        output::status(&format!("Waiting: {error}."));
                    }
                    thread::sleep(LOOK);
                }
                Err(LockError::Unavailable(_)) => return Self::Unknown,
            }
        }
    }
}
