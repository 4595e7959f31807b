use bds_base::{MessageFormat, OsSystem};
use bds_scripts::library::{Entry, references};
use clap_complete::ArgValueCompleter;
use serde_json::json;

use super::{Common, Kind, listing, refused, to_look};
use crate::commands::completions;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::output;

/// List the scripts of the project, and the modules that they share.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Only those of this kind.
    #[arg(long, value_enum)]
    kind: Option<Kind>,

    /// Only those that are used.
    #[arg(long, conflicts_with = "disabled")]
    enabled: bool,

    /// Only those that are not used.
    #[arg(long)]
    disabled: bool,
}

/// Show one script: its metadata, its code, and who uses it.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    #[arg(add = ArgValueCompleter::new(completions::scripts))]
    script: String,
}

pub(super) fn list(list: &List, common: &Common) -> Result<ExitStatus, Failure> {
    let (sources, library) = to_look(common)?;
    let is_of_kind = |entry: &&Entry| {
        list.kind.is_none_or(|kind| entry.script.head.has_metadata && entry.script.head.kind == kind.into())
    };
    let is_in_state = |entry: &&Entry| {
        let is_enabled = entry.script.head.enabled;
        (!list.enabled || is_enabled) && (!list.disabled || !is_enabled)
    };
    let shown: Vec<_> = library.scripts.iter().filter(is_of_kind).filter(is_in_state).collect();
    if common.is_json() {
        let scripts: Vec<_> = shown.iter().map(|entry| entry.data(false)).collect();
        output::json(&json!({ "scripts": scripts, "unreadable": library.unreadable }))?;
    } else {
        output::data(&listing::table(&shown));
        output::diagnostics(&library.diagnostics, MessageFormat::Human, &sources.root, &OsSystem);
        for file in &library.unreadable {
            output::status(&format!("{}: its metadata cannot be read: {}", file.file_path, file.reason));
        }
        if shown.is_empty() && library.unreadable.is_empty() {
            output::status("There is no such script. `bds scripts new SLUG` makes one.");
        }
    }
    Ok(if library.unreadable.is_empty() { ExitStatus::Success } else { ExitStatus::ContentErrors })
}

pub(super) fn show(show: &Show, common: &Common) -> Result<ExitStatus, Failure> {
    let (sources, library) = to_look(common)?;
    let entry = library.find(&show.script).map_err(refused)?;
    let names: Vec<&str> =
        std::iter::once(&*entry.script.slug).chain(entry.script.head.aliases.iter().map(|alias| &**alias)).collect();
    let used = references(sources.project(), &library, entry, &names);
    if common.is_json() {
        output::json(&json!({ "script": entry.data(true), "references": used }))?;
    } else {
        output::data(&listing::whole(entry));
        if !used.is_empty() {
            output::status(&format!("\nUsed in:\n{}", listing::references(&used).trim_end()));
        }
    }
    Ok(ExitStatus::Success)
}
