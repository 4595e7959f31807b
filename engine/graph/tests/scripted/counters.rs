//! What is counted, what is told of volatile results, and packages.

use insta::assert_snapshot;

use crate::project::{ONE_LANGUAGE, Project, lines};
use crate::runtime::ScriptedRuntime;

fn project(runtime: ScriptedRuntime, scripts: &[&str]) -> Project {
    let project = Project::new(runtime);
    project.write("meta/project.json", ONE_LANGUAGE);
    for slug in scripts {
        project.script(slug);
    }
    project
}

#[test]
fn scripts_are_counted_by_what_their_calls_came_to() {
    let runtime = ScriptedRuntime::default()
        .with("good", |run| Ok(run.field("title").to_string()))
        .with("bad", |_| Err("no".to_owned()));
    let mut project = project(runtime, &["good", "bad"]);
    project.post("one", 1, "", "[[good]] [[bad]]");
    project.post("two", 2, "", "[[good]]");
    let counts = |project: &mut Project| {
        let built = project.build();
        let line = |(slug, it): (&String, &bds_macro_api::ScriptCounters)| {
            format!(
                "{slug}: {} calls, {} hits, {} runs, {} errors\n",
                it.calls, it.cache_hits, it.executions, it.errors
            )
        };
        built.scripts.iter().map(line).collect::<String>()
    };
    assert_snapshot!(counts(&mut project), @r"
    bad: 1 calls, 0 hits, 1 runs, 1 errors
    good: 2 calls, 0 hits, 2 runs, 0 errors
    ");
    project.restart();
    assert_snapshot!(counts(&mut project), @r"
    bad: 1 calls, 0 hits, 1 runs, 1 errors
    good: 2 calls, 2 hits, 0 runs, 0 errors
    ");
}

#[test]
fn a_build_leaves_its_counters_in_the_store() {
    let mut project = project(ScriptedRuntime::default().with("good", |_| Ok(String::new())), &["good"]);
    project.post("one", 1, "", "[[good]]");
    let built = project.build();
    project.dry_run();
    project.restart();
    let store = bds_store::Store::open(&project.path(".bds")).unwrap().store;
    let runs = store.runs(9);
    assert_eq!(runs.len(), 1, "a dry run leaves nothing");
    assert_eq!(runs[0].run.report["scripts"], serde_json::to_value(&built.scripts).unwrap());
    assert_eq!(runs[0].run.report["scripts"]["good"]["executions"], 1);
}

#[test]
fn a_macro_that_depends_on_the_clock_says_so_once_unless_it_is_declared() {
    let runtime = ScriptedRuntime::default().with("now", |run| {
        run.look_at_clock();
        Ok("now".to_owned())
    });
    let mut project = project(runtime, &["now"]);
    project.post("one", 1, "", "[[now]] [[now a=1]]");
    project.post("two", 2, "", "[[now]]");
    assert_snapshot!(lines(&project.build().diagnostics), @r#"
    warning[macro-volatile] scripts/now.py:7:1: the macro `now` depends on the clock, so it runs again in every build
      hint: if that is meant, say so in bds.toml: [macros.now] allow = ["clock"]
    "#);
    project.configure("[macros.now]\nallow = [\"clock\"]\n");
    assert_eq!(lines(&project.build().diagnostics), "");
}

#[test]
fn thresholds_for_a_script_that_is_not_there_are_told() {
    let mut project = project(ScriptedRuntime::default().with("good", |_| Ok(String::new())), &["good"]);
    project.configure("[thresholds.good]\nerrors = 0\n[thresholds.god]\nerrors = 0\n");
    assert_snapshot!(lines(&project.build().diagnostics), @r"
    warning[config-script] bds.toml:3:13: there is no script `god`, so its thresholds in `bds.toml` do nothing
      hint: did you mean `good`?
    ");
}

#[test]
fn a_key_that_no_filter_knows_is_refused() {
    let runtime = ScriptedRuntime::default().with("ask", |run| {
        let ask = |run: &mut crate::runtime::Run<'_>, method, arguments| run.api(method, &arguments).to_string();
        let posts = ask(run, "posts.filter", serde_json::json!({ "filter": { "yaer": 2024 } }));
        let page = ask(run, "posts.get_all", serde_json::json!({ "options": { "limt": 2 } }));
        run.print(&[posts, page].join("\n"));
        Ok(String::new())
    });
    let mut project = project(runtime, &["ask"]);
    project.post("one", 1, "", "[[ask]]");
    let built = project.build();
    assert_snapshot!(built.printed[0].text, @r#"
    "error: `bds.posts.filter` knows no key `yaer`; did you mean `year`?"
    "error: `bds.posts.get_all` knows no key `limt`; did you mean `limit`?"
    "#);
}

#[test]
fn another_version_of_a_package_runs_what_imports_it_again() {
    let runtime = ScriptedRuntime::default()
        .with("with", |run| Ok(run.import("markupsafe")))
        .with("without", |_| Ok(String::new()));
    let mut project = project(runtime, &["with", "without"]);
    project.install("markupsafe", "2.0");
    project.post("one", 1, "", "[[with]] [[without]]");
    project.build();
    assert_eq!(project.called(), ["with one", "without one"]);
    project.build();
    project.restart();
    project.build();
    assert_eq!(project.called(), [""; 0], "it is remembered like any other");
    project.install("other", "1.0");
    project.build();
    assert_eq!(project.called(), [""; 0], "another package is of no concern");
    project.install("markupsafe", "3.0");
    project.build();
    assert_eq!(project.called(), ["with one"]);
    project.install("markupsafe", "4.0");
    project.restart();
    project.build();
    assert_eq!(project.called(), ["with one"]);
    assert!(project.page("2024/05/01/one/index.html").contains("markupsafe 4.0"));
}

#[test]
fn a_call_that_was_taken_out_runs_no_more_in_a_new_process() {
    let mut project = project(ScriptedRuntime::default().with("bad", |_| Err("no".to_owned())), &["bad"]);
    project.post("one", 1, "", "[[bad]]");
    project.build();
    project.called();
    project.restart();
    project.edit("posts/2024/05/one.md", "[[bad]]", "Nothing");
    assert_eq!(project.build().diagnostics, []);
    assert_eq!(project.called(), [""; 0]);
}
