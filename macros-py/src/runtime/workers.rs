use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bds_macro_api::{Permission, RuntimeUnavailable};

use super::connection::{Connection, Starting};
use super::packages;
use crate::os::{self, Process};
use crate::protocol::{PROTOCOL, Setup};
use crate::{Mode, RuntimeConfig};

thread_local! {
    /// The workers of this thread, of whatever runtime: it ends them when it ends.
    static OF_THIS_THREAD: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
}

/// Counts the threads that run macros, to spread them over the CPUs.
static NEXT_CPU: AtomicUsize = AtomicUsize::new(0);

/// One worker of one thread.
struct Slot {
    runtime: u64,
    permissions: Vec<Permission>,
    /// Which of the changes of packages it has seen.
    generation: u64,
    connection: Rc<Connection>,
}

/// All workers of one runtime.
pub(super) struct Workers {
    id: u64,
    config: RuntimeConfig,
    /// The processes, so that they can be ended from any thread.
    processes: Mutex<Vec<Weak<Process>>>,
    /// What is installed, as it was seen last.
    packages: Mutex<Option<BTreeMap<String, String>>>,
    /// How often that has changed.
    generation: AtomicU64,
}

impl Workers {
    pub(super) fn new(config: RuntimeConfig) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            config,
            processes: Mutex::default(),
            packages: Mutex::default(),
            generation: AtomicU64::new(0),
        }
    }

    pub(super) fn config(&self) -> &RuntimeConfig {
        &self.config
    }

    /// The worker of the running thread for scripts with these permissions; started if there is none.
    pub(super) fn of_this_thread(&self, permissions: &[Permission]) -> Result<Rc<Connection>, RuntimeUnavailable> {
        let permissions = match self.config.mode {
            Mode::Worker => of_the_process(permissions),
            Mode::InProcess => Vec::new(),
        };
        let generation = self.generation.load(Ordering::Acquire);
        let is_of_today = |slot: &Slot| slot.runtime != self.id || slot.generation == generation;
        let found = OF_THIS_THREAD.with_borrow_mut(|slots| {
            // One that a call further out still runs on ends with that call.
            slots.retain(|slot| slot.connection.is_alive() && is_of_today(slot));
            let mine = |slot: &&Slot| slot.runtime == self.id && slot.permissions == permissions;
            slots.iter().find(mine).map(|slot| Rc::clone(&slot.connection))
        });
        if let Some(connection) = found {
            return Ok(connection);
        }
        let connection = Rc::new(self.start(&permissions)?);
        let slot = Slot { runtime: self.id, permissions, generation, connection: Rc::clone(&connection) };
        OF_THIS_THREAD.with_borrow_mut(|slots| slots.push(slot));
        Ok(connection)
    }

    /// Versions of packages by name. Where they differ from last time, no later call runs on a worker that has seen
    /// the old ones.
    pub(super) fn look_at_packages(&self) -> Result<BTreeMap<String, String>, RuntimeUnavailable> {
        let found = packages::folders(&self.config).map(|it| packages::versions(&packages::installed(&it.packages)));
        let mut seen = self.packages.lock().unwrap_or_else(PoisonError::into_inner);
        let now = found.clone().unwrap_or_default();
        if seen.replace(now.clone()).is_some_and(|before| before != now) {
            self.generation.fetch_add(1, Ordering::AcqRel);
        }
        found
    }

    fn start(&self, permissions: &[Permission]) -> Result<Connection, RuntimeUnavailable> {
        let unavailable = |reason: String| RuntimeUnavailable { reason: format!("Python cannot start: {reason}") };
        let setup = self.setup(permissions)?;
        let starting = match self.config.mode {
            Mode::Worker => {
                self.pin_once();
                Starting::process(&self.config.worker, &environment(permissions)).map_err(|error| {
                    unavailable(format!("the worker `{}`: {error}", self.config.worker.program.display()))
                })?
            }
            Mode::InProcess => Starting::thread().map_err(|error| unavailable(error.to_string()))?,
        };
        if let Some(process) = starting.process_handle() {
            let mut processes = self.processes.lock().unwrap_or_else(PoisonError::into_inner);
            processes.retain(|process| process.strong_count() > 0);
            processes.push(Arc::downgrade(&process));
        }
        starting.finish(setup).map_err(unavailable)
    }

    /// Keeps this thread on one CPU from its first worker on.
    fn pin_once(&self) {
        thread_local! { static PINNED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) }; }
        if self.config.pin && !PINNED.replace(true) {
            os::pin_thread(NEXT_CPU.fetch_add(1, Ordering::Relaxed));
        }
    }

    fn setup(&self, permissions: &[Permission]) -> Result<Setup, RuntimeUnavailable> {
        let real = |path: &Path| {
            let real = std::fs::canonicalize(path).map_err(|error| error.to_string())?;
            real.to_str().map(PathBuf::from).ok_or_else(|| "its name is not valid UTF-8".to_owned())
        };
        let checked = |path: &Path| {
            let reason = |error| format!("Python cannot start: `{}`: {error}", path.display());
            real(path).map_err(|error| RuntimeUnavailable { reason: reason(error) })
        };
        let folders = packages::folders(&self.config)?;
        let installed = packages::installed(&folders.packages);
        let versions = packages::versions(&installed);
        let installed_fingerprint = versions.get(packages::ALL).cloned().unwrap_or_default();
        self.packages.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(versions);
        let checked_all = |paths: &[PathBuf]| paths.iter().map(|path| checked(path)).collect::<Result<Vec<_>, _>>();
        Ok(Setup {
            protocol: PROTOCOL,
            python_home: checked(&self.config.home())?,
            root: checked(&self.config.project_root)?,
            scripts: self.config.scripts_dir.to_string(),
            private: self.config.private.iter().map(ToString::to_string).collect(),
            packages: checked_all(&folders.packages)?,
            linked: checked_all(&folders.linked)?,
            installed,
            installed_fingerprint,
            hash_seed: self.config.hash_seed,
            sandbox: self.config.sandbox,
            permissions: permissions.to_vec(),
        })
    }

    fn living(&self) -> Vec<Arc<Process>> {
        let processes = self.processes.lock().unwrap_or_else(PoisonError::into_inner);
        processes.iter().filter_map(Weak::upgrade).filter(|process| process.is_running()).collect()
    }

    pub(super) fn count(&self) -> usize {
        self.living().len()
    }

    pub(super) fn end_all(&self) {
        for process in self.living() {
            process.end();
        }
        OF_THIS_THREAD
            .try_with(|slots| {
                if let Ok(mut slots) = slots.try_borrow_mut() {
                    slots.retain(|slot| slot.runtime != self.id);
                }
            })
            .ok();
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.end_all();
    }
}

/// What must be known before the first line of a script runs, sorted; the rest is looked at when a script does it.
fn of_the_process(permissions: &[Permission]) -> Vec<Permission> {
    let late = |permission: &&Permission| !matches!(permission, Permission::Clock | Permission::Random);
    let mut permissions: Vec<_> = permissions.iter().filter(late).cloned().collect();
    permissions.sort();
    permissions.dedup();
    permissions
}

/// The same on every machine, but for variables that a script may read.
fn environment(permissions: &[Permission]) -> Vec<(String, String)> {
    let fixed = [("LANG", "C.UTF-8"), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC")];
    let mut environment: Vec<_> = fixed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let allowed = permissions.iter().filter_map(|permission| match permission {
        Permission::Env(name) => Some(name.as_str()),
        Permission::Subprocess => Some("PATH"),
        _ => None,
    });
    environment.extend(allowed.filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?))));
    environment
}
