pub(super) mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use bds_base::{Diagnostic, MessageFormat, OsSystem, Severity, System};
use bds_graph::{Built, Counts, Request, Setup, Workspace};
use bds_macros_py::{PythonRuntime, RuntimeConfig};
use bds_project::layout;
use bds_store::{Store, Wait};
use clap::ValueEnum;

use crate::commands::options::Options;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use crate::{find, output, setup, sources};

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

    /// Fail if another process works on the project, instead of waiting until it is through.
    #[arg(long)]
    no_wait: bool,

    /// The seed of Python's hashes, to see that nothing depends on it.
    #[arg(long, hide = true, value_name = "N", default_value_t)]
    hash_seed: u32,

    /// Do all the work, but write and remove nothing; print what would be written and removed.
    #[arg(long)]
    dry_run: bool,

    /// Print what was done with each page and macro call, and why: from what differs to what was changed.
    ///
    /// As JSON it has the shape of docs/explain.schema.json. With --dry-run it is what would be done.
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    explain: Option<Explain>,

    /// Write a report of the build to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Args {
    fn wait(&self) -> Wait {
        if self.no_wait { Wait::No } else { Wait::Forever }
    }
}

/// The forms of `--explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Explain {
    /// Lines for people
    Text,
    /// One JSON object
    Json,
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
    setup::check_base_url(options.base_url.as_deref())?;
    let out = setup::output_folder(options.out.as_deref(), &root, &config)?;
    let threads = options.threads();
    let interrupt = Interrupt::watch()?;
    let is_stateless = options.no_state || args.dry_run && !root.join(layout::STATE).exists();
    let (store, lock) = if is_stateless { (Store::in_memory(), None) } else { setup::store(&root, args.wait())? };
    if lock.is_some() && !args.dry_run {
        sources::follow(&root, &**system, &store);
    }
    let runtime = RuntimeConfig { hash_seed: args.hash_seed, ..setup::runtime(&root, &out, &config, &**system)? };
    let runtime = Arc::new(PythonRuntime::new(runtime));
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
    let built =
        workspace.build(&Request { out, threads, dry_run: args.dry_run, at_length: args.explain.is_some() }, &bar);
    interrupt.stop_here_if_it_has_come();
    bar.finish();
    let status = report(args, &built?, started, &root, &**system);
    runtime.stop_workers();
    // The process ends here: to take a hundred thousand memos apart would be a tenth of its time.
    std::mem::forget(workspace);
    status
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
    match args.explain {
        Some(Explain::Text) => output::data(&built.explanation().to_text()),
        Some(Explain::Json) => output::json(&built.explanation())?,
        None if args.dry_run => output::data(&words::dry_run(built)),
        None => {}
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

/// Tells in the form asked for what kept the build from beginning.
fn refuse(args: &Args, mut failure: Failure, started: Instant, system: &dyn System) -> Failure {
    failure.format = args.options.message_format.into();
    let is_for_programs = matches!(failure.format, MessageFormat::Json | MessageFormat::Github);
    let sentence = failure.diagnostics.is_empty().then(|| failure.as_diagnostic());
    let nothing = Built {
        diagnostics: failure.diagnostics.iter().chain(&sentence).cloned().collect(),
        files: Vec::new(),
        page_fates: Vec::new(),
        macros: Vec::new(),
        printed: Vec::new(),
        counts: Counts::default(),
        scripts: BTreeMap::new(),
        pages: 0,
    };
    if let Err(unwritten) = write_report(args, &nothing, milliseconds_since(started), system) {
        output::status(&format!("bds: {}", unwritten.message));
    }
    // People read the sentence anyway.
    failure.diagnostics.extend(sentence.filter(|_| is_for_programs));
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
