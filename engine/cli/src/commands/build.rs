pub(super) mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use bds_base::{Diagnostic, OsSystem, Severity, System};
use bds_graph::{Built, Counts, Request, Setup, Workspace};
use bds_macros_py::PythonRuntime;
use bds_project::config::Config;
use bds_project::layout;
use bds_store::{Lock, LockError, Store, Wait};

use crate::commands::options::Options;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use crate::{find, output, setup};

/// Builds the site of a project.
///
/// Renders what can differ from the last build, writes what differs, and removes what this site no longer has. Sources are never written.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    options: Options,

    /// Count warnings as errors.
    #[arg(long)]
    strict: bool,

    /// Do all the work, but write and remove nothing; print what would be written and removed.
    #[arg(long)]
    dry_run: bool,

    /// Print what was done with each page and macro call, and why.
    #[arg(long)]
    explain: bool,

    /// Write a report of the build to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// Runs `bds build`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let started = Instant::now();
    let system: Arc<dyn System> = Arc::new(OsSystem);
    build(args, started, &system).map_err(|failure| refuse(args, failure, started, &*system))
}

fn build(args: &Args, started: Instant, system: &Arc<dyn System>) -> Result<ExitStatus, Failure> {
    let options = &args.options;
    let root = find::project(options.project.as_deref(), &**system)?;
    let config = setup::config(&root, &**system)?;
    check_base_url(options.base_url.as_deref())?;
    let out = output_folder(options, &root, &config)?;
    let threads = options.threads();
    let interrupt = Interrupt::watch()?;
    let (store, _lock) = open_store(&root);
    let runtime = Arc::new(PythonRuntime::new(setup::runtime(&root, &out, &config, &**system)?));
    let bar = Bar::new(args.options.quiet);
    interrupt.covers(&runtime, &bar);
    let mut workspace = Workspace::open(Setup {
        runtime: Arc::clone(&runtime) as _,
        root: root.clone(),
        system: Arc::clone(system),
        config,
        options: options.of_content(),
        now: options.now.unwrap_or_else(setup::now),
        store: Arc::new(store),
        remember: !options.no_cache,
    });
    let built = workspace.build(&Request { out, threads, dry_run: args.dry_run, at_length: args.explain }, &bar);
    interrupt.stop_here_if_it_has_come();
    bar.finish();
    let status = report(args, &built?, started, &root, &**system);
    runtime.stop_workers();
    // The process ends here: to take a hundred thousand memos apart would be a tenth of its time.
    std::mem::forget(workspace);
    status
}

/// Opens what survives the process. Without one, a build is only slower, and leaves files of earlier ones where they
/// are.
fn open_store(root: &Path) -> (Store, Option<Lock>) {
    let folder = root.join(layout::STATE);
    let lock = match lock(&folder) {
        Ok(lock) => lock,
        Err(error) => {
            output::status(&format!("Nothing is remembered of this build: {error}."));
            return (Store::in_memory(), None);
        }
    };
    match Store::open(&folder) {
        Ok(opened) => {
            if let Some(notice) = opened.notice {
                output::status(&notice.to_string());
            }
            (opened.store, Some(lock))
        }
        Err(error) => {
            output::status(&format!("Nothing is remembered of this build: {error}."));
            (Store::in_memory(), Some(lock))
        }
    }
}

/// Only one build at a time works on a project: the second waits, and says for whom.
fn lock(folder: &Path) -> Result<Lock, LockError> {
    match Lock::acquire(folder, Wait::No) {
        Err(LockError::Held { pid }) => {
            let holder = pid.map_or_else(|| "another process".to_owned(), |pid| format!("the process {pid}"));
            output::status(&format!("Waiting for {holder}, which works on this project."));
            Lock::acquire(folder, Wait::Forever)
        }
        done => done,
    }
}

pub(super) fn check_base_url(url: Option<&str>) -> Result<(), Failure> {
    match url.map(bds_project::meta::public_url) {
        Some(Err(reason)) => {
            Err(Failure::new(format!("`{}` is no address of a site: {reason}", url.unwrap_or_default()))
                .hint("give --base-url a whole address, such as https://blog.example"))
        }
        _ => Ok(()),
    }
}

pub(super) fn output_folder(options: &Options, root: &Path, config: &Config) -> Result<PathBuf, Failure> {
    let out = match &options.out {
        Some(out) => find::resolve(out)?,
        None => find::resolve(&config.output.dir.to_path(root))?,
    };
    let mut taken = layout::SOURCE_FOLDERS.iter().chain([&layout::STATE]).map(|folder| root.join(folder));
    if root.starts_with(&out) || taken.any(|folder| out.starts_with(folder)) {
        return Err(Failure::new(format!("the site cannot go to `{}`: sources are there", out.display()))
            .hint("choose a folder of its own with --out or `[output] dir` of bds.toml"));
    }
    Ok(out)
}

fn report(
    args: &Args,
    built: &Built,
    started: Instant,
    root: &Path,
    system: &dyn System,
) -> Result<ExitStatus, Failure> {
    let shown: Vec<Diagnostic> = built
        .diagnostics
        .iter()
        .filter(|diagnostic| !args.options.quiet || diagnostic.severity == Severity::Error || args.strict)
        .cloned()
        .collect();
    output::diagnostics(&shown, args.options.message_format.into(), root, system);
    if args.explain {
        output::data(&words::explanation(built));
    } else if args.dry_run {
        output::data(&words::dry_run(built));
    }
    if args.options.verbose {
        for printed in &built.printed {
            output::status(&format!("{} in {}: {}", printed.call, printed.post, printed.text.trim_end()));
        }
    }
    let duration_ms = milliseconds_since(started);
    write_report(args, built, duration_ms, system)?;
    if !args.options.quiet {
        output::status(&words::summary(built, duration_ms, args.dry_run));
    }
    let bad = built.has(Severity::Error) || (args.strict && built.has(Severity::Warning));
    Ok(if bad { ExitStatus::ContentErrors } else { ExitStatus::Success })
}

/// Tells in the form asked for what is wrong with the configuration, if that is what kept the build from beginning.
fn refuse(args: &Args, mut failure: Failure, started: Instant, system: &dyn System) -> Failure {
    failure.format = args.options.message_format.into();
    if !failure.diagnostics.is_empty() {
        let nothing = Built {
            diagnostics: failure.diagnostics.clone(),
            files: Vec::new(),
            macros: Vec::new(),
            printed: Vec::new(),
            counts: Counts::default(),
            scripts: BTreeMap::new(),
            pages: 0,
        };
        if let Err(unwritten) = write_report(args, &nothing, milliseconds_since(started), system) {
            output::status(&format!("bds: {}", unwritten.message));
        }
    }
    failure
}

/// Writes what `--report` asks for.
fn write_report(args: &Args, built: &Built, duration_ms: u64, system: &dyn System) -> Result<(), Failure> {
    let Some(file) = &args.report else { return Ok(()) };
    let json = serde_json::to_string_pretty(&built.report(duration_ms))?;
    let file = std::path::absolute(file)?;
    let written = system.write_atomic(&file, json.as_bytes());
    written.map_err(|error| Failure::new(format!("the report cannot be written to `{}`: {error}", file.display())))
}

fn milliseconds_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
