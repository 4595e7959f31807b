//! What else a runtime does with scripts, beside running macros: it checks them, runs utilities, transforms and tests.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Failure, Host, Limits, Permission, Read, Script, Usage, VolatileRead};

/// Does things with scripts that no post asks for, under the same guard as macros.
pub trait ScriptRuntime: fmt::Debug + Send + Sync {
    /// Does one thing. What it prints is told as it comes. Never panics and never hangs for longer than the limits.
    fn run(&self, job: &Job, host: &mut dyn Host) -> JobOutcome;
}

/// One thing to do with one script.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The script.
    pub script: Arc<Script>,
    /// What to do with it.
    pub task: Task,
    /// What it may use up.
    pub limits: Limits,
    /// What it may touch beyond its project.
    pub permissions: Vec<Permission>,
}

/// What can be done with a script.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Reads the code without running any of it; gives a [`Checked`].
    Check,
    /// Runs the code, and then this function in it without arguments, if one is named (format sheet §14); gives a
    /// [`Ran`].
    Utility {
        /// The function.
        entrypoint: Option<String>,
    },
    /// Calls a function with a post and a context, or with the post alone if it takes no more (format sheet §15); gives
    /// a [`Transformed`]. `toast(message)` in it is a request for the method [`TOAST`].
    Transform {
        /// The function.
        entrypoint: String,
        /// The first argument.
        post: Value,
        /// The second.
        context: Value,
    },
    /// Runs the code and looks for tests in it; gives a list of [`FoundTest`].
    FindTests,
    /// Runs the code, and then one test in it; gives a [`Tested`].
    Test {
        /// One of those that [`Task::FindTests`] gave.
        name: String,
    },
}

/// The method by which transforms ask for a toast: a short message for the user, in `message`.
pub const TOAST: &str = "toast";

impl Task {
    /// The task as a runtime is told of it.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Check => json!({ "task": "check" }),
            Self::Utility { entrypoint } => json!({ "task": "utility", "entrypoint": entrypoint }),
            Self::Transform { entrypoint, post, context } => {
                json!({ "task": "transform", "entrypoint": entrypoint, "post": post, "context": context })
            }
            Self::FindTests => json!({ "task": "find_tests" }),
            Self::Test { name } => json!({ "task": "test", "name": name }),
        }
    }

    /// The function that it calls, if it names one.
    pub fn entrypoint(&self) -> Option<&str> {
        match self {
            Self::Utility { entrypoint } => entrypoint.as_deref(),
            Self::Transform { entrypoint, .. } => Some(entrypoint),
            Self::Check | Self::FindTests | Self::Test { .. } => None,
        }
    }
}

/// What came of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct JobOutcome {
    /// What the task gives, in JSON, or how it failed.
    pub result: Result<Value, Failure>,
    /// What the script looked at by itself.
    pub reads: Vec<Read>,
    /// What it looked at that cannot be asked again.
    pub volatile: Vec<VolatileRead>,
    /// What it cost.
    pub usage: Usage,
}

impl JobOutcome {
    /// The result as what its task gives.
    ///
    /// # Errors
    /// How the job failed; a runtime that gives something else is at fault itself.
    pub fn read<T: serde::de::DeserializeOwned>(self) -> Result<T, Failure> {
        let value = self.result?;
        serde_json::from_value(value).map_err(|error| Failure {
            kind: crate::FailureKind::Unavailable,
            message: format!("the runtime answers wrongly: {error}"),
            frames: Vec::new(),
            traceback: None,
        })
    }
}

/// What the code of a script says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Checked {
    /// Why it is no Python; empty when it is.
    pub errors: Vec<SyntaxFault>,
    /// The functions that can be entry points, `main` first: those at the top level whose names do not begin with `_`.
    pub functions: Vec<Function>,
    /// What it imports.
    pub imports: Vec<Import>,
    /// The names that its top level gives a value in another way than by `def`.
    pub bound: Vec<String>,
}

/// A place where code is no Python (format sheet §14). Lines and columns count from 1; columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyntaxFault {
    /// Where it begins.
    pub line: u32,
    /// Where it begins.
    pub column: u32,
    /// Where it ends.
    pub end_line: u32,
    /// Where it ends: one after its last character.
    pub end_column: u32,
    /// What is wrong, as Python says it.
    pub message: String,
}

/// A function at the top level of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of its `def`.
    pub line: u32,
    /// Whether it is an `async def`.
    pub is_async: bool,
    /// How many arguments it must get by position.
    pub required: u32,
    /// How many it can get by position; none for any number.
    pub most: Option<u32>,
    /// The parameters that it must get by name.
    pub keywords: Vec<String>,
    /// Its parameters as one would read them: `context, post`.
    pub parameters: String,
}

impl Function {
    /// Whether it can be called with so many arguments.
    pub fn takes(&self, count: u32) -> bool {
        self.keywords.is_empty() && self.required <= count && self.most.is_none_or(|most| count <= most)
    }
}

/// A module that a script imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// The whole name of the module.
    pub module: String,
    /// Where the import stands.
    pub line: u32,
    /// Where the import stands.
    pub column: u32,
    /// Whether there is such a module.
    pub found: bool,
    /// Whether the script goes on without it: it is imported inside a `try`, or for type checkers alone.
    pub optional: bool,
}

/// What a utility came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// The `repr` of what the function returned; none for `None`, and when no function was called.
    pub repr: Option<String>,
}

/// What a transform came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transformed {
    /// What it returned: null for `None`.
    pub returned: Value,
    /// What it made of its first argument, where it returned `None`.
    pub post: Option<Value>,
}

/// A test in a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundTest {
    /// Its name: that of a function that begins with `test`, or `doctest NAME`.
    pub name: String,
    /// Where it stands.
    pub line: u32,
}

/// What a test came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tested {
    /// What the examples of a doctest that failed were and gave; none when all is well. A function that fails raises.
    pub failed: Option<String>,
}
