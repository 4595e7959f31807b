use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};
use bds_macro_api::{Script as Code, ScriptOrigin, SyntaxFault};
use bds_project::script::{parse, resolve};

use super::*;

fn source(path: &str, metadata: &str) -> Source {
    let path = SitePath::new(path).unwrap();
    let text = if metadata.is_empty() { String::new() } else { format!("\"\"\"\n---\n{metadata}\n---\n\"\"\"\n") };
    let resolved = resolve([(path.clone(), parse(&path, &text).value.head)]);
    let script = Arc::clone(&resolved.scripts[0]);
    let code = Code {
        slug: script.slug.to_string(),
        id: None,
        origin: ScriptOrigin::Project(path),
        fingerprint: Fingerprint::of(&text),
        source: text.into(),
    };
    Source { script, code: Arc::new(code) }
}

fn function(name: &str, required: u32, most: u32) -> Function {
    Function {
        name: name.to_owned(),
        line: 7,
        is_async: false,
        required,
        most: Some(most),
        keywords: Vec::new(),
        parameters: "…".to_owned(),
    }
}

fn import(module: &str, found: bool) -> Import {
    Import { module: module.to_owned(), line: 3, column: 1, found, optional: false }
}

fn shown(diagnostics: &[Diagnostic]) -> Vec<String> {
    let line = |it: &Diagnostic| it.place.as_ref().and_then(|place| place.start).map_or(0, |start| start.line);
    diagnostics.iter().map(|it| format!("{}: {} [{}]", line(it), it.message, it.code)).collect()
}

#[test]
fn each_kind_wants_another_function() {
    let check = |metadata: &str, functions: &[Function], expected: &[&str]| {
        let checked = Checked { functions: functions.to_vec(), bound: vec!["made".to_owned()], ..Checked::default() };
        assert_eq!(shown(&faults(&source("scripts/a.py", metadata), &checked)), expected, "{metadata}");
    };
    check("kind: macro", &[function("render", 2, 2)], &[]);
    check("kind: macro", &[function("render", 0, 9)], &[]);
    check(
        "kind: macro",
        &[function("render", 1, 1)],
        &["7: a macro is called as `render(context, post)`, but this is `def render(…)` [script-entrypoint]"],
    );
    check("kind: macro", &[function("rendr", 2, 2)], &["0: the macro has no function `render` [script-entrypoint]"]);
    check("kind: macro\nentrypoint: made", &[], &[]);
    check("kind: transform\nentrypoint: main", &[function("transform", 1, 1)], &[]);
    check(
        "kind: transform\nentrypoint: fix",
        &[function("fix", 3, 3)],
        &["7: a transform is called as `fix(post, context)`, but this is `def fix(…)` [script-entrypoint]"],
    );
    check("kind: utility", &[], &[]);
    check(
        "kind: utility\nentrypoint: go",
        &[function("go", 1, 1)],
        &["7: a utility is called as `go()`, but this is `def go(…)` [script-entrypoint]"],
    );
    check("", &[], &[]);
}

#[test]
fn nothing_else_is_told_of_code_that_is_no_python() {
    let errors =
        vec![SyntaxFault { line: 2, column: 3, end_line: 2, end_column: 4, message: "invalid syntax".to_owned() }];
    let found = faults(&source("scripts/a.py", "kind: macro"), &Checked { errors, ..Checked::default() });
    assert_eq!(shown(&found), ["2: this is no Python: invalid syntax [script-syntax]"]);
    let place = found[0].place.as_ref().unwrap();
    assert_eq!((place.start, place.end), (Some(Position::new(2, 3)), Some(Position::new(2, 4))));
}

#[test]
fn modules_that_are_not_there_are_told_unless_the_script_goes_on_without() {
    let imports = vec![import("os", true), import("gone", false), Import { optional: true, ..import("fast", false) }];
    let checked = Checked { imports, ..Checked::default() };
    assert_eq!(shown(&faults(&source("scripts/a.py", ""), &checked)), ["3: there is no module `gone` [script-import]"]);
    let checked = Checked {
        imports: vec![import("bds_api", true)],
        functions: vec![function("render", 2, 2)],
        ..Checked::default()
    };
    let transform = source("scripts/a.py", "kind: transform");
    assert_eq!(shown(&faults(&transform, &checked)), ["3: a transform cannot use `bds_api` [script-import]"]);
    assert_eq!(shown(&faults(&source("scripts/a.py", "kind: macro"), &checked)), [""; 0]);
}

#[test]
fn what_nobody_uses_is_told() {
    let [called, idle, off, lib, lost, test] = [
        source("scripts/called.py", "kind: macro"),
        source("scripts/idle.py", "kind: macro\naliases: [\"lazy\"]"),
        source("scripts/off.py", "kind: macro\nenabled: false"),
        source("scripts/pack/lib.py", ""),
        source("scripts/lost.py", ""),
        source("scripts/test_all.py", ""),
    ];
    let uses = Checked { imports: vec![import("pack.lib", true)], ..Checked::default() };
    let nothing = Checked::default;
    let all = [
        (&called, uses),
        (&idle, nothing()),
        (&off, nothing()),
        (&lib, nothing()),
        (&lost, nothing()),
        (&test, nothing()),
    ];
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(
        shown(&unused(&all, &names(&["called"]))),
        [
            "0: no text of the project calls the macro `idle` [script-idle]",
            "0: no script imports this module [script-idle]",
        ]
    );
    assert_eq!(shown(&unused(&all, &names(&["called", "lazy"]))), ["0: no script imports this module [script-idle]"]);
}

#[test]
fn parameters_are_found_in_code() {
    let code = "def render(context, post):\n    p = context[\"params\"]\n    a = context['params'].get('one', 1)\n    \
        b = params[\"two\"]; params.get(\"one\"); params.items(); params[name]\n    c = context[\"params\"][\"three\"]\n";
    assert_eq!(parameters(code), ["one", "three", "two"]);
}
