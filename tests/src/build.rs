use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::binary::bds;

/// The time that builds under test happen at, unless they say otherwise.
const NOW: &str = "2024-06-01T12:00:00Z";

/// A build that is not yet run.
#[derive(Debug)]
pub struct BuildCommand {
    project: PathBuf,
    args: Vec<String>,
    env: Vec<(String, String)>,
}

impl BuildCommand {
    /// `bds build` of this project.
    pub fn new(project: &Path) -> Self {
        Self { project: project.to_owned(), args: Vec::new(), env: Vec::new() }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        self.args.extend(args.into_iter().map(str::to_owned));
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs it.
    pub fn run(self) -> Build {
        let reports = tempfile::tempdir().expect("a temporary folder can be made");
        let report = reports.path().join("report.json");
        let mut command = Command::new(bds());
        command.arg("build").arg(&self.project).arg("--report").arg(&report);
        command.args(["--message-format", "short"]);
        if !self.args.iter().any(|arg| arg == "--now") {
            command.args(["--now", NOW]);
        }
        let output = command.args(&self.args).envs(self.env).output().expect("bds can be started");
        let text = fs::read_to_string(report).unwrap_or_else(|_| "null".to_owned());
        Build {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            report: serde_json::from_str(&text).expect("a report is JSON"),
        }
    }
}

/// How a build went.
#[derive(Debug)]
pub struct Build {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// What it printed as data.
    pub stdout: String,
    /// What it told people.
    pub stderr: String,
    report: Value,
}

impl Build {
    /// Asserts that nothing is wrong with the content.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that something is wrong with the content, and the site was built all the same.
    #[track_caller]
    pub fn had_errors(self) -> Self {
        assert_eq!(self.code, Some(1), "{}{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that nothing could be built.
    #[track_caller]
    pub fn was_refused(self) -> Self {
        assert_eq!(self.code, Some(2), "{}{}", self.stdout, self.stderr);
        self
    }

    /// A number of the report.
    #[track_caller]
    pub fn count(&self, name: &str) -> u64 {
        self.report[name].as_u64().unwrap_or_else(|| panic!("the report has no number `{name}`: {}", self.report))
    }

    /// The diagnostics as they were printed, a line each, without the closing sentence.
    pub fn diagnostics(&self) -> String {
        let lines = self.stderr.lines().filter(|line| line.contains("error: ") || line.contains("warning: "));
        lines.map(|line| format!("{line}\n")).collect()
    }
}
