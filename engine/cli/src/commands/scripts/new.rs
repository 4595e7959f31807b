use std::path::PathBuf;

use bds_scripts::library::{Wish, plan};

use super::{Common, Kind, change, edit, refused, to_change};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::setup;

/// Make a new script, with a first few lines of its kind.
#[derive(Debug, clap::Args)]
pub(super) struct New {
    /// What it is called by; made of the title where it is not given.
    #[arg(required_unless_present = "title")]
    slug: Option<String>,

    /// Its title [default: the slug]
    #[arg(long)]
    title: Option<String>,

    /// What it is for.
    #[arg(long, value_enum, default_value_t = Kind::Macro)]
    kind: Kind,

    /// The function that is called [default: render, main or transform]
    #[arg(long, value_name = "NAME")]
    entrypoint: Option<String>,

    /// Have it not be used yet.
    #[arg(long)]
    disabled: bool,

    /// Take its code from this file; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

pub(super) fn run(new: &New, common: &Common) -> Result<ExitStatus, Failure> {
    let body = new.from.as_deref().map(edit::text_of).transpose()?;
    let (sources, library) = to_change(common)?;
    let wish = Wish::New {
        slug: new.slug.clone(),
        title: new.title.clone(),
        kind: new.kind.into(),
        entrypoint: new.entrypoint.clone(),
        enabled: !new.disabled,
        body,
    };
    let planned = plan(&library, None, &wish, setup::now()).map_err(refused)?;
    change::carry_out(&sources, planned.as_ref(), &[], common)
}
