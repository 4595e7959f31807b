use bds_graph::{Rehearsal, Wanted};
use bds_macro_api::{MacroRuntime as _, Outcome};
use serde_json::{Value, json};

use super::Test;
use super::fixture::{Fixture, Staged};
use crate::commands::scripts::words;
use crate::desk::Desk;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::{output, setup};

/// Calls a macro once, as a build would, and shows what it did.
pub(super) fn run(desk: &Desk, script: &str, args: &Test, is_json: bool) -> Result<ExitStatus, Failure> {
    let fixture = args.fixture.as_deref().map(Fixture::read).transpose()?.unwrap_or_default();
    // The macros that ship are no files of the project.
    let name = desk.collection.find(script).map_or_else(|| script.to_owned(), |source| source.script.slug.to_string());
    let mut params = fixture.params.clone();
    params.extend(args.params.iter().cloned());
    let wanted = Wanted { name, params, post: args.post.clone(), language: args.language.clone() };
    let mut workspace = desk.workspace();
    let stage = workspace.stage(setup::threads(None))?;
    let (mut call, rehearsal) = stage.rehearse(&wanted)?;
    if fixture.post.is_some() {
        call.post_id = Some("fixture".to_owned());
    }
    let mut host = Staged { fixture: &fixture, rehearsal };
    let outcome = desk.runtime.call(&call, &mut host);
    let is_good = outcome.result.is_ok();
    let rehearsal = host.rehearsal;
    if is_json {
        output::json(&shown(&wanted, &rehearsal, &outcome))?;
    } else {
        told(&wanted, &rehearsal, &outcome);
    }
    Ok(if is_good { ExitStatus::Success } else { ExitStatus::ContentErrors })
}

fn told(wanted: &Wanted, rehearsal: &Rehearsal<'_>, outcome: &Outcome) {
    section("It printed", rehearsal.printed.lines().map(str::to_owned));
    section("It asked for", rehearsal.asked.iter().map(|(request, answer)| words::asked(request, answer)));
    section("It looked at", outcome.reads.iter().map(words::looked));
    section("It cannot be remembered, because of", outcome.volatile.iter().map(words::volatile));
    match &outcome.result {
        Ok(result) => {
            section("It warned", result.warnings.iter().cloned());
            if let Some(data) = &result.data {
                section("Its data", [Value::Object(data.clone()).to_string()]);
            }
            let end = if result.html.ends_with('\n') { "" } else { "\n" };
            output::data(&format!("{}{end}", result.html));
        }
        Err(failure) => words::failed(&format!("`{}`", wanted.name), failure),
    }
}

fn section(head: &str, lines: impl IntoIterator<Item = String>) {
    let mut lines = lines.into_iter().peekable();
    if lines.peek().is_some() {
        output::status(&format!("{head}:"));
        lines.for_each(|line| output::status(&format!("  {line}")));
    }
}

fn shown(wanted: &Wanted, rehearsal: &Rehearsal<'_>, outcome: &Outcome) -> Value {
    let asked = rehearsal.asked.iter().map(|(request, answer)| words::asked(request, answer));
    let result = outcome.result.as_ref();
    json!({
        "macro": wanted.name,
        "params": wanted.params,
        "html": result.ok().map(|result| &result.html),
        "data": result.ok().and_then(|result| result.data.as_ref()),
        "warnings": result.map_or(&[][..], |result| &result.warnings),
        "error": result.err().map(words::failure),
        "output": rehearsal.printed,
        "asked": asked.collect::<Vec<_>>(),
        "reads": outcome.reads,
        "volatile": outcome.volatile,
    })
}
