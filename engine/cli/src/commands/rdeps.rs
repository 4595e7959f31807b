use std::path::PathBuf;

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::output;
use crate::setup;
use crate::site::{Site, Where};

/// Says which pages an edit of a file would rebuild.
///
/// No other page of the site is rebuilt, whatever the edit; which of them are depends on the edit, and `bds build --dry-run --explain` says it once it is made. Pages that the site does not have yet cannot be named.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file, from here or from the project's folder; it need not be there yet
    file: PathBuf,

    #[command(flatten)]
    at: Where,

    /// List, too, the pages that depend on it only through what is put together from all files of its kind.
    #[arg(long)]
    all: bool,

    /// Print JSON, of the shape of docs/rdeps.schema.json, with all pages.
    #[arg(long, conflicts_with = "dot")]
    json: bool,

    /// Print a graph for Graphviz.
    #[arg(long)]
    dot: bool,
}

/// Runs `bds rdeps`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let site = Site::open(&args.at)?;
    let file = site.source(&args.file)?;
    let mut workspace = site.workspace()?;
    let dependents = workspace.lineage(site.out(), setup::threads(None))?.dependents(&file);
    match (args.json, args.dot) {
        (true, _) => output::json(&dependents)?,
        (_, true) => output::data(&dependents.to_dot(args.all)),
        _ => output::data(&dependents.to_text(args.all)),
    }
    if dependents.pages.is_empty() {
        output::status(&format!("No page depends on `{file}`."));
    }
    Ok(ExitStatus::Success)
}
