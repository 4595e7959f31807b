//! A new process that finds other words in some posts, and nothing else, asks only the pages that can hang on them.

use serde_json::json;

use crate::project::{Project, post_file, removed, written};
use crate::runtime::ScriptedRuntime;

/// Posts that see the words of `one` in different ways, and many that do not.
fn project() -> Project {
    let runtime = ScriptedRuntime::default()
        .with("titled", |run| Ok(format!("<p>{}</p>", run.field("title"))))
        .with("words", |run| Ok(format!("<p>{}</p>", run.field("content"))))
        .with("whole", |run| Ok(run.api("posts.get", &json!({ "post_id": "one-id" })).to_string()))
        .with("shown", |run| Ok(run.api("posts.get_html", &json!({ "id": "one-id" })).to_string()))
        .with("counts", |run| Ok(run.api("posts.get_tags_with_counts", &json!({})).to_string()))
        .with("raw", |run| Ok(format!("{:?}", run.open("posts/2024/05/one.md"))))
        .with("data", |run| Ok(format!("<p>{:?}</p>", run.open("data/list.txt"))));
    let project = Project::new(runtime);
    for script in ["titled", "words", "whole", "shown", "counts", "raw", "data"] {
        project.script(script);
    }
    project.write("data/list.txt", "a");
    project.post("one", 1, "tags:\n  - red\n", "Hello [[words]]");
    project.post("titled", 2, "", "[[titled]] [[data]]");
    project.post("whole", 3, "", "[[whole]]");
    project.post("shown", 4, "", "[[shown]]");
    project.post("counts", 5, "", "[[counts]]");
    project.post("raw", 6, "", "[[raw]]");
    project.post("linking", 7, "", "[one](/posts/one)");
    project.translation("one", "de", "Hallo [[titled]]");
    project
}

/// Edits while no process runs, and counts the pages that the next one asks, and all pages. Its site is that of a clean build, and the
/// process after it has nothing to do.
fn check(project: &mut Project, edit: impl Fn(&Project)) -> (usize, usize) {
    project.build();
    project.restart();
    edit(project);
    project.executed();
    let built = project.build();
    let asked = project.executed().get("page").copied().unwrap_or_default();

    let mut clean = project.fresh_copy();
    let from_nothing = clean.build();
    assert_eq!(project.tree(), clean.tree());
    assert_eq!(built.diagnostics, from_nothing.diagnostics);
    let there = built.files.len() - removed(&built).len();
    assert_eq!((built.pages, there), (from_nothing.pages, from_nothing.files.len()));
    assert_eq!(
        built.counts.macro_uses, from_nothing.counts.macro_uses,
        "calls that were not asked for count as reused"
    );

    project.restart();
    project.executed();
    project.called();
    let again = project.build();
    assert_eq!((written(&again), project.called()), (vec![], vec![]));
    assert_eq!(project.executed().get("page"), None, "and then there is nothing to do");
    (asked, built.pages)
}

#[test]
fn only_pages_that_can_hang_on_the_words_are_asked() {
    let mut project = project();
    assert_eq!(check(&mut project, |project| project.edit(&post_file("counts"), "[[counts]]", "Other")), (22, 75));
    assert_eq!(check(&mut project, |project| project.edit(&post_file("one"), "Hello", "Goodbye")), (29, 75));
    assert_eq!(check(&mut project, |project| project.edit("posts/2024/05/one.de.md", "Hallo", "Tschüs")), (22, 75));
}

#[test]
fn what_the_site_as_a_whole_knows_of_a_post_makes_every_page_be_asked() {
    let mut project = project();
    let edits = [("titled", "Title of", "Name of"), ("linking", "/posts/one", "/posts/whole"), ("counts", "---\n", "")];
    for (post, from, to) in edits {
        let (asked, all) = check(&mut project, |project| project.edit(&post_file(post), from, to));
        assert_eq!(asked, all, "{post}");
    }
}

#[test]
fn what_was_not_looked_at_again_is_still_watched() {
    let runtime = ScriptedRuntime::default().with("data", |run| Ok(format!("<p>{:?}</p>", run.open("data/list.txt"))));
    let mut project = Project::new(runtime);
    let alone = r#"{"mainLanguage": "en", "publicUrl": "https://blog.example", "maxPostsPerPage": 1}"#;
    project.write("meta/project.json", alone);
    project.configure("[archives]\nfeeds = false\n");
    project.script("data");
    project.write("data/list.txt", "one");
    project.post("one", 1, "", "Hello");
    project.post("two", 2, "", "[[data]]");
    check(&mut project, |project| project.edit(&post_file("one"), "Hello", "Goodbye"));
    project.write("data/list.txt", "other data");
    project.restart();
    project.build();
    assert!(project.page("2024/05/02/two/index.html").contains("other data"), "no page was asked that shows it");
}

#[test]
fn warnings_of_pages_that_are_not_asked_are_told_again() {
    let mut project = project();
    project.post("broken", 8, "", "[nowhere](/posts/nowhere)");
    check(&mut project, |project| project.edit(&post_file("counts"), "[[counts]]", "Other"));
    let built = project.build();
    assert_eq!(built.diagnostics.len(), 1, "{:?}", built.diagnostics);
}

#[test]
fn a_page_that_words_alone_keep_from_being_rendered_goes() {
    let mut project = project();
    let template = "---\nslug: single\nkind: post\n---\n{{ post.content | base64_decode }}\n";
    project.write("templates/single.liquid", template);
    project.post("coded", 8, "templateSlug: single\n", "aGk=");
    project.build();
    project.restart();
    project.edit(&post_file("coded"), "aGk=", "%%");
    project.build();
    let mut clean = project.fresh_copy();
    clean.build();
    assert_eq!(project.tree(), clean.tree());
}
