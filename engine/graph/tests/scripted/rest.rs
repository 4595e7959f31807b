//! Rest: what has not changed is not done again.

use std::collections::BTreeMap;

use crate::project::{Project, written};
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
    check_rests(&mut project, true);
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
