use proptest::prelude::*;
use serde::Deserialize;

use super::super::yaml::{self, ScalarKind, Value};
use super::*;

#[derive(Deserialize)]
struct Recorded {
    scalars: Vec<Case>,
}

/// A text, and what js-yaml writes for `{k: text}` and `{k: [text]}`.
#[derive(Deserialize)]
struct Case {
    text: String,
    value: String,
    item: String,
}

#[test]
fn texts_are_written_as_js_yaml_writes_them() {
    let recorded: Recorded =
        serde_json::from_str(include_str!("../../../../../tests/fixtures/yaml/js-yaml.json")).unwrap();
    assert!(recorded.scalars.len() > 800);
    let mut ours = Vec::new();
    for case in &recorded.scalars {
        let written = (format!("k: {}\n", scalar(&case.text, 2)), format!("k:\n  - {}\n", scalar(&case.text, 4)));
        if written != (case.value.clone(), case.item.clone()) {
            assert_eq!(written.0, format!("k: '{}'\n", case.text), "js-yaml: {}", case.value);
            ours.push(case.text.as_str());
        }
        check(&case.text);
    }
    // js-yaml takes these for texts; in YAML 1.2, which we read, they are numbers and a date.
    assert_eq!(ours, ["08", "0o17", "2024-5-7", "+.5"]);
}

/// What is written is read back as the same text, and as nothing but a text.
fn check(text: &str) {
    let head = format!("k: {}\nl:\n  - {}\nm: x\n", scalar(text, 2), scalar(text, 4));
    let mapping = yaml::read(&head).unwrap_or_else(|error| panic!("{text:?}: {}\n{head}", error.message));
    let [Value::Scalar(value), Value::List(items), Value::Scalar(_)] =
        &mapping.entries.iter().map(|entry| entry.value.clone()).collect::<Vec<_>>()[..]
    else {
        panic!("{text:?}:\n{head}")
    };
    for scalar in [value, items[0].scalar.as_ref().expect("it is a scalar")] {
        assert_eq!((&*scalar.text, scalar.kind), (text, ScalarKind::Text), "{head}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_back(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn texts_of_yaml_are_read_back(text in "([-a:#'\"\\[\\]{}&*!|>%@` ,?0-9._~\n\t\\\\]|word |ä|long words that fill a line ){0,24}") {
        check(&text);
    }
}
