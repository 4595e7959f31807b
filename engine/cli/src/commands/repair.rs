use std::path::PathBuf;

use bds_scripts::repair::{self, Direction, Done, Repaired, Request};
use serde_json::json;

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::sources::{self, Kind, Sources};
use crate::{output, setup};

/// Makes the index and the files say the same again.
///
/// With --to-file, files get back the metadata that the index knows; their text stays, and what they were is kept below .bds/conflicts. With --to-index, the index takes what the files say, takes in new ones, and forgets those that are gone. See `bds diff` for what differs.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(group = clap::ArgGroup::new("direction").required(true).args(["to_file", "to_index"]))]
pub(crate) struct Args {
    /// Only these files.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Write what the index says into the files.
    #[arg(long)]
    to_file: bool,

    /// Take what the files say into the index.
    #[arg(long)]
    to_index: bool,

    /// Only this key of the metadata, such as `title`; may be given several times.
    #[arg(long, value_name = "KEY")]
    field: Vec<String>,

    /// Only sources of this kind; may be given several times.
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Vec<Kind>,

    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,

    /// Write nothing, and say what would be done.
    #[arg(long)]
    dry_run: bool,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs `bds repair`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let project = args.project.as_deref();
    let sources = if args.dry_run { Sources::to_look(project)? } else { Sources::to_change(project)? };
    let paths = args.files.iter().map(|file| sources.path(file)).collect::<Result<Vec<_>, _>>()?;
    let request = Request {
        kinds: sources::kinds(&args.kind),
        direction: if args.to_file { Direction::ToFile } else { Direction::ToIndex },
        fields: args.field.clone(),
        paths,
        dry_run: args.dry_run,
        now: setup::now(),
    };
    let repaired = repair::repair(sources.project(), &request)?;
    if args.json {
        output::json(&json!({ "dry_run": args.dry_run, "repaired": repaired }))?;
    } else {
        for repaired in &repaired {
            output::data(&(line(repaired) + "\n"));
        }
        output::status(match (repaired.is_empty(), args.dry_run) {
            (true, _) => "Nothing to do.",
            (false, true) => "Nothing was written: this is what would be done.",
            (false, false) => "Done.",
        });
    }
    Ok(if repaired.iter().any(Repaired::is_fault) { ExitStatus::ContentErrors } else { ExitStatus::Success })
}

fn line(repaired: &Repaired) -> String {
    let Repaired { path, fields, done, copy, .. } = repaired;
    let of = if fields.is_empty() { String::new() } else { format!(" ({})", fields.join(", ")) };
    let what = match done {
        Done::Written => format!("written from the index{of}"),
        Done::Taken => format!("taken into the index{of}"),
        Done::Imported => "new in the index".to_owned(),
        Done::Forgotten => "forgotten: the file is gone".to_owned(),
        Done::Refused { reason } => format!("not touched: {reason}"),
    };
    match copy {
        Some(copy) => format!("{path}: {what}; what the file was is kept in {copy}"),
        None => format!("{path}: {what}"),
    }
}
