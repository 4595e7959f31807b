//! `bds cache`: what is remembered can be looked at, made smaller, forgotten and checked.

use bds_tests::{Bds, Run, Site};
use serde_json::Value;

fn site() -> Site {
    let site = Site::new()
        .macro_script("hello", "def render(context, post):\n    return {'html': post['title']}")
        .post("one", 1, "", "[[hello]]")
        .post("two", 2, "", "[[hello]]");
    site.build().succeeded();
    site
}

fn cache<'a>(site: &Site, args: impl IntoIterator<Item = &'a str>) -> Run {
    Bds::new(["cache"]).args(args).in_folder(&site.path("")).run()
}

fn json<'a>(site: &Site, args: impl IntoIterator<Item = &'a str>) -> Value {
    let run = cache(site, args.into_iter().chain(["--json"])).exited(0);
    serde_json::from_str(&run.stdout).expect("it prints JSON")
}

#[test]
fn info_counts_every_kind() {
    let site = site();
    let info = json(&site, ["info"]);
    let kinds = info["store"]["kinds"].as_array().expect("kinds").iter();
    let count = |kind: &str| kinds.clone().find(|it| it["kind"].as_str().is_some_and(|it| it.starts_with(kind)));
    assert_eq!(count("traces").map(|it| &it["records"]), Some(&2.into()), "{info}");
    assert_eq!(count("calls").map(|it| &it["records"]), Some(&2.into()), "{info}");
    assert!(info["store"]["bytes"].as_u64() > Some(1000));
    assert_eq!(info["latest"]["number"], 1);
    let text = cache(&site, ["info"]).exited(0).stdout;
    assert!(text.lines().any(|line| line.starts_with("traces               2 ")), "{text}");
}

#[test]
fn gc_takes_what_is_of_no_use_and_the_next_build_rests() {
    let site = site();
    site.remove("posts/2024/05/two.md");
    site.build().succeeded();
    let removed = json(&site, ["gc"])["removed"].clone();
    assert!(removed["questions"].as_u64() > Some(0) && removed["entries"].as_u64() > Some(0), "{removed}");
    site.build().succeeded().counted(&[("macro_calls", 0), ("files_written", 0), ("files_removed", 0)]);
    cache(&site, ["verify"]).exited(0);
}

#[test]
fn clear_forgets_all_but_the_owners_of_files() {
    let site = site();
    let cleared = cache(&site, ["clear"]).exited(0);
    assert!(cleared.stderr.starts_with("Forgot everything but which "), "{}", cleared.stderr);
    site.remove("posts/2024/05/two.md");
    let build = site.build().succeeded();
    assert_eq!(build.count("macro_calls"), 1, "nothing is remembered of the macro");
    assert!(build.count("files_removed") > 0 && !site.has("html/2024/05/02"), "the files of the post are still ours");
    assert!(build.count("files_unchanged") > 0, "files that are right are left alone");
}

#[test]
fn verify_finds_a_flipped_bit() {
    let site = site();
    cache(&site, ["verify"]).exited(0);
    // What stands in the log alone is copied into the database.
    cache(&site, ["gc"]).exited(0);
    let database = site.path(".bds/store.db");
    let mut content = std::fs::read(&database).expect("it is there");
    let title = b"Title of one";
    let found = content.windows(title.len()).enumerate().filter(|(_, window)| window == title);
    let found: Vec<_> = found.map(|(at, _)| at).collect();
    assert!(!found.is_empty(), "the title stands in the record of the post");
    for at in found {
        content[at] ^= 1;
    }
    std::fs::write(&database, content).expect("it can be written");
    let run = cache(&site, ["verify"]).exited(1);
    assert!(run.stdout.contains("not what was stored"), "{}", run.stdout);
    site.build().succeeded();
}

#[test]
fn a_store_that_a_build_holds_is_left_alone() {
    let site = site();
    let lock = std::fs::File::options().read(true).write(true).open(site.path(".bds/lock")).expect("it is there");
    lock.lock().expect("it is free");
    for command in ["gc", "clear", "verify"] {
        let said = cache(&site, [command]).exited(2).stderr;
        assert!(said.contains("another bds is at work on this project"), "{said}");
    }
    cache(&site, ["info"]).exited(0);
}
