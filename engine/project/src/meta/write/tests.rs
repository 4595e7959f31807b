use super::*;
use crate::meta::{parse_category_meta, parse_tags};

const PROJECT: &str = r#"{
  "name": "Blog",
  "later": {
    "big": 123456789012345678901234567890,
    "list": [
      1.50
    ]
  },
  "maxPostsPerPage": 900,
  "blogLanguages": [
    "en"
  ],
  "picoTheme": "slate"
}"#;

fn path() -> SitePath {
    SitePath::new("meta/project.json").unwrap()
}

fn project() -> ProjectMeta {
    parse_project(&path(), PROJECT).value
}

#[test]
fn settings_keep_their_order_and_what_is_not_known() {
    let same = project();
    assert_eq!(rewrite_project(&path(), PROJECT, &same).as_deref(), Some(PROJECT));
    let renamed = ProjectMeta { name: Some("Ein „Blog“".into()), pico_theme: None, ..project() };
    let expected = PROJECT.replace("\"Blog\"", "\"Ein „Blog“\"").replace("],\n  \"picoTheme\": \"slate\"", "]");
    assert_eq!(rewrite_project(&path(), PROJECT, &renamed), Some(expected));
    let text = format!("{PROJECT}\n");
    let more =
        ProjectMeta { description: Some("D".into()), languages: ["en", "de", "fr"].map(Arc::from).into(), ..project() };
    let expected = text
        .replace("\"Blog\",\n", "\"Blog\",\n  \"description\": \"D\",\n")
        .replace("[\n    \"en\"\n  ]", "[\n    \"de\",\n    \"fr\"\n  ]");
    assert_eq!(rewrite_project(&path(), &text, &more), Some(expected));
    assert_eq!(rewrite_project(&path(), "[]", &same), None);
    assert_eq!(rewrite_project(&path(), PROJECT, &ProjectMeta { name: Some(" ".into()), ..project() }), None);
}

#[test]
fn publishing_is_written_in_the_order_of_the_app() {
    let path = SitePath::new("meta/publishing.json").unwrap();
    let publishing = Publishing {
        ssh_host: Some("a.example".into()),
        ssh_mode: super::super::SshMode::Rsync,
        ..Publishing::default()
    };
    let expected = "{\n  \"sshHost\": \"a.example\",\n  \"sshMode\": \"rsync\"\n}";
    assert_eq!(rewrite_publishing(&path, "{}", &publishing).as_deref(), Some(expected));
}

#[test]
fn lists_are_sorted_and_keep_what_is_not_known() {
    assert_eq!(categories_text(&["b", "a"].map(Arc::from)), "[\n  \"a\",\n  \"b\"\n]");
    let path = SitePath::new("meta/tags.json").unwrap();
    let text = "[{\"name\": \"b\", \"mood\": 1}, {\"name\": \"A\", \"color\": \"#123\"}]";
    let tags = parse_tags(&path, text).value;
    let expected = "[\n  {\n    \"name\": \"A\",\n    \"color\": \"#123\"\n  },\n  {\n    \"name\": \"b\",\n    \"mood\": 1\n  }\n]";
    assert_eq!(tags.to_text(), expected);
    assert_eq!(parse_tags(&path, expected).value, tags);
}

#[test]
fn categories_stay_where_they_are() {
    let path = SitePath::new("meta/category-meta.json").unwrap();
    let text = "{\n  \"Wiki\": {\n    \"renderInLists\": true,\n    \"showTitle\": true,\n    \"title\": \"W\",\n    \"mood\": 1\n  },\n  \
        \"article\": {\n    \"renderInLists\": true,\n    \"showTitle\": true\n  }\n}";
    let metas = parse_category_meta(&path, text).value;
    assert_eq!(rewrite_category_metas(text, &metas).as_deref(), Some(text));
    let written = rewrite_category_metas("{}", &metas).unwrap();
    assert_eq!(parse_category_meta(&path, &written).value, metas);
    assert!(!written.contains("article"), "{written}");
}
