//! The files of a new project: what `bds init` writes.

use bds_base::{Fingerprint, SitePath};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{embedded, shipped_path};

/// What a new project is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    /// The name of the site.
    pub name: String,
    /// The code of its language: `en`.
    pub language: String,
    /// Where it will be found: `https://example.org`, without a slash at the end.
    pub public_url: String,
    /// When the first posts were written.
    pub created_at: Timestamp,
}

/// The files of a new project, sorted by path. The same wishes always give the same files.
pub fn starter(starter: &Starter) -> Vec<(SitePath, String)> {
    let folder = starter.created_at.strftime("posts/%Y/%m");
    let welcome = post(starter, &Post { slug: "welcome", title: "Welcome to your blog", category: "article" });
    let about = post(starter, &Post { slug: "about", title: "About", category: "page" });
    let mut files = vec![
        (shipped_path(".gitignore"), GITIGNORE.to_owned()),
        (shipped_path("meta/categories.json"), pretty(&json!(["article", "aside", "page", "picture"]))),
        (shipped_path("meta/category-meta.json"), pretty(&category_meta())),
        (shipped_path("meta/menu.opml"), MENU.to_owned()),
        (shipped_path("meta/project.json"), pretty(&project(starter))),
        (shipped_path("meta/tags.json"), pretty(&json!([{ "name": "first steps" }, { "name": "python" }]))),
        (shipped_path(&format!("{folder}/about.md")), about),
        (shipped_path(&format!("{folder}/welcome.md")), welcome),
    ];
    files.sort();
    files
}

/// What is made anew by a build, or kept by bds for itself, does not belong into version control.
const GITIGNORE: &str = "/html/\n/.bds/\n";

const MENU: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>Blog Menu</title>
  </head>
  <body>
    <outline id="menu-home" text="Home" type="home" pageSlug="home"/>
    <outline id="menu-about" text="About" type="page" pageSlug="about"/>
  </body>
</opml>
"#;

struct Post {
    slug: &'static str,
    title: &'static str,
    category: &'static str,
}

fn post(starter: &Starter, post: &Post) -> String {
    let Post { slug, title, category } = post;
    let id = id(starter, slug);
    let date = starter.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z");
    let tags = if *category == "page" { "tags: []" } else { "tags:\n  - first steps\n  - python" };
    let language = &starter.language;
    let (year, month) = (starter.created_at.strftime("%Y").to_string(), starter.created_at.strftime("%m").to_string());
    let body = body(slug).replace("{year}", &year).replace("{month}", &month);
    format!(
        "---\nid: {id}\ntitle: {title}\nslug: {slug}\nstatus: published\ncreatedAt: '{date}'\nupdatedAt: '{date}'\n\
         {tags}\ncategories:\n  - {category}\nlanguage: {language}\npublishedAt: '{date}'\n---\n{body}"
    )
}

fn body(slug: &str) -> &'static str {
    let file = format!("{slug}.md");
    embedded::STARTER.iter().find(|(name, _)| *name == file).expect("every starting post has its text").1
}

/// An id in the form of a UUID (version 8, RFC 9562), made of what is known so that nothing here is random.
fn id(starter: &Starter, slug: &str) -> String {
    let digits = Fingerprint::of(format!("{}\0{}\0{slug}", starter.name, starter.created_at)).to_string();
    format!("{}-{}-8{}-a{}-{}", &digits[..8], &digits[8..12], &digits[12..15], &digits[15..18], &digits[18..30])
}

/// Key order as the app writes it (format sheet §4).
fn project(starter: &Starter) -> Value {
    json!({
        "name": starter.name,
        "description": "",
        "mainLanguage": starter.language,
        "maxPostsPerPage": 50,
        "publicUrl": starter.public_url,
        "pythonRuntimeMode": "webworker",
        "blogLanguages": [],
    })
}

fn category_meta() -> Value {
    json!({
        "article": { "renderInLists": true, "showTitle": true },
        "aside": { "renderInLists": true, "showTitle": false },
        "page": { "renderInLists": false, "showTitle": true },
        "picture": { "renderInLists": true, "showTitle": true },
    })
}

/// JSON as the app writes it: two spaces, no newline at the end.
fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("plain data always serialises")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Vec<(SitePath, String)> {
        starter(&Starter {
            name: "My \"own\" blog".to_owned(),
            language: "en".to_owned(),
            public_url: "https://example.org".to_owned(),
            created_at: "2026-03-13T07:19:45.5Z".parse().expect("a timestamp"),
        })
    }

    #[test]
    fn a_new_project_has_what_the_format_asks_for() {
        let files = example();
        let paths: Vec<_> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                ".gitignore",
                "meta/categories.json",
                "meta/category-meta.json",
                "meta/menu.opml",
                "meta/project.json",
                "meta/tags.json",
                "posts/2026/03/about.md",
                "posts/2026/03/welcome.md",
            ]
        );
        assert_eq!(files, example(), "nothing is random");
    }

    #[test]
    fn posts_have_whole_front_matter_and_ids_of_their_own() {
        let files = example();
        let head = |name: &str| {
            let text = &files.iter().find(|(path, _)| path.file_name() == name).expect("written").1;
            text.split("---\n").nth(1).expect("front matter").to_owned()
        };
        let (welcome, about) = (head("welcome.md"), head("about.md"));
        assert!(welcome.contains("createdAt: '2026-03-13T07:19:45.000Z'\n"), "{welcome}");
        assert!(about.contains("categories:\n  - page\n"), "{about}");
        let id = |head: &str| head.lines().next().expect("an id").to_owned();
        assert_ne!(id(&welcome), id(&about));
        assert_eq!(id(&welcome).len(), "id: ".len() + 36);
        assert!(files.iter().all(|(_, text)| !text.contains("{year}") && !text.contains("{month}")));
    }
}
