//! Feeds, sitemap and calendar (format sheet §8.3 to §8.5).

use insta::assert_snapshot;

use crate::project::{ONE_LANGUAGE, Project, lines, post_file};
use crate::runtime::ScriptedRuntime;

/// Posts of two languages, two days and every kind, two on a page.
fn project() -> Project {
    let runtime = ScriptedRuntime::default().with("titled", |run| Ok(format!("<b>{}</b>", run.field("slug"))));
    let project = Project::new(runtime);
    project.write(
        "meta/project.json",
        r#"{"name": "A & B", "description": "Tests <here>", "mainLanguage": "en", "publicUrl": "https://blog.example/", "blogLanguages": ["de"], "maxPostsPerPage": 2}"#,
    );
    project.script("titled");
    project.media("x", "");
    let updated = "updatedAt: '2024-05-20T08:00:00.000Z'\npublishedAt: '2024-05-02T09:00:00.000Z'\n";
    project.post(
        "one",
        1,
        "tags: [Red, 'füße & co']\ncategories: [notes]\n",
        "First *paragraph*\nof two lines.\n\nSecond ]]> [[titled]] &nbsp; [two](/posts/two) ![x](/media/2024/05/x.jpg)",
    );
    project.translation("one", "de", "Erster Absatz.");
    project.post("two", 1, &format!("{updated}author: Jo\nexcerpt: Short & *sweet*\ncategories: [notes]\n"), "Long");
    project.post("three", 3, "language: de\ndoNotTranslate: true\n", "Drei");
    project.post("about", 4, "categories: [page]\n", "Who");
    project.edit(&post_file("one"), "2024-05-01", "2023-12-31");
    project
}

#[test]
fn feeds_of_two_languages() {
    let mut project = project();
    project.edit("meta/project.json", r#""maxPostsPerPage": 2"#, r#""maxPostsPerPage": 3"#);
    project.build();
    assert_snapshot!("rss", project.page("rss.xml"));
    assert_snapshot!("atom", project.page("atom.xml"));
    assert_snapshot!("rss_in_german", project.page("de/rss.xml"));
    assert_snapshot!("atom_in_german", project.page("de/atom.xml"));
}

#[test]
fn feeds_hold_the_newest_posts_only() {
    let mut project = project();
    project.build();
    let feed = project.page("rss.xml");
    assert_eq!(feed.matches("<item>").count(), 2);
    assert!(feed.contains("/three/") && feed.contains("/two/") && !feed.contains("/one/"), "{feed}");
}

#[test]
fn feeds_and_sitemap_need_an_address() {
    let mut project = project();
    project.edit("meta/project.json", "https://blog.example/", "");
    let built = project.build();
    assert!(!project.has("rss.xml") && !project.has("sitemap.xml") && project.has("calendar.json"));
    assert_snapshot!(lines(&built.diagnostics), @r#"
    warning[no-address] meta/project.json: the project has no `publicUrl`, so the site has no feeds and no sitemap
      hint: add `"publicUrl": "https://example.org"`, or give --base-url
    "#);
    project.options.base_url = Some("https://other.example/blog/".to_owned());
    project.restart();
    assert_eq!(lines(&project.build().diagnostics), "");
    assert!(project.page("sitemap.xml").contains("<loc>https://other.example/blog/</loc>"));
    assert!(project.page("rss.xml").contains("<link>https://other.example/blog/2024/05/01/two/</link>"));
}

#[test]
fn that_the_address_is_missing_is_not_told_where_nothing_can_be_read() {
    let mut project = project();
    project.write("meta/project.json", "{\"name\": \"x\", ");
    assert_snapshot!(lines(&project.build().diagnostics), @"
    error[meta-json] meta/project.json:1:14: EOF while parsing a value
      hint: correct the JSON; until then the file counts as missing
    ");
}

#[test]
fn a_sitemap_of_one_language() {
    let mut project = project();
    project.edit("meta/project.json", r#", "blogLanguages": ["de"]"#, "");
    project.build();
    assert_snapshot!("sitemap_of_one_language", project.page("sitemap.xml"));
}

#[test]
fn a_sitemap_of_two_languages() {
    let mut project = project();
    project.build();
    assert_snapshot!("sitemap_of_two_languages", project.page("sitemap.xml"));
}

#[test]
fn every_address_of_a_sitemap_is_a_page_of_the_site() {
    for toml in ["", "[archives]\nroot = false\ntag = false\nyear = false\nday = false", "[archives]\ncategory = false"]
    {
        let mut project = project();
        project.configure(toml);
        project.post("only", 5, "tags: ['C/C++', '..']\ncategories: [solo]\ndoNotTranslate: true\n", "");
        project.build();
        let sitemap = project.page("sitemap.xml");
        let starts = ["<loc>https://blog.example/", "href=\"https://blog.example/"];
        let rests = starts.iter().flat_map(|start| sitemap.split(start).skip(1));
        let mut seen = 0;
        for rest in rests {
            let address = &rest[..rest.find(['<', '"']).unwrap()];
            let path = bds_content::percent::decode(address);
            assert!(project.has(&format!("{path}index.html")), "{address} with `{toml}`");
            seen += 1;
        }
        assert!(seen > 20, "{sitemap}");
    }
}

#[test]
fn a_calendar_counts_what_lists_show() {
    let mut project = project();
    project.build();
    assert_snapshot!(project.page("calendar.json"), @r#"
    {
      "years": {
        "2023": 1,
        "2024": 2
      },
      "months": {
        "2023-12": 1,
        "2024-05": 2
      },
      "days": {
        "2023-12-31": 1,
        "2024-05-01": 1,
        "2024-05-03": 1
      }
    }
    "#);
    assert_eq!(project.page("calendar.json").as_bytes().last(), Some(&b'\n'));
    project.write("meta/project.json", ONE_LANGUAGE);
    project.build();
    assert!(project.page("calendar.json").contains("\"2024-05-03\": 1"));
}
