//! The contract between the engine and any macro runtime: what a macro is called with, what it may ask for, what it
//! gives back, how it can fail, and what it looked at on the way.
//!
//! The engine knows a runtime only as [`MacroRuntime`]; the runtime knows the engine only as [`Host`]. Tests of the
//! engine use a runtime written in Rust and need no Python.

mod abi;
mod call;
mod counters;
mod host;
mod job;
mod limits;
mod outcome;
mod permission;

pub use abi::{ABI_VERSION, Context, Env, MacroResult, ScriptRef};
pub use call::{MacroCall, Script, ScriptOrigin};
pub use counters::{ScriptCounters, Tally, quantile};
pub use host::{Answer, Host, HostError, HostRequest};
pub use job::{
    Checked, FoundTest, Function, Import, Job, JobOutcome, Ran, ScriptRuntime, SyntaxFault, TOAST, Task, Tested,
    Transformed,
};
pub use limits::Limits;
pub use outcome::{Failure, FailureKind, Frame, Outcome, Read, Usage, Volatile, VolatileRead};
pub use permission::{Permission, PermissionError};

use std::collections::BTreeMap;
use std::fmt;

/// Runs macros.
///
/// Called from many threads at once; a runtime keeps what it needs per thread itself. A call never panics and never
/// hangs for longer than its limits: whatever a script does is told in the [`Outcome`].
pub trait MacroRuntime: fmt::Debug + Send + Sync {
    /// What runs the macros, as it stands in the key of every remembered result: `cpython 3.11.7`.
    fn version(&self) -> Result<String, RuntimeUnavailable>;

    /// Runs one macro. While it runs, `host` answers what it asks for; an answer may run other macros on this
    /// runtime, from the same thread, before it returns.
    fn call(&self, call: &MacroCall, host: &mut dyn Host) -> Outcome;

    /// The installed packages that scripts could import now: version by name (as PEP 503 compares names), and under
    /// `*` what stands for all of them. A [`Read::Package`] holds as long as this has its version under its name.
    ///
    /// Asked before each build, and costs little more than listing a folder; where they differ from last time, no later
    /// call sees the old ones.
    fn packages(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// Ends the calls that run now, from any thread, as far as it can: each fails. Later calls run as always.
    fn end_calls(&self) {}
}

/// Says that no macro can run at all on this machine, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct RuntimeUnavailable {
    /// One sentence.
    pub reason: String,
}
