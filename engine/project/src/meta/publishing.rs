use std::sync::Arc;

use bds_base::SitePath;
use serde_json::{Map, Value};

use super::json::Object;
use crate::Parsed;
use crate::report::Report;

/// What `meta/publishing.json` says of how the site is uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Publishing {
    /// `sshHost`.
    pub ssh_host: Option<Arc<str>>,
    /// `sshUser`.
    pub ssh_user: Option<Arc<str>>,
    /// `sshRemotePath`.
    pub ssh_remote_path: Option<Arc<str>>,
    /// `sshMode`.
    pub ssh_mode: SshMode,
    /// All other keys, as they stand.
    pub rest: Map<String, Value>,
}

/// The program that uploads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SshMode {
    /// `scp`.
    #[default]
    Scp,
    /// `rsync`.
    Rsync,
}

impl SshMode {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scp => "scp",
            Self::Rsync => "rsync",
        }
    }
}

/// Reads `meta/publishing.json`. A file that is no JSON object counts as an empty one.
pub fn parse_publishing(path: &SitePath, text: &str) -> Parsed<Publishing> {
    let mut report = Report::new(path, text);
    let modes = [SshMode::Scp, SshMode::Rsync].map(|mode| (mode.name(), mode));
    let value = Object::file(&mut report).map(|mut object| Publishing {
        ssh_host: object.text("sshHost"),
        ssh_user: object.text("sshUser"),
        ssh_remote_path: object.text("sshRemotePath"),
        ssh_mode: object.word("sshMode", &modes).unwrap_or_default(),
        rest: object.rest(),
    });
    report.with(value.unwrap_or_default())
}
