//! What is said of defaults.

use std::fmt::Write as _;

use bds_scripts::defaults::{Comparison, Done, Outcome, Standing, State};

/// A line for each default: name, state, version, and what more there is to say.
pub(super) fn table(standings: &[Standing]) -> String {
    let width = |of: fn(&Standing) -> usize| standings.iter().map(of).max().unwrap_or_default();
    let (slugs, states) = (width(|it| it.slug.len()), width(|it| it.state.name().len()));
    standings.iter().fold(String::new(), |mut table, standing| {
        let (slug, state) = (&standing.slug, standing.state.name());
        let line = format!("{slug:<slugs$}  {state:<states$}  {}", version(standing));
        writeln!(table, "{}", line.trim_end()).expect("strings take all");
        table
    })
}

fn version(standing: &Standing) -> String {
    let newest = standing.newest;
    let version = match standing.version {
        Some(version) if version == newest => format!("version {version}"),
        Some(version) => format!("version {version} of {newest}"),
        None => String::new(),
    };
    let pinned = if standing.pinned { "pinned" } else { "" };
    let parts = [version.as_str(), pinned, standing.note.as_deref().unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

pub(super) fn is_nothing(done: &Done) -> bool {
    done.outcome == Outcome::Unchanged
}

/// What came of one default, after its path.
pub(crate) fn line(done: &Done) -> String {
    let Done { slug, path, outcome, copy } = done;
    let what = match outcome {
        Outcome::Unchanged => "as it was".to_owned(),
        Outcome::Seeded { version } => format!("seeded, version {version}"),
        Outcome::Adopted { version } => format!("recorded as version {version}"),
        Outcome::Updated { from, to } => format!("updated from version {from} to {to}"),
        Outcome::Merged { from, to } => format!("version {to} merged into your work on version {from}"),
        Outcome::Taken { version } => format!("replaced with version {version}"),
        Outcome::Kept { version } => format!("kept, as your work on version {version}"),
        Outcome::Pinned { version } => format!("pinned to version {version}"),
        Outcome::Unpinned { version } => format!("no longer pinned to version {version}"),
        Outcome::Offered { version } => {
            format!("kept: you have changed it; version {version} is there, see `bds defaults diff {slug}`")
        }
        Outcome::Conflict { version } => {
            format!("kept: you and version {version} have changed the same lines, see `bds defaults diff {slug}`")
        }
        Outcome::Refused { reason } => format!("not touched: {reason}"),
    };
    match copy {
        Some(copy) => format!("{path}: {what}; your text is kept in {copy}"),
        None => format!("{path}: {what}"),
    }
}

/// A sentence about all of it.
pub(super) fn summary(done: &[Done], dry_run: bool) -> &'static str {
    match (done.iter().all(is_nothing), dry_run) {
        (true, _) => "Nothing to do.",
        (false, true) => "Nothing was written: this is what would be done.",
        (false, false) => "Done.",
    }
}

/// The changes on both sides, and the two texts where they meet.
pub(super) fn patches(compared: &Comparison) -> String {
    let conflict = compared.conflict.as_deref().unwrap_or_default();
    let parts = [compared.yours.as_str(), compared.new.as_str(), conflict];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A sentence about whether they can be merged.
pub(super) fn verdict(compared: &Comparison) -> String {
    let Comparison { slug, from, to, new, merged, conflict, .. } = compared;
    if merged.is_some() {
        return format!("The changes can be merged: `bds defaults update {slug} --merge`.");
    }
    if conflict.is_some() {
        return format!(
            "Both change the same lines. Change the file by hand, then `bds defaults keep {slug}`; or `bds defaults take {slug}`."
        );
    }
    if compared.state == State::Unknown && new.is_empty() {
        return "What is there cannot be compared: `bds defaults status` says why.".to_owned();
    }
    match (from, new.is_empty()) {
        (_, true) => format!("Version {to} has nothing new for this project."),
        (Some(_), false) => format!("`bds defaults update {slug}` brings version {to}."),
        (None, false) => format!("The file is your own. `bds defaults take {slug}` replaces it, and keeps a copy."),
    }
}
