use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::output;
use crate::setup;
use crate::site::{Site, Where};

/// Says what a page is made from: texts, macro calls, settings, and files.
///
/// It is told of the page as the last build made it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The page: an output file, an address, or a post (which can have several pages)
    page: String,

    #[command(flatten)]
    at: Where,

    /// Print JSON, of the shape of docs/deps.schema.json.
    #[arg(long, conflicts_with = "dot")]
    json: bool,

    /// Print a graph for Graphviz.
    #[arg(long)]
    dot: bool,
}

/// Runs `bds deps`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let site = Site::open(&args.at)?;
    let pages = site.pages(&site.past(), &args.page)?;
    let mut workspace = site.workspace()?;
    let lineage = workspace.lineage(site.out(), setup::threads(None))?;
    let sources: Vec<_> = pages.iter().map(|page| lineage.sources(page)).collect();
    match (args.json, args.dot) {
        (true, _) => output::json(&sources)?,
        (_, true) => sources.iter().for_each(|sources| output::data(&sources.to_dot())),
        _ => sources.iter().for_each(|sources| output::data(&sources.to_text())),
    }
    Ok(ExitStatus::Success)
}
