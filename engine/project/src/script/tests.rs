use super::*;

const APP: &str = r#""""
---
id: "5f0f1f52-0000-4000-8000-000000000001"
projectId: "5f0f1f52-0000-4000-8000-000000000002"
slug: "Photo Wall"
title: "The \"wall\""
kind: "macro"
entrypoint: " draw "
enabled: false
version: 12
createdAt: "2026-02-23T19:54:58.000Z"
updatedAt: "2026-03-02T20:30:14.453Z"
---
"""
def draw(context, post):
	return {}
"#;

fn read(text: &str) -> (ScriptFile, Vec<String>) {
    let parsed = parse(&SitePath::new("scripts/a.py").unwrap(), text);
    let shown = parsed.diagnostics.iter().map(|diagnostic| {
        let start = diagnostic.place.as_ref().and_then(|place| place.start).unwrap();
        format!("{}:{} {}", start.line, start.column, diagnostic.code)
    });
    (parsed.value, shown.collect())
}

#[test]
fn every_key_of_the_app_is_read() {
    for text in [APP.to_owned(), APP.replace('\n', "\r\n"), APP.replace("\"\"\"", "'''")] {
        let (file, diagnostics) = read(&text);
        let head = &file.head;
        assert_eq!(diagnostics, [""; 0]);
        assert_eq!(head.id.as_deref(), Some("5f0f1f52-0000-4000-8000-000000000001"));
        assert_eq!((head.slug.as_deref(), head.title.as_deref()), (Some("photo_wall"), Some("The \"wall\"")));
        assert_eq!((head.kind, &*head.entrypoint), (ScriptKind::Macro, "draw"));
        assert_eq!((head.enabled, head.version, head.has_metadata), (false, 12, true));
        assert_eq!(head.created_at.map(crate::date::format).as_deref(), Some("2026-02-23T19:54:58.000Z"));
        assert_eq!(head.updated_at.map(crate::date::format).as_deref(), Some("2026-03-02T20:30:14.453Z"));
        assert!(text[file.body.range()].starts_with("def draw"));
        assert_eq!(file.body.end, text.len());
    }
}

#[test]
fn a_file_without_metadata_is_all_body() {
    for text in
        ["", "print(1)\n", "\"\"\"Docs.\"\"\"\n", "\"\"\"\nDocs\n\"\"\"\n", "x = 1\n\"\"\"\n---\nid: 1\n---\n\"\"\"\n"]
    {
        let (file, diagnostics) = read(text);
        assert_eq!((file.body, diagnostics), (Span::new(0, text.len()), vec![]), "{text}");
        assert_eq!((file.head.kind, &*file.head.entrypoint, file.head.version), (ScriptKind::Utility, "render", 1));
        assert!(file.head.enabled && !file.head.has_metadata);
    }
}

#[test]
fn faults_in_the_metadata_are_told_with_their_lines() {
    let check = |lines: &str, expected: &[&str]| {
        let (file, diagnostics) = read(&format!("\"\"\"\n---\n{lines}\n---\n\"\"\"\npass\n"));
        assert_eq!(diagnostics, expected, "{lines}");
        assert!(file.head.has_metadata, "{lines}");
    };
    check("# fine\n\nunknown: x", &[]);
    check("kind: marco", &["3:7 script-metadata"]);
    check("title: a\nenabled: maybe", &["4:10 script-metadata"]);
    check("version: 0", &["3:10 script-metadata"]);
    check("version: 2.9", &[]);
    check("updatedAt: \"soon\"", &["3:12 script-metadata"]);
    check("nonsense", &["3:1 script-metadata"]);
    check("aliases: wall", &["3:10 script-metadata"]);
    check("aliases: [\"wall\"]", &[]);
    check("slug: \"…\"", &["3:7 script-metadata"]);
    let (file, diagnostics) = read("\"\"\"\n---\nid: 1\n\"\"\"\npass\n---\n");
    assert_eq!((file.head.has_metadata, diagnostics), (false, vec!["2:1 script-metadata".to_owned()]));
}

#[test]
fn other_names_are_slugs() {
    let (file, _) = read("\"\"\"\n---\naliases: [\"Photo Album\", \"…\", \"wall\"]\n---\n\"\"\"\n");
    assert_eq!(file.head.aliases.iter().map(|alias| &**alias).collect::<Vec<_>>(), ["photo_album", "wall"]);
}

#[test]
fn fractions_of_versions_are_cut_off() {
    assert_eq!(read("\"\"\"\n---\nversion: 2.9\n---\n\"\"\"\n").0.head.version, 2);
}

fn named(files: &[(&str, &str)]) -> (Vec<(String, String)>, usize) {
    let heads = files.iter().map(|(path, metadata)| {
        let text = if metadata.is_empty() { String::new() } else { format!("'''\n---\n{metadata}\n---\n'''\n") };
        let path = SitePath::new(path).unwrap();
        let head = parse(&path, &text).value.head;
        (path, head)
    });
    let resolved = resolve(heads);
    let names = resolved.scripts.iter().map(|script| (script.slug.to_string(), script.path.to_string()));
    (names.collect(), resolved.diagnostics.len())
}

#[test]
fn scripts_are_named_by_metadata_first_and_then_by_file() {
    let (names, diagnostics) = named(&[
        ("scripts/a/wall.py", ""),
        ("scripts/b/__init__.py", ""),
        ("scripts/a/__init__.py", ""),
        ("scripts/wall.py", "kind: macro"),
        ("scripts/z.py", "slug: wall\nid: i"),
        ("scripts/….py", "id: i"),
    ]);
    let expected = [
        ("init", "scripts/a/__init__.py"),
        ("init_2", "scripts/b/__init__.py"),
        ("script", "scripts/….py"),
        ("wall", "scripts/z.py"),
        ("wall_2", "scripts/wall.py"),
        ("wall_3", "scripts/a/wall.py"),
    ];
    assert_eq!(names, expected.map(|(slug, path)| (slug.to_owned(), path.to_owned())));
    assert_eq!(diagnostics, 2, "one slug, one id; modules without metadata may be called alike");
}
