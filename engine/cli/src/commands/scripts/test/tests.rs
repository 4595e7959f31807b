use bds_macro_api::{Answer, Failure as Fault, FoundTest, Host, HostError, HostRequest, Task, Tested};
use bds_scripts::collection::Source;
use serde::Serialize;
use serde_json::{Value, json};

use crate::commands::scripts::words::{self, plural};
use crate::desk::Desk;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::output;

/// What a test came to.
#[derive(Debug, Serialize)]
struct Ran {
    /// The slug of the script.
    script: String,
    file: String,
    line: u32,
    name: String,
    passed: bool,
    /// What the script printed.
    output: String,
    /// Why it failed.
    error: Option<Value>,
}

/// Finds the tests of scripts, and runs each by itself.
pub(super) fn run(desk: &Desk, names: &[String], is_json: bool) -> Result<ExitStatus, Failure> {
    let chosen: Vec<&Source> = match names {
        [] => desk.collection.scripts.iter().filter(|source| may_have_tests(source)).collect(),
        names => names.iter().map(|name| desk.script(name)).collect::<Result<_, _>>()?,
    };
    let mut all = Vec::new();
    for source in chosen {
        for ran in of_script(desk, source, is_json) {
            all.push(ran);
        }
    }
    let failed = all.iter().filter(|ran| !ran.passed).count();
    if is_json {
        output::json(&json!({ "tests": all, "passed": all.len() - failed, "failed": failed }))?;
    }
    output::status(&match (all.len(), failed) {
        (0, _) => "There are no tests: a test is a function `test_…`, or an example in a docstring.".to_owned(),
        (all, 0) => format!("{} passed.", plural(all, "test")),
        (all, failed) => format!("{} of {} failed.", failed, plural(all, "test")),
    });
    Ok(if failed == 0 { ExitStatus::Success } else { ExitStatus::ContentErrors })
}

/// A script is not run to find out that there are none.
fn may_have_tests(source: &Source) -> bool {
    ["def test", ">>>"].iter().any(|sign| source.code.source.contains(sign))
}

fn of_script(desk: &Desk, source: &Source, is_json: bool) -> Vec<Ran> {
    let mut printed = Printed::default();
    let found = match desk.run(source, Task::FindTests, &mut printed).read::<Vec<FoundTest>>() {
        Ok(found) => found,
        Err(fault) => {
            let body = FoundTest { name: "module".to_owned(), line: 1 };
            return vec![told(source, &body, Some(Trouble::Failed(fault)), printed.0, is_json)];
        }
    };
    let run = |test: &FoundTest| {
        let mut printed = Printed::default();
        let tested = desk.run(source, Task::Test { name: test.name.clone() }, &mut printed).read::<Tested>();
        let trouble = match tested {
            Ok(Tested { failed: None }) => None,
            Ok(Tested { failed: Some(examples) }) => Some(Trouble::Examples(examples)),
            Err(fault) => Some(Trouble::Failed(fault)),
        };
        told(source, test, trouble, printed.0, is_json)
    };
    found.iter().map(run).collect()
}

/// Why a test is not good.
enum Trouble {
    /// It raised, or was ended.
    Failed(Fault),
    /// Examples of a doctest gave something else.
    Examples(String),
}

fn told(source: &Source, test: &FoundTest, trouble: Option<Trouble>, printed: String, is_json: bool) -> Ran {
    let script = &source.script;
    if !is_json {
        let verdict = if trouble.is_none() { "ok    " } else { "FAILED" };
        output::data(&format!("{verdict} {}:{} {}\n", script.path, test.line, test.name));
        match &trouble {
            None => {}
            Some(Trouble::Examples(examples)) => output::aside(examples),
            Some(Trouble::Failed(fault)) => words::failed(&format!("`{}`", test.name), fault),
        }
        if trouble.is_some() && !printed.is_empty() {
            output::aside(&format!("It printed:\n{}\n", printed.trim_end()));
        }
    }
    Ran {
        script: script.slug.to_string(),
        file: script.path.to_string(),
        line: test.line,
        name: test.name.clone(),
        passed: trouble.is_none(),
        output: printed,
        error: trouble.map(|trouble| match trouble {
            Trouble::Examples(examples) => json!({ "kind": "doctest", "message": examples }),
            Trouble::Failed(fault) => words::failure(&fault),
        }),
    }
}

/// Tests have a stand-in to ask; of the project they know nothing.
#[derive(Default)]
struct Printed(String);

impl Host for Printed {
    fn request(&mut self, _: HostRequest) -> Result<Answer, HostError> {
        let message = "a test does not ask the project: let a `Blog` of `bds_api.testing` answer";
        Err(HostError::BadArgument(message.to_owned()))
    }

    fn print(&mut self, text: &str) {
        self.0.push_str(text);
    }
}
