//! The worker's side: starts Python, closes it off, and runs what the host sends until the host is gone.

mod calls;
mod cpython;
mod depth;
mod errors;
mod failure;
mod guard;
mod held;
mod jobs;
mod kept;
mod link;
mod looks;
mod modules;
mod native;
mod paths;
mod python;
mod result;
mod scripts;
mod state;
mod values;

use std::ffi::OsString;
use std::io;
use std::os::fd::AsRawFd as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use bds_macro_api::Permission;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use self::errors::BdsStopped;
use self::link::Link;
use self::paths::Paths;
use crate::os::{self, Access, Channel, Received};
use crate::protocol::{FromWorker, Inbox, PROTOCOL, Ready, Setup, ToWorker, frame};

/// Is a worker: what a binary does when it is started with [`WorkerCommand::ARGUMENT`](crate::WorkerCommand::ARGUMENT).
///
/// Returns when the host is gone. Nothing else may run in the process before: no thread, nothing on the standard
/// streams, which are the pipes to the host. The arguments are for later versions.
pub fn worker_main(_arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match be_worker() {
        // Python is not shut down: scripts could have left anything behind that hangs.
        Ok(()) => os::leave(0),
        Err(_) => ExitCode::from(2),
    }
}

fn be_worker() -> io::Result<()> {
    let (channel, dump) = os::become_worker()?;
    os::watch_host(&channel)?;
    let dump = dump.as_raw_fd();
    live(channel, Some(dump))
}

/// Starts a worker in a thread of this process.
pub(crate) fn spawn_thread(channel: Channel) -> io::Result<()> {
    std::thread::Builder::new().name("macros".to_owned()).spawn(move || live(channel, None)).map(drop)
}

/// Tells the script that runs in a thread of this process to stop.
pub(crate) fn stop_thread(thread: u64) {
    // Not from here: whoever holds the interpreter's lock may be what hangs.
    let stop = move || Python::attach(|py| cpython::raise_in_thread(thread, &py.get_type::<BdsStopped>()));
    // Without a thread to do it, the script stays as it is, which the grace time ends.
    let _ = std::thread::Builder::new().name("stop-macro".to_owned()).spawn(stop);
}

/// The version of Python that this program is linked to: `3.11.7`.
pub(crate) fn python_version() -> &'static str {
    cpython::version()
}

/// The file that this program's Python was loaded from.
pub(crate) fn python_library() -> Option<PathBuf> {
    cpython::library()
}

/// The part of it that names folders: `3.11`.
pub(crate) fn python_short_version() -> &'static str {
    let version = cpython::version();
    version.rsplit_once('.').map_or(version, |(short, _)| short)
}

/// From the first word of the host to its last. `dump` says where dumps go; none in a thread.
fn live(channel: Channel, dump: Option<i32>) -> io::Result<()> {
    let mut inbox = Inbox::default();
    let first = loop {
        if let Some(first) = inbox.next().map_err(io::Error::other)? {
            break first;
        }
        if channel.receive(&mut inbox, None)? == Received::Closed {
            return Ok(());
        }
    };
    let unable = |reason: String| channel.send(&frame(&FromWorker::Unable(reason)));
    let Ok(ToWorker::Setup(setup)) = postcard::from_bytes(&first) else {
        return unable("the host is of another version than this worker".to_owned());
    };
    if setup.protocol != PROTOCOL {
        return unable("the host is of another version than this worker".to_owned());
    }
    if let Err(reason) = start(&setup) {
        return unable(reason);
    }
    calls::serve(dump.is_some());
    Python::attach(|py| match prepare(py, &setup, dump) {
        Ok((ready, library)) => {
            let paths = Paths::new(&setup, library);
            let link = Link::new(channel, inbox, paths, dump.is_some());
            link.send(&FromWorker::Ready(ready));
            link.serve(py);
            Ok(())
        }
        Err(error) => channel.send(&frame(&FromWorker::Unable(error.to_string()))),
    })
}

/// Starts Python, unless it runs already: then it was started by whoever owns this process, in their way.
fn start(setup: &Setup) -> Result<(), String> {
    static STARTING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if cpython::is_running() { Ok(()) } else { cpython::start(&setup.python_home, setup.hash_seed) }
}

/// Whether the audit hook is there: it stays as long as the process.
static AUDITED: PyOnceLock<()> = PyOnceLock::new();

/// Makes the interpreter ready for scripts, the sandbox last. Gives where the standard library lies, too.
fn prepare(py: Python<'_>, setup: &Setup, dump: Option<i32>) -> PyResult<(Ready, Vec<PathBuf>)> {
    std::env::set_current_dir(&setup.root)?;
    let library = python::install(py, setup, dump)?;
    let system = py.import("sys")?;
    AUDITED.get_or_try_init(py, || cpython::audit(py))?;
    let off = || Err("off".to_owned());
    let (landlock, seccomp) = match dump {
        Some(_) if setup.sandbox => os::enforce(&access(setup, &library)),
        Some(_) => (off(), off()),
        None => {
            let shared = || Err("macros run inside the main process".to_owned());
            (shared(), shared())
        }
    };
    if dump.is_some() {
        // What is open now is ours.
        python::leaves_descriptors(py);
    }
    let ready = Ready {
        protocol: PROTOCOL,
        python_version: cpython::version().to_owned(),
        python_prefix: system.getattr("prefix")?.extract()?,
        landlock,
        seccomp,
        thread: cpython::thread_name(py),
    };
    Ok((ready, library))
}

/// What the kernel must let this worker do.
fn access(setup: &Setup, library: &[PathBuf]) -> Access {
    /// Where the loader looks for the libraries of compiled modules.
    const LIBRARIES: [&str; 7] =
        ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/ld.so.conf"];
    /// What is needed to find a host by its name, and to trust it.
    const NAMES: [&str; 9] = [
        "/etc/resolv.conf",
        "/etc/hosts",
        "/etc/nsswitch.conf",
        "/etc/gai.conf",
        "/etc/services",
        "/etc/protocols",
        "/etc/ssl",
        "/etc/pki",
        "/run/systemd/resolve",
    ];
    let mut access =
        Access { read: [setup.root.clone(), PathBuf::from(env!("BDS_PYTHON_LIBDIR"))].into(), ..Access::default() };
    access.read.extend(library.iter().chain(&setup.packages).cloned());
    access.read.extend(paths::FREE_EVERYWHERE.iter().chain(&LIBRARIES).map(PathBuf::from));
    for permission in &setup.permissions {
        match permission {
            Permission::Network => {
                access.network = true;
                access.read.extend(NAMES.map(PathBuf::from));
            }
            Permission::Subprocess => access.subprocess = true,
            Permission::Read(path) => access.read.push(PathBuf::from(path)),
            Permission::Write(folder) => access.write.push(folder.to_path(&setup.root)),
            Permission::Ctypes | Permission::Clock | Permission::Random | Permission::Env(_) => {}
        }
    }
    access
}
