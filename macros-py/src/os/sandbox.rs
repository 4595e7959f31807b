use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bds_base::{OsSystem, System as _};

use crate::protocol::Attempt;

/// What the kernel lets a worker do, for the rest of its life.
#[derive(Debug, Clone, Default)]
pub(crate) struct Access {
    /// Files and folders that it may read.
    pub(crate) read: Vec<PathBuf>,
    /// Folders that it may write below.
    pub(crate) write: Vec<PathBuf>,
    /// Whether it may open sockets.
    pub(crate) network: bool,
    /// Whether it may start processes.
    pub(crate) subprocess: bool,
}

/// Asks the kernel to hold this process to that. Gives, for files and for system calls, what holds from now on, or why
/// nothing does.
#[cfg(target_os = "linux")]
pub(crate) fn enforce(access: &Access) -> (Result<String, String>, Result<String, String>) {
    (super::linux::restrict_files(access), super::linux::restrict_calls(access))
}

/// Says that this system has no such kernel.
#[cfg(not(target_os = "linux"))]
pub(crate) fn enforce(_access: &Access) -> (Result<String, String>, Result<String, String>) {
    let none = || Err("only Linux has it".to_owned());
    (none(), none())
}

/// Tries what no script without permissions may do, without Python in between.
pub(crate) fn attempts() -> Vec<Attempt> {
    let temporary = std::env::temp_dir().join(format!("bds-probe-{}", std::process::id()));
    let written = OsSystem.write_atomic(&temporary, b"");
    if written.is_ok() {
        // It is empty, and it lies where such files are cleared away.
        let _ = OsSystem.remove_file(&temporary);
    }
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    vec![
        attempt("read outside of the project", OsSystem.read(Path::new("/etc/passwd")).map(drop)),
        attempt("write files", written),
        attempt("open TCP connections", TcpStream::connect_timeout(&here, Duration::from_millis(200)).map(drop)),
        attempt("send UDP packets", UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map(drop)),
        attempt("start programs", Command::new("/bin/true").status().map(drop)),
        attempt("become another program", become_nothing()),
    ]
}

fn attempt(what: &str, result: io::Result<()>) -> Attempt {
    let refused = result.err().filter(|error| error.kind() == io::ErrorKind::PermissionDenied);
    Attempt { what: what.to_owned(), refused: refused.map(|error| error.to_string()) }
}

/// Asks for a program that is not there: whether that may be asked for is decided first.
#[cfg(unix)]
fn become_nothing() -> io::Result<()> {
    use std::os::unix::process::CommandExt as _;

    Err(Command::new("/nonexistent/bds-probe").exec())
}

/// This system has no such call.
#[cfg(not(unix))]
fn become_nothing() -> io::Result<()> {
    Ok(())
}
