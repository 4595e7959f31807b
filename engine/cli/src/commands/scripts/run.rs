use bds_graph::Stage;
use bds_macro_api::{Answer, Checked, Host, HostError, HostRequest, Ran, Task};
use bds_project::script::ScriptKind;
use bds_scripts::collection::Source;
use clap_complete::ArgValueCompleter;
use serde_json::{Map, json};

use super::{Common, words};
use crate::commands::completions;
use crate::desk::Desk;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{output, setup};

/// Runs a utility: all of its code, and then one function of it without arguments.
///
/// What it prints is shown as it comes, and then what the function returned. It runs under the same guard as a macro, for at most five seconds unless bds.toml says otherwise (`[macros.SLUG] timeout_ms`), and can ask `bds_api` for the posts, media and tags of the project. Ends with 1 when the script fails.
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    /// Which script.
    #[arg(value_name = "SCRIPT", add = ArgValueCompleter::new(completions::utilities))]
    script: String,

    /// The function; `main` for none, so that only the code at the top level runs [default: the `entrypoint` of the script if it defines that, else `main`]
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(completions::functions))]
    entry: Option<String>,
}

/// Runs `bds scripts run`.
pub(super) fn run(args: &Run, common: &Common) -> Result<ExitStatus, Failure> {
    let desk = Desk::open(common.project.as_deref())?;
    let source = desk.script(&args.script)?;
    let slug = source.script.slug.to_string();
    if !source.is_module() && source.script.head.kind != ScriptKind::Utility {
        let kind = source.script.head.kind;
        let hint = match kind {
            ScriptKind::Macro => format!("`bds scripts test {slug} --call` calls a macro"),
            _ => "`bds blogmark LINK --dry-run` shows what transforms make of a page".to_owned(),
        };
        return Err(Failure::new(format!("`{slug}` is a {}, and no utility", kind.name())).hint(hint));
    }
    let mut workspace = desk.workspace();
    let mut host = Utility {
        stage: workspace.stage(setup::threads(None))?,
        is_streaming: !common.is_json(),
        printed: String::new(),
    };
    let entry = entry(args, &desk, source, &mut host);
    let outcome = desk.run(source, Task::Utility { entrypoint: entry.clone() }, &mut host);
    let ran = outcome.read::<Ran>();
    if common.is_json() {
        output::json(&json!({
            "slug": slug,
            "entrypoint": entry.as_deref().unwrap_or(MAIN),
            "output": host.printed,
            "result": ran.as_ref().ok().and_then(|ran| ran.repr.as_ref()),
            "error": ran.as_ref().err().map(words::failure),
        }))?;
    } else {
        if !host.printed.is_empty() && !host.printed.ends_with('\n') {
            output::data("\n");
        }
        match &ran {
            Ok(Ran { repr: Some(repr) }) => output::data(&format!("=> {repr}\n")),
            Ok(_) => {}
            Err(failure) => words::failed(&format!("`{slug}`"), failure),
        }
    }
    Ok(if ran.is_ok() { ExitStatus::Success } else { ExitStatus::ContentErrors })
}

/// What stands for all of the code, and no function in it (format sheet §14).
const MAIN: &str = "main";

/// The function that is called; none for the code alone.
fn entry(args: &Run, desk: &Desk, source: &Source, host: &mut Utility<'_>) -> Option<String> {
    if let Some(named) = &args.entry {
        return Some(named.clone()).filter(|named| named != MAIN);
    }
    let said = source.script.head.entrypoint.to_string();
    if source.is_module() || said == MAIN {
        return None;
    }
    // What is wrong with the code is told when it runs.
    let checked = desk.run(source, Task::Check, host).read::<Checked>().unwrap_or_default();
    let is_there = checked.functions.iter().any(|function| function.name == said);
    is_there.then_some(said)
}

/// Answers a utility, and shows what it prints.
struct Utility<'w> {
    stage: Stage<'w>,
    is_streaming: bool,
    printed: String,
}

impl Host for Utility<'_> {
    fn request(&mut self, request: HostRequest) -> Result<Answer, HostError> {
        match request {
            HostRequest::Api { method, arguments } => self.stage.answer(&method, &arguments),
            HostRequest::PostField(name) => self.stage.answer(&name, &Map::new()),
        }
    }

    fn print(&mut self, text: &str) {
        if self.is_streaming {
            output::stream(text);
        }
        self.printed.push_str(text);
    }
}
