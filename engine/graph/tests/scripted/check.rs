//! What is wrong with a site as a whole is found in the HTML of its pages, and told where it stands.

use crate::project::{ONE_LANGUAGE, Project, lines, post_file};
use crate::runtime::ScriptedRuntime;

fn project() -> Project {
    let runtime = ScriptedRuntime::default()
        .with("made", |_| Ok("<p><a href=\"/made/\">made</a></p>".to_owned()))
        .with("used", |_| Ok("<p>used</p>".to_owned()));
    let project = Project::new(runtime);
    project.write("meta/project.json", ONE_LANGUAGE);
    project.script("used");
    project.media("photo", "linkedPostIds: [\"one-id\"]\n");
    project.post(
        "one",
        1,
        "tags:\n  - red\n",
        "[[used]]\n\n![p](media/2024/05/photo.jpg) [two](/posts/two) [t](/tag/red/)",
    );
    project.post(
        "two",
        2,
        "",
        "## A part {#part}\n\n<h2 id=\"here\">Here</h2>\n\n[up](/2024/05/01/one/) [here](#here)",
    );
    project
}

/// What is found, one line each: severity, code, place.
#[track_caller]
fn check(edit: impl Fn(&Project), expected: &str) {
    let mut project = project();
    edit(&project);
    let found = lines(&project.check());
    let found: String = found
        .lines()
        .filter(|line| !line.starts_with("  "))
        .map(|line| line.split_once(": ").map_or(line, |(place, _)| place).to_owned() + "\n")
        .collect();
    assert_eq!(found, expected);
    assert!(!project.has("index.html"), "nothing is written");
}

#[test]
fn a_good_site_has_no_faults() {
    check(|_| {}, "");
    check(
        |project| project.write(&post_file("two"), &project.read(&post_file("two")).replace("#here", "?a=b#here")),
        "",
    );
    let outside =
        "[a](https://other.example/x) [b](mailto:a@b.c) [c](https://blog.example/2024/05/01/one/#top) <a>d</a>";
    check(|project| project.post("two", 2, "", outside), "");
}

#[test]
fn links_that_lead_nowhere_are_told_where_they_stand() {
    let body = |body: &'static str| move |project: &Project| project.post("two", 2, "", body);
    check(body("Text [a](/nowhere/)."), "error[link-dead] posts/2024/05/two.md:8:10\n");
    check(body("[a](/posts/nowhere)"), "error[link-dead] posts/2024/05/two.md:8:5\n");
    check(
        body("[a](https://blog.example/gone/) [b](x/y.pdf)"),
        "\
error[link-dead] posts/2024/05/two.md:8:5
error[link-dead] posts/2024/05/two.md:8:37
",
    );
    // It leads to the post from its own page, and to nothing from a list.
    check(body("[a](../../01/one/)"), "error[link-dead] posts/2024/05/two.md:8:5\n");
    check(body("[a](/tag/f%C3%BC%C3%9Fe/)"), "error[link-dead] posts/2024/05/two.md:8:5\n");
    check(
        body("[a](#nowhere) [b](/2024/05/01/one/#nowhere)"),
        "\
warning[link-fragment] posts/2024/05/two.md:8:5
warning[link-fragment] posts/2024/05/two.md:8:19
",
    );
}

#[test]
fn files_that_pages_need_and_the_site_does_not_have_are_told() {
    let body = |body: &'static str| move |project: &Project| project.post("two", 2, "", body);
    check(
        body("<img src=\"/media/gone.jpg\" srcset=\"/media/a.jpg 1x\">"),
        "\
error[resource-missing] posts/2024/05/two.md:8:11
error[resource-missing] posts/2024/05/two.md:8:36
",
    );
    check(
        |project| project.remove("media/2024/05/photo.jpg"),
        "\
warning[sidecar-alone] media/2024/05/photo.jpg.meta
error[resource-missing] posts/2024/05/one.md:12:6
",
    );
}

#[test]
fn what_stands_in_no_text_is_told_with_its_template_or_its_page() {
    let footer = "<footer>\n<a href=\"/imprint/\">Imprint</a></footer>";
    let edit = move |project: &Project| project.write("templates/partials/site-footer.liquid", footer);
    check(edit, "error[link-dead] templates/partials/site-footer.liquid:2:10\n");
    let edit = |project: &Project| {
        project.script("made");
        project.edit(&post_file("two"), "## A part", "[[made]]\n\n## A part");
    };
    check(edit, "error[link-dead] -\n");
    let menu = r#"<opml version="2.0"><body><outline text="Gone" type="page" pageSlug="gone"/></body></opml>"#;
    check(move |project| project.write("meta/menu.opml", menu), "error[menu-target] meta/menu.opml:1:27\n");
}

#[test]
fn sources_that_nothing_uses_are_told() {
    check(|project| project.script("idle"), "warning[script-unused] scripts/idle.py\n");
    let imported = |project: &Project| {
        project.script("idle");
        project.edit("scripts/used.py", "# code", "from idle import x");
    };
    check(imported, "");
    let draft = |project: &Project| {
        project.script("idle");
        project.post("draft", 3, "", "[[idle]]");
        project.edit(&post_file("draft"), "status: published", "status: draft");
    };
    check(draft, "");
    check(|project| project.write("templates/idle.liquid", "x"), "warning[template-unused] templates/idle.liquid\n");
    let asked = |project: &Project| {
        project.write("templates/small.liquid", "{% if false %}{% render 'piece' %}{% endif %}{{ post.title }}");
        project.write("templates/piece.liquid", "x");
        project.post("two", 2, "templateSlug: small\n", "Text.");
    };
    check(asked, "");
}

#[test]
fn files_of_the_users_own_in_the_output_folder_count() {
    let mut project = project();
    project.post("two", 2, "", "[own](/own.txt)");
    assert_eq!(project.check().len(), 1);
    project.write("html/own.txt", "mine");
    assert_eq!(lines(&project.check()), "");
}

#[test]
fn two_pages_with_the_same_address_are_told() {
    let twice = |project: &Project| {
        project.post("rss.xml", 3, "categories: [page]\n", "x");
        project.edit(&post_file("two"), "slug: two", "slug: one");
        project.edit(&post_file("two"), "2024-05-02", "2024-05-01");
    };
    let mut project = project();
    twice(&project);
    let codes: Vec<_> = project.check().iter().map(|found| found.code.name).collect();
    assert!(codes.iter().any(|code| matches!(*code, "route-twice" | "post-duplicate-slug")), "{codes:?}");
}
