//! Truth: after any edits, the output is byte for byte what a clean build gives.

pub(crate) mod edits;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bds_graph::FileFate;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::disk::LyingDisk;
use crate::project::Project;
use crate::runtime::{Run, ScriptedRuntime};
use edits::{Edit, Sources};

/// Macros that look at everything that a macro can look at. Each says too which code of its script ran.
pub(crate) fn runtime() -> ScriptedRuntime {
    fn code(run: &Run<'_>) -> String {
        run.call.script.source.lines().last().unwrap_or_default().to_owned()
    }
    ScriptedRuntime::default()
        .with("titled", |run| Ok(format!("<p>{} {}</p>", code(run), run.field("title"))))
        .with("counted", |run| {
            let counts = run.api("tags.get_with_counts", &serde_json::json!({}));
            Ok(format!("<p>{} {counts}</p>", code(run)))
        })
        .with("album", |run| {
            let id = run.call.post_id.clone();
            let media = run.api("media.get_for_post", &serde_json::json!({ "post_id": id }));
            Ok(format!("<p>{} {media}</p>", code(run)))
        })
        .with("others", |run| {
            let posts = run.api("posts.get_all", &serde_json::json!({ "options": { "limit": 2 } }));
            Ok(format!("<p>{}</p>", posts["items"]))
        })
        .with("helped", |run| Ok(format!("<p>{:?}</p>", run.open("scripts/words.py"))))
        .with("opens", |run| {
            let (data, names) = (run.open("data/list.txt"), run.list("data"));
            if run.exists("data/stop") { Err("stopped".to_owned()) } else { Ok(format!("<p>{data:?} {names:?}</p>")) }
        })
}

/// Edits, and whether a new process builds after them.
type Step = (Vec<Edit>, bool);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let edits = prop::collection::vec(Edit::any(), 1..4);
    prop::collection::vec((edits, prop::bool::weighted(0.4)), 8)
}

/// Says where the site differs from that of a clean build in another folder; diagnostics count too. Where the last good
/// version of a page that cannot be rendered stays (`keeps_failed`), a clean build has none.
fn difference(project: &mut Project, keeps_failed: bool) -> Option<String> {
    let built = project.build();
    let mut clean = project.fresh_copy();
    let expected = clean.build();
    if built.diagnostics != expected.diagnostics {
        return Some(format!("diagnostics: {:#?}\nnot: {:#?}", built.diagnostics, expected.diagnostics));
    }
    let failed: Vec<_> = expected.files.iter().filter(|file| file.fate == FileFate::Failed).collect();
    let is_kept = |path: &String| keeps_failed && failed.iter().any(|file| file.file.as_str() == path);
    let (mut tree, expected) = (project.tree(), clean.tree());
    tree.retain(|path, _| !is_kept(path));
    let differs = |path: &&String| tree.get(*path) != expected.get(*path);
    let path = tree.keys().chain(expected.keys()).find(differs)?;
    let text = |tree: &BTreeMap<String, Vec<u8>>| {
        tree.get(path).map_or_else(|| "not there".to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    Some(format!("{path}: {}\n--- not ---\n{}", text(&tree), text(&expected)))
}

/// A few cases, always the same; `PROPTEST_CASES` makes it more, and others.
fn config() -> Config {
    let config = Config { failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => Config { cases: 5, rng_seed: RngSeed::Fixed(2024), ..config },
    }
}

#[test]
fn the_output_is_that_of_a_clean_build_after_any_edits() {
    let result = TestRunner::new(config()).run(&steps(), |steps| {
        let mut project = Project::new(runtime());
        let mut sources = Sources::first();
        sources.put(&mut project);
        for (edits, is_new_process) in steps {
            for edit in &edits {
                sources.take(edit, &mut project);
            }
            sources.put(&mut project);
            if is_new_process {
                project.restart();
            }
            let difference = difference(&mut project, false);
            prop_assert!(difference.is_none(), "after {edits:?}: {}", difference.unwrap_or_default());
            let again = project.build();
            let done = (again.counts.pages_rendered, again.report(0).files_written, again.report(0).files_removed);
            prop_assert_eq!(done, (0, 0, 0), "after {:?}: a second build does nothing", edits);
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn so_it_is_when_only_what_changed_is_looked_at() {
    let config = Config { cases: config().cases.div_ceil(2), ..config() };
    let result = TestRunner::new(config).run(&steps(), |steps| {
        let mut project = Project::new(runtime());
        let mut sources = Sources::first();
        project.stay_live();
        for (edits, _) in steps {
            for edit in &edits {
                sources.take(edit, &mut project);
            }
            sources.put(&mut project);
            let difference = difference(&mut project, true);
            prop_assert!(difference.is_none(), "after {edits:?}: {}", difference.unwrap_or_default());
            let again = project.build();
            // Pages in their last good version are told each time.
            let others = again.files.iter().filter(|file| file.fate != FileFate::Kept).count();
            prop_assert_eq!((again.counts.pages_rendered, others), (0, 0), "after {:?}", edits);
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_comparison_finds_an_edit_that_was_missed() {
    let mut project = Project::new(runtime());
    project.system = Arc::new(LyingDisk { walked: Some(Mutex::default()), ..LyingDisk::default() });
    Sources::first().put(&mut project);
    assert_eq!(difference(&mut project, false), None);
    project.edit("posts/2024/05/alpha.md", "Text", "Words");
    let found = difference(&mut project, false).expect("the disk hides the edit");
    assert!(found.starts_with("2024/05/01/alpha/index.html: "), "{found}");
}

#[test]
fn the_comparison_finds_a_stale_page_and_a_ghost() {
    let plant = |path: &str| {
        let mut project = Project::new(runtime());
        Sources::first().put(&mut project);
        project.build();
        project.write(&format!("html/{path}"), "planted");
        project
    };
    let mut ghost = plant("2024/05/09/gone/index.html");
    assert!(
        difference(&mut ghost, false).is_some_and(|found| found.starts_with("2024/05/09/gone/index.html: planted"))
    );
    let mut stale = plant("index.html");
    assert_eq!(difference(&mut stale, false), None, "a build restores what was planted");
}

#[test]
fn a_post_that_changes_while_it_is_read_is_told_and_right_after_the_next_build() {
    let mut project = Project::new(runtime());
    Sources::first().put(&mut project);
    let post = "posts/2024/05/alpha.md";
    project.touch(post);
    project.build();
    // What its front matter says is remembered, but its text is needed for the page.
    project.write("templates/single-post.liquid", "{{ post.content }}");
    project.restart();
    let torn = Mutex::new(Some(project.path(post)));
    project.system = Arc::new(LyingDisk { torn, ..LyingDisk::default() });
    let codes: Vec<_> = project.build().diagnostics.iter().map(|found| found.code.name).collect();
    assert!(codes.contains(&"changed-while-building"), "{codes:?}");
    assert_eq!(difference(&mut project, false), None);
    // Nor does it date its text back, when that is read again.
    project.write("templates/single-post.liquid", "{{ post.content }} and more");
    assert_eq!(difference(&mut project, false), None);
}

#[test]
fn a_file_that_changes_while_a_macro_reads_it_is_read_again_by_the_next_build() {
    let runtime = ScriptedRuntime::default().with("opens", |run| {
        let data = run.open("data/list.txt").unwrap_or_default();
        if data == "old" {
            run.change("data/list.txt", "new");
        }
        Ok(format!("<p>{data}</p>"))
    });
    let mut project = Project::new(runtime);
    Sources::first().put(&mut project);
    project.write("data/list.txt", "old");
    project.post("alpha", 1, "", "[[opens]]");
    project.build();
    assert_eq!(difference(&mut project, false), None);
    assert!(project.page("2024/05/01/alpha/index.html").contains("<p>new</p>"));
}

#[test]
fn a_macro_that_fails_once_is_right_after_the_next_build() {
    static FAILS: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(true);
    let runtime = ScriptedRuntime::default().with("flaky", |_| {
        let fails = FAILS.swap(false, std::sync::atomic::Ordering::Relaxed);
        if fails { Err("not now".to_owned()) } else { Ok("<p>now</p>".to_owned()) }
    });
    let mut project = Project::new(runtime);
    project.threads = 1;
    project.script("flaky");
    project.post("one", 1, "language: en\ndoNotTranslate: true\n", "[[flaky]]");
    assert_eq!(project.build().diagnostics.len(), 1);
    project.post("two", 2, "", "another edit");
    assert_eq!(difference(&mut project, false), None);
    assert!(project.page("2024/05/01/one/index.html").contains("<p>now</p>"));
    // What it came to then is not dated back to the time of its inputs, when it is made again.
    for round in 0..2 {
        project.post("two", 2, "", &format!("another edit {round}"));
        assert_eq!(difference(&mut project, false), None);
    }
}
