use std::fs;
use std::ops::Deref;
use std::path::Path;

use serde_json::Value;

use crate::command::{Bds, Run};

/// The time that builds under test happen at, unless they say otherwise.
const NOW: &str = "2024-06-01T12:00:00Z";

/// A build that is not yet run.
#[derive(Debug)]
pub struct BuildCommand(Bds);

impl BuildCommand {
    /// `bds build` of this project.
    pub fn new(project: &Path) -> Self {
        Self(Bds::new(["build"]).arg(project))
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<'a>(self, args: impl IntoIterator<Item = &'a str>) -> Self {
        Self(self.0.args(args))
    }

    /// Says where the site goes.
    #[must_use]
    pub fn out(self, folder: &Path) -> Self {
        Self(self.0.arg("--out").arg(folder))
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(self, name: &str, value: &str) -> Self {
        Self(self.0.env(name, value))
    }

    /// Runs another program in place of the one that was built.
    #[must_use]
    pub fn program(self, program: &Path) -> Self {
        Self(self.0.program(program))
    }

    /// Runs it.
    pub fn run(self) -> Build {
        let reports = tempfile::tempdir().expect("a temporary folder can be made");
        let report = reports.path().join("report.json");
        let mut command = self.0.arg("--report").arg(&report);
        if !command.has_arg("--now") {
            command = command.args(["--now", NOW]);
        }
        if !command.has_arg("--message-format") {
            command = command.args(["--message-format", "json"]);
        }
        let run = command.run();
        let text = fs::read_to_string(report).unwrap_or_else(|_| "null".to_owned());
        Build { run, report: serde_json::from_str(&text).expect("a report is JSON") }
    }
}

/// How a build went.
#[derive(Debug)]
pub struct Build {
    run: Run,
    /// What `--report` wrote; null when it wrote nothing.
    pub report: Value,
}

impl Deref for Build {
    type Target = Run;

    fn deref(&self) -> &Run {
        &self.run
    }
}

impl Build {
    /// Asserts that nothing is wrong with the content.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        self.exited(0)
    }

    /// Asserts that something is wrong with the content, and the site was built all the same.
    #[track_caller]
    pub fn had_errors(self) -> Self {
        self.exited(1)
    }

    /// Asserts that nothing could be built.
    #[track_caller]
    pub fn was_refused(self) -> Self {
        self.exited(2)
    }

    #[track_caller]
    fn exited(self, code: i32) -> Self {
        Self { run: self.run.exited(code).left_no_worker(), ..self }
    }

    /// A number of the report.
    #[track_caller]
    pub fn count(&self, name: &str) -> u64 {
        self.report[name].as_u64().unwrap_or_else(|| panic!("the report has no number `{name}`: {}", self.report))
    }

    /// Asserts numbers of the report.
    #[track_caller]
    pub fn counted(self, wanted: &[(&str, u64)]) -> Self {
        let found: Vec<_> = wanted.iter().map(|(name, _)| (*name, self.count(name))).collect();
        assert_eq!(found, wanted, "{}", self.stderr);
        self
    }

    /// The diagnostics in words, lines each: `file:line:column severity[code] message`, what led there, hints.
    pub fn diagnostics(&self) -> String {
        let values = self.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        values.filter(Value::is_object).map(|value| in_words(&value)).collect()
    }
}

fn in_words(diagnostic: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let mut words = format!(
        "{}{}[{}] {}\n",
        place(&diagnostic["place"]).map(|place| format!("{place} ")).unwrap_or_default(),
        text(&diagnostic["severity"]),
        text(&diagnostic["code"]),
        text(&diagnostic["message"]),
    );
    for step in diagnostic["trace"].as_array().into_iter().flatten() {
        // Columns in scripts are known since Python 3.11 only.
        let (file, line) = (text(&step["place"]["file"]), &step["place"]["start"]["line"]);
        words.extend([format!("from {file}:{line} {}\n", text(&step["message"]))]);
    }
    for hint in diagnostic["hints"].as_array().into_iter().flatten() {
        words.extend([format!("hint: {}\n", text(hint))]);
    }
    words
}

fn place(place: &Value) -> Option<String> {
    let file = place["file"].as_str()?;
    let start = &place["start"];
    Some(match (start["line"].as_u64(), start["column"].as_u64()) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        _ => file.to_owned(),
    })
}
