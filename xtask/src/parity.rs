//! Our macros, Markdown and Liquid beside what the original's engines gave for the same input.

mod difference;
mod macros;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use bds_base::{OsSystem, System as _};

use crate::workspace;
use difference::difference;

/// Compares with recorded results of the original's engines, and prints what differs.
///
/// Without a file, all that lie in `tests/fixtures/parity` are taken. Macros are run by real workers, and must give the same
/// bytes. A template or document may differ where a list of deviations says why; the reason is printed. Every other
/// difference makes the exit code 1.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Macro calls: `[{name, source, macro, params, language, post_id, media, linked_media_ids, tag_usage, expected_html}]`.
    #[arg(long, value_name = "FILE")]
    cases: Vec<PathBuf>,
    /// Recorded Liquid templates: `{partials, context, cases: [{name, template, expected | error}]}`.
    #[arg(long, value_name = "FILE")]
    liquid: Option<PathBuf>,
    /// Recorded Markdown documents: `[{name, markdown, expected_html}]`.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Only cases with this in their names.
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Write what our macros give into the files, for cases that say `"origin": "bds"`. All others were recorded from the
    /// original, and stay as they are.
    #[arg(long)]
    update: bool,
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

/// What can be compared, and how the results agree when they do.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    agreement: &'static str,
    run: fn(&str, &str) -> anyhow::Result<Vec<Case>>,
}

const MACROS: Kind = Kind { name: "macros", agreement: " byte-identical", run: macros::run };
const LIQUID: Kind = Kind { name: "liquid", agreement: "", run: liquid };
const MARKDOWN: Kind = Kind { name: "markdown", agreement: "", run: markdown };

/// Our own files of cases: of the original's macros as they were, and of what ours do beyond them.
const FIXTURES: [(Kind, &str); 4] =
    [(LIQUID, "liquid.json"), (MARKDOWN, "markdown.json"), (MACROS, "macros.json"), (MACROS, "macros-of-bds.json")];

pub(crate) fn run(args: &Args) -> anyhow::Result<bool> {
    let files = files(args);
    if args.update {
        for (_, file) in files.iter().filter(|(kind, _)| kind.name == MACROS.name) {
            macros::update(file, &args.filter)?;
        }
    }
    let (mut good, mut found) = (true, 0);
    for (kind, file) in &files {
        let compared = compare(*kind, file, &args.filter)?;
        good &= compared.is_good;
        found += compared.cases;
    }
    ensure!(found > 0, "no case has `{}` in its name", args.filter);
    Ok(good)
}

/// The files to compare: those that are named, or else our own.
fn files(args: &Args) -> Vec<(Kind, PathBuf)> {
    let named = |kind| move |file: &PathBuf| (kind, file.clone());
    let cases = args.cases.iter().map(named(MACROS));
    let named: Vec<_> =
        args.liquid.iter().map(named(LIQUID)).chain(args.markdown.iter().map(named(MARKDOWN))).chain(cases).collect();
    if named.is_empty() {
        return FIXTURES.map(|(kind, name)| (kind, fixtures().join(name))).into();
    }
    named
}

/// What came of a file.
struct Compared {
    cases: usize,
    is_good: bool,
}

/// Compares one file. The last line says how many cases are equal, and of how many.
fn compare(kind: Kind, file: &Path, filter: &str) -> anyhow::Result<Compared> {
    let cases = (kind.run)(&read(file)?, filter).with_context(|| format!("`{}`", file.display()))?;
    let (mut passed, mut is_good) = (0, true);
    for case in &cases {
        if case.passed {
            passed += 1;
            continue;
        }
        if let Some(reason) = &case.deviation {
            println!("{}: differs as listed: {reason}", case.name);
        } else {
            is_good = false;
            println!("{}: differs\n{}", case.name, difference(&case.expected, &case.actual));
        }
    }
    println!("{} ({}):", kind.name, file.file_name().unwrap_or_default().display());
    println!("{passed}/{}{}", cases.len(), kind.agreement);
    Ok(Compared { cases: cases.len(), is_good })
}

fn fixtures() -> PathBuf {
    workspace::root().join("tests/fixtures/parity")
}

fn read(file: &Path) -> anyhow::Result<String> {
    let bytes = OsSystem.read(file).with_context(|| format!("`{}` cannot be read", file.display()))?;
    String::from_utf8(bytes).with_context(|| format!("`{}` is not UTF-8", file.display()))
}

fn liquid(json: &str, filter: &str) -> anyhow::Result<Vec<Case>> {
    let case = |result: bds_liquid::conformance::CaseResult| Case {
        name: result.name,
        expected: result.expected.unwrap_or_else(|| "(an error)".to_owned()),
        actual: result.actual.unwrap_or_else(|error| format!("(an error: {error})")),
        passed: result.passed,
        deviation: result.deviation,
    };
    let cases = bds_liquid::conformance::run(json)?.into_iter().map(case);
    Ok(cases.filter(|case| case.name.contains(filter)).collect())
}

fn markdown(json: &str, filter: &str) -> anyhow::Result<Vec<Case>> {
    let deviations = deviations("markdown")?;
    let case = |outcome: bds_content::conformance::Outcome| Case {
        deviation: deviations.get(&outcome.name).cloned(),
        name: outcome.name,
        expected: outcome.expected,
        actual: outcome.actual,
        passed: outcome.passed,
    };
    let cases = bds_content::conformance::markdown(json)?.into_iter().map(case);
    Ok(cases.filter(|case| case.name.contains(filter)).collect())
}

/// Why which case of a kind may differ, by name.
fn deviations(kind: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let file = fixtures().join(format!("deviations-{kind}.json"));
    serde_json::from_str(&read(&file)?).with_context(|| format!("`{}`", file.display()))
}
