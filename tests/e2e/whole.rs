//! What goes wrong with the machine is said in words, harms no source, and is mended by the next build.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use bds_tests::{Bds, Site, bds};

fn site() -> Site {
    let long = "Words and more words, so that the page needs room. ".repeat(4000);
    (1..=6)
        .fold(Site::new(), |site, day| site.post(&format!("post-{day}"), day, "tags: [red]", "[[hello]] Hello."))
        .post("long", 9, "", &long)
        .file("media/2024/05/photo.jpg", vec![7; 90_000])
        .file("bds.toml", "[output]\nmedia = \"copy\"\n")
        .macro_script("hello", "def render(context, post):\n    return {'html': post['title']}")
}

/// Asserts that the next build gives what a clean one gives, and leaves nothing to do.
#[track_caller]
fn check_mended(site: &Site) {
    site.build().succeeded();
    let clean = Site::copy_of(&site.path(""));
    clean.build().succeeded();
    assert_eq!(site.output().differences(&clean.output()), [""; 0]);
    site.build().succeeded().counted(&[("macro_calls", 0), ("files_written", 0), ("files_removed", 0)]);
}

/// A build that cannot make a file larger than this: to a program a full disk looks the same, but for the number of the error.
fn build_with_room(site: &Site, blocks: u32) -> (Option<i32>, String) {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script, "sh"]).arg(bds()).args(["build", "--now", "2024-06-01T12:00:00Z"]);
    let output = command.arg(site.path("")).stdin(Stdio::null()).output().expect("sh can be started");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_disk_without_room_is_told_and_the_next_build_is_right() {
    let sources = site().sources();
    // From one that has no room for the store to one that has none for the longest page.
    for blocks in [1, 16, 64, 128, 256] {
        for edited in [false, true] {
            let site = site();
            if edited {
                site.build().succeeded();
                site.edit("posts/2024/05/long.md", "Words and more", "More and more");
            }
            let before = site.sources();
            let (code, told) = build_with_room(&site, blocks);
            assert!(matches!(code, Some(1 | 2)), "{blocks} blocks, edited {edited}: {code:?}\n{told}");
            let says_so = ["file too large", "disk I/O error", "full"].iter().any(|words| told.contains(words));
            assert!(says_so, "{blocks} blocks, edited {edited}:\n{told}");
            assert_eq!(site.sources().differences(&before), [""; 0]);
            check_mended(&site);
            let output = site.output();
            let halves = output.paths().into_iter().filter(|path| path.contains(".bds-tmp-")).collect::<Vec<_>>();
            assert_eq!(halves, [""; 0]);
            if !edited {
                assert_eq!(site.sources().differences(&sources), [""; 0]);
            }
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_output_folder_that_takes_nothing_is_told() {
    let site = site();
    // Nobody can write there, not even root.
    let run = Bds::new(["build", "--out", "/proc/bds-site"]).arg(site.path("")).run().exited(2).left_no_worker();
    assert!(run.stderr.contains("/proc/bds-site"), "{}", run.stderr);
    check_mended(&site);
}

/// Holds the lock of a project, as a build of the process 4711 would.
fn hold(site: &Site) -> File {
    site.write(".bds/lock", "4711\n");
    let lock = File::options().read(true).write(true).open(site.path(".bds/lock")).expect("it is there");
    lock.lock().expect("it is free");
    lock
}

#[test]
fn a_build_waits_for_another_one_and_says_for_whom() {
    let site = site();
    site.build().succeeded();
    site.edit("posts/2024/05/post-1.md", "Hello.", "Goodbye.");
    let lock = hold(&site);
    let mut build = waiting(&site.path(""));
    let mut lines = BufReader::new(build.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
    let first = lines.next();
    assert_eq!(first.as_deref(), Some("Waiting for the process 4711, which works on this project."));
    assert!(!site.page("index.html").contains("Goodbye."));
    drop(lock);
    lines.for_each(drop);
    assert!(build.wait().expect("it can be waited for").success());
    assert!(site.page("index.html").contains("Goodbye."));
    check_mended(&site);
}

fn waiting(project: &Path) -> std::process::Child {
    let mut command = Command::new(bds());
    command.args(["build", "--now", "2024-06-01T12:00:00Z"]).arg(project).env("NO_COLOR", "1");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("bds can be started")
}

#[test]
fn a_build_that_is_not_to_wait_says_who_holds_the_project() {
    let site = site();
    let lock = hold(&site);
    let run = site.command().args(["--no-wait"]).run().was_refused();
    assert_eq!(run.stderr, "bds: another bds is at work on this project: process 4711\n");
    assert!(!site.has("html"));
    drop(lock);
    site.command().args(["--no-wait"]).run().succeeded();
    check_mended(&site);
}

#[test]
fn many_builds_of_one_project_at_once_do_no_harm() {
    let site = site();
    let builds: Vec<_> = (0..4).map(|_| waiting(&site.path(""))).collect();
    for build in builds {
        let output = build.wait_with_output().expect("it can be waited for");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    check_mended(&site);
}
