//! A first look: a small site is whole.

use crate::project::Project;
use crate::runtime::ScriptedRuntime;

#[test]
fn a_site_has_its_pages() {
    let runtime = ScriptedRuntime::default()
        .with("titled", |run| Ok(format!("<p>I stand in {}</p>", run.field("title").as_str().unwrap_or("?"))));
    let mut project = Project::new(runtime);
    project.script("titled");
    project.post("one", 1, "tags:\n  - red\n", "Hello [[titled]]\n\nSee [two](/posts/two).");
    project.post("two", 2, "categories:\n  - page\n", "World");
    let built = project.build();
    assert_eq!(built.diagnostics, []);
    let page = project.page("2024/05/01/one/index.html");
    assert!(page.contains("I stand in Title of one"), "{page}");
    assert!(page.contains("href=\"/2024/05/02/two/\""), "{page}");
    for path in ["index.html", "two/index.html", "tag/red/index.html", "2024/05/index.html", "de/index.html", "rss.xml"]
    {
        assert!(project.has(path), "{path}");
    }
}
