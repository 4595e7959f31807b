mod words;

use std::path::{Path, PathBuf};

use bds_base::OsSystem;
use bds_graph::upkeep;
use bds_project::layout;
use bds_store::{Lock, LockError, Run, Store, Wait};
use serde_json::{Value, json};

use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{find, output};

/// Looks after what bds remembers from build to build, in the folder `.bds` of a project.
///
/// It is a cache: without it the next build does more work and gives the same site.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Says how much is remembered of what, and what the latest build did
    Info(Common),
    /// Removes what nothing refers to any more, and makes the store as small as it can be
    Gc(Gc),
    /// Forgets everything but which files of the output are ours, so that those which the site no longer has are removed all the same
    Clear(Common),
    /// Looks at every record: whether it is what was stored, and what it refers to is there; a sentence for each fault, and exit code 1 if there is one
    Verify(Common),
}

#[derive(Debug, clap::Args)]
struct Common {
    /// The project's folder [default: the nearest one at or above the current folder]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Gc {
    #[command(flatten)]
    common: Common,

    /// Forget macro results that none of the last N builds has used.
    #[arg(long, value_name = "N", default_value_t = 50)]
    builds: u64,
}

/// Runs `bds cache`.
pub(crate) fn run(args: &Args) -> Result<ExitStatus, Failure> {
    match &args.what {
        What::Info(common) => info(common),
        What::Gc(gc) => sweep(&gc.common, gc.builds),
        What::Clear(common) => clear(common),
        What::Verify(common) => verify(common),
    }
}

/// The folder of the store; none when the project was never built.
fn folder(common: &Common) -> Result<Option<PathBuf>, Failure> {
    let folder = find::project(common.project.as_deref(), &OsSystem)?.join(layout::STATE);
    Ok(folder.join("store.db").exists().then_some(folder))
}

fn open(folder: &Path) -> Result<Store, Failure> {
    let opened = Store::open(folder).map_err(|error| Failure::new(format!("the store cannot be read: {error}")))?;
    if let Some(notice) = opened.notice {
        output::status(&notice.to_string());
    }
    Ok(opened.store)
}

/// What changes the store does not wait for a build: it can be done later.
fn lock(folder: &Path) -> Result<Lock, Failure> {
    Lock::acquire(folder, Wait::No).map_err(|error| match error {
        LockError::Held { .. } => Failure::new(error.to_string()).hint("try again when it is through"),
        LockError::Unavailable(_) => error.into(),
    })
}

/// Says that there is nothing.
fn nothing(common: &Common, json: &Value) -> Result<ExitStatus, Failure> {
    if common.json {
        output::json(json)?;
    }
    output::status("Nothing is remembered of this project: it was never built.");
    Ok(ExitStatus::Success)
}

fn info(common: &Common) -> Result<ExitStatus, Failure> {
    let Some(folder) = folder(common)? else { return nothing(common, &Value::Null) };
    let store = open(&folder)?;
    let inventory = store.inventory()?;
    let latest = store.runs(1).into_iter().next();
    if common.json {
        let latest = latest.map(|Run { number, run }| {
            json!({ "number": number, "started": run.started, "duration_ms": run.duration_ms, "counters": run.counters })
        });
        output::json(&json!({ "store": inventory, "latest": latest }))?;
    } else {
        output::data(&words::inventory(&inventory, latest.as_ref()));
    }
    Ok(ExitStatus::Success)
}

fn sweep(common: &Common, builds: u64) -> Result<ExitStatus, Failure> {
    let Some(folder) = folder(common)? else { return nothing(common, &Value::Null) };
    let _lock = lock(&folder)?;
    let store = open(&folder)?;
    let before = store.inventory()?.bytes;
    let removed = upkeep::sweep(&store, builds)?;
    let after = store.inventory()?.bytes;
    if common.json {
        output::json(&json!({ "removed": removed, "bytes_before": before, "bytes_after": after }))?;
    } else {
        output::status(&words::removed(&removed, before, after));
    }
    Ok(ExitStatus::Success)
}

fn clear(common: &Common) -> Result<ExitStatus, Failure> {
    let Some(folder) = folder(common)? else { return nothing(common, &Value::Null) };
    let _lock = lock(&folder)?;
    let store = open(&folder)?;
    let before = store.inventory()?.bytes;
    store.clear()?;
    let after = store.inventory()?;
    let outputs = after.kinds.iter().find(|holding| holding.kind == "outputs").map_or(0, |holding| holding.records);
    if common.json {
        output::json(&json!({ "outputs_kept": outputs, "bytes_before": before, "bytes_after": after.bytes }))?;
    } else {
        output::status(&format!(
            "Forgot everything but which {outputs} files of the output are ours: {} of {} are left.",
            words::bytes(after.bytes),
            words::bytes(before)
        ));
    }
    Ok(ExitStatus::Success)
}

fn verify(common: &Common) -> Result<ExitStatus, Failure> {
    let Some(folder) = folder(common)? else { return nothing(common, &json!({ "faults": [] })) };
    let _lock = lock(&folder)?;
    let mut faults = Store::faults(&folder)?;
    // A store that is not what it should be is not opened: it would be set aside.
    if faults.is_empty() {
        faults = upkeep::faults(&open(&folder)?);
    }
    if common.json {
        output::json(&json!({ "faults": faults }))?;
    } else {
        let sentences = faults.iter().map(|fault| words::sentence(fault) + ".\n");
        output::data(&sentences.collect::<String>());
    }
    if faults.is_empty() {
        output::status("Every record is what was stored.");
        return Ok(ExitStatus::Success);
    }
    output::status("hint: the next build does not believe what is damaged; `bds cache clear` makes it forget the rest");
    Ok(ExitStatus::ContentErrors)
}
