//! The macros that ship look at what they mean, and at no more: an edit elsewhere runs none of them again.

use bds_tests::{Build, Site};

/// A sidecar of an image of the month `date`, linked to these posts.
fn image(date: &str, name: &str, more: &str, posts: &str) -> String {
    format!(
        "---\nid: {name}\noriginalName: \"{name}.jpg\"\nmimeType: image/jpeg\nsize: 3\n{more}createdAt: {date}-01T12:00:00.000Z\n\
         updatedAt: {date}-01T12:00:00.000Z\ntags: []\nlinkedPostIds: [{posts}]\n---"
    )
}

fn add_image(site: &Site, date: &str, name: &str, more: &str, posts: &str) {
    let path = format!("media/{}/{name}.jpg", date.replace('-', "/"));
    site.write(&path, "jpg");
    site.write(&format!("{path}.meta"), image(date, name, more, posts));
}

/// One post with each macro, and one without any. `pins` is what `meta/defaults.json` says.
fn site(version: u32) -> Site {
    let pins = ["gallery", "photo_archive", "tag_cloud"]
        .map(|slug| format!("\"scripts/{slug}.py\": {{ \"version\": {version} }}"));
    let site = Site::new()
        .file("meta/defaults.json", format!("{{ \"defaults\": {{ {} }} }}", pins.join(", ")))
        .post("galleried", 1, "tags: [sea]\n", "[[gallery]]")
        .post("archived", 2, "tags: [sea]\n", "[[photo_archive year=\"2024\"]]")
        .post("monthly", 3, "", "[[photo_album year=\"2024\" month=\"7\"]]")
        .post("clouded", 4, "tags: [land]\n", "[[tag_cloud]]")
        .post("filmed", 5, "", "[[youtube id=\"a\"]] [[vimeo id=\"b\"]]")
        .post("plain", 6, "tags: [land]\n", "Nothing but words.");
    add_image(&site, "2024-07", "july", "alt: \"In July\"\n", "\"galleried-id\"");
    add_image(&site, "2024-08", "august", "", "");
    site.build().succeeded().counted(&[("macro_calls", 6), ("macro_errors", 0)]);
    site
}

/// Builds after an edit: these macros run again, and the site is what a fresh build gives.
#[track_caller]
fn check(site: &Site, again: &[&str]) -> Build {
    let build = site.build().succeeded();
    let scripts = build.report["scripts"].as_object().expect("the report counts scripts");
    let mut ran: Vec<_> = scripts
        .iter()
        .flat_map(|(slug, counters)| {
            let executions = counters["executions"].as_u64().expect("a number");
            (0..executions).map(move |_| slug.as_str())
        })
        .collect();
    ran.sort_unstable();
    assert_eq!(ran, again, "{}", build.stderr);
    assert_eq!(build.count("macro_calls"), again.len() as u64);
    let fresh = Site::copy_of(&site.path(""));
    fresh.build().succeeded();
    assert_eq!(site.output().differences(&fresh.output()), [""; 0], "a fresh build gives something else");
    build
}

/// Runs a check with the first version of every macro, and with the newest.
fn with_each_version(check: impl Fn(&Site)) {
    for version in [1, 2] {
        check(&site(version));
    }
}

#[test]
fn an_image_of_another_year_runs_no_archive_of_this_one() {
    with_each_version(|site| {
        add_image(site, "2023-07", "older", "", "");
        check(site, &[]);
        add_image(site, "2024-09", "september", "", "");
        check(site, &["photo_archive"]);
        add_image(site, "2024-07", "another", "", "");
        check(site, &["photo_archive", "photo_archive"]);
    });
}

#[test]
fn a_body_runs_no_tag_cloud() {
    with_each_version(|site| {
        site.edit("posts/2024/05/plain.md", "Nothing but words.", "Other words.");
        check(site, &[]);
        site.edit("posts/2024/05/plain.md", "tags: [land]", "tags: [land, air]");
        check(site, &["tag_cloud"]);
        site.edit("posts/2024/05/plain.md", "Title of plain", "Another title");
        check(site, &[]);
    });
}

#[test]
fn media_of_another_post_run_no_gallery_of_this_one() {
    with_each_version(|site| {
        let path = "media/2024/08/august.jpg.meta";
        site.write(path, image("2024-08", "august", "", "\"plain-id\""));
        // The archive of the year shows the image, too, and gets all that is known of it.
        check(site, &["photo_archive"]);
        site.write(path, image("2024-08", "august", "", "\"galleried-id\""));
        check(site, &["gallery", "photo_archive"]);
    });
}

#[test]
fn a_title_runs_no_gallery() {
    with_each_version(|site| {
        site.edit("posts/2024/05/galleried.md", "Title of galleried", "Another title");
        check(site, &[]);
        site.edit("posts/2024/05/galleried.md", "[[gallery]]", "More words. [[gallery]]");
        check(site, &[]);
    });
}

#[test]
fn a_new_post_runs_what_counts_its_tags() {
    with_each_version(|site| {
        site.write("posts/2024/05/untagged.md", bds_tests::post("untagged", 7, "", "Words."));
        check(site, &[]);
        site.write("posts/2024/05/tagged.md", bds_tests::post("tagged", 8, "tags: [sea]\n", "Words."));
        check(site, &["tag_cloud"]);
    });
}

#[test]
fn a_script_runs_its_own_calls() {
    let site = site(1);
    site.edit(
        "meta/defaults.json",
        "\"scripts/tag_cloud.py\": { \"version\": 1",
        "\"scripts/tag_cloud.py\": { \"version\": 2",
    );
    check(&site, &["tag_cloud"]);
}

#[test]
fn texts_of_an_image_in_another_language_run_what_shows_it() {
    let site = site(2);
    site.edit("meta/project.json", "\"blogLanguages\": []", "\"blogLanguages\": [\"de\"]");
    site.build().succeeded();
    site.write("media/2024/07/july.jpg.de.meta", "---\ntranslationFor: july\nlanguage: de\nalt: \"Im Juli\"\n---");
    // Each is shown in German by the lists of the German tree; the page of a post that has no translation is in its own language.
    check(&site, &["gallery", "photo_archive", "photo_archive"]);
    assert!(site.page("de/index.html").contains("alt=\"Im Juli\""));
    assert!(site.page("index.html").contains("alt=\"In July\""));
}
