//! The API of macros (format sheet §13): the shape of every answer, and what is refused.

use std::fmt::Write as _;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::project::{Project, lines, post_file};
use crate::runtime::{Run, ScriptedRuntime};

/// Asks all of these and prints the answers.
fn ask(run: &mut Run<'_>, questions: &[(&str, Value)]) {
    for (method, arguments) in questions {
        let answer = run.api(method, arguments);
        let answer =
            if method.ends_with("get_all") || answer.is_string() { answer.to_string() } else { format!("{answer:#}") };
        let mut line = String::new();
        let _ = writeln!(line, "{method} {arguments}\n{answer}\n");
        run.print(&line);
    }
}

fn project(code: crate::runtime::Macro) -> Project {
    let project = Project::new(ScriptedRuntime::default().with("ask", code));
    project.write(
        "meta/project.json",
        r#"{"name": "Test Blog", "description": "About", "mainLanguage": "en", "publicUrl": "https://blog.example", "picoTheme": "jade"}"#,
    );
    project.write("meta/tags.json", r##"[{"name": "Red", "color": "#f00"}, {"name": "unused"}]"##);
    project.write("meta/categories.json", r#"["article", "Notes"]"#);
    project.write("meta/category-meta.json", r#"{"notes": {"title": "My notes"}}"#);
    project.write("meta/publishing.json", r#"{"sshHost": "example.org", "sshMode": "rsync"}"#);
    project.script("ask");
    project.write("templates/mine.liquid", "---\nid: mine-id\nkind: list\n---\n{{ page_title }}");
    project.post(
        "one",
        1,
        "tags: [red, Blue]\ncategories: [notes]\nexcerpt: Short\nauthor: Jo\n",
        "See [two](/posts/two). [[ask]]",
    );
    project.translation("one", "de", "Zwei");
    project.post("two", 2, "language: de\ntags: [red]\nupdatedAt: '2024-05-09T10:00:00Z'\n", "Needle");
    project.post("draft", 3, "tags: [red, secret]\ncategories: [secret]\n", "See [one](/posts/one). Needle");
    project.edit(&post_file("draft"), "status: published", "status: draft");
    project.translation("draft", "de", "Nadel");
    project.post("future", 4, "tags: [red]\n", "Needle");
    project.edit(&post_file("future"), "2024-05-04", "2025-05-04");
    project.media("photo", "title: \"A photo\"\ntags: [\"Sea\"]\nwidth: 10\nheight: 20\nlinkedPostIds: [\"one-id\"]\n");
    project.write(
        "media/2024/05/photo.jpg.de.meta",
        "---\ntranslationFor: photo-id\nlanguage: de\ntitle: \"Ein Foto\"\n---",
    );
    project
}

/// What the macro printed, without the place of the project on this machine.
fn answers(code: crate::runtime::Macro) -> String {
    let mut project = project(code);
    let built = project.build();
    assert_eq!(lines(&built.diagnostics), "");
    let printed: Vec<_> = built.printed.iter().filter(|printed| printed.post.as_str().ends_with("one.md")).collect();
    let root = project.path("");
    printed.first().unwrap().text.replace(root.to_str().unwrap(), "<project>/")
}

#[test]
fn posts() {
    let answers = answers(|run| {
        let id = json!({ "id": "one-id" });
        ask(
            run,
            &[
                ("posts.get", json!({ "post_id": "one-id" })),
                ("posts.get", json!({ "post_id": "none" })),
                ("posts.get_by_slug", json!({ "slug": "two" })),
                ("posts.get_all", json!({})),
                ("posts.get_all", json!({ "options": { "limit": 1, "offset": 0 } })),
                ("posts.get_all", json!({ "options": { "limit": 1, "offset": 9 } })),
                ("posts.search", json!({ "query": "NEEDLE" })),
                ("posts.get_tags", json!({})),
                ("posts.get_categories", json!({})),
                ("posts.get_tags_with_counts", json!({})),
                ("posts.get_categories_with_counts", json!({})),
                ("posts.get_by_year_month", json!({})),
                ("posts.get_dashboard_stats", json!({})),
                ("posts.get_translation", json!({ "post_id": "one-id", "language": "DE" })),
                ("posts.get_translation", json!({ "post_id": "one-id", "language": "fr" })),
                ("posts.get_links_to", id.clone()),
                ("posts.get_linked_by", json!({ "id": "two-id" })),
                ("posts.has_published_version", id),
                ("posts.is_slug_available", json!({ "slug": "one" })),
                ("posts.is_slug_available", json!({ "slug": "one", "exclude_post_id": "one-id" })),
                ("posts.generate_unique_slug", json!({ "title": "One" })),
                ("posts.generate_unique_slug", json!({ "title": "…" })),
            ],
        );
        Ok(String::new())
    });
    assert_snapshot!("posts", answers);
}

#[test]
fn posts_are_filtered() {
    let answers = answers(|run| {
        let wanted = [
            json!({}),
            json!({ "status": "published" }),
            json!({ "status": "draft" }),
            json!({ "tags": ["RED", "blue"] }),
            json!({ "tags": "red" }),
            json!({ "categories": ["Notes", "other"] }),
            json!({ "excludeCategories": ["notes"] }),
            json!({ "language": "de" }),
            json!({ "missingTranslationLanguage": "de" }),
            json!({ "startDate": "2024-05-02" }),
            json!({ "endDate": "2024-05-01T23:00:00Z" }),
            json!({ "year": 2024, "month": 5 }),
            json!({ "year": 2023 }),
        ];
        for filter in wanted {
            let found = run.api("posts.filter", &json!({ "filter": filter }));
            let slugs: Vec<_> = found.as_array().into_iter().flatten().map(|post| post["slug"].clone()).collect();
            run.print(&format!("{filter} {}\n", Value::from(slugs)));
        }
        Ok(String::new())
    });
    assert_snapshot!(answers, @r#"
    {} ["two","one"]
    {"status":"published"} ["two","one"]
    {"status":"draft"} []
    {"tags":["RED","blue"]} ["one"]
    {"tags":"red"} ["two","one"]
    {"categories":["Notes","other"]} ["one"]
    {"excludeCategories":["notes"]} ["two"]
    {"language":"de"} ["two"]
    {"missingTranslationLanguage":"de"} []
    {"startDate":"2024-05-02"} ["two"]
    {"endDate":"2024-05-01T23:00:00Z"} ["one"]
    {"year":2024,"month":5} ["two","one"]
    {"year":2023} []
    "#);
}

#[test]
fn media() {
    let answers = answers(|run| {
        let id = json!({ "id": "photo-id" });
        ask(
            run,
            &[
                ("media.get", id.clone()),
                ("media.get", json!({ "id": "none" })),
                ("media.get_for_post", json!({ "post_id": "two-id" })),
                ("media.search", json!({ "query": "photo.JPG" })),
                ("media.get_by_year_month", json!({})),
                ("media.get_tags", json!({})),
                ("media.get_tags_with_counts", json!({})),
                ("media.get_url", id.clone()),
                ("media.get_file_path", id.clone()),
                ("media.get_thumbnail", json!({ "id": "photo-id", "size": "small" })),
                ("media.get_translation", json!({ "id": "photo-id", "language": "de" })),
                ("media.get_translations", json!({ "id": "photo-id" })),
            ],
        );
        let count = |found: &Value| found.as_array().map(Vec::len);
        for (method, arguments) in [
            ("media.get_all", json!({})),
            ("media.get_for_post", json!({ "post_id": "one-id" })),
            ("media.filter", json!({ "filter": { "tags": ["sea"], "year": 2024, "mimeType": "image/" } })),
            ("media.filter", json!({ "filter": { "tags": ["land"] } })),
            ("media.get_images", json!({ "year": 2024 })),
            ("media.get_images", json!({ "month": 6 })),
        ] {
            let found = run.api(method, &arguments);
            run.print(&format!("{method} {arguments}: {:?}\n", count(&found)));
        }
        Ok(String::new())
    });
    assert_snapshot!("media", answers);
}

#[test]
fn the_rest() {
    let answers = answers(|run| {
        ask(
            run,
            &[
                ("tags.get_all", json!({})),
                ("tags.get_with_counts", json!({})),
                ("tags.get", json!({ "id": "red" })),
                ("tags.get_by_name", json!({ "name": "BLUE" })),
                ("tags.get_by_name", json!({ "name": "secret" })),
                ("tags.get_posts_with_tag", json!({ "tag_id": "red" })),
                ("meta.get_tags", json!({})),
                ("meta.get_categories", json!({})),
                ("meta.get_project_metadata", json!({})),
                ("meta.get_publishing_preferences", json!({})),
                ("projects.get_active", json!({})),
                ("projects.get", json!({ "id": "none" })),
                ("scripts.get", json!({ "id": "ask-id" })),
                ("scripts.get_all", json!({})),
                ("templates.get", json!({ "id": "mine-id" })),
                ("templates.get_enabled_by_kind", json!({ "kind": "partial" })),
                ("templates.validate", json!({ "content": "{% if %}" })),
                ("templates.validate", json!({ "content": "fine" })),
                ("tasks.get_running", json!({})),
                ("sync.get_status", json!({})),
                ("app.get_system_language", json!({})),
                ("app.get_data_paths", json!({})),
            ],
        );
        Ok(String::new())
    });
    assert_snapshot!("the_rest", answers);
}

#[test]
fn fields_of_the_post() {
    let answers = answers(|run| {
        let fields = [
            "id",
            "projectId",
            "title",
            "slug",
            "excerpt",
            "content",
            "status",
            "author",
            "createdAt",
            "updatedAt",
            "publishedAt",
            "tags",
            "categories",
            "language",
            "nosuch",
        ];
        for name in fields {
            let value = run.field(name);
            run.print(&format!("{name}: {value}\n"));
        }
        Ok(String::new())
    });
    assert_snapshot!(answers, @r#"
    id: "one-id"
    projectId: "default"
    title: "Title of one"
    slug: "one"
    excerpt: "Short"
    content: "See [two](/posts/two). [[ask]]\n"
    status: "published"
    author: "Jo"
    createdAt: "2024-05-01T10:00:00.000Z"
    updatedAt: "2024-05-01T10:00:00.000Z"
    publishedAt: "2024-05-01T10:00:00.000Z"
    tags: ["red","Blue"]
    categories: ["notes"]
    language: "a post has no field `language`"
    nosuch: "a post has no field `nosuch`"
    "#);
}

#[test]
fn bad_questions_are_refused() {
    let answers = answers(|run| {
        let questions = [
            ("posts.get", json!({})),
            ("posts.get", json!({ "post_id": 7 })),
            ("posts.get_all", json!({ "options": [] })),
            ("posts.get_all", json!({ "options": { "limit": -1 } })),
            ("posts.get_all", json!({ "options": { "limit": 1.5 } })),
            ("posts.filter", json!({ "filter": { "tags": [1] } })),
            ("posts.filter", json!({ "filter": { "startDate": "soon" } })),
            ("posts.delete", json!({ "post_id": "one-id" })),
            ("chat.ask", json!({})),
            ("nothing", json!({})),
            ("templates.get_enabled_by_kind", json!({ "kind": "other" })),
            ("media.get_translation", json!({ "id": "photo-id" })),
        ];
        for (method, arguments) in questions {
            let answer = run.api(method, &arguments);
            run.print(&format!("{method} {arguments}: {answer}\n"));
        }
        Ok(String::new())
    });
    assert_snapshot!(answers, @r#"
    posts.get {}: "error: `post_id` of `bds.posts.get` is missing"
    posts.get {"post_id":7}: "error: `post_id` of `bds.posts.get` must be a string"
    posts.get_all {"options":[]}: "error: `options` of `bds.posts.get_all` must be a dictionary"
    posts.get_all {"options":{"limit":-1}}: "error: `limit` of `bds.posts.get_all` must not be negative"
    posts.get_all {"options":{"limit":1.5}}: "error: `limit` of `bds.posts.get_all` must be a whole number"
    posts.filter {"filter":{"tags":[1]}}: "error: `tags` of `bds.posts.filter` must be a list of strings"
    posts.filter {"filter":{"startDate":"soon"}}: "error: `startDate` of `bds.posts.filter` must be a date, such as 2026-03-13"
    posts.delete {"post_id":"one-id"}: "error: `bds.posts.delete` is not there"
    chat.ask {}: "error: `bds.chat.ask` is not there"
    nothing {}: "error: `bds.nothing` is not there"
    templates.get_enabled_by_kind {"kind":"other"}: "error: `kind` of `bds.templates.get_enabled_by_kind` must be one of post, list, not-found, partial"
    media.get_translation {"id":"photo-id"}: "error: `language` of `bds.media.get_translation` is missing"
    "#);
}

#[test]
fn drafts_and_posts_of_the_future_are_seen_by_no_macro() {
    let code: crate::runtime::Macro = |run| {
        let mut all = String::new();
        for (method, arguments) in [
            ("posts.get", json!({ "post_id": "draft-id" })),
            ("posts.get_by_slug", json!({ "slug": "draft" })),
            ("posts.get_all", json!({})),
            ("posts.get_by_status", json!({ "status": "draft" })),
            ("posts.get_by_status", json!({ "status": "published" })),
            ("posts.search", json!({ "query": "needle" })),
            ("posts.get_tags", json!({})),
            ("posts.get_categories_with_counts", json!({})),
            ("posts.get_linked_by", json!({ "id": "one-id" })),
            ("posts.get_translations", json!({ "post_id": "draft-id" })),
            ("tags.get_posts_with_tag", json!({ "tag_id": "red" })),
            ("tags.get_posts_with_tag", json!({ "tag_id": "secret" })),
        ] {
            all += &run.api(method, &arguments).to_string();
        }
        run.print(&all);
        Ok(String::new())
    };
    let seen = answers(code);
    assert!(seen.contains("one-id") && seen.contains("two-id"), "{seen}");
    for hidden in ["draft-id", "secret", "future", "adel"] {
        assert!(!seen.contains(hidden), "{hidden}: {seen}");
    }
}
