use std::path::PathBuf;

use bds_base::OsSystem;
use bds_macros_py::{DoctorReport, Sandbox};
use bds_project::config::Config;

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{find, output, setup};

/// Says which versions are at work, where Python was found, what holds scripts back, and what is wrong with the machine.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project's folder [default: the nearest one at or above the current folder, if there is one]
    project: Option<PathBuf>,
}

/// Runs `bds doctor`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    let system = OsSystem;
    let root = match &args.project {
        Some(project) => Some(find::project(Some(project), &system)?),
        None => find::project(None, &system).ok(),
    };
    // What is wrong with the configuration is told after what is known of the machine.
    let (config, broken) = match root.as_deref().map(|root| setup::config(root, &system)) {
        Some(Err(failure)) => (Config::default(), Some(failure)),
        Some(Ok(config)) => (config, None),
        None => (Config::default(), None),
    };
    let report = bds_macros_py::doctor_report(setup::runtime_anywhere(root.as_deref(), &config, &system)?);
    let mut lines = vec![("bds", env!("CARGO_PKG_VERSION").to_owned())];
    lines.extend(python(&report));
    lines.extend(sandbox(&report.sandbox));
    let project = root.map_or_else(|| "none here".to_owned(), |root| root.display().to_string());
    lines.push(("project", project));
    let text = lines.iter().fold(String::new(), |text, (name, value)| text + &format!("{name:<14}{value}\n"));
    output::data(&text);
    for problem in &report.problems {
        output::status(&format!("problem: {problem}."));
    }
    match (broken, &report.worker_start) {
        (Some(failure), _) => Err(Failure {
            message: "`bds.toml` is not valid, so no build of this project can begin".to_owned(),
            ..failure
        }),
        (None, Ok(_)) => Ok(ExitStatus::Success),
        (None, Err(_)) => Ok(ExitStatus::Usage),
    }
}

fn python(report: &DoctorReport) -> Vec<(&'static str, String)> {
    let worker = match &report.worker_start {
        Ok(took) => format!("starts in {:.1} ms", took.as_secs_f64() * 1000.0),
        Err(reason) => format!("does not start: {reason}"),
    };
    vec![
        ("Python", format!("{}, built for {}", report.python_version, report.python_built_for)),
        ("  library", report.libpython.display().to_string()),
        ("  home", report.python_prefix.display().to_string()),
        ("  worker", worker),
    ]
}

fn sandbox(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    let state = |state: &Result<String, String>| match state {
        Ok(what) => what.clone(),
        Err(reason) => format!("not active: {reason}"),
    };
    let audit = if sandbox.audit_hook { "active" } else { "not active" };
    let tried = |attempts: &[String]| match attempts {
        [] => "nothing that was tried".to_owned(),
        some => some.join(", "),
    };
    vec![
        ("sandbox", "what a worker tried, and how the kernel answered:".to_owned()),
        ("  refused", tried(&sandbox.refused)),
        ("  let through", tried(&sandbox.let_through)),
        ("  Landlock", state(&sandbox.landlock)),
        ("  seccomp", state(&sandbox.seccomp)),
        ("  audit hook", audit.to_owned()),
    ]
}
