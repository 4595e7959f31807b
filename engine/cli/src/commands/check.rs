mod compare;
mod trial;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bds_base::{Diagnostic, OsSystem, Severity, System};
use bds_graph::{Options, Request, Setup, Workspace};
use bds_macros_py::PythonRuntime;
use jiff::Timestamp;

use super::options::{Format, parse_jobs, parse_time};
use super::scripts;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use crate::{find, output, setup};

/// Finds what is wrong with a site: dead links, missing media, unused scripts and templates, pages with the same address.
///
/// Says all that a build says, and what can only be seen in the HTML of all pages together. Nothing is written. With --truth or --deterministic it checks bds itself on this site instead.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Args {
    /// The project's folder [default: the nearest one at or above the current folder with a meta/project.json]
    project: Option<PathBuf>,

    /// Where the site goes [default: `[output] dir` of bds.toml, or `html` in the project]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Bring the site up to date, build it once more from nothing in another folder, and compare both byte for byte: exit code 1 and the list of the files that differ.
    #[arg(long)]
    truth: bool,

    /// Build the site from nothing several times, with other numbers of threads, hash seeds, time zones and languages of the machine, and compare byte for byte: exit code 1 and the list of the files that differ.
    #[arg(long)]
    deterministic: bool,

    /// How many threads render [default: one for each processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = parse_jobs)]
    jobs: Option<NonZeroUsize>,

    /// Show drafts too.
    #[arg(long)]
    drafts: bool,

    /// Show posts that are dated in the future too.
    #[arg(long)]
    future: bool,

    /// Check the site as it is at this time, for instance 2026-03-13T08:00:00Z.
    #[arg(long, value_name = "RFC3339", value_parser = parse_time)]
    now: Option<Timestamp>,

    /// The site's address, instead of `publicUrl` of meta/project.json.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// Count warnings as errors.
    #[arg(long)]
    strict: bool,

    /// How errors and warnings are printed.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    message_format: Format,
}

/// Runs `bds check`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let root = find::project(args.project.as_deref(), &OsSystem)?;
    let config = setup::config(&root, &OsSystem)?;
    setup::check_base_url(args.base_url.as_deref())?;
    let out = setup::output_folder(args.out.as_deref(), &root, &config)?;
    let now = args.now.unwrap_or_else(setup::now);
    if args.truth || args.deterministic {
        let options = trial::Options {
            root: &root,
            out: &out,
            now,
            drafts: args.drafts,
            future: args.future,
            base_url: args.base_url.as_deref(),
        };
        let is_true = !args.truth || trial::truth(&options)?;
        let is_same = !args.deterministic || trial::deterministic(&options)?;
        return Ok(if is_true && is_same { ExitStatus::Success } else { ExitStatus::ContentErrors });
    }
    site(args, &root, &out, now).map_err(|failure| Failure { format: args.message_format.into(), ..failure })
}

fn site(args: &Args, root: &Path, out: &Path, now: Timestamp) -> Result<ExitStatus, Failure> {
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let config = setup::config(root, &*system)?;
    let interrupt = Interrupt::watch()?;
    let is_new = !root.join(bds_project::layout::STATE).exists();
    let (store, _lock) =
        if is_new { (bds_store::Store::in_memory(), None) } else { setup::store(root, bds_store::Wait::Forever)? };
    let runtime = Arc::new(PythonRuntime::new(setup::runtime(root, out, &config, &*system)?));
    let bar = Bar::new(false);
    interrupt.covers(&runtime, &bar);
    let mut workspace = Workspace::open(Setup {
        runtime: Arc::clone(&runtime) as Arc<dyn bds_macro_api::MacroRuntime>,
        root: root.to_owned(),
        system: Arc::clone(&system),
        config: config.clone(),
        options: Options { drafts: args.drafts, future: args.future, base_url: args.base_url.clone() },
        now,
        store: Arc::new(store),
        remember: true,
    });
    let request = Request { out: out.to_owned(), threads: setup::threads(args.jobs), dry_run: true, at_length: true };
    let found = workspace.check(&request, &bar);
    interrupt.stop_here_if_it_has_come();
    bar.finish();
    let mut found = found?;
    // A build meets only the scripts that something calls.
    let syntax = scripts::check::syntax(root, &config, &runtime);
    let untold: Vec<_> = syntax.into_iter().filter(|fault| !is_told(fault, &found)).collect();
    found.extend(untold);
    found.sort();
    output::diagnostics(&found, args.message_format.into(), root, &*system);
    let count = |severity| found.iter().filter(|found| found.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    output::status(&match (errors, warnings) {
        (0, 0) => "Nothing is wrong with the site.".to_owned(),
        (errors, warnings) => format!("Found {} and {}.", plural(errors, "error"), plural(warnings, "warning")),
    });
    let is_bad = errors > 0 || args.strict && warnings > 0;
    Ok(if is_bad { ExitStatus::ContentErrors } else { ExitStatus::Success })
}

/// Whether something in a file was told with what went wrong because of it.
fn is_told(fault: &Diagnostic, found: &[Diagnostic]) -> bool {
    let file = fault.place.as_ref().map(|place| &place.file);
    let leads_there =
        |known: &Diagnostic| known.trace.iter().any(|step| step.place.as_ref().map(|it| &it.file) == file);
    found.iter().any(leads_there)
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
