use std::path::PathBuf;

use bds_base::{MessageFormat, OsSystem};
use bds_scripts::sync::{self, Outcome, Reach, git};
use serde_json::{Map, json};

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::output;
use crate::progress::Bar;
use crate::sources::{self, Kind, Sources};

/// Follows what others have done to the sources: an editor, git, a sync service, another machine.
///
/// The files are the truth, and the index in .bds follows them. Where bds has written a file that somebody else has written without having seen it, the file wins, and what bds wrote is kept below .bds/conflicts. A change that was cut short is made whole, or kept there. Scripts and templates are followed at the start of every command, too. Exit code 1 if something is there to be mended.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to look at [default: all]
    #[arg(value_enum, value_name = "KIND")]
    kinds: Vec<Kind>,

    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,

    /// Look only at the files that git says differ between two commits, and count them: for instance after `git pull`, `ORIG_HEAD..HEAD`.
    #[arg(long, value_name = "OLD..NEW", conflicts_with = "kinds")]
    from_git: Option<String>,

    /// Write nothing, and say what would be done.
    #[arg(long)]
    dry_run: bool,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs `bds sync`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let project = args.project.as_deref();
    let sources = if args.dry_run { Sources::to_look(project)? } else { Sources::to_change(project)? };
    let reach = if args.dry_run { Reach::Look } else { Reach::Whole };
    if let Some(range) = &args.from_git {
        return from_git(args, &sources, range, reach);
    }
    let bar = Bar::new(args.json);
    let outcome = sync::sync(sources.project(), &sources::kinds(&args.kinds), reach, &bar);
    bar.finish();
    let outcome = outcome?;
    if args.json {
        output::json(&json!({
            "dry_run": args.dry_run,
            "settled": outcome.settled,
            "followed": outcome.followed,
            "problems": outcome.problems,
        }))?;
    } else {
        tell(&sources, &outcome, !args.dry_run);
        output::status(&summary(&outcome, args.dry_run));
    }
    Ok(status(&outcome))
}

fn from_git(args: &Args, sources: &Sources, range: &str, reach: Reach) -> Result<ExitStatus, Failure> {
    let changes = git::changes(&sources.root, range).map_err(|error| match error {
        git::GitError::Range(_) => Failure::new(error.to_string()).hint("write it as OLD..NEW, such as HEAD~1..HEAD"),
        error => error.into(),
    })?;
    let (counts, outcome) = git::reconcile(sources.project(), &changes, reach)?;
    if args.json {
        let counts: Map<_, _> = counts.iter().map(|(kind, counts)| (kind.name().to_owned(), json!(counts))).collect();
        output::json(&json!({
            "dry_run": args.dry_run,
            "counts": counts,
            "settled": outcome.settled,
            "followed": outcome.followed,
            "problems": outcome.problems,
        }))?;
    } else {
        tell(sources, &outcome, !args.dry_run);
        for (kind, counts) in counts.iter().filter(|(_, counts)| counts.processed_files > 0) {
            let git::Counts { created, updated, deleted, processed_files } = counts;
            output::data(&format!(
                "{kind}: {created} created, {updated} updated, {deleted} deleted, {processed_files} processed\n"
            ));
        }
        output::status(&summary(&outcome, args.dry_run));
    }
    Ok(status(&outcome))
}

/// A line for each file, and what is wrong.
pub(super) fn tell(sources: &Sources, outcome: &Outcome, is_done: bool) {
    for line in outcome.settled.iter().filter_map(|settled| sources::settled_line(settled, is_done)) {
        output::data(&(line + "\n"));
    }
    for followed in &outcome.followed {
        output::data(&(sources::followed_line(followed) + "\n"));
    }
    output::diagnostics(&outcome.problems, MessageFormat::Human, &sources.root, &OsSystem);
}

fn status(outcome: &Outcome) -> ExitStatus {
    if sources::has_faults(outcome) { ExitStatus::ContentErrors } else { ExitStatus::Success }
}

fn summary(outcome: &Outcome, dry_run: bool) -> String {
    let count = outcome.followed.len() + outcome.settled.len();
    match (count, dry_run) {
        (0, _) => "The index is as the files are.".to_owned(),
        (_, true) => format!("Nothing was written: the index would follow in {}.", files(count)),
        (_, false) => format!("The index follows in {}.", files(count)),
    }
}

fn files(count: usize) -> String {
    if count == 1 { "one file".to_owned() } else { format!("{count} files") }
}
