//! Routes: which files a site has (format sheet §8).

use insta::assert_snapshot;

use crate::project::{Project, lines, post_file};
use crate::runtime::ScriptedRuntime;

/// Two languages, every kind of post.
fn project() -> Project {
    let project = Project::new(ScriptedRuntime::default());
    project.write(
        "meta/project.json",
        r#"{"name": "Test", "mainLanguage": "de", "publicUrl": "https://blog.example", "blogLanguages": ["en"], "maxPostsPerPage": 2}"#,
    );
    project.write("meta/category-meta.json", r#"{"hidden": {"renderInLists": false}}"#);
    project.post("first", 1, "tags: [rot, Rot, 'füße']\ncategories: [notes]\n", "Eins");
    project.translation("first", "en", "One");
    project.translation("first", "fr", "Un");
    project.post("second", 1, "language: en\ntags: ['C/C++', '..', 'a b']\n", "Two");
    project.post("third", 3, "doNotTranslate: true\ncategories: [Notes]\ntags: [nur]\n", "Drei");
    project.post("about", 4, "categories: [page]\n", "Über");
    project.post("secret", 5, "categories: [hidden]\ntags: [rot]\n", "In keiner Liste");
    project.post("draft", 6, "", "Später");
    project.edit(&post_file("draft"), "status: published", "status: draft");
    project.post("old", 7, "", "Abgelegt");
    project.edit(&post_file("old"), "status: published", "status: archived");
    project.post("future", 8, "", "Morgen");
    project.edit(&post_file("future"), "2024-05-08", "2024-06-08");
    project
}

#[test]
fn a_site_of_two_languages() {
    let mut project = project();
    let built = project.build();
    assert_eq!(lines(&built.diagnostics), "");
    assert_snapshot!(project.routes().join("\n"), @r"
    2024/05/01/first.en/index.html
    2024/05/01/first.fr/index.html
    2024/05/01/first/index.html
    2024/05/01/index.html
    2024/05/01/second/index.html
    2024/05/03/index.html
    2024/05/03/third/index.html
    2024/05/04/about/index.html
    2024/05/05/secret/index.html
    2024/05/index.html
    2024/05/page/2/index.html
    2024/index.html
    2024/page/2/index.html
    404.html
    about/index.html
    atom.xml
    calendar.json
    category/Notes/index.html
    en/2024/05/01/first/index.html
    en/2024/05/01/index.html
    en/2024/05/01/second/index.html
    en/2024/05/04/about/index.html
    en/2024/05/05/secret/index.html
    en/2024/05/index.html
    en/2024/index.html
    en/404.html
    en/about/index.html
    en/atom.xml
    en/category/Notes/index.html
    en/index.html
    en/rss.xml
    en/tag/%2E%2E/index.html
    en/tag/C/C++/index.html
    en/tag/a b/index.html
    en/tag/füße/index.html
    en/tag/rot/index.html
    index.html
    page/2/index.html
    rss.xml
    sitemap.xml
    tag/%2E%2E/index.html
    tag/C/C++/index.html
    tag/a b/index.html
    tag/füße/index.html
    tag/nur/index.html
    tag/rot/index.html
    ");
}

#[test]
fn kinds_of_pages_that_are_switched_off() {
    let mut project = project();
    let all = ["root", "category", "tag", "year", "month", "day", "feeds", "sitemap", "calendar", "translations"];
    project.configure(&format!("[archives]\n{} = false", all.join(" = false\n")));
    project.build();
    assert_snapshot!(project.routes().join("\n"), @r"
    2024/05/01/first/index.html
    2024/05/01/second/index.html
    2024/05/03/third/index.html
    2024/05/04/about/index.html
    2024/05/05/secret/index.html
    404.html
    about/index.html
    en/2024/05/01/first/index.html
    en/2024/05/01/second/index.html
    en/2024/05/04/about/index.html
    en/2024/05/05/secret/index.html
    en/404.html
    en/about/index.html
    ");
}

#[test]
fn each_kind_of_page_can_be_switched_off_alone() {
    let cases = [
        ("root", "index.html"),
        ("category", "category/Notes/index.html"),
        ("tag", "tag/rot/index.html"),
        ("year", "2024/index.html"),
        ("month", "2024/05/index.html"),
        ("day", "2024/05/01/index.html"),
        ("feeds", "atom.xml"),
        ("sitemap", "sitemap.xml"),
        ("calendar", "calendar.json"),
        ("translations", "2024/05/01/first.fr/index.html"),
    ];
    let mut project = project();
    for (kind, _) in cases {
        project.configure(&format!("[archives]\n{kind} = false"));
        project.build();
        for (other, path) in cases {
            assert_eq!(project.has(path), kind != other, "{path} without {kind}");
        }
    }
}

#[test]
fn pages_of_lists_hold_as_many_posts_as_the_project_says() {
    let check = |posts: u32, size: u32, pages: &[&str]| {
        let mut project = Project::plain();
        project.write("meta/project.json", &format!(r#"{{"mainLanguage": "en", "maxPostsPerPage": {size}}}"#));
        project.configure("[archives]\nyear = false\nmonth = false\nday = false");
        (1..=posts).for_each(|day| project.post(&format!("post-{day}"), day, "tags: [t]\n", "Text"));
        project.build();
        let is_list = |path: &String| path.starts_with("page/") || path.starts_with("tag/") || path == "index.html";
        let lists: Vec<_> = project.routes().into_iter().filter(is_list).collect();
        assert_eq!(lists, pages, "{posts} posts, {size} a page");
    };
    check(0, 2, &["index.html"]);
    check(2, 2, &["index.html", "tag/t/index.html"]);
    check(3, 2, &["index.html", "page/2/index.html", "tag/t/index.html", "tag/t/page/2/index.html"]);
    check(3, 1000, &["index.html", "tag/t/index.html"]);
    check(2, 0, &["index.html", "page/2/index.html", "tag/t/index.html", "tag/t/page/2/index.html"]);
}

#[test]
fn drafts_and_posts_of_the_future_are_shown_when_asked_for() {
    let mut project = project();
    project.options.drafts = true;
    project.build();
    assert!(project.has("2024/05/06/draft/index.html") && !project.has("2024/06/08/future/index.html"));
    project.options.future = true;
    project.restart();
    project.build();
    assert!(project.has("2024/06/08/future/index.html"));
    assert!(!project.has("2024/05/07/old/index.html"), "what is archived is never shown");
    project.options = bds_graph::Options::default();
    project.restart();
    project.build();
    assert!(!project.has("2024/05/06") && !project.has("2024/06"));
}

#[test]
fn the_time_zone_decides_the_day() {
    let mut project = Project::plain();
    project.post("late", 1, "", "Text");
    project.edit(&post_file("late"), "2024-05-01T10:00", "2024-05-01T23:30");
    project.build();
    assert!(project.has("2024/05/01/late/index.html"));
    project.configure("timezone = \"Europe/Berlin\"");
    project.build();
    assert!(project.has("2024/05/02/late/index.html") && !project.has("2024/05/01"));
}

#[test]
fn names_that_differ_in_case_are_one_archive_spelled_as_the_settings_do() {
    let mut project = Project::plain();
    project.post("one", 1, "tags: [Rust]\ncategories: [News]\n", "");
    project.post("two", 2, "tags: [RUST]\ncategories: [news]\n", "");
    let tags = |project: &Project| -> Vec<String> {
        let is_named = |path: &String| path.starts_with("tag/") || path.starts_with("category/");
        project.routes().into_iter().filter(is_named).collect()
    };
    project.build();
    assert_eq!(tags(&project), ["category/news/index.html", "tag/RUST/index.html"], "as in the newest post");
    project.write("meta/tags.json", r#"[{"name": "rust"}]"#);
    project.write("meta/categories.json", r#"["NEWS"]"#);
    project.build();
    assert_eq!(tags(&project), ["category/NEWS/index.html", "tag/rust/index.html"]);
}

#[test]
fn folders_carry_names_and_links_lead_there() {
    let cases = [
        ("füße", "tag/füße/index.html", "/tag/f%C3%BC%C3%9Fe/"),
        ("a b", "tag/a b/index.html", "/tag/a%20b/"),
        ("C/C++", "tag/C/C++/index.html", "/tag/C/C%2B%2B/"),
        ("..", "tag/%2E%2E/index.html", "/tag/%252E%252E/"),
        ("x..y", "tag/x..y/index.html", "/tag/x..y/"),
        ("100%", "tag/100%/index.html", "/tag/100%25/"),
    ];
    for (tag, file, link) in cases {
        let mut project = Project::plain();
        project.post("one", 1, &format!("tags: ['{tag}']\n"), "");
        project.build();
        assert!(project.has(file), "{tag}: {:?}", project.routes());
        let page = project.page("2024/05/01/one/index.html");
        assert!(page.contains(&format!("href=\"{link}\"")), "{tag}: {page}");
    }
}

#[test]
fn all_trees_spell_a_name_alike_and_menus_and_macros_do_too() {
    let runtime = ScriptedRuntime::default()
        .with("counted", |run| Ok(format!("<p>{}</p>", run.api("posts.get_tags", &serde_json::json!({})))));
    let mut project = Project::new(runtime);
    project.script("counted");
    project.post("one", 1, "tags: [rust]\ncategories: [news]\n", "[[counted]]");
    project.post("two", 2, "tags: [Rust]\ncategories: [News]\ndoNotTranslate: true\n", "");
    project.post("three", 3, "tags: [RUST]\ncategories: [NEWS, page]\n", "");
    project.write(
        "meta/menu.opml",
        r#"<opml version="2.0"><body><outline text="N" type="category-archive" categoryName="nEws"/></body></opml>"#,
    );
    project.write(
        "templates/single-post.liquid",
        "{{ post_tags | join }} {{ menu_items[1].href }} {{ tag_path_by_name['RUST'] }} {{ post.content | markdown: post.id }}",
    );
    let built = project.build();
    assert_eq!(lines(&built.diagnostics), "");
    for tree in ["", "de/"] {
        assert!(project.has(&format!("{tree}tag/Rust/index.html")), "{:?}", project.routes());
        assert!(project.has(&format!("{tree}category/News/index.html")), "{:?}", project.routes());
        let page = project.page(&format!("{tree}2024/05/01/one/index.html"));
        assert_eq!(page, "Rust /category/News/ /tag/Rust/ <p>[\"Rust\"]</p>\n");
    }
}

#[test]
fn two_pages_with_one_address_are_told() {
    let mut project = Project::plain();
    project.post("two", 2, "tags: ['b', 'b/page/2']\n", "");
    project.post("three", 3, "tags: [b]\n", "");
    project.post("media", 4, "categories: [page]\n", "");
    project.write("media/index.html", "mine");
    project.write(
        "meta/project.json",
        r#"{"mainLanguage": "en", "publicUrl": "https://blog.example", "maxPostsPerPage": 1}"#,
    );
    let built = project.build();
    assert_snapshot!(lines(&built.diagnostics), @r"
    error[route-twice] -: page 2 of the tag `b` and page 1 of the tag `b/page/2` have the same address, `tag/b/page/2/index.html`; the second is left out
      hint: give one of them another name
    error[route-twice] media/index.html: `posts/2024/05/media.md` and the file `media/index.html` have the same address, `media/index.html`; the file is left out
      hint: give one of them another name
    ");
    let again = project.build();
    assert_eq!(again.report(0).files_written, 0, "they do not write over each other");
}

#[test]
fn a_folder_that_would_be_a_file_is_told() {
    let mut project = Project::plain();
    project.post("one", 1, "tags: ['a', 'a/index.html']\n", "");
    let built = project.build();
    assert_snapshot!(lines(&built.diagnostics), @r"
    error[route-twice] -: page 1 of the tag `a` and page 1 of the tag `a/index.html` have the same address, `tag/a/index.html`; the second is left out
      hint: give one of them another name
    ");
}

#[test]
fn posts_with_one_slug_on_one_day_get_addresses_of_their_own() {
    let mut project = Project::plain();
    project.post("one", 1, "", "The first");
    let text = project.read(&post_file("one")).replace("one-id", "other-id");
    project.write("posts/2024/05/zwei.md", &text);
    let built = project.build();
    assert!(project.has("2024/05/01/one/index.html") && project.has("2024/05/01/one-2/index.html"));
    assert_eq!(built.diagnostics.len(), 1, "{}", lines(&built.diagnostics));
}

#[test]
fn a_page_in_a_language_tree_can_be_hidden_by_a_slug() {
    let mut project = Project::new(ScriptedRuntime::default());
    project.post("de", 1, "categories: [page]\n", "I am called as the German tree is");
    let built = project.build();
    assert_snapshot!(lines(&built.diagnostics), @r"
    error[route-twice] posts/2024/05/de.md:4:7: `posts/2024/05/de.md` and page 1 of the list of all posts have the same address, `de/index.html`; the second is left out
      hint: give one of them another name
    ");
    assert!(project.page("de/index.html").contains("I am called"));
}

#[test]
fn links_to_what_is_not_translated_lead_to_the_main_tree() {
    let mut project = Project::new(ScriptedRuntime::default());
    project.post("stays", 1, "doNotTranslate: true\n", "Only here");
    project.post("goes", 2, "", "See [this](/posts/stays#part) and [itself](/posts/goes).");
    project.build();
    let page = project.page("de/2024/05/02/goes/index.html");
    assert!(page.contains("href=\"/2024/05/01/stays/#part\""), "{page}");
    assert!(page.contains("href=\"/de/2024/05/02/goes/\""), "{page}");
    assert!(!project.has("de/2024/05/01/stays/index.html"));
}
