//! Runs Python macros in isolated worker processes.
//!
//! [`PythonRuntime`] is the host's side: it starts workers, runs calls in them, answers their requests and ends them.
//! [`worker_main`] is the worker's side: the binary calls it when it is started with [`WorkerCommand::ARGUMENT`].
//!
//! ```text
//! host thread ── Run ──────────────▶ worker process (CPython)
//!             ◀── Request, Print ──
//!             ── Answer, Run ──────▶      calls nest
//!             ◀────────────── Done ──
//! ```
//!
//! Invariant: nothing here knows what a query or a post is; the engine is known only as [`bds_macro_api::Host`].
//! Invariant: each thread has its own workers. There is no pool, so no call waits for a worker that another thread holds.
//! Invariant: `unsafe` stands in `worker::cpython` only.

mod config;
mod doctor;
mod os;
mod protocol;
mod runtime;
mod stubs;
mod value;
mod worker;

pub use config::{Mode, RuntimeConfig, WorkerCommand};
pub use doctor::{DoctorReport, Sandbox, report as doctor_report};
pub use runtime::PythonRuntime;
pub use stubs::STUBS;
pub use worker::worker_main;
