use std::fmt::Write as _;
use std::path::PathBuf;

use bds_scripts::diff::{self, Comparison, Item};
use serde_json::Value;

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::output;
use crate::progress::Bar;
use crate::sources::{self, Kind, Sources};

/// Compares what the index knows of the sources with the files, key by key.
///
/// Shows what has happened since the last `bds sync` without following it: metadata that differs, files that are gone, and files that are new. `bds repair` makes both sides the same in the direction that you choose. Exit code 1 if there is a difference.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to compare [default: all]
    #[arg(value_enum, value_name = "KIND")]
    kinds: Vec<Kind>,

    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs `bds diff`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let sources = Sources::to_look(args.project.as_deref())?;
    let bar = Bar::new(args.json);
    let comparison = diff::compare(sources.project(), &sources::kinds(&args.kinds), &bar);
    bar.finish();
    if args.json {
        output::json(&comparison)?;
    } else {
        output::data(&words(&comparison));
        output::status(&summary(&comparison));
    }
    Ok(if comparison.is_empty() { ExitStatus::Success } else { ExitStatus::ContentErrors })
}

fn words(comparison: &Comparison) -> String {
    let mut text = String::new();
    for item in &comparison.items {
        text += &item_words(item);
    }
    for orphan in &comparison.orphans {
        writeln!(text, "{}: not in the index", orphan.path).expect("strings take all");
    }
    for hidden in &comparison.unseen {
        writeln!(text, "{}: cannot be looked at: {}", hidden.path, hidden.reason).expect("strings take all");
    }
    if comparison.fields.len() > 1 {
        let groups = comparison.fields.iter().map(|group| format!("{} {}", group.field, group.paths.len()));
        writeln!(text, "by key: {}", groups.collect::<Vec<_>>().join(", ")).expect("strings take all");
    }
    text
}

fn item_words(item: &Item) -> String {
    if item.missing {
        return format!("{}: gone\n", item.path);
    }
    let mut text = match &item.unreadable {
        Some(reason) => format!("{}: its metadata cannot be read: {reason}\n", item.path),
        None => format!("{}:\n", item.path),
    };
    for (key, sides) in &item.differences {
        writeln!(text, "  {key}: {} in the index, {} in the file", shown(&sides.index), shown(&sides.file))
            .expect("strings take all");
    }
    if item.body {
        text += "  the text below the metadata differs\n";
    }
    text
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        value => value.to_string(),
    }
}

fn summary(comparison: &Comparison) -> String {
    let count = |is: &dyn Fn(&Item) -> bool| comparison.items.iter().filter(|item| is(item)).count();
    if comparison.is_empty() {
        return "The index is as the files are.".to_owned();
    }
    let (missing, differing) = (count(&|item| item.missing), count(&|item| !item.missing));
    format!("Differing: {differing}. Gone: {missing}. Not in the index: {}.", comparison.orphans.len())
}
