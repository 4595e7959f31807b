use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use rustix::process::{Pid, Resource, Rlimit, Signal, getpid, getppid, kill_process, kill_process_group, setrlimit};

use crate::WorkerCommand;
use crate::protocol::Inbox;

/// Tells a script to stop; Python raises an exception in it.
pub(crate) const STOP_SIGNAL: i32 = Signal::ALARM.as_raw();
/// Makes Python write where it is, from within whatever it does.
pub(crate) const DUMP_SIGNAL: i32 = Signal::USR2.as_raw();

/// The variable that tells a worker which process it must not outlive.
const PARENT: &str = "BDS_WORKER_PARENT";

/// How long the other end may take to accept bytes before it counts as broken.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// Where the worker keeps its pipes: far from 0, 1 and 2, which scripts may write to.
const FIRST_PRIVATE_FD: i32 = 200;

/// One end of the pipe between host and worker.
#[derive(Debug)]
pub(crate) struct Channel(UnixStream);

/// What came of waiting for bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Received {
    Some,
    TimedOut,
    /// The other end is gone.
    Closed,
}

impl Channel {
    /// Both ends of a new pipe.
    pub(crate) fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = UnixStream::pair()?;
        one.set_write_timeout(Some(SEND_TIMEOUT))?;
        Ok((Self(one), Self(other)))
    }

    pub(crate) fn send(&self, frame: &[u8]) -> io::Result<()> {
        (&self.0).write_all(frame)
    }

    /// Takes what is there, waiting for it as long as `timeout` says, or for ever.
    pub(crate) fn receive(&self, inbox: &mut Inbox, timeout: Option<Duration>) -> io::Result<Received> {
        if let Some(timeout) = timeout
            && !wait(&self.0.as_fd(), timeout)?
        {
            return Ok(Received::TimedOut);
        }
        let mut buffer = [0; 1 << 14];
        loop {
            return match (&self.0).read(&mut buffer) {
                Ok(0) => Ok(Received::Closed),
                Ok(length) => {
                    inbox.extend(&buffer[..length]);
                    Ok(Received::Some)
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(Received::Closed),
                Err(error) => Err(error),
            };
        }
    }
}

/// Waits until there is something to read; false when the time ran out.
fn wait(fd: &impl std::os::fd::AsFd, timeout: Duration) -> io::Result<bool> {
    let timeout = Timespec::try_from(timeout).unwrap_or(Timespec { tv_sec: 86_400, tv_nsec: 0 });
    match poll(&mut [PollFd::new(fd, PollFlags::IN)], Some(&timeout)) {
        Ok(ready) => Ok(ready > 0),
        // The caller looks at the clock and waits again.
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What a dying or hanging worker wrote about where it is.
#[derive(Debug)]
pub(crate) struct DumpPipe(OwnedFd);

impl DumpPipe {
    /// Everything that is there, waiting for it as long as `patience` says.
    pub(crate) fn drain(&self, patience: Duration) -> String {
        let mut text = Vec::new();
        let mut buffer = [0; 4096];
        let mut patience = patience;
        while text.len() < 1 << 16 && wait(&self.0, patience).unwrap_or(false) {
            match rustix::io::read(&self.0, &mut buffer) {
                Ok(length) if length > 0 => text.extend_from_slice(&buffer[..length]),
                _ => break,
            }
            // It is written in pieces, one right after the other.
            patience = patience.min(Duration::from_millis(2));
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// A worker process. It never outlives this value.
#[derive(Debug)]
pub(crate) struct Process {
    id: Pid,
    /// None once it has ended: its id may then belong to another process.
    child: Mutex<Option<Child>>,
}

impl Process {
    /// Tells the script to stop.
    pub(crate) fn stop(&self) {
        self.signal(Signal::ALARM);
    }

    /// Asks where it is.
    pub(crate) fn dump(&self) {
        self.signal(Signal::USR2);
    }

    fn signal(&self, signal: Signal) {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        if child.is_some() {
            // It fails only when the process has ended, which the pipe tells too.
            let _ = kill_process(self.id, signal);
        }
    }

    /// Whether it has not been ended.
    pub(crate) fn is_running(&self) -> bool {
        self.child.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Ends it and everything that it started, and waits until it is gone. Says how it ended; `None` when that was
    /// told before.
    pub(crate) fn end(&self) -> Option<String> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        // A process that ended by itself keeps how it ended: killing what has ended changes nothing.
        let _ = kill_process_group(self.id, Signal::KILL);
        child.wait().ok().map(describe)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with code {code}"),
        (None, Some(signal)) => {
            let name = match Signal::from_named_raw(signal) {
                Some(Signal::SEGV) => " (segmentation fault)",
                Some(Signal::ABORT) => " (abort)",
                Some(Signal::BUS) => " (bus error)",
                Some(Signal::FPE) => " (arithmetic error)",
                Some(Signal::ILL) => " (illegal instruction)",
                Some(Signal::KILL) => " (killed)",
                _ => "",
            };
            format!("was ended by signal {signal}{name}")
        }
        (None, None) => "ended".to_owned(),
    }
}

/// Starts a worker with nothing of this process but the pipes and the given environment.
pub(crate) fn spawn(
    command: &WorkerCommand,
    environment: &[(String, String)],
) -> io::Result<(Process, Channel, DumpPipe)> {
    let (ours, theirs) = Channel::pair()?;
    let (dump, dump_writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    let child = Command::new(&command.program)
        .args(&command.arguments)
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .env(PARENT, getpid().as_raw_nonzero().to_string())
        .stdin(Stdio::from(OwnedFd::from(theirs.0)))
        .stdout(Stdio::from(dump_writer))
        .stderr(Stdio::null())
        // What a script starts can be ended with it, and a Ctrl-C at the terminal does not reach it before the host.
        .process_group(0)
        .spawn()?;
    let id = Pid::from_child(&child);
    Ok((Process { id, child: Mutex::new(Some(child)) }, ours, DumpPipe(dump)))
}

/// Makes this process a worker: binds its life to that of its host, moves the pipes out of reach of scripts, and
/// forbids core files. Gives the pipe and the descriptor that dumps go to.
pub(crate) fn become_worker() -> io::Result<(Channel, OwnedFd)> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let parent = getppid().map(|parent| parent.as_raw_nonzero().to_string());
    if std::env::var(PARENT).ok() != parent {
        return Err(io::Error::new(io::ErrorKind::NotConnected, "the host has ended, or is no host"));
    }
    let channel = UnixStream::from(fcntl_dupfd_cloexec(io::stdin(), FIRST_PRIVATE_FD)?);
    let dump = fcntl_dupfd_cloexec(io::stdout(), FIRST_PRIVATE_FD)?;
    let null = rustix::fs::open("/dev/null", rustix::fs::OFlags::RDWR, rustix::fs::Mode::empty())?;
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stdout(&null)?;
    rustix::stdio::dup2_stderr(&null)?;
    fcntl_setfd(&channel, FdFlags::CLOEXEC)?;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok((Channel(channel), dump))
}

/// Ends this process when the host does, where the kernel does not see to that itself.
pub(crate) fn watch_host(channel: &Channel) -> io::Result<()> {
    if cfg!(target_os = "linux") {
        return Ok(());
    }
    let channel = channel.0.try_clone()?;
    std::thread::Builder::new().name("watch-host".to_owned()).spawn(move || {
        loop {
            let mut fds = [PollFd::new(&channel, PollFlags::empty())];
            if poll(&mut fds, None).is_ok() && fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR) {
                leave(0);
            }
        }
    })?;
    Ok(())
}

/// Ends this process at once, whatever its threads do.
#[expect(clippy::exit, reason = "the worker's whole process is meant, and Python is not asked")]
pub(crate) fn leave(code: i32) -> ! {
    std::process::exit(code)
}

/// The lowest descriptor that is free, of those above the standard streams; none when all are taken.
pub(crate) fn free_descriptor() -> Option<i32> {
    let taken = fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3).ok()?;
    Some(taken.as_raw_fd())
}

/// Whether no file is open under a descriptor.
pub(crate) fn is_free_descriptor(descriptor: i32) -> bool {
    free_descriptor().is_some_and(|lowest| lowest <= descriptor)
}

/// The id of this process.
pub(crate) fn process_id() -> u32 {
    std::process::id()
}

/// Limits the address space of this process to that many bytes; none for no limit.
pub(crate) fn limit_memory(bytes: Option<u64>) {
    let before = rustix::process::getrlimit(Resource::As);
    let wanted = Rlimit { current: bytes, ..before };
    // Where it cannot be set, the machine's own limits hold.
    let _ = setrlimit(Resource::As, wanted);
}

/// Keeps the running thread, and what it starts, on one of the CPUs that it may use: the `index`-th, counted around.
#[cfg(target_os = "linux")]
pub(crate) fn pin_thread(index: usize) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let Ok(allowed) = sched_getaffinity(None) else { return };
    let cpus: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|cpu| allowed.is_set(*cpu)).collect();
    if cpus.is_empty() {
        return;
    }
    let mut one = CpuSet::new();
    one.set(cpus[index % cpus.len()]);
    // A thread that is not pinned works too, only slower.
    let _ = sched_setaffinity(None, &one);
}

/// Does nothing: this system has no way to pin a thread.
#[cfg(not(target_os = "linux"))]
pub(crate) fn pin_thread(_index: usize) {}
