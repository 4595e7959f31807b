use std::path::PathBuf;

use bds_scripts::index::IndexKind;
use bds_scripts::sync;
use clap::ValueEnum;
use serde_json::{Map, json};

use super::sync::tell;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::output;
use crate::progress::Bar;
use crate::sources::{self, Kind, Sources};

/// Makes the index of sources anew from the files alone.
///
/// It comes to what `bds sync` comes to, whatever the index was before: sync is quicker, for it reads only files that may have changed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to read
    #[arg(value_enum, value_name = "KIND")]
    kind: Rebuilt,

    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Rebuilt {
    /// Python scripts
    Scripts,
    /// Posts and their translations
    Posts,
    /// What is known of media files
    Media,
    /// Liquid templates
    Templates,
    /// All of them
    All,
}

impl Rebuilt {
    fn kinds(self) -> Vec<IndexKind> {
        match self {
            Self::Scripts => sources::kinds(&[Kind::Scripts]),
            Self::Posts => sources::kinds(&[Kind::Posts]),
            Self::Media => sources::kinds(&[Kind::Media]),
            Self::Templates => sources::kinds(&[Kind::Templates]),
            Self::All => sources::kinds(&[]),
        }
    }
}

/// Runs `bds rebuild`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let sources = Sources::to_change(args.project.as_deref())?;
    let bar = Bar::new(args.json);
    let rebuilt = sync::rebuild(sources.project(), &args.kind.kinds(), &bar);
    bar.finish();
    let (counts, outcome) = rebuilt?;
    if args.json {
        let counts: Map<_, _> = counts.iter().map(|(kind, count)| (kind.name().to_owned(), json!(count))).collect();
        output::json(&json!({
            "files": counts,
            "settled": outcome.settled,
            "followed": outcome.followed,
            "problems": outcome.problems,
        }))?;
    } else {
        tell(&sources, &outcome, true);
        let counts: Vec<_> = counts.iter().map(|(kind, count)| format!("{count} files of {kind}")).collect();
        output::status(&format!("The index was made anew: {}.", counts.join(", ")));
    }
    Ok(if sources::has_faults(&outcome) { ExitStatus::ContentErrors } else { ExitStatus::Success })
}
