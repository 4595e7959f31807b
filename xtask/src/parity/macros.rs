//! Recorded calls of the macros that ship, run as a build runs them: in workers, with the questions of the scripts
//! answered from the data of the case.

mod host;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use anyhow::{Context as _, bail};
use bds_base::{OsSystem, System as _};
use bds_content::i18n::Strings;
use bds_content::macros;
use bds_defaults::Script;
use bds_macro_api::{Context, Env, Limits, MacroCall, MacroRuntime as _, ScriptOrigin, ScriptRef};
use bds_macros_py::{PythonRuntime, RuntimeConfig};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Case;
use crate::workspace;
use host::{CaseHost, Data};

/// A recorded call. The fields are explained in `tests/fixtures/parity/README.md`.
#[derive(Deserialize)]
struct Recorded {
    name: String,
    source: String,
    #[serde(rename = "macro")]
    macro_name: String,
    params: BTreeMap<String, String>,
    language: String,
    post_id: String,
    #[serde(flatten)]
    data: Data,
    /// Which version of the script it is of: the first unless it says another.
    #[serde(default = "first")]
    version: u32,
    #[serde(default)]
    origin: Origin,
    expected_html: Option<String>,
}

/// Whose output a case has recorded.
#[derive(Deserialize, Default, PartialEq, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Origin {
    /// That of the original: not to be touched.
    #[default]
    Legacy,
    /// Our own.
    Bds,
}

fn first() -> u32 {
    1
}

/// Runs the calls with this in their names.
pub(super) fn run(json: &str, filter: &str) -> anyhow::Result<Vec<Case>> {
    let runtime = runtime()?;
    let cases = read(json)?.into_iter().filter(|case| case.name.contains(filter));
    let case = |recorded: Recorded| {
        let actual = html(&runtime, &recorded)?;
        let expected = recorded.expected_html.unwrap_or_default();
        Ok(Case { passed: expected == actual, name: recorded.name, expected, actual, deviation: None })
    };
    cases.map(case).collect()
}

/// Writes what our macros give into a file, for the cases that are our own. Refuses where another case differs.
pub(super) fn update(file: &Path, filter: &str) -> anyhow::Result<()> {
    let json = super::read(file)?;
    let (runtime, recorded) = (runtime()?, read(&json)?);
    let mut cases: Vec<Map<String, Value>> = serde_json::from_str(&json)?;
    let mut updated = 0;
    for (case, recorded) in cases.iter_mut().zip(&recorded).filter(|(_, recorded)| recorded.name.contains(filter)) {
        let actual = html(&runtime, recorded)?;
        if recorded.expected_html.as_deref() == Some(&actual) {
            continue;
        }
        if recorded.origin == Origin::Legacy {
            bail!(
                "`{}` in `{}` was recorded from the original and is never changed: nothing was written",
                recorded.name,
                file.display()
            );
        }
        case.insert("expected_html".to_owned(), Value::String(actual));
        updated += 1;
    }
    if updated > 0 {
        OsSystem.write_atomic(file, (serde_json::to_string_pretty(&cases)? + "\n").as_bytes())?;
    }
    println!("{}: {updated} cases written", file.display());
    Ok(())
}

fn read(json: &str) -> anyhow::Result<Vec<Recorded>> {
    serde_json::from_str(json).context("the cases have another form than `tests/fixtures/parity/README.md` says")
}

/// The runtime of a build, for the folder `defaults` as the project.
fn runtime() -> anyhow::Result<PythonRuntime> {
    let runtime = PythonRuntime::new(RuntimeConfig::new(workspace::root().join("defaults"))?);
    runtime.version()?;
    Ok(runtime)
}

/// What our macro gives for a call; for one that fails, and for one that is not read as it was recorded, why.
fn html(runtime: &PythonRuntime, recorded: &Recorded) -> anyhow::Result<String> {
    let read = macros::scan(&recorded.source);
    let is_read = matches!(&read[..], [call] if call.name == recorded.macro_name && call.params == recorded.params);
    if !is_read {
        return Ok(format!("(`{}` is read as {read:?})", recorded.source));
    }
    let script = bds_defaults::script_of_version(&recorded.macro_name, recorded.version);
    let script = script.with_context(|| {
        format!("{}: no script `{}` of version {} ships", recorded.name, recorded.macro_name, recorded.version)
    })?;
    let mut host = CaseHost::new(&recorded.data, &recorded.post_id);
    let outcome = runtime.call(&call(recorded, script), &mut host);
    Ok(match outcome.result {
        Ok(result) => result.html,
        Err(failure) => format!("(it fails: {})", failure.traceback.unwrap_or(failure.message)),
    })
}

fn call(recorded: &Recorded, script: &Script) -> MacroCall {
    let env = Env {
        is_preview: false,
        main_language: Some(recorded.language.clone()),
        language_prefix: String::new(),
        hook: Some(recorded.macro_name.clone()),
        source: Some(ScriptRef { kind: "macro".to_owned(), id: None }),
        translations: STRINGS.render_texts(&recorded.language),
    };
    MacroCall {
        entrypoint: script.entrypoint.to_owned(),
        script: Arc::new(bds_macro_api::Script {
            slug: script.slug.to_owned(),
            id: None,
            origin: ScriptOrigin::Default(script.slug.to_owned()),
            source: script.source.into(),
            fingerprint: script.fingerprint,
        }),
        context: Context { env, params: recorded.params.clone(), data: Map::new() },
        post_id: (!recorded.post_id.is_empty()).then(|| recorded.post_id.clone()),
        prefetched: Vec::new(),
        limits: Limits::default(),
        permissions: Vec::new(),
    }
}

static STRINGS: LazyLock<Strings> = LazyLock::new(|| {
    let tables = bds_defaults::strings().map(|table| (table.language, table.json));
    Strings::from_json(tables).expect("the shipped strings are tables of texts")
});

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = r#"{"name": "n", "source": "[[vimeo]]", "macro": "vimeo", "params": {}, "language": "en",
        "post_id": "", "media": [], "linked_media_ids": null, "tag_usage": []"#;

    #[test]
    fn a_case_that_does_not_say_whose_it_is_is_the_originals() {
        let check = |more: &str, origin: Origin, version: u32| {
            let cases = read(&format!("[{EMPTY}{more}}}]")).expect("a case");
            assert!(cases[0].origin == origin && cases[0].version == version, "{more}");
        };
        check(r#", "expected_html": """#, Origin::Legacy, 1);
        check(r#", "origin": "bds""#, Origin::Bds, 1);
        check(r#", "origin": "bds", "version": 2"#, Origin::Bds, 2);
    }
}
