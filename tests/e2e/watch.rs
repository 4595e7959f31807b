//! `bds watch`: what is saved shows, whatever the editor does to the file, and the site is always that of a clean build.

mod endurance;
mod places;
mod preview;
mod saves;
mod truth;

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use bds_tests::{Bds, Running, Site, Watch, bds, copy_folder, post};

/// The time of builds that do not depend on it.
const NOW: &[&str] = &["--now", "2024-06-01T12:00:00Z"];

const PAGE: &str = "2024/05/01/one/index.html";
const POST: &str = "posts/2024/05/one.md";

fn site() -> Site {
    Site::new().post("one", 1, "tags: [red]", "Hello.").post("two", 2, "tags: [red]", "Hello.")
}

#[test]
fn every_kind_of_change_is_seen() {
    let code = "import json, os\nfrom helper import shout\n\ndef render(context, post):\n    \
                more = open(\"data/more.txt\").read() if os.path.exists(\"data/more.txt\") else \"nothing\"\n    \
                return {\"html\": shout(open(\"data/a.txt\").read()) + \" \" + more}";
    let site = site()
        .post("three", 3, "", "[[tells]]")
        .macro_script("tells", code)
        .file("scripts/helper.py", "def shout(text):\n    return text.upper()\n")
        .file("data/a.txt", "first")
        .file("templates/single-post.liquid", "{% render 'partials/name' %}: {{ post.content | markdown: post.id, post_data_json_by_id, canonical_post_path_by_slug, canonical_media_path_by_source_path, language, language_prefix }}")
        .file("templates/partials/name.liquid", "NAME");
    let mut watch = Watch::begin(&site, NOW);
    let page = "2024/05/03/three/index.html";
    watch.wait_for_page(&site, page, "FIRST nothing");
    site.write("data/a.txt", "second");
    watch.wait_for_page(&site, page, "SECOND nothing");
    site.write("data/more.txt", "something");
    watch.wait_for_page(&site, page, "SECOND something");
    site.edit("scripts/helper.py", "text.upper()", "text.title()");
    watch.wait_for_page(&site, page, "Second something");
    site.edit("scripts/tells.py", "\" \" + more", "\"-\" + more");
    watch.wait_for_page(&site, page, "Second-something");
    site.write("templates/partials/name.liquid", "OTHER");
    watch.wait_for_page(&site, page, "OTHER: ");
    site.edit("meta/project.json", "Test Blog", "Renamed");
    watch.wait_for_page(&site, "index.html", "Renamed");
    let menu =
        "<opml version=\"2.0\"><head/><body><outline text=\"Tag red\" type=\"page\" pageSlug=\"two\"/></body></opml>";
    site.write("meta/menu.opml", menu);
    watch.wait_for_page(&site, "index.html", "Tag red");
    site.write("bds.toml", "[archives]\ntag = false\n");
    watch.wait("the tag has no page", |_| !site.has("html/tag/red/index.html"));
    site.write("media/2024/05/a.txt", "media");
    watch.wait_for_page(&site, "media/2024/05/a.txt", "media");
    site.remove("data/more.txt");
    watch.wait_for_page(&site, page, "Second-nothing");
    site.remove(POST);
    watch.wait("the page is gone", |_| !site.has(&format!("html/{PAGE}")));
    watch.wait_for_truth(&site, &[]);
}

#[test]
fn a_line_says_what_changed_and_diagnostics_come_and_go() {
    let site = site();
    let mut watch = Watch::begin(&site, NOW);
    watch.forget();
    site.edit(POST, "Hello.", "Hello [[nobody]].");
    let line = |told: &[String], begin: &str| told.iter().any(|line| line.starts_with(begin));
    watch.wait("a warning", |told| line(told, "warning[macro-unknown]"));
    watch.wait("a line", |told| line(told, "posts/2024/05/one.md: "));
    watch.forget();
    site.edit("posts/2024/05/two.md", "Hello.", "Goodbye.");
    watch.wait("a line", |told| line(told, "posts/2024/05/two.md: "));
    assert!(!line(watch.told(), "warning"), "what was told is not told again");
    // What moves is neither new nor gone.
    watch.forget();
    site.edit(POST, "Hello [[nobody]].", "One more.\n\nHello [[nobody]].");
    watch.wait("a line", |told| line(told, "posts/2024/05/one.md: "));
    let is_about_it = |line: &&String| line.contains("nobody") || line.starts_with("No longer");
    assert_eq!(watch.told().iter().find(is_about_it), None);
    site.edit(POST, " [[nobody]]", "");
    watch.wait("it is struck", |told| line(told, "No longer: posts/2024/05/one.md:"));
}

#[test]
fn a_page_that_cannot_be_rendered_keeps_its_last_good_version_and_heals() {
    let site = site().file("templates/single-post.liquid", "good 1");
    let mut watch = Watch::begin(&site, NOW);
    site.write("templates/single-post.liquid", "{% render 'single-post' %}");
    watch.wait("two pages are kept", |told| told.iter().any(|line| line.contains("2 pages in the last good version")));
    assert_eq!(site.page(PAGE), "good 1");
    site.write("templates/single-post.liquid", "good 2");
    watch.wait_for_page(&site, PAGE, "good 2");
    watch.wait_for_truth(&site, &[]);
}

#[test]
fn a_macro_that_hangs_is_ended_by_the_next_save() {
    let hangs = ["while True: pass", "time.sleep(1000)", "re.match(\"(a+)+$\", \"a\" * 60 + \"b\")"];
    let settings = "[macros.hang]\nallow = [\"write:data\"]\ntimeout_ms = 600000\n";
    let site = site().file("bds.toml", settings).file("data/keep", "").post("three", 3, "", "[[hang]]");
    let mut watch = Watch::begin(&site, NOW);
    for (round, hang) in hangs.into_iter().enumerate() {
        // It says that it runs by a file whose changes mean nothing.
        let code = format!(
            "import re, time\n\ndef render(context, post):\n    open(\"data/runs.tmp\", \"w\").close()\n    {hang}"
        );
        site.write("scripts/hang.py", bds_tests::macro_script("hang", &code));
        watch.wait("the macro runs", |_| site.has("data/runs.tmp"));
        site.remove("data/runs.tmp");
        site.edit(POST, "Hello", &format!("Saved {round}, Hello"));
        let good = format!("def render(context, post):\n    return {{\"html\": \"went on {round}\"}}");
        site.write("scripts/hang.py", bds_tests::macro_script("hang", &good));
        watch.wait_for_page(&site, "2024/05/03/three/index.html", &format!("went on {round}"));
        watch.wait_for_page(&site, PAGE, &format!("Saved {round}, "));
    }
    watch.wait_for_truth(&site, &[]);
}

#[test]
fn ctrl_c_ends_it_at_once_even_while_a_macro_hangs() {
    let site = site()
        .post("three", 3, "", "[[hang]]")
        .macro_script("hang", "def render(context, post):\n    while True:\n        pass");
    let watch = Watch::start(&site, NOW);
    while watch.workers() == 0 {
        std::thread::yield_now();
    }
    let (code, _, workers) = watch.interrupt();
    assert_eq!((code, workers), (Some(130), 0));
    site.macro_script("hang", "def render(context, post):\n    return {\"html\": \"\"}").build().succeeded();
}

#[test]
fn ctrl_c_ends_it_even_if_nobody_listens_any_more() {
    let site = site();
    let mut running = Bds::new(["watch"]).arg(site.path("")).start();
    let begun = Instant::now();
    let wait_until = |running: &mut Running, what: &str, holds: &dyn Fn(&mut Running) -> bool| {
        while !holds(running) {
            assert!(begun.elapsed() < Duration::from_mins(1), "it never comes: {what}");
            thread::sleep(Duration::from_millis(5));
        }
    };
    wait_until(&mut running, "the first build", &|_| site.has("html/sitemap.xml"));
    running.stop_listening();
    site.edit(POST, "Hello.", "Said to nobody.");
    let page = site.path(&format!("html/{PAGE}"));
    let is_shown = |_: &mut Running| fs::read_to_string(&page).is_ok_and(|page| page.contains("Said to nobody."));
    wait_until(&mut running, "the page", &is_shown);
    running.interrupt();
    wait_until(&mut running, "the end", &|running| !running.is_running());
    running.finish().exited(130).left_no_worker();
}

#[test]
fn a_post_of_the_future_appears_when_it_is_due() {
    let site = site();
    let mut watch = Watch::begin(&site, &[]);
    let due = SystemTime::now() + Duration::from_secs(2);
    let seconds = due.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let text = post("soon", 1, "", "Now.")
        .replace("createdAt: '2024-05-01T10:00:00.000Z'", &format!("createdAt: '{}'", date(seconds)));
    site.write("posts/soon.md", text);
    watch.wait("the post was seen", |told| told.iter().any(|line| line.starts_with("posts/soon.md: ")));
    let index = site.path("html/index.html");
    watch.wait("the post is shown", |_| fs::read_to_string(&index).is_ok_and(|page| page.contains("soon")));
    assert!(SystemTime::now() >= due - Duration::from_secs(1), "not before its time");
}

/// Seconds since 1970 as RFC 3339.
fn date(seconds: u64) -> String {
    let output = Command::new("date").args(["-u", "-d", &format!("@{seconds}"), "+%Y-%m-%dT%H:%M:%S.000Z"]).output();
    String::from_utf8(output.expect("there is `date`").stdout).expect("plain text").trim().to_owned()
}

#[test]
fn a_project_that_goes_and_comes_back_is_built_again() {
    let outer = tempfile::tempdir().expect("a temporary folder");
    let (site, away) = (site(), outer.path().join("away"));
    let mut watch = Watch::begin(&site, NOW);
    let root = site.path("");
    let is_gone = |told: &[String]| told.iter().any(|line| line.starts_with("The project is gone"));
    fs::rename(&root, &away).expect("moved");
    watch.wait("it is told", is_gone);
    fs::rename(&away, &root).expect("moved back");
    site.edit(POST, "Hello.", "Back again.");
    watch.wait_for_page(&site, PAGE, "Back again.");
    watch.wait_for_truth(&site, &[]);

    watch.forget();
    copy_folder(&root, &away);
    fs::remove_dir_all(&root).expect("removed");
    watch.wait("it is told", is_gone);
    assert!(!root.exists(), "nothing is written where the project was");
    copy_folder(&away, &root);
    site.edit(POST, "Back again.", "And again.");
    watch.wait_for_page(&site, PAGE, "And again.");
    watch.wait_for_truth(&site, &[]);
    site.edit(POST, "And again.", "Watched as before.");
    watch.wait_for_page(&site, PAGE, "Watched as before.");
}

#[test]
fn a_build_beside_it_harms_neither() {
    let site = site();
    let mut watch = Watch::begin(&site, NOW);
    for round in 0..3 {
        site.edit("posts/2024/05/two.md", "Hello", &format!("{round} Hello"));
        site.build().succeeded();
        site.edit(POST, "Hello", &format!("{round} Hello"));
        watch.wait_for_page(&site, PAGE, &format!("{round} Hello"));
        watch.wait_for_truth(&site, &[]);
    }
    let (code, ..) = watch.interrupt();
    assert_eq!(code, Some(130));
    site.build().succeeded().counted(&[("files_written", 0), ("files_removed", 0)]);
}

#[test]
fn wrong_settings_are_told_and_waited_out() {
    let site = site();
    let mut watch = Watch::begin(&site, NOW);
    site.write("bds.toml", "timezone = 7\n");
    watch.wait("it is told", |told| told.iter().any(|line| line.contains("`bds.toml` is not valid")));
    site.edit(POST, "Hello.", "Goodbye.");
    site.write("bds.toml", "[output]\ndir = \"public\"\n");
    let page = site.path("public").join(PAGE);
    watch.wait("the site lies elsewhere", |_| fs::read_to_string(&page).is_ok_and(|page| page.contains("Goodbye.")));
    watch.wait("it is struck", |told| told.iter().any(|line| line.starts_with("No longer: `bds.toml` is not valid")));
}

#[test]
fn a_first_build_that_cannot_be_done_is_waited_out_too() {
    let site = site().file("html", "a file, where the site has to go");
    let mut watch = Watch::begin(&site, NOW);
    assert!(watch.told().iter().any(|line| line.starts_with("bds: ")), "{:?}", watch.told());
    site.remove("html");
    site.edit(POST, "Hello.", "Goodbye.");
    watch.wait_for_page(&site, PAGE, "Goodbye.");
    watch.wait_for_truth(&site, &[]);
}

#[test]
fn it_is_refused_where_there_is_nothing_to_watch() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ended = Command::new(bds()).arg("watch").arg(folder.path()).output().expect("bds can be started");
    assert_eq!(ended.status.code(), Some(2), "{}", String::from_utf8_lossy(&ended.stderr));
}
