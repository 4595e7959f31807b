//! After an edit, what looked at the edited is done again, and nothing else; then the site is what a fresh build gives.

use bds_tests::{Build, Site};

/// Builds after an edit: so many macros run, and exactly these files are written.
#[track_caller]
fn check(site: &Site, macro_calls: u64, written: &[&str]) -> Build {
    let before = site.output();
    let build = site.build().succeeded();
    let after = site.output();
    assert_eq!(after.differences(&before), written);
    let removed = written.iter().filter(|path| !site.has(&format!("html/{path}"))).count() as u64;
    build_counts(&build, macro_calls, written.len() as u64 - removed, removed);
    let fresh = Site::copy_of(&site.path(""));
    fresh.build().succeeded();
    assert_eq!(after.differences(&fresh.output()), [""; 0], "a fresh build gives something else");
    build
}

#[track_caller]
fn build_counts(build: &Build, macro_calls: u64, written: u64, removed: u64) {
    let names = ["macro_calls", "files_written", "files_removed"];
    assert_eq!(names.map(|name| build.count(name)), [macro_calls, written, removed], "{}", build.stdout);
}

/// Three posts with a macro each: one with a helper module, one with a data file, one that needs nothing.
fn site() -> Site {
    let site = Site::new()
        .file("scripts/words.py", "def loud(text):\n    return text.upper() + \"!\"\n")
        .macro_script(
            "loud",
            "from words import loud\n\ndef render(context, post):\n    return {\"html\": loud(post[\"title\"])}",
        )
        .macro_script(
            "sum",
            "def render(context, post):\n    lines = open(\"data/numbers.txt\").read().split()\n    return {\"html\": str(sum(map(int, lines)))}",
        )
        .macro_script("plain", "def render(context, post):\n    return {\"html\": \"plain\"}")
        .file("data/numbers.txt", "1\n2\n")
        .post("shouts", 1, "", "[[loud]]")
        .post("counts", 2, "", "Sum: [[sum]]")
        .post("rests", 3, "", "[[plain]]");
    site.build().succeeded().counted(&[("macro_calls", 3), ("macro_errors", 0)]);
    site
}

/// The files that show the text of the post of 2024-05-`day`.
fn shown_by(slug: &str, day: u32) -> Vec<String> {
    let day = format!("2024/05/{day:02}");
    let mut files = vec![
        format!("{day}/index.html"),
        format!("{day}/{slug}/index.html"),
        "2024/05/index.html".to_owned(),
        "2024/index.html".to_owned(),
        "atom.xml".to_owned(),
        "index.html".to_owned(),
        "rss.xml".to_owned(),
    ];
    files.sort();
    files
}

fn borrowed(files: &[String]) -> Vec<&str> {
    files.iter().map(String::as_str).collect()
}

#[test]
fn an_edited_helper_module_runs_its_macros_again() {
    let site = site();
    site.edit("scripts/words.py", "\"!\"", "\"?\"");
    check(&site, 1, &borrowed(&shown_by("shouts", 1)));
    assert!(site.page("2024/05/01/shouts/index.html").contains("TITLE OF SHOUTS?"));
    site.edit("scripts/words.py", "def loud", "# The result stays as it was.\ndef loud");
    check(&site, 1, &[]);
}

#[test]
fn an_edited_data_file_runs_its_macros_again() {
    let site = site();
    site.write("data/numbers.txt", "1\n2\n3\n");
    check(&site, 1, &borrowed(&shown_by("counts", 2)));
    assert!(site.page("2024/05/02/counts/index.html").contains("Sum: 6"));
}

#[test]
fn an_edited_script_runs_its_calls_again() {
    let site = site();
    site.edit("scripts/plain.py", "{\"html\": \"plain\"}", "{\"html\": \"changed\"}");
    check(&site, 1, &borrowed(&shown_by("rests", 3)));
}

#[test]
fn a_file_that_a_macro_missed_is_seen_when_it_appears() {
    let code = "import os\n\ndef render(context, post):\n    if not os.path.exists(\"data/note.txt\"):\n        return {\"html\": \"none\"}\n    return {\"html\": open(\"data/note.txt\").read()}";
    let site = site().macro_script("note", code).post("notes", 4, "", "Note: [[note]]");
    site.build().succeeded().counted(&[("macro_calls", 1), ("macro_cache_hits", 3)]);
    site.write("data/note.txt", "here");
    check(&site, 1, &borrowed(&shown_by("notes", 4)));
    assert!(site.page("2024/05/04/notes/index.html").contains("Note: here"));
    // What the macro gave without the file is still remembered.
    site.remove("data/note.txt");
    check(&site, 0, &borrowed(&shown_by("notes", 4)));
}

#[test]
fn a_macro_that_failed_runs_again() {
    let site = site()
        .macro_script("fragile", "def render(context, post):\n    return {\"html\": open(\"data/gone.txt\").read()}");
    site.write("posts/2024/05/fails.md", bds_tests::post("fails", 4, "", "[[fragile]]"));
    for _ in 0..2 {
        site.build().had_errors().counted(&[("macro_calls", 1), ("macro_errors", 1)]);
    }
    site.write("data/gone.txt", "back");
    check(&site, 1, &borrowed(&shown_by("fails", 4)));
}

#[test]
fn a_macro_that_counts_posts_sees_those_that_come_and_go() {
    let code = "from bds_api import bds\n\nasync def render(context, post):\n    found = await bds.posts.get_all()\n    return {\"html\": f\"{found['total']} posts\"}";
    let site = site().macro_script("total", code);
    site.write("posts/2024/05/counted.md", bds_tests::post("counted", 4, "", "There are [[total]]."));
    site.build().succeeded();
    assert!(site.page("2024/05/04/counted/index.html").contains("There are 4 posts."));
    site.edit("posts/2024/05/rests.md", "[[plain]]", "No macro, more words.");
    site.build().succeeded().counted(&[("macro_calls", 0)]);
    site.remove("posts/2024/05/rests.md");
    site.build().succeeded().counted(&[("macro_calls", 1)]);
    assert!(site.page("2024/05/04/counted/index.html").contains("There are 3 posts."));
}

#[test]
fn a_deleted_post_takes_its_files_with_it() {
    let site = site();
    let mut files = shown_by("rests", 3);
    files.extend(["calendar.json".to_owned(), "sitemap.xml".to_owned()]);
    files.sort();
    site.remove("posts/2024/05/rests.md");
    check(&site, 0, &borrowed(&files));
    assert!(!site.has("html/2024/05/03"), "an empty folder is left");
}

#[test]
fn an_edited_template_renders_its_pages_again() {
    let template = "---\nslug: \"own\"\nkind: \"post\"\nenabled: true\n---\n<main>{{ post.title }}</main>\n";
    let site = site().file("templates/own.liquid", template).post("framed", 4, "templateSlug: own\n", "Text.");
    site.build().succeeded();
    site.edit("templates/own.liquid", "<main>", "<main class=\"own\">");
    check(&site, 0, &["2024/05/04/framed/index.html"]);
}

#[test]
fn an_edited_body_writes_the_pages_that_show_it() {
    let site = site();
    site.edit("posts/2024/05/counts.md", "Sum:", "The sum is");
    check(&site, 0, &borrowed(&shown_by("counts", 2)));
}
