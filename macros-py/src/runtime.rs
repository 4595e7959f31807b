//! The host's side: which worker runs a call, and what becomes of workers.

mod abi;
mod clock;
mod connection;
mod context;
mod dump;
mod jobs;
mod kept;
mod packages;
mod session;
mod workers;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use bds_base::{OsSystem, System as _};
use bds_macro_api::{Failure, FailureKind, Host, MacroCall, MacroRuntime, Outcome, RuntimeUnavailable};

use self::session::Ending;
use self::workers::Workers;
use crate::protocol::{Attempt, Ready};
use crate::{RuntimeConfig, worker};

/// How often a call begins again because a nested call ended the worker that both ran on.
const MAX_ATTEMPTS: usize = 8;

/// Runs macros in `CPython`.
///
/// Each thread that calls [`MacroRuntime::call`] gets a worker of its own at its first call, and keeps it. The workers
/// of a thread end with the thread, all of them end with the runtime, and with the process at the latest.
///
/// Scripts with permissions that the kernel must know of run in other workers than those without: one per thread and
/// set of permissions.
pub struct PythonRuntime {
    workers: Workers,
    /// What runs the macros, looked up once.
    version: OnceLock<Result<String, RuntimeUnavailable>>,
}

impl fmt::Debug for PythonRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PythonRuntime").field("config", self.workers.config()).finish_non_exhaustive()
    }
}

impl PythonRuntime {
    /// A runtime without workers; the first call of each thread starts one.
    pub fn new(config: RuntimeConfig) -> Self {
        Self { workers: Workers::new(config), version: OnceLock::new() }
    }

    /// How many worker processes there are.
    pub fn worker_count(&self) -> usize {
        self.workers.count()
    }

    /// Ends the workers of all threads and waits until they are gone. Later calls start new ones.
    pub fn stop_workers(&self) {
        self.workers.end_all();
    }

    /// Starts a worker for a script without permissions and says what it found.
    pub(crate) fn probe(&self) -> Result<Ready, RuntimeUnavailable> {
        self.workers.of_this_thread(&[]).map(|worker| worker.ready.clone())
    }

    /// Has a worker for a script without permissions try what it may not, and ends it.
    pub(crate) fn attempts(&self) -> Vec<Attempt> {
        let attempts = self.workers.of_this_thread(&[]).map(|worker| worker.attempts(Duration::from_secs(10)));
        self.stop_workers();
        attempts.unwrap_or_default()
    }
}

impl MacroRuntime for PythonRuntime {
    fn version(&self) -> Result<String, RuntimeUnavailable> {
        let found = self.version.get_or_init(|| {
            check_library(self.workers.config())?;
            packages::folders(self.workers.config())?;
            Ok(format!("cpython {}", worker::python_version()))
        });
        found.clone()
    }

    fn packages(&self) -> BTreeMap<String, String> {
        // An environment that cannot be used is told by whatever runs a macro.
        self.workers.look_at_packages().unwrap_or_default()
    }

    fn end_calls(&self) {
        self.workers.end_all();
    }

    fn call(&self, call: &MacroCall, host: &mut dyn Host) -> Outcome {
        if cfg!(debug_assertions)
            && let Err(fault) = abi::check_call(call)
        {
            return failed(FailureKind::Unavailable, format!("bds calls macros wrongly: {fault}"));
        }
        self.attempt(call, None, host)
    }
}

impl PythonRuntime {
    /// Runs a call, or another job, on a worker of this thread.
    fn attempt(&self, call: &MacroCall, job: Option<&[u8]>, host: &mut dyn Host) -> Outcome {
        for _ in 0..MAX_ATTEMPTS {
            let worker = match self.workers.of_this_thread(&call.permissions) {
                Ok(worker) => worker,
                Err(unavailable) => return failed(FailureKind::Unavailable, unavailable.reason),
            };
            match session::run(&worker, self.workers.config(), call, job, host) {
                Ending::Finished(outcome) => return *outcome,
                Ending::WorkerLost => {}
            }
        }
        failed(FailureKind::Crashed, "the macros that it asked for ended its worker again and again".to_owned())
    }
}

fn failed(kind: FailureKind, message: String) -> Outcome {
    Outcome::failed(Failure { kind, message, frames: Vec::new(), traceback: None })
}

/// Whether the standard library is where it is expected: without it, Python cannot start.
fn check_library(config: &RuntimeConfig) -> Result<(), RuntimeUnavailable> {
    let (version, short) = (worker::python_version(), worker::python_short_version());
    let home = config.home();
    let places = [format!("lib/python{short}/os.py"), format!("lib64/python{short}/os.py"), "Lib/os.py".to_owned()];
    if places.iter().any(|place| OsSystem.stat(&home.join(place)).is_ok()) {
        return Ok(());
    }
    let reason = format!(
        "the standard library of Python {version} is not at `{}` any more: install that Python again, \
         or build bds anew with the Python that is there now",
        home.display()
    );
    Err(RuntimeUnavailable { reason })
}
