use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::*;

fn path() -> SitePath {
    SitePath::new("posts/2024/05/a.en.md").unwrap()
}

fn read(text: &str) -> PostDocument {
    let parsed = parse(&path(), text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    placeless(parsed.value.expect("it can be read").document)
}

#[derive(Deserialize)]
struct Recorded {
    fronts: Vec<Front>,
}

/// Front matter, and the file that gray-matter makes of it.
#[derive(Deserialize)]
struct Front {
    data: Map<String, Value>,
    text: String,
}

#[test]
fn front_matter_is_written_as_the_app_writes_it() {
    let recorded: Recorded =
        serde_json::from_str(include_str!("../../../../../tests/fixtures/yaml/js-yaml.json")).unwrap();
    assert_eq!(recorded.fronts.len(), 4);
    for front in recorded.fronts {
        let document = read(&front.text);
        let body = &front.text[parse(&path(), &front.text).value.unwrap().body.range()];
        assert_eq!(document.to_front_matter() + body, front.text);
        let title = match &document {
            PostDocument::Post(head) => head.title.clone(),
            PostDocument::Translation(head) => head.title.clone(),
        };
        assert_eq!(title.as_deref(), front.data["title"].as_str());
    }
}

fn retitled(text: &str, title: &str) -> Option<String> {
    let PostDocument::Post(head) = read(text) else { panic!("it is a post") };
    let head = PostHead { title: Some(title.into()), ..Arc::unwrap_or_clone(head) };
    rewrite(&path(), text, &PostDocument::Post(Arc::new(head)))
}

#[test]
fn rewriting_touches_the_lines_of_what_has_changed_alone() {
    let check = |text: &str, expected: &str| assert_eq!(retitled(text, "New").as_deref(), Some(expected), "{text}");
    check(
        "---\ntitle: \"Old\"  # mine\nmood: {a: 1}\n# tags\ntags: [b,  a]\n---\n\nText",
        "---\ntitle: New\nmood: {a: 1}\n# tags\ntags: [b,  a]\n---\n\nText",
    );
    check(
        "---\r\ntitle: >-\r\n  Old\r\n  title\r\n# about the id\r\nid: 7\r\n---\r\nText\r\n",
        "---\r\ntitle: New\r\n# about the id\r\nid: 7\r\n---\r\nText\r\n",
    );
    check("---\n# mine\ntags: [x]\nid: a\n---\n---\n", "---\n# mine\ntags: [x]\nid: a\ntitle: New\n---\n---\n");
    check("---\ntags:\n- a\n---\n", "---\ntitle: New\ntags:\n- a\n---\n");
    check("---\n---\n", "---\ntitle: New\n---\n");
    check("---\ntitle: New\n---\nText\n", "---\ntitle: New\n---\nText\n");
}

#[test]
fn what_cannot_be_rewritten_without_a_loss_is_left() {
    let check = |text: &str| assert_eq!(retitled(text, "New"), None, "{text}");
    check("---\n{title: Old, mood: dark}\n---\n");
    check("---\n? [a, b]\n: c\ntitle: Old\n---\n");
    check("---\ntitle: &t Old\nslug: *t\n---\n");
    assert_eq!(
        retitled("---\ntitle: Old\n---\n", "two\nlines").as_deref(),
        Some("---\ntitle: |-\n  two\n  lines\n---\n")
    );
    assert_eq!(retitled("---\ntitle: Old\n---\n", " blank at its ends "), None);
}

fn line() -> impl Strategy<Value = Arc<str>> {
    let words = "[-a-zA-Z0-9:#'\"\\[\\]{}&*!|>%@`,?._~\\\\äß🦀 ]{1,100}";
    words.prop_map(|text| Arc::from(text.trim())).prop_filter("it is not blank", |text: &Arc<str>| !text.is_empty())
}

fn names() -> impl Strategy<Value = Arc<[Arc<str>]>> {
    prop::collection::vec(line(), 0..4).prop_map(|names| {
        let mut seen = std::collections::HashSet::new();
        names.into_iter().filter(|name| seen.insert(crate::slug::key(name))).collect()
    })
}

fn dates() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::of((0_i64..4_000_000_000_000).prop_map(|at| Timestamp::from_millisecond(at).unwrap()))
}

prop_compose! {
    fn heads()(
        texts in prop::collection::vec(prop::option::of(line()), 5),
        excerpt in prop::option::of("[-a-z:#' \n]{0,200}x"),
        dates in (dates(), dates(), dates()),
        names in (names(), names()),
        status in prop::sample::select(vec![Status::Draft, Status::Published, Status::Archived]),
        language in prop::sample::select(vec![None, Some("de"), Some("no"), Some("en-us")]),
        do_not_translate in any::<bool>(),
    ) -> PostHead {
        let [id, title, slug, author, template_slug] = <[_; 5]>::try_from(texts).unwrap();
        PostHead {
            id, title, slug, slug_at: None, status, author, do_not_translate, template_slug,
            created_at: dates.0, updated_at: dates.1, published_at: dates.2,
            tags: names.0, categories: names.1,
            excerpt: excerpt.map(Arc::from), language: language.map(Arc::from),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(head in heads()) {
        let document = PostDocument::Post(Arc::new(head));
        prop_assert_eq!(read(&document.to_front_matter()), document);
    }

    #[test]
    fn any_file_becomes_any_other_and_keeps_its_body(old in heads(), new in heads(), body in "[-a-z\n]{0,40}") {
        let [old, new] = [old, new].map(|head| PostDocument::Post(Arc::new(head)));
        let text = format!("{}{body}", old.to_front_matter().replace("---\nid", "---\n# mine\nmood: dark\nid"));
        let rewritten = rewrite(&path(), &text, &new).expect("it is written one key a line");
        prop_assert!(rewritten.ends_with(&body));
        prop_assert_eq!(rewritten.contains("# mine\nmood: dark\n"), text.contains("# mine\nmood: dark\n"));
        prop_assert_eq!(read(&rewritten), new);
    }
}
