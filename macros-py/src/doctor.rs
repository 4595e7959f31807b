use std::path::PathBuf;
use std::time::{Duration, Instant};

use bds_macro_api::RuntimeUnavailable;

use crate::{PythonRuntime, RuntimeConfig, worker};

/// What works on this machine, and what does not.
#[derive(Debug, Clone)]
pub struct DoctorReport {
    /// The version of Python that is linked: `3.11.7`.
    pub python_version: String,
    /// Where its standard library was found.
    pub python_prefix: PathBuf,
    /// The folder that libpython was linked from; the binary looks for it there when it starts.
    pub libpython: PathBuf,
    /// How long a worker took to start, or why none did.
    pub worker_start: Result<Duration, String>,
    /// What holds scripts back.
    pub sandbox: Sandbox,
    /// What is wrong with the machine, a sentence each.
    pub problems: Vec<String>,
}

/// What holds scripts back, one by one: what is active, or why it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    /// The kernel, for files.
    pub landlock: Result<String, String>,
    /// The kernel, for the network, processes and other system calls.
    pub seccomp: Result<String, String>,
    /// Python itself, everywhere.
    pub audit_hook: bool,
}

/// Starts a worker and says what it found.
pub fn report(config: RuntimeConfig) -> DoctorReport {
    let home = config.home();
    let runtime = PythonRuntime::new(config);
    let begun = Instant::now();
    let found = runtime.probe();
    let took = begun.elapsed();
    let nothing =
        |reason: &str| Sandbox { landlock: Err(reason.to_owned()), seccomp: Err(reason.to_owned()), audit_hook: false };
    let (python_prefix, worker_start, sandbox) = match found {
        Ok(ready) => {
            let sandbox = Sandbox { landlock: ready.landlock, seccomp: ready.seccomp, audit_hook: true };
            (PathBuf::from(ready.python_prefix), Ok(took), sandbox)
        }
        Err(RuntimeUnavailable { reason }) => (home, Err(reason), nothing("no worker started")),
    };
    let mut problems = Vec::new();
    if let Err(reason) = &worker_start {
        problems.push(format!("macros cannot run: {reason}"));
    } else if cfg!(target_os = "linux") {
        for (name, state) in [("Landlock", &sandbox.landlock), ("seccomp", &sandbox.seccomp)] {
            if let Err(reason) = state {
                problems.push(format!("{name} is not active ({reason}): only Python itself holds scripts back"));
            }
        }
    }
    DoctorReport {
        python_version: worker::python_version().to_owned(),
        python_prefix,
        libpython: PathBuf::from(env!("BDS_PYTHON_LIBDIR")),
        worker_start,
        sandbox,
        problems,
    }
}
