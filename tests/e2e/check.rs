//! `bds check`: what is wrong with a site as a whole, and whether bds is right about it.

use bds_tests::{Bds, Run, Site};

fn site() -> Site {
    Site::new()
        .macro_script("hello", "def render(context, post):\n    return {'html': post['title']}")
        .post("one", 1, "", "[[hello]]")
        .post("two", 2, "", "See [one](/posts/one).")
}

fn check<'a>(site: &Site, args: impl IntoIterator<Item = &'a str>) -> Run {
    let now = ["check", "--now", "2024-06-01T12:00:00Z"];
    Bds::new(now.into_iter().chain(args)).in_folder(&site.path("")).run()
}

#[test]
fn a_dead_link_is_told_where_it_stands_and_nothing_is_written() {
    let site = site();
    let run = check(&site, []).exited(0);
    assert_eq!(run.stderr, "Nothing is wrong with the site.\n");
    site.edit("posts/2024/05/two.md", "See", "[gone](/gone/) See");
    let run = check(&site, ["--message-format", "short"]).exited(1);
    assert_eq!(
        run.stderr,
        "posts/2024/05/two.md:9:8: error: the link `/gone/` leads to nothing that the site has; it stands on 5 pages, \
         such as `2024/05/02/index.html` [link-dead]\nFound 1 error and 0 warnings.\n"
    );
    assert!(!site.has("html") && !site.has(".bds"));
    site.edit("posts/2024/05/two.md", "/gone/", "/posts/one");
    let site = site.macro_script("idle", "def render(context, post):\n    return {'html': ''}");
    check(&site, []).exited(0);
    check(&site, ["--strict"]).exited(1);
}

#[test]
fn truth_holds_and_a_planted_staleness_is_found() {
    let site = site();
    let run = check(&site, ["--truth"]).exited(0);
    assert_eq!(run.stderr, "A build from nothing gives the same, byte for byte.\n");
    // No edit can hide. But nothing tells of a macro that asks for the number of its process.
    let code = "import os\n\ndef render(context, post):\n    return {'html': str(os.getpid())}";
    let site = site.macro_script("hidden", code);
    site.edit("posts/2024/05/two.md", "See", "[[hidden]] See");
    site.build().succeeded();
    let run = check(&site, ["--truth"]).exited(1);
    assert!(
        run.stdout.contains("2024/05/02/two/index.html: a build from nothing has another content\n"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("one/index.html"), "{}", run.stdout);
}

#[test]
fn a_site_that_depends_on_chance_is_found() {
    let site = site();
    let run = check(&site, ["--deterministic"]).exited(0);
    assert!(run.stderr.contains("make no difference"), "{}", run.stderr);
    assert!(!site.has(".bds") && !site.has("html"), "nothing is left");
    let code = "import random\n\ndef render(context, post):\n    return {'html': str(random.random())}";
    let site = site.macro_script("chance", code);
    site.edit("posts/2024/05/one.md", "[[hello]]", "[[chance]]");
    let run = check(&site, ["--deterministic"]).exited(1);
    assert!(run.stdout.contains("2024/05/01/one/index.html: differs with eight threads\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("two/index.html"), "{}", run.stdout);
    let hashed = "def render(context, post):\n    return {'html': ' '.join({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})}";
    let site = site.macro_script("chance", hashed);
    let run = check(&site, ["--deterministic"]).exited(1);
    let told = "2024/05/01/one/index.html: differs with another time zone and hash seed\n";
    assert!(run.stdout.contains(told) && !run.stdout.contains("threads"), "{}", run.stdout);
}

#[test]
fn code_that_is_no_python_is_told_also_where_nothing_calls_it() {
    let site = site().file("scripts/tool.py", "x = (1,\n");
    let run = check(&site, ["--message-format", "short"]).exited(1);
    assert_eq!(
        run.stderr,
        "scripts/tool.py:1:5: error: this is no Python: '(' was never closed [script-syntax]\n\
         Found 1 error and 0 warnings.\n"
    );
    site.remove("scripts/tool.py");
    site.edit("scripts/hello.py", "(context, post)", "(context, post");
    let run = check(&site, ["--message-format", "short"]).exited(1);
    assert_eq!(run.stderr.matches("error").count(), 2, "it is told once: {}", run.stderr);
}
