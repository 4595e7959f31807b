use std::path::PathBuf;
use std::time::{Duration, Instant};

use bds_macro_api::RuntimeUnavailable;

use crate::protocol::Attempt;
use crate::{Mode, PythonRuntime, RuntimeConfig, worker};

/// What works on this machine, and what does not.
#[derive(Debug, Clone)]
pub struct DoctorReport {
    /// The version of Python that is loaded: `3.11.7`.
    pub python_version: String,
    /// The version that bds was built for.
    pub python_built_for: String,
    /// Where its standard library was found.
    pub python_prefix: PathBuf,
    /// The library that Python was really loaded from; the program itself where Python is linked into it.
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
    /// What the kernel really refused to a worker that tried it: `send UDP packets`.
    pub refused: Vec<String>,
    /// What a worker was let do that no script may: there, only Python itself holds scripts back.
    pub let_through: Vec<String>,
}

/// Starts a worker, has it try what no script may do, and says what came of it.
pub fn report(config: RuntimeConfig) -> DoctorReport {
    let (home, mode) = (config.home(), config.mode);
    let runtime = PythonRuntime::new(config);
    let begun = Instant::now();
    let found = runtime.probe();
    let took = begun.elapsed();
    let (python_prefix, worker_start, sandbox) = match found {
        Ok(ready) => {
            // Inside the main process, it would be that which tries.
            let attempts = if mode == Mode::Worker { runtime.attempts() } else { Vec::new() };
            let (refused, let_through) = sort(attempts);
            let (landlock, seccomp) = (ready.landlock, ready.seccomp);
            let sandbox = Sandbox { landlock, seccomp, audit_hook: true, refused, let_through };
            (PathBuf::from(ready.python_prefix), Ok(took), sandbox)
        }
        Err(RuntimeUnavailable { reason }) => {
            let none = || Err("no worker started".to_owned());
            let (refused, let_through) = (Vec::new(), Vec::new());
            let sandbox = Sandbox { landlock: none(), seccomp: none(), audit_hook: false, refused, let_through };
            (home, Err(reason), sandbox)
        }
    };
    let mut report = DoctorReport {
        python_version: worker::python_version().to_owned(),
        python_built_for: env!("BDS_PYTHON_VERSION").to_owned(),
        python_prefix,
        libpython: worker::python_library().unwrap_or_else(|| PathBuf::from(env!("BDS_PYTHON_LIBDIR"))),
        worker_start,
        sandbox,
        problems: Vec::new(),
    };
    report.problems = problems(&report);
    report
}

fn sort(attempts: Vec<Attempt>) -> (Vec<String>, Vec<String>) {
    let (refused, let_through): (Vec<_>, Vec<_>) = attempts.into_iter().partition(|attempt| attempt.refused.is_some());
    let words = |attempts: Vec<Attempt>| attempts.into_iter().map(|attempt| attempt.what).collect();
    (words(refused), words(let_through))
}

fn problems(report: &DoctorReport) -> Vec<String> {
    let DoctorReport { python_version, python_built_for, libpython, sandbox, .. } = report;
    let mut problems = Vec::new();
    if !is_same_python(python_built_for, python_version) {
        problems.push(format!(
            "bds was built for Python {python_built_for}, but the loader found {python_version} at `{}`: \
             build bds anew, or install that Python again",
            libpython.display()
        ));
    }
    if let Err(reason) = &report.worker_start {
        problems.push(format!("macros cannot run: {reason}"));
        return problems;
    }
    if !cfg!(target_os = "linux") {
        return problems;
    }
    for (name, state) in [("Landlock", &sandbox.landlock), ("seccomp", &sandbox.seccomp)] {
        if let Err(reason) = state {
            problems.push(format!("{name} is not active ({reason}): only Python itself holds scripts back"));
        }
    }
    if !sandbox.let_through.is_empty() {
        problems.push(format!(
            "the kernel let a worker {}: only Python itself holds scripts back from that",
            sandbox.let_through.join(", ")
        ));
    }
    problems
}

/// Whether a library of one version can stand for that of another: what is compiled depends on the first two parts.
fn is_same_python(one: &str, other: &str) -> bool {
    let short = |version: &str| version.splitn(3, '.').take(2).map(str::to_owned).collect::<Vec<_>>();
    short(one) == short(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_python_than_that_which_bds_was_built_for_is_told() {
        let report = |loaded: &str| DoctorReport {
            python_version: loaded.to_owned(),
            python_built_for: "3.11.7".to_owned(),
            python_prefix: PathBuf::new(),
            libpython: PathBuf::from("/opt/libpython.so"),
            worker_start: Ok(Duration::ZERO),
            sandbox: Sandbox {
                landlock: Ok(String::new()),
                seccomp: Ok(String::new()),
                audit_hook: true,
                refused: Vec::new(),
                let_through: Vec::new(),
            },
            problems: Vec::new(),
        };
        assert_eq!(problems(&report("3.11.9")), Vec::<String>::new());
        assert_eq!(
            problems(&report("3.1.1")),
            ["bds was built for Python 3.11.7, but the loader found 3.1.1 at `/opt/libpython.so`: \
              build bds anew, or install that Python again"]
        );
    }
}
