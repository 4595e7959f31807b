use serde::{Deserialize, Serialize};

/// What one macro call may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// Milliseconds of its own time; the time in which it waits for the engine does not count.
    pub timeout_ms: u64,
    /// Milliseconds in all, waiting included.
    pub total_ms: u64,
    /// Megabytes of address space of the worker.
    pub memory_mb: u64,
    /// Bytes of HTML.
    pub output_bytes: u64,
    /// Bytes printed; what comes after is dropped, and said so.
    pub stdout_bytes: u64,
    /// Requests to the engine.
    pub requests: u64,
    /// Calls of functions inside each other, as Python counts them.
    pub recursion: u64,
}

impl Default for Limits {
    /// Ten seconds a call, as the original app had it (format sheet §11.2); the rest is far above what a macro needs.
    fn default() -> Self {
        Self {
            timeout_ms: 10_000,
            total_ms: 60_000,
            memory_mb: 1024,
            output_bytes: 16 << 20,
            stdout_bytes: 1 << 20,
            requests: 100_000,
            recursion: 1_000,
        }
    }
}
