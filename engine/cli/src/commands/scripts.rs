mod change;
pub(crate) mod check;
mod edit;
mod listing;
mod new;
mod run;
mod show;
mod test;
mod words;

use std::path::PathBuf;

use bds_project::script::ScriptKind;
use bds_scripts::library::{Library, Refusal};
use clap::{Subcommand, ValueEnum};

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::sources::Sources;

/// Lists, makes, changes, renames, removes, checks, runs and tests the scripts of a project.
///
/// A script is a Python file below scripts/, with its metadata in its first docstring. The files are the truth: change them with whatever you like. These commands do what an editor does not: they keep slugs apart, raise the version, name the file as the script, and say who uses a script before it goes. What they replace or remove is kept below .bds/trash. A SCRIPT is a slug, an id, or a file.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    common: Common,
}

/// What every one of them can be told.
#[derive(Debug, clap::Args)]
pub(super) struct Common {
    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    #[arg(long, value_name = "DIR", global = true)]
    project: Option<PathBuf>,

    /// How data is printed.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", global = true)]
    format: Format,

    /// Print JSON: short for --format json.
    #[arg(long, global = true)]
    json: bool,
}

impl Common {
    fn is_json(&self) -> bool {
        self.json || self.format == Format::Json
    }
}

/// The forms of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// Lines and columns for people
    #[default]
    Table,
    /// One JSON object
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Command {
    List(show::List),
    Show(show::Show),
    New(new::New),
    Edit(edit::Edit),
    Set(change::Set),
    Rename(change::Rename),
    /// Have scripts be used again.
    Enable(change::Named),
    /// Have scripts not be used: calls of a macro stay as they are written.
    Disable(change::Named),
    Delete(change::Delete),
    Check(check::Check),
    Run(run::Run),
    Test(test::Test),
}

/// Runs `bds scripts`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let common = &args.common;
    match &args.command {
        Command::List(list) => show::list(list, common),
        Command::Show(shown) => show::show(shown, common),
        Command::New(new) => new::run(new, common),
        Command::Edit(edit) => edit::run(edit, common),
        Command::Set(set) => change::set(set, common),
        Command::Rename(rename) => change::rename(rename, common),
        Command::Enable(named) => change::enable(named, true, common),
        Command::Disable(named) => change::enable(named, false, common),
        Command::Delete(delete) => change::delete(delete, common),
        Command::Check(args) => check::run(args, common),
        Command::Run(args) => run::run(args, common),
        Command::Test(args) => test::run(args, common),
    }
}

/// What a script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Called from posts
    Macro,
    /// Run by you
    Utility,
    /// Changes posts that come from a bookmarklet
    Transform,
}

impl From<Kind> for ScriptKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Macro => Self::Macro,
            Kind::Utility => Self::Utility,
            Kind::Transform => Self::Transform,
        }
    }
}

/// Opens the scripts to be changed, after what others have done to them was followed.
fn to_change(common: &Common) -> Result<(Sources, Library), Failure> {
    let sources = Sources::to_change(common.project.as_deref())?;
    sources.follow()?;
    let library = Library::read(sources.project());
    Ok((sources, library))
}

/// Opens the scripts to be looked at.
fn to_look(common: &Common) -> Result<(Sources, Library), Failure> {
    let sources = Sources::to_look(common.project.as_deref())?;
    sources.follow()?;
    let library = Library::read(sources.project());
    Ok((sources, library))
}

/// Why a wish cannot be fulfilled, with what to do about it.
fn refused(refusal: Refusal) -> Failure {
    let message = refusal.to_string();
    let hint = match refusal {
        Refusal::Unknown { near: Some(near), .. } => format!("did you mean `{near}`?"),
        Refusal::Unknown { near: None, .. } => "`bds scripts list` shows which there are".to_owned(),
        Refusal::Unreadable { .. } => "mend the file by hand".to_owned(),
        Refusal::Taken { .. } | Refusal::Exists(_) => "choose another slug".to_owned(),
        Refusal::NoSlug(_) => "use the letters a to z, digits and `_`".to_owned(),
        Refusal::NoEntrypoint(_) => "use letters, digits and `_`, such as `render`".to_owned(),
        Refusal::Nameless => "`bds scripts new SLUG`, or `--title TITLE`".to_owned(),
        Refusal::Unwritable(_) => "a title is one line without blanks at its ends".to_owned(),
    };
    Failure::new(message).hint(hint)
}
