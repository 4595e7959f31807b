use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use bds_base::SitePath;

/// How to run macros of one project.
#[derive(Debug, Clone)]
pub struct RuntimeConfig {
    /// The folder of the project.
    pub project_root: PathBuf,
    /// Where its scripts lie, relative to the project: modules that scripts import are found there.
    pub scripts_dir: SitePath,
    /// The folder of a virtual environment whose packages scripts may import.
    pub venv: Option<PathBuf>,
    /// Folders and files of the project that no script may look at: what the build itself writes (`html`, `.bds`).
    /// A script that read its own output would never come to rest.
    pub private: Vec<SitePath>,
    /// In processes of their own, or inside this one.
    pub mode: Mode,
    /// How a worker is started.
    pub worker: WorkerCommand,
    /// The folder that the standard library of Python lies under (`PYTHONHOME`); none for that of the Python that the
    /// binary was built with.
    pub python_home: Option<PathBuf>,
    /// The seed of Python's hashes (`PYTHONHASHSEED`). Fixed, so that sets have the same order on every machine;
    /// another value shows scripts whose output depends on that order.
    pub hash_seed: u32,
    /// Whether the kernel enforces what scripts may touch, where it can.
    pub sandbox: bool,
    /// Whether each thread that runs macros stays on one CPU together with its worker, for good: calls are then
    /// several times quicker. Threads that it starts later inherit the CPU, so macros should run on the threads of a
    /// pool.
    pub pin: bool,
    /// How long a script that was told to stop may take to do so before its worker is killed.
    pub grace: Duration,
}

impl RuntimeConfig {
    /// The usual way for the project in this folder.
    pub fn new(project_root: impl Into<PathBuf>) -> io::Result<Self> {
        Ok(Self {
            project_root: project_root.into(),
            scripts_dir: SitePath::new("scripts").expect("a plain name"),
            venv: None,
            private: Vec::new(),
            mode: Mode::Worker,
            worker: WorkerCommand::this_binary()?,
            python_home: None,
            hash_seed: 0,
            sandbox: true,
            pin: true,
            grace: Duration::from_millis(250),
        })
    }

    /// Where the standard library lies under.
    pub(crate) fn home(&self) -> PathBuf {
        self.python_home.clone().unwrap_or_else(|| PathBuf::from(&BUILT_IN_HOME[HOME_MARK.len()..]))
    }
}

/// Where the Python is that the binary was built with. The mark before it makes the place findable in the binary, for
/// those who move both, and for the test of what happens without.
const BUILT_IN_HOME: &str = concat!("python-home=", env!("BDS_PYTHON_PREFIX"));
const HOME_MARK: &str = "python-home=";

/// Where macros run: `pythonRuntimeMode` of `meta/project.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// `webworker`: in a process of its own for each thread, which can be stopped and may crash.
    #[default]
    Worker,
    /// `main-thread`: in this process, for debugging. A script can crash the build; one that hangs in a loop is
    /// stopped, one that hangs in a C function is left behind.
    InProcess,
}

/// The program that a worker is: one that calls [`worker_main`](crate::worker_main) when it is started so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

impl WorkerCommand {
    /// The argument by which the binary knows that it is a worker.
    pub const ARGUMENT: &str = "__worker";

    /// The running binary itself, with [`WorkerCommand::ARGUMENT`].
    pub fn this_binary() -> io::Result<Self> {
        Ok(Self { program: std::env::current_exe()?, arguments: vec![Self::ARGUMENT.into()] })
    }
}
