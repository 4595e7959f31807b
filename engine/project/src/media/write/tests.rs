use proptest::prelude::*;

use super::*;

fn path() -> SitePath {
    SitePath::new("media/2024/05/7.jpg.meta").unwrap()
}

const APP: &str = "---
id: 5b2e8f7c-3a14-4d69-8e02-c9a1d07b6e43
originalName: \"IMG_1.jpg\"
mimeType: image/jpeg
size: 706358
width: 1800
height: 1200
title: \"The \"old\" tower\"
alt: \"C:\\photos\"
caption: \"Two\\nlines\"
author: \"Anna\"
language: de
createdAt: 2005-11-13T12:00:00.000Z
updatedAt: 2026-03-19T19:43:50.426Z
tags: [\"sea\", \"a \\\"b\\\"\"]
linkedPostIds: [\"40a83ab1\"]
---";

#[test]
fn a_sidecar_of_the_app_is_written_byte_for_byte() {
    let sidecar = parse_sidecar(&path(), APP).value;
    assert_eq!(sidecar.title.as_deref(), Some("The \"old\" tower"));
    assert_eq!(sidecar.caption.as_deref(), Some("Two\nlines"));
    assert_eq!(sidecar.to_text(), APP);
    let translation = "---\ntranslationFor: 7\nlanguage: en\ntitle: \"T\"\nalt: \"A\"\ncaption: \"C\"\n---";
    let path = SitePath::new("media/2024/05/7.jpg.en.meta").unwrap();
    let read = parse_sidecar_translation(&path, translation).value.unwrap();
    assert_eq!(read.to_text(), translation);
    let german = SidecarTranslation { language: "de".into(), alt: None, ..read };
    let expected = translation.replace("en\n", "de\n").replace("alt: \"A\"\n", "");
    assert_eq!(rewrite_sidecar_translation(&path, translation, &german), Some(expected));
}

#[test]
fn rewriting_touches_the_lines_of_what_has_changed_alone() {
    let check = |text: &str, expected: &str| {
        let sidecar = Sidecar { width: Some(9), ..parse_sidecar(&path(), text).value };
        assert_eq!(rewrite_sidecar(&path(), text, &sidecar).as_deref(), Some(expected), "{text}");
    };
    check(APP, &APP.replace("width: 1800", "width: 9"));
    let crlf = APP.replace('\n', "\r\n");
    check(&crlf, &crlf.replace("width: 1800", "width: 9"));
    check("---\nid: '7'\nmood: dark\n---\nmore\n", "---\nid: '7'\nwidth: 9\nmood: dark\n---\nmore\n");
    check("---\nid: 7", "---\nid: 7\nwidth: 9\n---");
    check("id: 7\n# mine", "id: 7\nwidth: 9\n# mine\n");
    check("", "width: 9\n");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(
        texts in prop::collection::vec(prop::option::of("[-a-z:#'\"\\\\n äß🦀,\n\t]{0,30}[a-z\"\\\\']"), 5),
        names in prop::collection::vec("[-a-z:#'\"\\\\,\\[\\] \n]{0,12}[a-z\"]", 0..4),
        size in any::<Option<u64>>(),
    ) {
        let mut texts = texts.into_iter().map(|text| text.map(Arc::<str>::from));
        let mut next = || texts.next().flatten();
        let names: Arc<[Arc<str>]> = names.iter().map(|name| Arc::from(name.trim())).collect();
        let sidecar = Sidecar {
            id: next().unwrap_or_else(|| "7".into()),
            title: next(), alt: next(), caption: next(), author: next(),
            tags: names.clone(), linked_post_ids: names, size,
            ..parse_sidecar(&path(), APP).value
        };
        let text = sidecar.to_text();
        prop_assert_eq!(&parse_sidecar(&path(), &text).value, &sidecar, "{}", text);
        prop_assert_eq!(rewrite_sidecar(&path(), APP, &sidecar), Some(text));
    }
}
