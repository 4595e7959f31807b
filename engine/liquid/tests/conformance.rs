//! The recorded cases of `LiquidJS` 10.
#![expect(clippy::disallowed_methods, reason = "a test reads its own fixture")]

use std::path::Path;

use bds_liquid::conformance::run;

fn failures(file: &str) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(&file).expect("the fixture is there");
    let results = run(&text).expect("the fixture is a file of cases");
    assert!(!results.is_empty());
    let failed = results.into_iter().filter(|case| !case.passed && case.deviation.is_none());
    failed.map(|case| format!("{}: expected {:?}, got {:?}", case.name, case.expected, case.actual)).collect()
}

#[test]
fn templates_render_as_they_were_recorded() {
    assert_eq!(failures("../../tests/fixtures/parity/liquid.json"), [] as [&str; 0]);
}

/// More of the kind, recorded with `LiquidJS` 10.30.1: every tag and filter, and the odd ends of the syntax.
#[test]
fn every_tag_and_filter_does_what_was_recorded() {
    assert_eq!(failures("tests/fixtures/recorded.json"), [] as [&str; 0]);
}
