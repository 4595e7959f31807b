//! Our Markdown and Liquid beside what the original's engines gave for the same input.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bds_base::{OsSystem, System as _};
use similar::TextDiff;

use crate::workspace;

/// Compares with recorded results of the original's engines, and prints what differs.
///
/// Without a file, all that lie in `tests/fixtures/parity` are taken. A case may differ where a list of deviations
/// says why; the reason is printed. Every other difference makes the exit code 1.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Recorded Liquid templates: `{partials, context, cases: [{name, template, expected | error}]}`.
    #[arg(long, value_name = "FILE")]
    liquid: Option<PathBuf>,
    /// Recorded Markdown documents: `[{name, markdown, expected_html}]`.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Only cases with this in their names.
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
}

/// One recorded case and what we make of it.
struct Case {
    name: String,
    expected: String,
    actual: String,
    passed: bool,
    /// Why it may differ, where that is decided.
    deviation: Option<String>,
}

/// What can be compared.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    run: fn(&str) -> anyhow::Result<Vec<Case>>,
}

const LIQUID: Kind = Kind { name: "liquid", run: liquid };
const MARKDOWN: Kind = Kind { name: "markdown", run: markdown };

pub(crate) fn run(args: &Args) -> anyhow::Result<bool> {
    let fixture = |kind: Kind| (kind, fixtures().join(format!("{}.json", kind.name)));
    let given = [(LIQUID, &args.liquid), (MARKDOWN, &args.markdown)];
    let mut files: Vec<_> = given.into_iter().filter_map(|(kind, file)| Some((kind, file.clone()?))).collect();
    if files.is_empty() {
        files = [LIQUID, MARKDOWN].map(fixture).into();
    }
    let mut good = true;
    for (kind, file) in files {
        good &= compare(kind, &file, &args.filter)?;
    }
    Ok(good)
}

/// Compares one file. The last line says how many cases are equal, and of how many.
fn compare(kind: Kind, file: &Path, filter: &str) -> anyhow::Result<bool> {
    let cases = (kind.run)(&read(file)?).with_context(|| format!("`{}`", file.display()))?;
    let cases: Vec<_> = cases.into_iter().filter(|case| case.name.contains(filter)).collect();
    let (mut passed, mut good) = (0, true);
    for case in &cases {
        if case.passed {
            passed += 1;
            continue;
        }
        if let Some(reason) = &case.deviation {
            println!("{}: differs as listed: {reason}", case.name);
        } else {
            good = false;
            println!("{}: differs\n{}", case.name, difference(&case.expected, &case.actual));
        }
    }
    println!("{}:", kind.name);
    println!("{passed}/{}", cases.len());
    Ok(good)
}

fn difference(expected: &str, actual: &str) -> String {
    TextDiff::from_lines(expected, actual).unified_diff().header("expected", "actual").to_string()
}

fn fixtures() -> PathBuf {
    workspace::root().join("tests/fixtures/parity")
}

fn read(file: &Path) -> anyhow::Result<String> {
    let bytes = OsSystem.read(file).with_context(|| format!("`{}` cannot be read", file.display()))?;
    String::from_utf8(bytes).with_context(|| format!("`{}` is not UTF-8", file.display()))
}

fn liquid(json: &str) -> anyhow::Result<Vec<Case>> {
    let case = |result: bds_liquid::conformance::CaseResult| Case {
        name: result.name,
        expected: result.expected.unwrap_or_else(|| "(an error)".to_owned()),
        actual: result.actual.unwrap_or_else(|error| format!("(an error: {error})")),
        passed: result.passed,
        deviation: result.deviation,
    };
    Ok(bds_liquid::conformance::run(json)?.into_iter().map(case).collect())
}

fn markdown(json: &str) -> anyhow::Result<Vec<Case>> {
    let deviations = deviations("markdown")?;
    let case = |outcome: bds_content::conformance::Outcome| Case {
        deviation: deviations.get(&outcome.name).cloned(),
        name: outcome.name,
        expected: outcome.expected,
        actual: outcome.actual,
        passed: outcome.passed,
    };
    Ok(bds_content::conformance::markdown(json)?.into_iter().map(case).collect())
}

/// Why which case of a kind may differ, by name.
fn deviations(kind: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let file = fixtures().join(format!("deviations-{kind}.json"));
    serde_json::from_str(&read(&file)?).with_context(|| format!("`{}`", file.display()))
}
