//! Rest: what has not changed is not done again.
#![expect(clippy::disallowed_methods, reason = "tests change real files")]

use std::collections::BTreeMap;

use crate::project::{Project, post_file, written};
use crate::runtime::ScriptedRuntime;

/// A site with a macro, a data file, a template and a media file.
fn project() -> Project {
    let runtime = ScriptedRuntime::default()
        .with("titled", |run| Ok(format!("<p>{}</p>", run.field("title"))))
        .with("data", |run| Ok(format!("<p>{:?}</p>", run.open("data/list.txt"))));
    let project = Project::new(runtime);
    project.script("titled");
    project.script("data");
    project.write("data/list.txt", "a");
    project.write("templates/partials/site-footer.liquid", "<footer>mine</footer>");
    project.media("photo", "linkedPostIds: [\"one-id\"]\n");
    project.post("one", 1, "tags:\n  - red\n", "Hello [[titled]]\n\n[[data]]");
    project.post("two", 2, "", "[one](/posts/one)");
    project.translation("one", "de", "Hallo [[titled]]");
    project
}

/// Builds once more and sees that nothing is done.
fn check_rests(project: &mut Project, may_query: bool) {
    let times = project.times();
    project.executed();
    project.called();
    let again = project.build();
    assert_eq!(project.called(), Vec::<String>::new());
    assert_eq!(written(&again), Vec::<String>::new());
    assert_eq!(again.report(0).files_removed, 0);
    assert_eq!(project.times(), times, "no file is touched");
    if !may_query {
        assert_eq!((project.executed(), again.counts.pages_rendered), (BTreeMap::new(), 0));
    }
}

#[test]
fn a_second_build_runs_no_query_and_writes_nothing() {
    let mut project = project();
    assert_eq!(project.build().diagnostics, []);
    check_rests(&mut project, false);
}

#[test]
fn a_new_process_calls_no_macro_and_writes_nothing() {
    let mut project = project();
    project.build();
    assert_eq!(
        project.called(),
        ["data one", "titled one", "titled one", "titled one"],
        "the English text; the German one in its tree, and beside the English one"
    );
    project.restart();
    check_rests(&mut project, false);
}

#[test]
fn a_new_process_at_rest_tells_what_a_build_would_tell() {
    let mut project = project();
    project.post("three", 3, "", "[nowhere](/posts/nowhere)");
    let first = project.build();
    project.restart();
    project.executed();
    let second = project.build();
    assert_eq!(project.executed(), BTreeMap::new());
    assert_eq!((&second.diagnostics, second.pages), (&first.diagnostics, first.pages));
    assert_eq!(second.files.len(), first.files.len());
    assert_eq!((second.counts.macro_calls, second.counts.macro_cache_hits()), (0, 4));
    assert_eq!(second.scripts["titled"].cache_hits, 3);
}

/// Changes something while no process runs, and sees that the next one gives what a clean build gives.
fn check_notices(change: impl Fn(&mut Project)) {
    let mut project = project();
    project.build();
    project.restart();
    change(&mut project);
    project.executed();
    project.build();
    assert_ne!(project.executed(), BTreeMap::new(), "it has to look closer");
    let mut clean = project.fresh_copy();
    clean.build();
    assert_eq!(project.tree(), clean.tree());
}

#[test]
fn whatever_changed_while_no_process_ran_is_noticed() {
    check_notices(|project| project.edit("posts/2024/05/one.md", "Hello", "Goodbye"));
    check_notices(|project| project.write("data/list.txt", "b"));
    check_notices(|project| project.remove("data/list.txt"));
    check_notices(|project| project.post("three", 3, "", "New"));
    check_notices(|project| project.remove("posts/2024/05/two.md"));
    check_notices(|project| project.write("media/2024/05/photo.jpg", "other"));
    check_notices(|project| project.write("html/index.html", "planted"));
    check_notices(|project| project.write("html/assets/bds.css", "planted"));
    check_notices(|project| std::fs::remove_dir_all(project.path("html/2024")).unwrap());
    check_notices(|project| project.configure("[archives]\nday = false\n"));
    check_notices(|project| project.options.drafts = true);
    check_notices(|project| project.install("markupsafe", "3.0"));
    check_notices(|project| project.write("templates/post-list.liquid", "mine"));
}

#[test]
fn a_post_that_is_due_is_noticed() {
    let mut project = project();
    project.post("later", 4, "", "Later");
    project.edit(&post_file("later"), "2024-05-04", "2024-07-01");
    project.build();
    project.restart();
    check_rests(&mut project, false);
    project.now = "2024-07-01T10:00:00Z".to_owned();
    project.restart();
    project.build();
    assert!(project.has("2024/07/01/later/index.html"));
}

#[test]
fn what_cannot_be_remembered_is_never_at_rest() {
    let runtime = ScriptedRuntime::default().with("now", |run| {
        run.look_at_clock();
        Ok("now".to_owned())
    });
    let mut project = Project::new(runtime);
    project.script("now");
    project.post("one", 1, "", "[[now]]");
    project.build();
    project.called();
    project.restart();
    project.build();
    assert!(!project.called().is_empty());
}

#[test]
fn a_new_time_of_a_file_is_no_change() {
    let mut project = project();
    project.build();
    for path in ["posts/2024/05/one.md", "scripts/titled.py", "meta/project.json", "data/list.txt"] {
        project.touch(path);
    }
    check_rests(&mut project, false);
    project.touch("templates/partials/site-footer.liquid");
    project.restart();
    check_rests(&mut project, true);
}

#[test]
fn an_edit_that_is_undone_before_the_next_build_is_no_change() {
    let mut project = project();
    project.build();
    project.edit("posts/2024/05/one.md", "Hello", "Goodbye");
    project.edit("posts/2024/05/one.md", "Goodbye", "Hello");
    check_rests(&mut project, false);
}

#[test]
fn a_build_after_an_edit_and_one_after_its_undoing_reuse_what_was_known() {
    let mut project = project();
    project.build();
    let before = project.tree();
    project.edit("posts/2024/05/one.md", "Title of one", "Another title");
    project.build();
    project.edit("posts/2024/05/one.md", "Another title", "Title of one");
    project.called();
    project.restart();
    project.build();
    assert_eq!(project.called(), Vec::<String>::new(), "the traces of the first build are still there");
    assert_eq!(project.tree(), before);
}
