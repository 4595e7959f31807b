mod table;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use bds_base::OsSystem;
use bds_project::layout;
use bds_scripts::stats::{self, BuildStats};
use bds_store::Store;
use serde_json::json;

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{find, output, setup};

/// Says what scripts cost in the builds of the past.
///
/// Every build leaves counters; the last 200 builds are kept. Times are the script's own, without the time in which it waits for the engine. Without a script it prints a line for each script: numbers and totals over the builds, the medians of p50 and p95 over those in which it ran, and the largest max. With a script it prints a line for each build.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only this script, build by build.
    script: Option<String>,

    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,

    /// How many builds, from the latest on [default: 20; with --check 1, with --suggest all]
    #[arg(long, value_name = "N")]
    last: Option<NonZeroUsize>,

    /// Print JSON.
    #[arg(long)]
    json: bool,

    /// Hold the builds against `[thresholds]` of bds.toml: a sentence for each breach, and exit code 1 if there is one.
    #[arg(long, conflicts_with = "suggest")]
    check: bool,

    /// Propose `[thresholds]` that the builds would have kept, but for outliers.
    #[arg(long)]
    suggest: bool,
}

impl Args {
    fn last(&self) -> usize {
        let usual = match (self.check, self.suggest) {
            (true, _) => 1,
            (_, true) => usize::MAX,
            _ => 20,
        };
        self.last.map_or(usual, NonZeroUsize::get)
    }
}

/// Runs `bds stats`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let root = find::project(args.project.as_deref(), &OsSystem)?;
    let config = setup::config(&root, &OsSystem)?;
    let mut builds = history(&root.join(layout::STATE), args.last())?;
    if let Some(script) = &args.script {
        for build in &mut builds {
            build.scripts.retain(|slug, _| slug == script);
        }
    }
    if args.check {
        return check(args, &stats::breaches(&builds, &config.thresholds));
    }
    if args.suggest {
        return suggest(args, &stats::suggest(&builds));
    }
    match (args.json, &args.script) {
        (true, None) => output::json(&json!({ "builds": builds.len(), "scripts": stats::summaries(&builds) }))?,
        (true, Some(_)) => output::json(&json!({ "builds": builds }))?,
        (false, None) => output::data(&table::of_scripts(&stats::summaries(&builds))),
        (false, Some(script)) => output::data(&table::of_builds(&builds, script)),
    }
    if builds.iter().all(|build| build.scripts.is_empty()) {
        output::status(&match &args.script {
            Some(script) => format!("No build that was looked at used the script `{script}`."),
            None => "No build that was looked at used a script.".to_owned(),
        });
    }
    Ok(ExitStatus::Success)
}

/// What builds left. A project that was never built gets no store by being looked at.
fn history(folder: &std::path::Path, last: usize) -> Result<Vec<BuildStats>, Failure> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let opened = Store::open(folder).map_err(|error| Failure::new(format!("the store cannot be read: {error}")))?;
    Ok(stats::history(&opened.store, last))
}

fn check(args: &Args, breaches: &[stats::Breach]) -> Result<ExitStatus, Failure> {
    if args.json {
        output::json(&json!({ "breaches": breaches }))?;
    } else {
        for breach in breaches {
            output::data(&format!("{breach}\n"));
        }
    }
    Ok(if breaches.is_empty() { ExitStatus::Success } else { ExitStatus::ContentErrors })
}

fn suggest(args: &Args, suggestions: &[stats::Suggestion]) -> Result<ExitStatus, Failure> {
    if args.json {
        output::json(&json!({ "suggestions": suggestions }))?;
    } else {
        let tables: Vec<_> = suggestions.iter().map(stats::Suggestion::to_toml).collect();
        output::data(&tables.join("\n"));
    }
    Ok(ExitStatus::Success)
}
