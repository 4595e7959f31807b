use bds_graph::Story;

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::output;
use crate::site::{Site, Where};

/// Says why a page is as it is: what the latest build did with it, and which one rendered it last, and why.
///
/// Told from what the last 200 builds wrote down; nothing is built.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The page: an output file, an address, or a post (which can have several pages)
    page: String,

    /// Tell the same of the calls of this macro that the page shows.
    #[arg(long, value_name = "NAME")]
    r#macro: Option<String>,

    #[command(flatten)]
    at: Where,

    /// Print JSON, of the shape of docs/why.schema.json.
    #[arg(long)]
    json: bool,
}

/// Runs `bds why`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let site = Site::open(&args.at)?;
    let past = site.past();
    let macro_name = args.r#macro.as_ref().map(|name| name.to_lowercase());
    let pages = site.pages(&past, &args.page)?;
    let stories: Vec<_> = pages.iter().filter_map(|page| past.story(page, macro_name.as_deref())).collect();
    if args.json {
        output::json(&stories)?;
    } else {
        output::data(&stories.iter().map(Story::to_text).collect::<String>());
    }
    if let Some(name) = macro_name.filter(|_| stories.iter().all(|story| story.macros.is_empty())) {
        output::status(&format!("No call of the macro `{name}` is known there."));
    }
    Ok(ExitStatus::Success)
}
