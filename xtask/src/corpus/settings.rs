//! Everything of the blog that is not a post: `meta/`, the menu, the script.

use serde_json::{Map, Value, json};

use super::heads::{CATEGORIES, Head, TAGS, tag};
use super::random::Random;

/// The files, by their paths in the project.
pub(super) fn files(heads: &[Head], random: &mut Random) -> Vec<(&'static str, String)> {
    vec![
        ("meta/project.json", pretty(&project(heads.len()))),
        ("meta/categories.json", pretty(&categories())),
        ("meta/category-meta.json", pretty(&category_meta())),
        ("meta/tags.json", pretty(&tags())),
        ("meta/publishing.json", pretty(&publishing())),
        ("meta/menu.opml", menu()),
        ("scripts/note.py", note(random)),
    ]
}

/// JSON as dialect A writes it: two spaces, no newline at the end.
fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a value is JSON")
}

fn project(posts: usize) -> Value {
    json!({
        "name": "Ten Years of Weather",
        "description": format!("A made-up blog of {posts} posts"),
        "mainLanguage": "en",
        "defaultAuthor": "The Gardener",
        "maxPostsPerPage": 50,
        "publicUrl": "https://weather.example",
        "picoTheme": "slate",
        "blogmarkCategory": "aside",
        "pythonRuntimeMode": "webworker",
        "semanticSimilarityEnabled": false,
        "blogLanguages": []
    })
}

fn categories() -> Value {
    let mut names = CATEGORIES.to_vec();
    names.push("page");
    names.sort_unstable();
    json!(names)
}

fn category_meta() -> Value {
    let mut meta = Map::new();
    for name in CATEGORIES {
        meta.insert(name.to_owned(), json!({ "renderInLists": true, "showTitle": name != "aside" }));
    }
    meta.insert("page".to_owned(), json!({ "renderInLists": false, "showTitle": true }));
    Value::Object(meta)
}

/// Every tenth tag has a colour.
fn tags() -> Value {
    let mut tags: Vec<_> = (0..TAGS).map(|number| (tag(number), number)).collect();
    tags.sort();
    let entry = |(name, number): (String, usize)| match number % 10 {
        0 => json!({ "name": name, "color": format!("#{:02x}80{:02x}", number, 255 - number) }),
        _ => json!({ "name": name }),
    };
    Value::Array(tags.into_iter().map(entry).collect())
}

fn publishing() -> Value {
    json!({ "sshHost": "", "sshUser": "", "sshRemotePath": "", "sshMode": "scp" })
}

fn menu() -> String {
    let archive = |name| {
        format!(
            "    <outline id=\"menu-item-{name}\" text=\"{name}\" type=\"category-archive\" categoryName=\"{name}\"/>"
        )
    };
    let entries = ["essay", "travel"].map(archive).join("\n");
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>Blog Menu</title>
  </head>
  <body>
    <outline id="menu-home" text="Home" type="home" pageSlug="home"/>
{entries}
    <outline id="menu-item-tag-cloud" text="Tag Cloud" type="page" pageSlug="tag-cloud"/>
  </body>
</opml>
"#
    )
}

fn note(random: &mut Random) -> String {
    let (id, project) = (random.uuid(), random.uuid());
    format!(
        r#""""
---
id: "{id}"
projectId: "{project}"
slug: "note"
title: "note"
kind: "macro"
entrypoint: "render"
enabled: true
version: 1
createdAt: "2016-01-01T00:00:00.000Z"
updatedAt: "2016-01-01T00:00:00.000Z"
---
"""
from html import escape


def render(context, post):
    params = context["params"]
    kind = escape(params.get("kind", "aside"))
    text = escape(params.get("text", ""))
    title = escape(post["title"]) if post else ""
    return {{"html": f'<aside class="note note-{{kind}}" aria-label="{{title}}"><p>{{text}}</p></aside>'}}
"#
    )
}
