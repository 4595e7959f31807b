//! No reader panics, hangs or loses its place, whatever a file holds.

use bds_base::{Diagnostic, LineIndex, SitePath};
use bds_project::{config, decode, media, menu, meta, post, script, template};
use proptest::prelude::*;

/// Feeds a text to every reader and gives back what they say is wrong with it.
fn read_all(text: &str) -> Vec<Diagnostic> {
    let path = SitePath::new("posts/2024/01/a.b.en.meta").expect("a plain path");
    let mut diagnostics = Vec::new();
    let post = post::parse(&path, text);
    if let Some(file) = &post.value {
        assert!(text.get(file.body.range()).is_some());
    }
    diagnostics.extend(post.diagnostics);
    let script = script::parse(&path, text);
    assert!(text.get(script.value.body.range()).is_some());
    diagnostics.extend(script.diagnostics);
    let template = template::parse(&path, text);
    assert!(text.get(template.value.body.range()).is_some());
    diagnostics.extend(template.diagnostics);
    diagnostics.extend(media::parse_sidecar(&path, text).diagnostics);
    diagnostics.extend(media::parse_sidecar_translation(&path, text).diagnostics);
    diagnostics.extend(meta::parse_project(&path, text).diagnostics);
    diagnostics.extend(meta::parse_categories(&path, text).diagnostics);
    diagnostics.extend(meta::parse_category_meta(&path, text).diagnostics);
    diagnostics.extend(meta::parse_tags(&path, text).diagnostics);
    diagnostics.extend(meta::parse_publishing(&path, text).diagnostics);
    diagnostics.extend(menu::parse(&path, text).diagnostics);
    diagnostics.extend(config::parse(text).err().unwrap_or_default());
    diagnostics
}

/// Every place that is named lies in the text.
fn check(text: &str) {
    let end = LineIndex::new(text).position(text, text.len());
    for diagnostic in read_all(text) {
        let place = diagnostic.place.as_ref().expect("readers know the file");
        for position in place.start.iter().chain(&place.end) {
            assert!(position.line <= end.line, "{text:?}: {diagnostic:?}");
        }
        assert!(place.start <= place.end, "{text:?}: {diagnostic:?}");
    }
}

/// Pieces of which files are made, and pieces that break them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "---",
        "\n",
        "\r\n",
        "\"\"\"",
        "'''",
        "id: ",
        "title: ",
        "tags: ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "\\",
        ": ",
        "#",
        "&a ",
        "*a",
        "| ",
        ">-",
        "? ",
        "!!str ",
        "createdAt: ",
        "2024-01-01",
        "99999-13-45T25:61",
        "version: ",
        "1e999",
        "ä",
        "🦀",
        "\u{feff}",
        "\u{0}",
        "\t",
        "  ",
        "<opml>",
        "<outline ",
        "type='page'",
        "/>",
        "</outline>",
        "&amp;",
        "&#x110000;",
        "=",
        "[macros]",
        "[macros.a]",
        "timeout_ms",
        "0x",
        "allow",
        "null",
        "true",
        "translationFor: x",
        "language: ",
        "\"publicUrl\"",
        "\"name\"",
        ",",
        ":",
        "\u{301}",
        "\r",
        "%YAML 1.2",
        "...",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_made_of_pieces_are_read(text in pieces()) {
        check(&text);
    }

    #[test]
    fn front_matter_made_of_pieces_is_read(text in pieces()) {
        check(&format!("---\n{text}\n---\n"));
        check(&format!("\"\"\"\n---\n{text}\n---\n\"\"\"\n"));
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let path = SitePath::new("posts/a.md").expect("a plain path");
        if let Ok(text) = decode(&path, &bytes) {
            check(text);
        }
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check(&text);
    }
}

#[test]
fn long_texts_are_read_in_reasonable_time() {
    let repeated = [
        "---\n",
        "- ",
        "? ",
        "a: ",
        "\"",
        "{\"a\":",
        "[",
        "&a ",
        "*a ",
        "<outline>",
        "[[a]]\n",
        "a.",
        "'",
        "#",
        "x\n",
        ": ",
        "ä",
    ];
    for piece in repeated {
        let text = piece.repeat(30_000);
        read_all(&text);
        read_all(&format!("---\n{text}\n---\n"));
        read_all(&format!("---\ntags:\n  {text}\n---\n"));
    }
}
