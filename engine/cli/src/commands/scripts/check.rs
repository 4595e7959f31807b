use std::path::Path;
use std::sync::Arc;

use bds_base::{Diagnostic, MessageFormat, OsSystem, Severity};
use bds_macro_api::{Answer, Checked, Host, HostError, HostRequest, Job, ScriptRuntime as _, Task};
use bds_macros_py::PythonRuntime;
use bds_project::config::Config;
use bds_scripts::collection::{Collection, Source};
use bds_scripts::examine;
use clap_complete::ArgValueCompleter;
use serde_json::{Value, json};

use super::Common;
use super::words::plural;
use crate::commands::completions;
use crate::commands::options::Format;
use crate::desk::Desk;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::output;

/// Says what is wrong with scripts, without running them.
///
/// Told are: code that is no Python, with where that begins and ends; a function that is missing or takes other arguments than its kind gets; modules that are not there; and, when all scripts are checked, macros that no text calls and modules that nobody imports. Lists the functions that a script can be run by, `main` first if there is one.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// Which scripts [default: all]
    #[arg(value_name = "SCRIPT", add = ArgValueCompleter::new(completions::scripts))]
    scripts: Vec<String>,

    /// Count warnings as errors.
    #[arg(long)]
    strict: bool,

    /// How errors and warnings are printed.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    message_format: Format,
}

/// Runs `bds scripts check`.
pub(super) fn run(args: &Check, common: &Common) -> Result<ExitStatus, Failure> {
    let desk = Desk::open(common.project.as_deref())?;
    let chosen: Vec<&Source> = match args.scripts.as_slice() {
        [] => desk.collection.scripts.iter().collect(),
        names => names.iter().map(|name| desk.script(name)).collect::<Result<_, _>>()?,
    };
    let mut found: Vec<Diagnostic> = desk.collection.diagnostics.clone();
    found.retain(|known| args.scripts.is_empty() || chosen.iter().any(|source| is_about(known, source)));
    let mut checked = Vec::with_capacity(chosen.len());
    for source in chosen {
        let said: Checked = desk.run(source, Task::Check, &mut Nobody).read().map_err(|failure| {
            Failure::new(format!("`{}` cannot be checked: {}", source.script.path, failure.message))
        })?;
        found.extend(examine::faults(source, &said));
        checked.push((source, said));
    }
    if args.scripts.is_empty() {
        found.extend(examine::unused(&checked, &examine::called(&desk.root, &OsSystem)));
    }
    found.sort();
    if common.is_json() {
        let scripts: Vec<_> = checked.iter().map(|(source, said)| shown(source, said)).collect();
        output::json(&json!({ "scripts": scripts, "diagnostics": found }))?;
    } else {
        output::data(&checked.iter().map(|(source, said)| line(source, said)).collect::<String>());
        output::diagnostics(&found, MessageFormat::from(args.message_format), &desk.root, &OsSystem);
    }
    let count = |severity| found.iter().filter(|found| found.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let scripts = plural(checked.len(), "script");
    output::status(&match (errors, warnings) {
        (0, 0) => format!("Checked {scripts}; nothing is wrong."),
        (errors, warnings) => {
            format!("Checked {scripts}: {} and {}.", plural(errors, "error"), plural(warnings, "warning"))
        }
    });
    let is_bad = errors > 0 || args.strict && warnings > 0;
    Ok(if is_bad { ExitStatus::ContentErrors } else { ExitStatus::Success })
}

/// Code that is no Python, in whatever script, also in those that nothing calls.
pub(crate) fn syntax(root: &Path, config: &Config, runtime: &PythonRuntime) -> Vec<Diagnostic> {
    let collection = Collection::read(root, &OsSystem);
    let mut found = Vec::new();
    for source in &collection.scripts {
        let (limits, permissions) = config.limits_of_job(&source.script.slug);
        let job = Job { script: Arc::clone(&source.code), task: Task::Check, limits, permissions };
        let Ok(said) = runtime.run(&job, &mut Nobody).read::<Checked>() else { continue };
        if !said.errors.is_empty() {
            found.extend(examine::faults(source, &said));
        }
    }
    found
}

fn is_about(diagnostic: &Diagnostic, source: &Source) -> bool {
    diagnostic.place.as_ref().is_some_and(|place| place.file == source.script.path)
}

fn kind(source: &Source) -> &'static str {
    if source.is_module() { "module" } else { source.script.head.kind.name() }
}

fn line(source: &Source, said: &Checked) -> String {
    let names: Vec<_> = said.functions.iter().map(|function| function.name.as_str()).collect();
    let names = if names.is_empty() { "no functions".to_owned() } else { names.join(", ") };
    format!("{} ({}): {names}\n", source.script.slug, kind(source))
}

fn shown(source: &Source, said: &Checked) -> Value {
    json!({
        "slug": source.script.slug,
        "filePath": source.script.path,
        "kind": kind(source),
        "entrypoint": source.script.head.entrypoint,
        "enabled": source.script.head.enabled,
        "errors": said.errors,
        "functions": said.functions,
        "imports": said.imports,
    })
}

/// Nobody runs, so nobody asks.
struct Nobody;

impl Host for Nobody {
    fn request(&mut self, _: HostRequest) -> Result<Answer, HostError> {
        Err(HostError::Cancelled)
    }

    fn print(&mut self, _: &str) {}
}
