use std::sync::Arc;

use proptest::prelude::*;

use super::super::ScriptKind;
use super::*;

fn path() -> SitePath {
    SitePath::new("scripts/a.py").unwrap()
}

/// A head as the reader gives it: texts are trimmed, slugs in their form.
fn heads() -> impl Strategy<Value = ScriptHead> {
    let text = || "[-a-z:#'\"\\\\n äß🦀\n]{0,30}[a-z\"\\\\']".prop_map(|text: String| Arc::<str>::from(text.trim()));
    let date = || {
        let date = (0_i64..4_000_000_000_000).prop_map(|at| jiff::Timestamp::from_millisecond(at).unwrap());
        prop::option::of(date)
    };
    let slug = || "[a-z0-9]{1,8}(_[a-z0-9]{1,4}){0,2}".prop_map(Arc::<str>::from);
    let kinds = vec![ScriptKind::Macro, ScriptKind::Utility, ScriptKind::Transform];
    (
        (prop::option::of(text()), prop::option::of(text()), prop::option::of(text())),
        (prop::option::of(slug()), prop::collection::vec(slug(), 0..3), text()),
        (prop::sample::select(kinds), any::<bool>(), 1..u64::MAX),
        (date(), date()),
    )
        .prop_map(|((id, project_id, title), (slug, aliases, entrypoint), (kind, enabled, version), dates)| {
            ScriptHead {
                has_metadata: true,
                id,
                project_id,
                slug,
                aliases: aliases.into(),
                title,
                kind,
                entrypoint,
                enabled,
                version,
                created_at: dates.0,
                updated_at: dates.1,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(head in heads(), body in "[-a-z\n]{0,40}") {
        let text = head.to_docstring() + &body;
        let parsed = parse(&path(), &text);
        prop_assert_eq!(&parsed.diagnostics, &[]);
        prop_assert_eq!(&text[parsed.value.body.range()], body);
        prop_assert_eq!(&*parsed.value.head, &head);
    }

    #[test]
    fn any_script_becomes_any_other_and_keeps_its_body(
        old in heads(), new in heads(), body in "[-a-z\n]{0,40}", quotes in prop::sample::select(vec!["\"\"\"", "'''"]),
    ) {
        let docstring = old.to_docstring().replace("kind:", "# mine\nmood: dark\nkind:");
        let docstring = if quotes == "'''" { rewritten_for_single_quotes(&old, &docstring) } else { docstring };
        let rewritten = rewrite(&path(), &(docstring + &body), &new).expect("all of it can be written");
        prop_assert!(rewritten.contains("\n# mine\nmood: dark\n"));
        let parsed = parse(&path(), &rewritten);
        prop_assert_eq!(&rewritten[parsed.value.body.range()], body);
        prop_assert_eq!(&*parsed.value.head, &new);
        prop_assert_eq!(rewritten.matches(quotes).count(), 2);
    }
}

fn rewritten_for_single_quotes(head: &ScriptHead, docstring: &str) -> String {
    let blocks = joined(&head.blocks(true)).replace("kind:", "# mine\nmood: dark\nkind:");
    assert!(docstring.contains("mood"));
    format!("'''\n---\n{blocks}---\n'''\n")
}

const APP: &str = "\"\"\"\n---\nid: \"5f0f\"\nprojectId: \"ab\"\nslug: \"a_wall\"\ntitle: \"The \\\"wall\\\"\"\nkind: \"macro\"\nentrypoint: \"draw\"\nenabled: true\nversion: 12\ncreatedAt: \"2026-02-23T19:54:58.000Z\"\nupdatedAt: \"2026-03-02T20:30:14.453Z\"\n---\n\"\"\"\ndef draw(context, post):\n\treturn {}";

#[test]
fn a_file_of_the_app_is_written_byte_for_byte() {
    let file = parse(&path(), APP).value;
    assert_eq!(file.head.to_docstring() + &APP[file.body.range()], APP);
}

#[test]
fn rewriting_touches_the_lines_of_what_has_changed_alone() {
    let head = |text: &str| ScriptHead { version: 13, enabled: false, ..(*parse(&path(), text).value.head).clone() };
    let check = |text: &str, expected: &str| assert_eq!(rewrite(&path(), text, &head(text)).as_deref(), Some(expected));
    check(APP, &APP.replace("true", "false").replace("version: 12", "version: 13"));
    let crlf = APP.replace('\n', "\r\n");
    check(&crlf, &crlf.replace("true", "false").replace("version: 12", "version: 13"));
    let sparse = "'''\n---\n kind : utility\n\n# it's mine\n---\n'''\nx = 1\n";
    check(sparse, &sparse.replace("utility\n", "utility\nenabled: false\nversion: 13\n"));
}

#[test]
fn a_file_without_metadata_is_the_body_of_the_new_one() {
    let head = ScriptHead { title: Some("T".into()), ..(*parse(&path(), "x = 1").value.head).clone() };
    let text = rewrite(&path(), "x = 1", &head).unwrap();
    assert_eq!(
        text,
        "\"\"\"\n---\ntitle: \"T\"\nkind: \"utility\"\nentrypoint: \"render\"\nenabled: true\nversion: 1\n---\n\"\"\"\nx = 1"
    );
}
