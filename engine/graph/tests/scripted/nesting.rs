//! Macros that ask for the HTML of other posts, and those that go round in a circle.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::project::{ONE_LANGUAGE, Project, lines, post_file};
use crate::runtime::{Run, ScriptedRuntime};

/// `[[embed post="two-id"]]`: the HTML of another post.
#[expect(clippy::unnecessary_wraps, reason = "that is what a macro is")]
fn embed(run: &mut Run<'_>) -> Result<String, String> {
    let post = run.param("post");
    let html = run.api("posts.get_html", &json!({ "post_id": post }));
    Ok(format!("<div>{}</div>", html.as_str().unwrap_or("nothing")))
}

fn project() -> Project {
    let runtime = ScriptedRuntime::default().with("embed", embed).with("plain", |_| Ok("<b>plain</b>".to_owned()));
    let project = Project::new(runtime);
    project.script("embed");
    project.script("plain");
    project
}

/// The text of a post's page.
fn text(project: &Project, slug: &str, day: u32) -> String {
    project.page(&format!("2024/05/{day:02}/{slug}/index.html"))
}

#[test]
fn a_macro_gets_the_text_of_another_post_with_its_macros_run() {
    let mut project = project();
    project.post("one", 1, "", "[[embed post=\"two-id\"]]");
    project.post("two", 2, "", "Second [[plain]]");
    project.translation("one", "de", "[[embed post=\"two-id\"]]");
    project.translation("two", "de", "Zweiter [[plain]]");
    assert_eq!(lines(&project.build().diagnostics), "");
    assert!(text(&project, "one", 1).contains("<div><p>Second <b>plain</b></p>"), "{}", text(&project, "one", 1));
    let german = project.page("de/2024/05/01/one/index.html");
    assert!(german.contains("<div><p>Zweiter <b>plain</b></p>"), "{german}");

    project.called();
    project.edit(&post_file("two"), "Second", "Other");
    project.build();
    assert_eq!(project.called(), ["embed one"], "only the call that looked at the edited text runs");
    assert!(text(&project, "one", 1).contains("<p>Other"));
}

#[test]
fn a_text_that_did_not_change_is_proved_in_a_new_process() {
    let mut project = project();
    project.post("one", 1, "", "[[embed post=\"two-id\"]]");
    project.post("two", 2, "", "Second [[plain]]");
    project.build();
    project.called();
    project.restart();
    project.build();
    assert_eq!(project.called(), [""; 0]);
}

#[test]
fn a_post_that_the_site_does_not_show_has_no_html() {
    let mut project = project();
    project.post("one", 1, "", "[[embed post=\"none\"]] [[embed post=\"two-id\"]]");
    project.post("two", 2, "", "Secret");
    project.edit(&post_file("two"), "status: published", "status: draft");
    project.build();
    assert!(text(&project, "one", 1).contains("<div>nothing</div> <div>nothing</div>"));
}

#[test]
fn calls_in_a_circle_fail_with_the_way_and_cost_nothing_else() {
    let mut project = project();
    project.write("meta/project.json", ONE_LANGUAGE);
    project.post("one", 1, "", "First [[embed post=\"two-id\"]]");
    project.post("two", 2, "", "Second [[embed post=\"three-id\"]]");
    project.post("three", 3, "", "Third [[embed post=\"one-id\"]] [[plain]]");
    project.post("self", 4, "", "Own [[embed post=\"self-id\"]]");
    project.post("outside", 5, "", "Outside [[embed post=\"three-id\"]]");
    assert_snapshot!(lines(&project.build().diagnostics), @r#"
    error[macro-failed] posts/2024/05/one.md:8:7: the macro `embed` failed: it needs its own result: `embed post="two-id"` in posts/2024/05/one.md asks for `embed post="three-id"` in posts/2024/05/two.md asks for `embed post="one-id"` in posts/2024/05/three.md asks for `embed post="two-id"` in posts/2024/05/one.md
      hint: let the macro not ask for what it is itself a part of
    error[macro-failed] posts/2024/05/self.md:8:5: the macro `embed` failed: it needs its own result: `embed post="self-id"` in posts/2024/05/self.md asks for `embed post="self-id"` in posts/2024/05/self.md
      hint: let the macro not ask for what it is itself a part of
    error[macro-failed] posts/2024/05/three.md:8:7: the macro `embed` failed: it needs its own result: `embed post="one-id"` in posts/2024/05/three.md asks for `embed post="two-id"` in posts/2024/05/one.md asks for `embed post="three-id"` in posts/2024/05/two.md asks for `embed post="one-id"` in posts/2024/05/three.md
      hint: let the macro not ask for what it is itself a part of
    error[macro-failed] posts/2024/05/two.md:8:8: the macro `embed` failed: it needs its own result: `embed post="three-id"` in posts/2024/05/two.md asks for `embed post="one-id"` in posts/2024/05/three.md asks for `embed post="two-id"` in posts/2024/05/one.md asks for `embed post="three-id"` in posts/2024/05/two.md
      hint: let the macro not ask for what it is itself a part of
    "#);
    assert!(text(&project, "three", 3).contains("<p>Third  <b>plain</b></p>"));
    assert!(text(&project, "outside", 5).contains("Outside <div><p>Third  <b>plain</b></p>"));
}

#[test]
fn a_circle_gives_the_same_wherever_it_is_entered_and_heals() {
    let mut circle = project();
    for (number, slug) in ["a", "b", "c", "d", "e", "f"].into_iter().enumerate() {
        let next = ["b-id", "c-id", "a-id", "b-id", "d-id", "f-id"][number];
        let day = u32::try_from(number).unwrap() + 1;
        circle.post(slug, day, "", &format!("{slug} [[embed post=\"{next}\"]]"));
    }
    circle.build();
    for _ in 0..20 {
        let mut copy = circle.fresh_copy();
        let built = copy.build();
        assert_eq!(copy.tree(), circle.tree());
        assert_eq!(lines(&built.diagnostics), lines(&circle.build().diagnostics));
    }
    for (file, next) in [("c", "f-id"), ("a", "c-id"), ("f", "b-id")] {
        circle.edit(&post_file(file), "[[embed post=", "[[embed unused=1 post=");
        circle.build();
        let text = circle.read(&post_file(file));
        let start = text.find("post=\"").unwrap() + 6;
        circle.write(&post_file(file), &format!("{}{next}\"]]\n", &text[..start]));
        let warm = lines(&circle.build().diagnostics);
        let mut clean = circle.fresh_copy();
        assert_eq!(warm, lines(&clean.build().diagnostics));
        assert_eq!(circle.tree(), clean.tree());
    }
}

#[test]
fn macros_that_ask_alike_share_the_answer() {
    let runtime = ScriptedRuntime::default().with("list", |run| {
        let all = run.api("posts.get_all", &Value::Null);
        Ok(format!("<i>{}</i>", all["total"]))
    });
    let mut project = Project::new(runtime);
    project.write("meta/project.json", ONE_LANGUAGE);
    project.script("list");
    for day in 1..=9 {
        project.post(&format!("post{day}"), day, "", "[[list]]");
    }
    project.build();
    assert_eq!(project.called().len(), 9);
    let executed = project.executed();
    assert_eq!(executed.get("api_answer"), Some(&1), "{executed:?}");
}
