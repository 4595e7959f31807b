use std::path::PathBuf;

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
