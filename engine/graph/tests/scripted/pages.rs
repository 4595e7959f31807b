use crate::project::Project;
use crate::runtime::{ScriptedRuntime, api, field};
use serde_json::json;

fn runtime() -> ScriptedRuntime {
    ScriptedRuntime::default()
        .with("titled", |_, host| Ok(format!("<p>I stand in {}</p>", field(host, "title").as_str().unwrap_or("?"))))
        .with("counted", |_, host| Ok(format!("<p>{}</p>", api(host, "tags.get_with_counts", json!({})))))
}

#[test]
fn a_site_has_its_pages() {
    let mut project = Project::new(runtime());
    project.script("titled");
    project.post("one", 1, "tags:\n  - red\n", "Hello [[titled]]\n\nSee [two](/posts/two).");
    project.post("two", 2, "categories:\n  - page\n", "World");
    let built = project.build();
    assert_eq!(built.diagnostics, []);
    let page = project.page("2024/05/01/one/index.html");
    assert!(page.contains("I stand in Title of one"), "{page}");
    assert!(page.contains("href=\"/2024/05/02/two/\""), "{page}");
    for path in [
        "index.html",
        "two/index.html",
        "tag/red/index.html",
        "2024/05/index.html",
        "de/index.html",
        "rss.xml",
        "404.html",
    ] {
        assert!(project.has(path), "{path}");
    }
}

#[test]
fn a_second_build_does_nothing() {
    let mut project = Project::new(runtime());
    project.script("titled");
    project.post("one", 1, "", "Hello [[titled]]");
    project.build();
    project.executed();
    let again = project.build();
    assert_eq!((project.executed(), again.counts.pages_rendered), (Vec::new(), 0));
    assert_eq!(again.report(0).files_written, 0);
}

#[test]
fn a_new_process_reuses_macros() {
    let mut project = Project::new(runtime());
    project.script("titled");
    project.post("one", 1, "", "Hello [[titled]]");
    project.build();
    let settings = "the English tree, the lists of the German one, and its page of the post, which is in English";
    assert_eq!(project.called(), ["titled"; 3], "{settings}");
    project.restart();
    let again = project.build();
    assert_eq!(project.called(), Vec::<String>::new());
    assert_eq!((again.counts.macro_cache_hits(), again.report(0).files_written), (3, 0));
}
