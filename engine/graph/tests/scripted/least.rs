//! Least: a change does again what it can change, and nothing else.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::project::{ONE_LANGUAGE, Project, removed, written};
use crate::runtime::ScriptedRuntime;

/// Three posts of three days, two months and two tags; the first two call macros.
fn project() -> Project {
    let runtime = ScriptedRuntime::default()
        .with("titled", |run| Ok(format!("<p>{}</p>", run.field("title"))))
        .with("constant", |run| {
            run.open("data/list.txt");
            Ok("<p>always</p>".to_owned())
        })
        .with("counted", |run| Ok(format!("<p>{}</p>", run.api("tags.get_with_counts", &serde_json::json!({})))))
        .with("found", |run| Ok(format!("<p>{:?}</p>", run.open("data/late.txt"))))
        .with("there", |run| Ok(format!("<p>{}</p>", run.exists("data/late.txt"))))
        .with("listed", |run| Ok(format!("<p>{:?}</p>", run.list("data/folder"))))
        .with("read", |run| Ok(format!("<p>{:?}</p>", run.open("data/list.txt"))))
        .with("album", |run| {
            let id = run.call.post_id.clone();
            Ok(format!("<p>{}</p>", run.api("media.get_for_post", &serde_json::json!({ "post_id": id }))))
        });
    let mut project = Project::new(runtime);
    project.threads = 1;
    project.write("meta/project.json", ONE_LANGUAGE);
    for script in ["titled", "constant", "counted", "found", "there", "listed", "read", "album"] {
        project.script(script);
    }
    project.write("data/list.txt", "a");
    project.write("data/folder/a", "");
    project.post("one", 1, "tags:\n  - red\n", "Hello [[titled]]");
    project.post("two", 2, "tags:\n  - blue\n", "World");
    project.post("far", 3, "tags:\n  - blue\n", "See [one](/posts/one).");
    project.edit("posts/2024/05/far.md", "2024-05-03", "2023-01-03");
    project
}

/// Builds, and says what was done.
fn done(project: &mut Project) -> String {
    project.executed();
    project.called();
    let built = project.build();
    let mut done = format!("{} rendered\n", built.counts.pages_rendered);
    for name in project.called() {
        let _ = writeln!(done, "ran {name}");
    }
    for path in written(&built) {
        let _ = writeln!(done, "wrote {path}");
    }
    for path in removed(&built) {
        let _ = writeln!(done, "removed {path}");
    }
    done
}

/// Builds, changes something, builds again, and says what the second build did; the same in a new process.
fn check(prepare: impl Fn(&Project), change: impl Fn(&Project), in_one: &str) {
    let mut one = project();
    prepare(&one);
    one.build();
    change(&one);
    assert_eq!(done(&mut one), in_one, "in one process");
    assert_eq!(done(&mut one), "0 rendered\n", "and then nothing");

    let mut other = project();
    prepare(&other);
    other.build();
    change(&other);
    other.restart();
    let without_count = |text: &str| text.split_once('\n').unwrap().1.to_owned();
    assert_eq!(without_count(&done(&mut other)), without_count(in_one), "in a new process");
}

#[test]
fn a_body_edit_renders_the_pages_that_show_the_post_and_no_macro_that_read_its_title() {
    let expected = "\
8 rendered
wrote 2024/05/01/index.html
wrote 2024/05/01/one/index.html
wrote 2024/05/index.html
wrote 2024/index.html
wrote atom.xml
wrote index.html
wrote rss.xml
wrote tag/red/index.html
";
    check(|_| {}, |project| project.edit("posts/2024/05/one.md", "Hello", "Goodbye"), expected);
}

#[test]
fn a_body_edit_runs_few_queries() {
    let mut project = project();
    project.build();
    project.edit("posts/2024/05/one.md", "Hello", "Goodbye");
    project.executed();
    project.build();
    let mut queries: Vec<_> = project.executed().into_iter().map(|(name, count)| format!("{name} {count}")).collect();
    queries.sort();
    assert_snapshot!(queries.join("\n"), @r"
    answer 2
    body 1
    body_seal 1
    head 1
    page 8
    rendered 1
    source_text 1
    ");
}

#[test]
fn a_title_edit_runs_the_macros_that_read_it() {
    let expected = "\
10 rendered
ran titled one
wrote 2024/05/01/index.html
wrote 2024/05/01/one/index.html
wrote 2024/05/index.html
wrote 2024/index.html
wrote atom.xml
wrote index.html
wrote rss.xml
wrote tag/red/index.html
";
    check(|_| {}, |project| project.edit("posts/2024/05/one.md", "Title of one", "New"), expected);
}

#[test]
fn a_tag_edit_moves_a_post_from_archive_to_archive() {
    let expected = "\
6 rendered
wrote 2024/05/01/one/index.html
wrote atom.xml
wrote rss.xml
wrote sitemap.xml
wrote tag/blue/index.html
removed tag/red/index.html
";
    check(|_| {}, |project| project.edit("posts/2024/05/one.md", "- red", "- blue"), expected);
}

#[test]
fn a_new_link_changes_the_page_that_it_leads_to() {
    let expected = "\
9 rendered
wrote 2024/05/01/one/index.html
wrote 2024/05/02/index.html
wrote 2024/05/02/two/index.html
wrote 2024/05/index.html
wrote 2024/index.html
wrote atom.xml
wrote index.html
wrote rss.xml
wrote tag/blue/index.html
";
    check(|_| {}, |project| project.edit("posts/2024/05/two.md", "World", "See [one](/posts/one)."), expected);
}

#[test]
fn a_script_edit_runs_its_calls_only() {
    let edit = |project: &Project| project.edit("scripts/titled.py", "# code", "# other code");
    check(|_| {}, edit, "0 rendered\nran titled one\n");
}

#[test]
fn a_macro_that_gives_the_same_html_renders_nothing() {
    let prepare = |project: &Project| project.post("one", 1, "", "[[constant]]");
    check(prepare, |project| project.write("data/list.txt", "b"), "0 rendered\nran constant one\n");
}

const PAGES_OF_ONE: &str = "\
wrote 2024/05/01/index.html
wrote 2024/05/01/one/index.html
wrote 2024/05/index.html
wrote 2024/index.html
wrote atom.xml
wrote index.html
wrote rss.xml
";

/// The first post calls a macro; a change runs it, and renders the pages that show the post.
fn check_runs(call: &str, change: impl Fn(&Project)) {
    let prepare = |project: &Project| project.post("one", 1, "", &format!("[[{call}]]"));
    check(prepare, change, &format!("7 rendered\nran {call} one\n{PAGES_OF_ONE}"));
}

#[test]
fn a_macro_runs_again_when_a_file_that_it_opened_changes() {
    check_runs("read", |project| project.write("data/list.txt", "b"));
}

#[test]
fn a_macro_runs_again_when_a_file_that_it_missed_appears() {
    check_runs("found", |project| project.write("data/late.txt", "b"));
    check_runs("there", |project| project.write("data/late.txt", "b"));
}

#[test]
fn a_macro_that_asked_whether_a_file_is_there_does_not_care_what_is_in_it() {
    let prepare = |project: &Project| {
        project.post("one", 1, "", "[[there]]");
        project.write("data/late.txt", "a");
    };
    check(prepare, |project| project.write("data/late.txt", "b"), "0 rendered\n");
}

#[test]
fn a_macro_runs_again_when_a_folder_that_it_listed_has_other_names() {
    check_runs("listed", |project| project.write("data/folder/b", ""));
    let prepare = |project: &Project| project.post("one", 1, "", "[[listed]]");
    check(prepare, |project| project.write("data/folder/a", "content"), "0 rendered\n");
}

#[test]
fn a_sidecar_edit_runs_the_macros_that_asked_for_the_media_of_its_post() {
    let prepare = |project: &Project| {
        project.media("mine", "caption: \"Old\"\nlinkedPostIds: [\"one-id\"]\n");
        project.media("other", "caption: \"Old\"\nlinkedPostIds: [\"none-id\"]\n");
        project.post("one", 1, "", "[[album]]");
        project.post("far", 3, "", "[[album]]");
    };
    let of_mine = |project: &Project| project.edit("media/2024/05/mine.jpg.meta", "Old", "New");
    check(prepare, of_mine, &format!("7 rendered\nran album one\n{PAGES_OF_ONE}"));
    check(prepare, |project| project.edit("media/2024/05/other.jpg.meta", "Old", "New"), "0 rendered\n");
}

#[test]
fn tag_counts_do_not_care_for_bodies_and_titles() {
    let prepare = |project: &Project| project.post("one", 1, "", "[[counted]]");
    let mut project = project();
    prepare(&project);
    project.build();
    project.edit("posts/2024/05/two.md", "World", "Moon");
    project.edit("posts/2024/05/far.md", "Title of far", "Another");
    assert!(!done(&mut project).contains("ran"));
    project.edit("posts/2024/05/two.md", "- blue", "- green");
    assert!(done(&mut project).contains("ran counted one"));
}

#[test]
fn a_template_edit_renders_the_pages_that_are_made_with_it() {
    let prepare = |project: &Project| {
        project.write("templates/small.liquid", "{{ post.title }}");
        project.post("two", 2, "templateSlug: small\n", "World");
    };
    let edit = |project: &Project| project.write("templates/small.liquid", "<b>{{ post.title }}</b>");
    check(prepare, edit, "1 rendered\nwrote 2024/05/02/two/index.html\n");
}

#[test]
fn a_partial_edit_renders_the_pages_that_include_it() {
    let prepare = |project: &Project| {
        project.write("templates/small.liquid", "{% render 'piece', title: post.title %}");
        project.write("templates/piece.liquid", "{{ title }}");
        project.post("two", 2, "templateSlug: small\n", "World");
    };
    let edit = |project: &Project| project.write("templates/piece.liquid", "<b>{{ title }}</b>");
    check(prepare, edit, "1 rendered\nwrote 2024/05/02/two/index.html\n");
}

#[test]
fn a_new_template_that_nothing_uses_renders_nothing() {
    check(|_| {}, |project| project.write("templates/unused.liquid", "x"), "0 rendered\n");
    check(|_| {}, |project| project.script("unused"), "0 rendered\n");
}

#[test]
fn a_draft_that_is_edited_renders_nothing() {
    let prepare = |project: &Project| {
        project.post("draft", 9, "tags:\n  - red\n", "See [one](/posts/one).");
        project.edit("posts/2024/05/draft.md", "status: published", "status: draft");
    };
    check(prepare, |project| project.edit("posts/2024/05/draft.md", "See", "Look at"), "0 rendered\n");
    check(prepare, |project| project.edit("posts/2024/05/draft.md", "Title of", "On"), "0 rendered\n");
}

#[test]
fn a_failure_is_not_remembered() {
    let runtime = || {
        ScriptedRuntime::default().with("broken", |_| Err("no".to_owned())).with("timed", |run| {
            run.look_at_clock();
            Ok("<p>now</p>".to_owned())
        })
    };
    let mut project = Project::new(runtime());
    project.write("meta/project.json", ONE_LANGUAGE);
    project.script("broken");
    project.script("timed");
    project.post("one", 1, "", "[[broken]]");
    project.post("two", 2, "", "[[timed]]");
    project.build();
    assert_eq!(project.called(), ["broken one", "timed two"]);
    project.restart();
    project.build();
    assert_eq!(project.called(), ["broken one", "timed two"], "a new process runs both again");
    project.write("scripts/other.py", "# changed");
    project.build();
    assert_eq!(project.called(), ["broken one", "timed two"], "so does a build after any change");
}
