use super::*;

/// Reads a post and shows its diagnostics as `line:column code`.
fn read(text: &str) -> (Option<PostFile>, Vec<String>) {
    read_at("posts/2024/05/a-stem.md", text)
}

fn read_at(path: &str, text: &str) -> (Option<PostFile>, Vec<String>) {
    let path = SitePath::new(path).unwrap();
    let parsed = parse(&path, text);
    let shown = parsed.diagnostics.iter().map(|diagnostic| {
        assert!(!diagnostic.hints.is_empty() || diagnostic.code != codes::POST_YAML, "{diagnostic:?}");
        let start = diagnostic.place.as_ref().and_then(|place| place.start).unwrap();
        format!("{}:{} {}", start.line, start.column, diagnostic.code)
    });
    (parsed.value, shown.collect())
}

fn head(text: &str) -> PostHead {
    let (file, diagnostics) = read(text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    match file.unwrap().document {
        PostDocument::Post(head) => head.as_ref().clone(),
        PostDocument::Translation(head) => panic!("{head:?}"),
    }
}

fn texts(names: &[Arc<str>]) -> Vec<&str> {
    names.iter().map(|name| &**name).collect()
}

const APP: &str = "---
id: 0c5d1b7e-6d0f-4a57-9a8b-3f4f0a1e2d3c
title: Ein Spätsommertag
slug: ein-spatsommertag
status: draft
createdAt: '2024-05-17T12:00:00.000Z'
updatedAt: '2024-05-18T12:00:00.000Z'
tags:
  - Fotos
  - makro
categories:
  - picture
excerpt: >-
  one
  two
author: ada
language: ' DE '
doNotTranslate: true
templateSlug: wide
publishedAt: '2024-05-19T12:00:00.000Z'
---

Text
";

#[test]
fn every_key_of_the_app_is_read() {
    let head = head(APP);
    let date = |day: &str| day.parse::<Timestamp>().ok();
    assert_eq!(head.id.as_deref(), Some("0c5d1b7e-6d0f-4a57-9a8b-3f4f0a1e2d3c"));
    assert_eq!((head.title.as_deref(), head.slug.as_deref()), (Some("Ein Spätsommertag"), Some("ein-spatsommertag")));
    assert_eq!(head.status, Status::Draft);
    assert_eq!(head.created_at, date("2024-05-17T12:00:00Z"));
    assert_eq!(head.updated_at, date("2024-05-18T12:00:00Z"));
    assert_eq!(head.published_at, date("2024-05-19T12:00:00Z"));
    assert_eq!((texts(&head.tags), texts(&head.categories)), (vec!["Fotos", "makro"], vec!["picture"]));
    assert_eq!((head.excerpt.as_deref(), head.author.as_deref()), (Some("one two"), Some("ada")));
    assert_eq!((head.language.as_deref(), head.template_slug.as_deref()), (Some("de"), Some("wide")));
    assert!(head.do_not_translate);
}

#[test]
fn the_body_is_what_follows_the_fence_to_the_byte() {
    for text in [APP.to_owned(), APP.replace('\n', "\r\n")] {
        let (file, diagnostics) = read(&text);
        assert_eq!(diagnostics, [""; 0]);
        assert_eq!(text[file.unwrap().body.range()].replace('\r', ""), "\nText\n");
    }
    let (unix, _) = read(APP);
    let (windows, _) = read(&APP.replace('\n', "\r\n"));
    assert_eq!(unix.unwrap().document, windows.unwrap().document);
}

#[test]
fn a_change_of_the_body_does_not_change_the_document() {
    let (before, _) = read(APP);
    let (after, _) = read(&format!("{APP}more\n"));
    assert_eq!(before.unwrap().document, after.unwrap().document);
}

#[test]
fn the_other_dialect_and_people_are_read_leniently() {
    let head = head(
        "---\ntitle: 2024\nslug: \"q \\\"x\\\"\"\ntags:\ncategories: []\nexcerpt: ''\nauthor: true\nlanguage: ~\ncreatedAt: 2024-05-17\nupdatedAt: 2024-05-17 14:00:00 +02:00\nunknown: {a: [1, 2]}\n---\n",
    );
    assert_eq!((head.title.as_deref(), head.slug.as_deref()), (Some("2024"), Some("q \"x\"")));
    assert_eq!((head.tags.len(), head.categories.len()), (0, 0));
    assert_eq!((head.excerpt, head.author.as_deref(), head.language), (None, Some("true"), None));
    assert_eq!(head.created_at.unwrap().to_string(), "2024-05-17T00:00:00Z");
    assert_eq!(head.updated_at.unwrap().to_string(), "2024-05-17T12:00:00Z");
    assert_eq!((head.status, head.do_not_translate), (Status::Published, false));
}

#[test]
fn names_are_trimmed_and_stand_once() {
    let head = head("---\ntags: [' b ', a, B, '', ~, Füße, FÜSSE, füße]\n---\n");
    assert_eq!(texts(&head.tags), ["b", "a", "Füße", "FÜSSE"]);
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_the_rest_is_kept() {
    let check = |text: &str, expected: &[&str]| {
        let (file, diagnostics) = read(text);
        assert_eq!(diagnostics, expected, "{text}");
        assert!(file.is_some(), "{text}");
    };
    check("---\ntitle: ä\ncreatedAt: 'soon'\n---\n", &["3:12 post-date"]);
    check("---\r\ntitle: ä\r\ncreatedAt: soon\r\n---\r\n", &["3:12 post-date"]);
    check("---\nstatus: drafft\n---\n", &["2:9 post-status"]);
    check("---\nlanguage: German\n---\n", &["2:11 post-language"]);
    check("---\ntags: a, b\n---\n", &["2:7 post-value"]);
    check("---\ntags: [ä, 1, [b]]\n---\n", &["2:11 post-value", "2:14 post-value"]);
    check("---\ntitle: [a]\n---\n", &["2:8 post-value"]);
    check("---\ndoNotTranslate: perhaps\n---\n", &["2:17 post-value"]);
    check("---\ntitle: a\ntitle: b\n---\n", &["3:1 post-duplicate-key"]);
    check("only text\n", &["1:1 post-front-matter"]);
    check("", &["1:1 post-front-matter"]);
    check("---\n---\n", &[]);
}

#[test]
fn a_status_that_is_none_hides_the_post() {
    let (file, _) = read("---\nstatus: drafft\n---\n");
    assert!(matches!(file.unwrap().document, PostDocument::Post(head) if head.status == Status::Draft));
}

#[test]
fn a_broken_front_matter_is_an_error_with_its_place() {
    let check = |text: &str, expected: &str| {
        let (file, diagnostics) = read(text);
        assert_eq!((file, diagnostics), (None, vec![expected.to_owned()]), "{text}");
    };
    check("---\ntitle: a\nslug: b: c\n---\n", "3:8 post-yaml");
    check("---\ntitle: 'a\n---\ntext\n", "2:8 post-yaml");
    check("---\n- a\n---\n", "2:1 post-yaml");
    check("---\ntitle: a\n\nText\n", "1:1 post-fence");
}

#[test]
fn a_file_that_says_what_it_translates_is_a_translation() {
    let text = "---\ntranslationFor: the-id\nlanguage: EN\ntitle: Hello\nexcerpt: short\n---\nText\n";
    let (file, diagnostics) = read_at("posts/2024/05/a.en.md", text);
    let PostDocument::Translation(head) = file.unwrap().document else { panic!("a translation") };
    assert_eq!((&*head.translation_for, &*head.language), ("the-id", "en"));
    assert_eq!((head.title.as_deref(), head.excerpt.as_deref()), (Some("Hello"), Some("short")));
    assert_eq!((head.status, diagnostics), (Status::Published, vec![]));
}

#[test]
fn the_language_of_a_translation_may_come_from_its_name() {
    let text = "---\ntranslationFor: the-id\ntitle: Hello\n---\n";
    let (file, diagnostics) = read_at("posts/a.en-us.md", text);
    let language = file.map(|file| match file.document {
        PostDocument::Translation(head) => head.language.clone(),
        PostDocument::Post(head) => panic!("{head:?}"),
    });
    assert_eq!((language.as_deref(), diagnostics), (Some("en-us"), vec!["1:1 translation-language".to_owned()]));
    let (file, diagnostics) = read_at("posts/a.md", text);
    assert_eq!((file, diagnostics), (None, vec!["1:1 translation-language".to_owned()]));
}
