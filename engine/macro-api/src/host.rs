use std::sync::Arc;

use bds_base::Fingerprint;
use serde_json::{Map, Value};

use crate::Frame;

/// Something that a running macro asks the engine for.
#[derive(Debug, Clone, PartialEq)]
pub enum HostRequest {
    /// One field of the post that the call was made with: one of the names of format sheet §11.4 (`title`, `tags`…).
    PostField(String),
    /// A method of the API: `posts.get_all` with its arguments by name (format sheet §13, in `snake_case`).
    Api {
        /// Namespace and method, joined by a dot.
        method: String,
        /// The arguments by parameter name; absent ones are absent.
        arguments: Map<String, Value>,
    },
}

impl HostRequest {
    /// The method whose answer is made of what macros give.
    pub const RUNS_MACROS: &str = "posts.get_html";
}

/// What a macro gets for a request.
///
/// Whoever runs the macro may keep it: two answers with one fingerprint are the same answer, so a long one need not be
/// sent to a worker that has had it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What the script sees.
    pub value: Arc<Value>,
    /// The fingerprint of the value.
    pub fingerprint: Fingerprint,
}

impl Answer {
    /// An answer with the fingerprint of its value.
    pub fn new(value: Value) -> Self {
        Self { fingerprint: Fingerprint::of_key("answer", &value), value: Arc::new(value) }
    }
}

/// Answers what a running macro asks for. Every answer is recorded as a read of the macro by whoever answers.
pub trait Host {
    /// Answers one request.
    fn request(&mut self, request: HostRequest) -> Result<Answer, HostError>;

    /// Says which lines of scripts the next request comes from, outermost first. Told for requests whose answer can need
    /// the results of other macros ([`HostRequest::RUNS_MACROS`]): those can turn out to need each other's.
    fn asks_from(&mut self, _frames: Vec<Frame>) {}

    /// Takes what the macro printed, a piece at a time.
    fn print(&mut self, text: &str);
}

/// Why a request has no answer; raised in the script as `BdsApiError` with this message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// The API has no such method.
    #[error("`bds.{0}` is not there")]
    UnknownMethod(String),
    /// The method exists, but not for macros.
    #[error("`bds.{0}` cannot be used in a macro")]
    Forbidden(String),
    /// An argument is missing or of the wrong type.
    #[error("{0}")]
    BadArgument(String),
    /// The answer needs the macro that is waiting for it; the path of the cycle is named.
    #[error("{0}")]
    Cycle(String),
    /// The build was cancelled while the macro ran.
    #[error("the build was cancelled")]
    Cancelled,
}
