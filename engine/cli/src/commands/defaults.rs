mod words;

use std::path::PathBuf;

use bds_base::{MessageFormat, OsSystem};
use bds_defaults::Shipped;
use bds_scripts::defaults::{self, DefaultsError, Done, Wish};
use clap::Subcommand;
use serde_json::json;

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{find, output};

pub(crate) use words::line;

/// Brings what ships with bds into the project as files, and keeps it up to date there.
///
/// Scripts, templates and strings that a project does not have are taken from bds itself. As files they can be changed. Which version each is of stands in meta/defaults.json, which belongs into version control; what you have changed is never overwritten unless you say so, and then a copy is kept below .bds/conflicts.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,

    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    #[arg(long, value_name = "DIR", global = true)]
    project: Option<PathBuf>,

    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,

    /// Write nothing, and say what would be done.
    #[arg(long, global = true)]
    dry_run: bool,
}

/// What to do. A SLUG is a name such as `gallery`, `partials/head` or `strings/de`, or the path of the file.
#[derive(Debug, Subcommand)]
enum Command {
    /// Say how each default stands: missing, current, outdated, modified, removed, pinned or unknown.
    Status,
    /// Write those that never were files, in the versions that builds use: no page changes. What you removed stays removed.
    Seed {
        /// Only these.
        #[arg(value_name = "SLUG")]
        slugs: Vec<String>,
    },
    /// Bring what you have not changed to the newest version, and say where a newer one is there for what you have.
    Update {
        /// Only these.
        #[arg(value_name = "SLUG")]
        slugs: Vec<String>,
        /// Merge newer versions into what you have changed, where the changes do not touch the same lines.
        #[arg(long)]
        merge: bool,
    },
    /// Show your changes, those of the newest version, and whether they can be merged.
    Diff { slug: String },
    /// Take the newest version, whatever the file is now. A copy is kept of what you changed.
    Take { slug: String },
    /// Keep what you have changed, and be told of no version but later ones.
    Keep { slug: String },
    /// Stay at a version, until `unpin` or `take`.
    Pin { slug: String, version: u32 },
    /// Stay at a version no longer. The file is left as it is; `update` brings newer versions again.
    Unpin { slug: String },
}

/// Runs `bds defaults`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let one =
        |slug: &String| defaults::one(slug).map(|default| vec![default]).map_err(|error| failure(error, args.json));
    let named = |slugs: &[String]| defaults::named(slugs).map_err(|error| failure(error, args.json));
    match &args.command {
        Command::Status => status(args),
        Command::Seed { slugs } => carry_out(args, Wish::Seed, &named(slugs)?),
        Command::Update { slugs, merge } => carry_out(args, Wish::Update { merge: *merge }, &named(slugs)?),
        Command::Diff { slug } => diff(args, one(slug)?[0]),
        Command::Take { slug } => carry_out(args, Wish::Take, &one(slug)?),
        Command::Keep { slug } => carry_out(args, Wish::Keep, &one(slug)?),
        Command::Pin { slug, version } => {
            let default = one(slug)?;
            check_version(default[0], *version)?;
            carry_out(args, Wish::Pin(*version), &default)
        }
        Command::Unpin { slug } => carry_out(args, Wish::Unpin, &one(slug)?),
    }
}

fn status(args: &Args) -> Result<ExitStatus, Failure> {
    let root = find::project(args.project.as_deref(), &OsSystem)?;
    let standings = defaults::status(&root, &OsSystem).map_err(|error| failure(error, args.json))?;
    if args.json {
        output::json(&json!({ "defaults": standings }))?;
    } else {
        output::data(&words::table(&standings));
    }
    Ok(ExitStatus::Success)
}

fn carry_out(args: &Args, wish: Wish, of: &[&Shipped]) -> Result<ExitStatus, Failure> {
    let root = find::project(args.project.as_deref(), &OsSystem)?;
    let done = defaults::run(&root, &OsSystem, wish, of, args.dry_run).map_err(|error| failure(error, args.json))?;
    if args.json {
        output::json(&json!({ "dry_run": args.dry_run, "defaults": done }))?;
    } else {
        done.iter().filter(|done| !words::is_nothing(done)).for_each(|done| output::data(&(line(done) + "\n")));
        output::status(words::summary(&done, args.dry_run));
    }
    Ok(if done.iter().any(Done::is_fault) { ExitStatus::ContentErrors } else { ExitStatus::Success })
}

fn diff(args: &Args, default: &Shipped) -> Result<ExitStatus, Failure> {
    let root = find::project(args.project.as_deref(), &OsSystem)?;
    let compared = defaults::compare(&root, &OsSystem, default).map_err(|error| failure(error, args.json))?;
    if args.json {
        output::json(&compared)?;
    } else {
        output::data(&words::patches(&compared));
        output::status(&words::verdict(&compared));
    }
    Ok(ExitStatus::Success)
}

/// Asking for a version that was never there is a slip on the command line.
fn check_version(default: &Shipped, version: u32) -> Result<(), Failure> {
    if default.version(version).is_some() {
        return Ok(());
    }
    let ship: Vec<_> = default.versions.iter().map(|version| version.number.to_string()).collect();
    Err(Failure::new(format!("version {version} of `{}` does not ship with this bds", default.slug))
        .hint(format!("these do: {}", ship.join(", "))))
}

/// Why nothing could be done with defaults; with `json`, what is wrong in the record is told to programs.
pub(crate) fn failure(error: DefaultsError, json: bool) -> Failure {
    let message = error.to_string();
    match error {
        DefaultsError::Record { diagnostics, text } => {
            let format = if json { MessageFormat::Json } else { MessageFormat::Human };
            Failure { diagnostics, text, format, ..Failure::new(message) }
        }
        DefaultsError::Unknown { near: Some(near), .. } => {
            Failure::new(message).hint(format!("did you mean `{near}`?"))
        }
        DefaultsError::Unknown { near: None, .. } => {
            Failure::new(message).hint("`bds defaults status` lists what does")
        }
        error => error.into(),
    }
}
