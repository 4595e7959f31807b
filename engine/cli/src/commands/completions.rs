//! Completion in the shell: what stands behind Tab, and the lines that make shells ask for it.

use std::ffi::OsStr;

use bds_base::{OsSystem, System as _};
use bds_project::layout;
use bds_project::script::ScriptKind;
use bds_scripts::collection::{Collection, Source};
use bds_scripts::examine;
use clap_complete::CompletionCandidate;
use clap_complete::env::Shells;

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{find, output};

/// Prints what makes a shell complete the command line of bds: commands, options, the slugs of scripts and posts, the
/// parameters of macros.
///
/// For bash, `eval "$(bds completions bash)"` in ~/.bashrc; for zsh, the same with zsh in ~/.zshrc; for fish, `bds completions fish | source` in ~/.config/fish/config.fish.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which shell.
    #[arg(value_parser = ["bash", "elvish", "fish", "powershell", "zsh"])]
    shell: String,
}

/// Runs `bds completions`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let shells = Shells::builtins();
    let shell = shells.completer(&args.shell).ok_or_else(|| Failure::new("this shell is not known"))?;
    let mut script = Vec::new();
    shell.write_registration("COMPLETE", "bds", "bds", "bds", &mut script)?;
    output::data(&String::from_utf8_lossy(&script));
    Ok(ExitStatus::Success)
}

/// The scripts of the nearest project, or of the one that the line names; none where there is none.
fn collection() -> Collection {
    let mut words = line();
    let named = words.iter().position(|word| word == "--project").map(|at| at + 1);
    let named = named.filter(|at| *at < words.len()).map(|at| words.swap_remove(at));
    let root = find::project(named.as_deref().map(std::path::Path::new), &OsSystem);
    root.map(|root| Collection::read(&root, &OsSystem)).unwrap_or_default()
}

/// The words of the line that is being completed: shells give them after `--`.
fn line() -> Vec<String> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    words.map(|word| word.to_string_lossy().into_owned()).collect()
}

fn candidates<'s>(current: &OsStr, sources: impl Iterator<Item = &'s Source>) -> Vec<CompletionCandidate> {
    let begins = |source: &&Source| source.script.slug.starts_with(&*current.to_string_lossy());
    let candidate = |source: &Source| {
        CompletionCandidate::new(&*source.script.slug).help(Some(source.script.title.to_string().into()))
    };
    sources.filter(begins).map(candidate).collect()
}

/// The slugs of all scripts.
pub(crate) fn scripts(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, collection().scripts.iter())
}

/// The slugs of what can be run.
pub(crate) fn utilities(current: &OsStr) -> Vec<CompletionCandidate> {
    let is_utility = |source: &&Source| source.script.head.kind == ScriptKind::Utility;
    candidates(current, collection().scripts.iter().filter(is_utility))
}

/// The scripts that the line names.
fn named(collection: &Collection) -> Vec<&Source> {
    let words = line();
    collection.scripts.iter().filter(|source| words.iter().any(|word| *word == *source.script.slug)).collect()
}

/// The parameters that the macro on the line looks at, each with a `=` for its value.
pub(crate) fn parameters(current: &OsStr) -> Vec<CompletionCandidate> {
    let collection = collection();
    let names = named(&collection).into_iter().flat_map(|source| examine::parameters(&source.code.source));
    plain(current, names.map(|name| format!("{name}=")))
}

/// The functions of the script on the line.
pub(crate) fn functions(current: &OsStr) -> Vec<CompletionCandidate> {
    let collection = collection();
    let functions = named(&collection).into_iter().flat_map(|source| examine::functions(&source.code.source));
    plain(current, std::iter::once("main".to_owned()).chain(functions))
}

/// The names of the files of posts, which mostly are their slugs.
pub(crate) fn posts(current: &OsStr) -> Vec<CompletionCandidate> {
    let Ok(root) = find::project(None, &OsSystem) else { return Vec::new() };
    let files = OsSystem.walk(&root.join(layout::POSTS)).files;
    let stems = files.iter().filter_map(|file| file.path.file_stem()).map(|stem| stem.to_string_lossy().into_owned());
    // `slug.de` is a translation.
    plain(current, stems.filter(|stem| !stem.contains('.')))
}

fn plain(current: &OsStr, names: impl Iterator<Item = String>) -> Vec<CompletionCandidate> {
    names.filter(|name| name.starts_with(&*current.to_string_lossy())).map(CompletionCandidate::new).collect()
}
