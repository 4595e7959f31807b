//! Everything that depends on the operating system, behind one face: processes and the pipes to them, signals, limits,
//! pinning, the kernel's sandbox.
//!
//! Another system needs a module with the same names as [`unix`]; nothing else in this crate would change.

#[cfg(target_os = "linux")]
mod linux;
mod sandbox;
#[cfg(unix)]
mod unix;

pub(crate) use sandbox::{Access, attempts, enforce};
#[cfg(unix)]
pub(crate) use unix::{
    Channel, DUMP_SIGNAL, DumpPipe, Process, Received, STOP_SIGNAL, become_worker, free_descriptor, is_free_descriptor,
    leave, limit_memory, pin_thread, process_id, spawn, watch_host,
};
