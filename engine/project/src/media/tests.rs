use std::sync::Arc;

use super::*;

const APP: &str = "---
id: 11111111-2222-4333-8444-555555555555
originalName: \"IMG \"best\" 1.jpg\"
mimeType: image/jpeg
size: 706358
width: 1800
height: 1200
title: \"Moor\"
alt: \"Ein Moor: im Nebel.\"
caption: \"\"
author: \"Ada\"
language: de
createdAt: 2005-11-13T12:00:00.000Z
updatedAt: 2026-03-19T19:43:50.426Z
tags: [\"moor\", \"nebel\"]
linkedPostIds: [\"b\", \"a\"]
---";

fn path(text: &str) -> SitePath {
    SitePath::new(text).unwrap()
}

fn read(text: &str) -> (Sidecar, Vec<String>) {
    let parsed = parse_sidecar(&path("media/2005/11/the-id.JPG.meta"), text);
    let shown = parsed.diagnostics.iter().map(|diagnostic| {
        let start = diagnostic.place.as_ref().and_then(|place| place.start);
        format!("{} {}", start.map_or(0, |start| start.line), diagnostic.code)
    });
    (parsed.value, shown.collect())
}

fn texts(names: &[Arc<str>]) -> Vec<&str> {
    names.iter().map(|name| &**name).collect()
}

#[test]
fn every_key_of_the_app_is_read() {
    for text in [APP.to_owned(), APP.replace('\n', "\r\n"), format!("{APP}\n")] {
        let (sidecar, diagnostics) = read(&text);
        assert_eq!(diagnostics, [""; 0]);
        assert_eq!(
            (&*sidecar.id, &*sidecar.original_name),
            ("11111111-2222-4333-8444-555555555555", "IMG \"best\" 1.jpg")
        );
        assert_eq!((sidecar.size, sidecar.width, sidecar.height), (Some(706_358), Some(1800), Some(1200)));
        assert_eq!((sidecar.title.as_deref(), sidecar.caption.as_deref()), (Some("Moor"), None));
        assert_eq!(sidecar.alt.as_deref(), Some("Ein Moor: im Nebel."));
        assert_eq!((sidecar.author.as_deref(), sidecar.language.as_deref()), (Some("Ada"), Some("de")));
        assert_eq!(sidecar.created_at.map(crate::date::format).as_deref(), Some("2005-11-13T12:00:00.000Z"));
        assert_eq!(sidecar.updated_at.map(crate::date::format).as_deref(), Some("2026-03-19T19:43:50.426Z"));
        assert_eq!((texts(&sidecar.tags), texts(&sidecar.linked_post_ids)), (vec!["moor", "nebel"], vec!["b", "a"]));
        assert!(sidecar.is_image());
        assert_eq!(sidecar.public_path(), "/media/2005/11/the-id.JPG");
    }
}

#[test]
fn the_other_dialect_escapes() {
    let (sidecar, _) = read(
        "---\nid: i\noriginalName: \"a \\\"b\\\" \\\\ c\"\nmimeType: image/png\nalt: \"one\\ntwo\"\nlinkedPostIds: []\ntags: []\n---\n",
    );
    assert_eq!((&*sidecar.original_name, sidecar.alt.as_deref()), ("a \"b\" \\ c", Some("one\ntwo")));
    assert_eq!((sidecar.tags.len(), sidecar.linked_post_ids.len()), (0, 0));
}

#[test]
fn what_is_missing_comes_from_the_name() {
    let (sidecar, diagnostics) = read("");
    assert_eq!((&*sidecar.id, &*sidecar.original_name, &*sidecar.mime_type), ("the-id", "the-id.JPG", "image/jpeg"));
    assert_eq!(diagnostics, ["0 media-missing"; 3]);
}

#[test]
fn faults_are_told_with_their_lines() {
    let check = |lines: &str, expected: &[&str]| {
        let text = format!("---\nid: i\noriginalName: n\nmimeType: video/mp4\n{lines}\n---\n");
        let (sidecar, diagnostics) = read(&text);
        assert_eq!(diagnostics, expected, "{lines}");
        assert!(!sidecar.is_image());
    };
    check("unknown: x", &[]);
    check("nonsense", &["5 media-line"]);
    check("size: big\nwidth: -1", &["5 media-value", "6 media-value"]);
    check("createdAt: soon", &["5 media-value"]);
    check("language: German", &["5 media-value"]);
    check("tags: [\"a\", b]", &["5 media-value"]);
    check("tags: a", &["5 media-value"]);
}

#[test]
fn lists_that_are_no_json_are_still_read() {
    let (sidecar, _) = read("tags: [\"a\", b , 'c']\n");
    assert_eq!(texts(&sidecar.tags), ["a", "b", "c"]);
}

#[test]
fn names_tell_translations_from_sidecars() {
    let check = |name: &str, media: Option<&str>, translation: bool| {
        let sidecar = path(&format!("media/2005/11/{name}"));
        let media = media.map(|name| path(&format!("media/2005/11/{name}")));
        assert_eq!((media_path(&sidecar), is_translation(&sidecar)), (media, translation), "{name}");
    };
    check("x.jpg.meta", Some("x.jpg"), false);
    check("x.jpg.de.meta", Some("x.jpg"), true);
    check("x.jpg.en-us.meta", Some("x.jpg"), true);
    check("my.photo.jpg.meta", Some("my.photo.jpg"), false);
    check("x.de.meta", Some("x.de"), false);
    check("x.meta", Some("x"), false);
    check("x.jpg", None, false);
}

#[test]
fn translations_are_read() {
    let read = |name: &str, text: &str| parse_sidecar_translation(&path(&format!("media/{name}")), text);
    let parsed = read("x.jpg.de.meta", "---\ntranslationFor: i\nlanguage: de\ntitle: \"T\"\nalt: \"A\"\n---");
    let translation = parsed.value.unwrap();
    assert_eq!((&*translation.translation_for, &*translation.language), ("i", "de"));
    assert_eq!(
        (translation.title.as_deref(), translation.alt.as_deref(), translation.caption),
        (Some("T"), Some("A"), None)
    );
    assert!(parsed.diagnostics.is_empty());
    let bare = read("x.jpg.de.meta", "title: T");
    assert_eq!(
        bare.value.map(|one| (one.translation_for.to_string(), one.language.to_string())),
        Some(("x".into(), "de".into()))
    );
    assert_eq!(bare.diagnostics.len(), 2);
    assert_eq!(read("x.meta", "translationFor: i").value, None);
}

#[test]
fn media_have_one_id_each_and_their_translations() {
    let sidecars = ["media/b.jpg.meta", "media/a.jpg.meta"].map(|name| {
        let path = path(name);
        let sidecar = parse_sidecar(&path, "id: i\noriginalName: n\nmimeType: image/png").value;
        (path, Arc::new(sidecar))
    });
    let translations = [("media/a.jpg.de.meta", "i"), ("media/b.jpg.de.meta", "i"), ("media/a.jpg.fr.meta", "j")];
    let translations = translations.map(|(name, id)| {
        let path = path(name);
        let value = parse_sidecar_translation(&path, &format!("translationFor: {id}")).value;
        (path, Arc::new(value.unwrap()))
    });
    let resolved = resolve(sidecars, translations);
    let [a, b] = &resolved.media[..] else { panic!("{resolved:?}") };
    assert_eq!((&*a.id, b.id.len(), a.translations.len(), b.translations.len()), ("i", 36, 1, 0));
    assert_eq!(resolved.diagnostics.len(), 3, "one id twice, one language twice, one unknown id");
}
