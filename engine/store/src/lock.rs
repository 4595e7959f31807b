//! One build at a time: the lock of a project.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

use crate::folder;

/// The right to build a project, held until it is dropped.
///
/// The operating system holds it with the file `.bds/lock`, and lets go when the process ends, however it ends: what a
/// dead process left behind never blocks anybody. The file's content, the holder's process id, is only for messages.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// What to do when another process holds the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Give up at once.
    No,
    /// Wait until it is free.
    Forever,
}

/// Says why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("{}", held(*.pid))]
    Held {
        /// Its process id; none in the moment in which it is just writing it.
        pid: Option<u32>,
    },
    /// The lock file cannot be made, or its file system knows no locks.
    #[error("the project cannot be locked")]
    Unavailable(#[source] io::Error),
}

impl Lock {
    /// Takes the lock of the project whose [`FOLDER`](crate::FOLDER) is `folder`, and makes the folder if need be.
    pub fn acquire(folder: &Path, wait: Wait) -> Result<Self, LockError> {
        let mut file = open(folder).map_err(LockError::Unavailable)?;
        match (file.try_lock(), wait) {
            (Ok(()), _) => {}
            (Err(TryLockError::WouldBlock), Wait::Forever) => file.lock().map_err(LockError::Unavailable)?,
            (Err(TryLockError::WouldBlock), Wait::No) => return Err(LockError::Held { pid: read_pid(&mut file) }),
            (Err(TryLockError::Error(error)), _) => return Err(LockError::Unavailable(error)),
        }
        write_pid(&mut file).map_err(LockError::Unavailable)?;
        Ok(Self { file })
    }
}

impl Drop for Lock {
    /// Takes the process id away first, so that nobody is told the id of a process that is through.
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn open(folder: &Path) -> io::Result<File> {
    folder::prepare(folder)?;
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join("lock"))
}

fn write_pid(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn held(pid: Option<u32>) -> String {
    match pid {
        Some(pid) => format!("another bds is at work on this project: process {pid}"),
        None => "another bds is at work on this project".to_owned(),
    }
}
