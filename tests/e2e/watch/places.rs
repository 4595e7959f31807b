//! Where the files of a project lie: behind links, beside what counts for nothing, where the system tells of no changes.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use bds_tests::{Site, Watch, bds, post};

use super::{NOW, PAGE, POST, site};

#[test]
fn what_lies_behind_links_is_watched_where_it_is() {
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let elsewhere = elsewhere.path();
    let site = site();
    fs::rename(site.path("posts"), elsewhere.join("vault")).expect("moved");
    symlink(elsewhere.join("vault"), site.path("posts")).expect("linked");
    let mut watch = Watch::begin(&site, NOW);
    let vault = elsewhere.join("vault/2024/05");
    let write =
        |name: &str, slug: &str, text: &str| fs::write(vault.join(name), post(slug, 1, "", text)).expect("written");

    // A folder, by its own name and by that of the link.
    write("one.md", "one", "Saved there.");
    watch.wait_for_page(&site, PAGE, "Saved there.");
    site.edit(POST, "Saved there.", "Saved here.");
    watch.wait_for_page(&site, PAGE, "Saved here.");

    // A single file, which is made a link only now, and replaced where it is.
    let single = elsewhere.join("single.md");
    fs::write(&single, post("single", 1, "", "First.")).expect("written");
    symlink(&single, vault.join("single.md")).expect("linked");
    let page = "2024/05/01/single/index.html";
    watch.wait_for_page(&site, page, "First.");
    fs::write(elsewhere.join("new.md"), post("single", 1, "", "Second.")).expect("written");
    fs::rename(elsewhere.join("new.md"), &single).expect("replaced");
    watch.wait_for_page(&site, page, "Second.");

    // What the link leads to goes and comes back.
    fs::rename(elsewhere.join("vault"), elsewhere.join("away")).expect("moved");
    watch.wait("the pages are gone", |_| !site.has("html/2024/05"));
    fs::rename(elsewhere.join("away"), elsewhere.join("vault")).expect("moved back");
    watch.wait_for_page(&site, page, "Second.");
    write("one.md", "one", "Once more.");
    watch.wait_for_page(&site, PAGE, "Once more.");

    // Two names of one folder of the project itself.
    site.write("data/shown.liquid", "FIRST");
    fs::create_dir_all(site.path("templates")).expect("made");
    symlink(site.path("data"), site.path("templates/shared")).expect("linked");
    site.write("templates/single-post.liquid", "{% render 'shared/shown' %}");
    watch.wait_for_page(&site, PAGE, "FIRST");
    site.write("data/shown.liquid", "SECOND");
    watch.wait_for_page(&site, PAGE, "SECOND");
}

#[test]
fn what_editors_leave_for_a_moment_is_never_built() {
    let site = site().file("media/2024/05/a.svg", "<svg/>");
    let mut watch = Watch::begin(&site, NOW);
    watch.forget();
    let leave = |site: &Site| {
        let (posts, media) = ("posts/2024/05", "media/2024/05");
        for name in ["4913", ".one.md.swp", "one.md~", "#one.md#", ".one.md.aB3dEf", "one.md___jb_tmp___", "sedAb3dEf"]
        {
            site.write(&format!("{posts}/{name}"), post("ghost", 3, "", "Ghost."));
            site.write(&format!("{media}/{name}"), "ghost");
        }
        // As Emacs does while a buffer is not saved.
        symlink("user@machine.123:456", site.path(&format!("{posts}/.#one.md"))).expect("linked");
    };
    leave(&site);
    site.edit(POST, "Hello.", "Saved.");
    watch.wait_for_page(&site, PAGE, "Saved.");
    watch.wait_for_truth(&site, &[]);
    let lines = watch.told().iter().filter(|line| line.contains(" written, ")).count();
    assert_eq!(lines, 1, "{:?}", watch.told());
    // Nor where everything is looked at.
    let built = site.build().succeeded();
    assert!(!built.stderr.contains(".#one.md"), "{}", built.stderr);
    assert!(!site.has("html/media/2024/05/sedAb3dEf") && !site.has("html/media/2024/05/one.md___jb_tmp___"));
}

#[test]
fn lost_events_lead_to_a_look_at_everything_and_new_folders_are_watched() {
    let site = site().file("data/log.txt", "");
    let mut watch = Watch::begin(&site, NOW);
    watch.forget();
    watch.hold();
    // Far more than the system keeps for somebody who does not listen.
    for number in 0..8000 {
        site.write("data/log.txt", number.to_string());
    }
    site.write("posts/new/deep/new.md", post("new", 3, "", "Among the lost."));
    site.edit(POST, "Hello.", "Lost, too.");
    watch.go_on();
    watch.wait_for_page(&site, PAGE, "Lost, too.");
    watch.wait_for_page(&site, "2024/05/03/new/index.html", "Among the lost.");
    watch.wait("it is told", |told| told.iter().any(|line| line.starts_with("Everything looked at")));
    site.edit("posts/new/deep/new.md", "Among the lost.", "Watched as the others.");
    watch.wait_for_page(&site, "2024/05/03/new/index.html", "Watched as the others.");
    watch.wait_for_truth(&site, &[]);
}

/// Runs `bds watch` where the system watches only so many folders.
fn with_limit(site: &Site, limits: &str) -> Watch {
    let mut command = Command::new("unshare");
    let script = format!("{limits}; exec \"$@\"");
    command.args(["--user", "--map-root-user", "sh", "-c", &script, "sh"]).arg(bds());
    Watch::run(command, site, NOW)
}

#[test]
fn where_the_system_watches_no_more_it_says_what_to_do_and_looks_by_itself() {
    for limit in ["1 > /proc/sys/user/max_inotify_watches", "0 > /proc/sys/user/max_inotify_instances"] {
        let site = site();
        let mut watch = with_limit(&site, &format!("echo {limit}"));
        watch.wait("the first build", |told| told.iter().any(|line| line.starts_with("Watching ")));
        let told = watch.told().join("\n");
        for word in ["raise fs.inotify.max_user_watches (now ", "max_user_instances (now ", "looked at every 1000 ms"] {
            assert!(told.contains(word), "{limit}: {told}");
        }
        site.edit(POST, "Hello.", "Seen all the same.");
        watch.wait_for_page(&site, PAGE, "Seen all the same.");
        watch.wait_for_truth(&site, &[]);
    }
}

#[test]
fn a_limit_that_is_reached_later_is_told_then() {
    let site = site();
    let mut watch = with_limit(&site, "echo 40 > /proc/sys/user/max_inotify_watches");
    watch.wait("the first build", |told| told.iter().any(|line| line.starts_with("Watching ")));
    assert!(!watch.told().iter().any(|line| line.contains("max_user_watches")), "{:?}", watch.told());
    for number in 0..40 {
        site.write(&format!("posts/more/{number}/post-{number}.md"), post(&format!("post-{number}"), 3, "", "More."));
    }
    watch.wait("it is told", |told| told.iter().any(|line| line.contains("raise fs.inotify.max_user_watches")));
    site.edit("posts/more/39/post-39.md", "More.", "Seen all the same.");
    watch.wait_for_page(&site, "2024/05/03/post-39/index.html", "Seen all the same.");
    watch.wait_for_truth(&site, &[]);
}
