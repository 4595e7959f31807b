use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};

use crate::{Answer, Context, Limits, Permission};

/// Where a script comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScriptOrigin {
    /// A file of the project.
    Project(SitePath),
    /// Shipped with the binary, under this slug.
    Default(String),
}

/// The code of one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The name that calls use.
    pub slug: String,
    /// The id in its metadata; none for a shipped default.
    pub id: Option<String>,
    /// Where it comes from.
    pub origin: ScriptOrigin,
    /// The whole file, metadata included: it is a valid module as it stands, so line numbers in tracebacks are those
    /// of the file.
    pub source: Arc<str>,
    /// The fingerprint of `source`.
    pub fingerprint: Fingerprint,
}

/// One call of one macro.
#[derive(Debug, Clone, PartialEq)]
pub struct MacroCall {
    /// What runs.
    pub script: Arc<Script>,
    /// The function in it that is called with `(context, post)`.
    pub entrypoint: String,
    /// The first argument.
    pub context: Context,
    /// The id of the post that is the second argument. Its fields are asked for with
    /// [`HostRequest::PostField`](crate::HostRequest::PostField) when the script uses them; none when the macro does
    /// not stand in a post, and the script gets `None`.
    pub post_id: Option<String>,
    /// Fields of the post that are sent along because the script read them last time: name and value.
    pub prefetched: Vec<(String, Answer)>,
    /// What it may use up.
    pub limits: Limits,
    /// What it may touch beyond its project.
    pub permissions: Vec<Permission>,
}
