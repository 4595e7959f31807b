//! The shipped macro scripts give what the app's own macros gave, byte for byte: every recorded call, run by `python3`
//! with a stand-in for the engine (`run_macro.py`).
#![expect(clippy::disallowed_methods, reason = "a test reads its own fixtures")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

#[test]
fn every_recorded_call_gives_the_recorded_bytes() {
    let cases = recorded_calls();
    let results = run(&job(&cases));
    assert_eq!(results.len(), cases.len());
    let mut differing = Vec::new();
    for (case, result) in cases.iter().zip(&results) {
        if case["expected_html"] != *result {
            differing.push(format!("{}:\n{}\ninstead of\n{}", case["name"], result, case["expected_html"]));
        }
    }
    let (agree, all) = (cases.len() - differing.len(), cases.len());
    assert!(differing.is_empty(), "{agree}/{all} recorded calls agree; these do not:\n{}", differing.join("\n\n"));
    assert_eq!(all, 150, "no recorded call is lost");
}

#[test]
fn a_call_with_another_result_would_be_seen() {
    let mut cases = recorded_calls();
    cases.truncate(1);
    cases[0]["params"] = json!({ "id": "another" });
    assert_ne!(cases[0]["expected_html"], run(&job(&cases))[0]);
}

#[test]
fn parameters_beyond_reason_do_no_harm() {
    let digits = "9".repeat(5000);
    let calls = [
        ("gallery", json!({ "columns": digits })),
        ("photo_archive", json!({ "year": digits, "month": digits })),
        ("tag_cloud", json!({ "width": digits, "height": "-1" })),
        ("youtube", json!({ "id": "{0}{video}" })),
        ("gallery", json!({ "caption": "{items}" })),
    ];
    let cases: Vec<Value> = calls
        .into_iter()
        .map(|(name, params)| {
            let (media, tags) = (json!([]), json!([]));
            json!({ "macro": name, "params": params, "language": "en", "post_id": "p", "media": media,
                    "linked_media_ids": null, "tag_usage": tags })
        })
        .collect();
    for (case, result) in cases.iter().zip(run(&job(&cases))) {
        let html = result.as_str().expect("HTML");
        assert!(html.starts_with("<div"), "{case}: {html}");
    }
}

fn recorded_calls() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/parity/macros.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).expect("a list of recorded calls")
}

fn job(cases: &[Value]) -> Value {
    let scripts: BTreeMap<_, _> = bds_defaults::scripts().iter().map(|script| (script.slug, script.source)).collect();
    let strings: BTreeMap<&str, Value> = bds_defaults::strings()
        .map(|strings| (strings.language, serde_json::from_str(strings.json).expect("a table of texts")))
        .collect();
    json!({ "scripts": scripts, "strings": strings, "cases": cases })
}

fn run(job: &Value) -> Vec<Value> {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run_macro.py");
    let mut python = Command::new("python3")
        .args(["-I", "-B"])
        .arg(runner)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is on the PATH: the shipped macros cannot be checked without it");
    let mut input = python.stdin.take().expect("the input is a pipe");
    input.write_all(job.to_string().as_bytes()).expect("python3 reads the calls");
    drop(input);
    let output = python.wait_with_output().expect("python3 ends");
    assert!(output.status.success(), "python3 failed on run_macro.py");
    serde_json::from_slice(&output.stdout).expect("a list of results")
}
