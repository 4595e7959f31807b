//! A build that is killed in its midst: the next one gives what a clean one gives.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use bds_tests::{Site, bds};

/// A macro that holds the build until the project has a file `go`.
const HOLD: &str = "\
import os, time

def render(context, post):
    while not os.path.exists(\"go\"):
        time.sleep(0.005)
    return {\"html\": \"went on\"}
";

fn site() -> Site {
    (1..=20)
        .fold(Site::new(), |site, day| site.post(&format!("post-{day:02}"), day, "tags: [red]", "Hello."))
        .post("held", 25, "", "It [[hold]].")
        .macro_script("hold", HOLD)
        .file("bds.toml", "[macros.hold]\ntimeout_ms = 600000\n")
}

/// Builds until a page holds a text, then kills the build. The page has to come before that of the macro, past which no
/// build gets.
fn kill_midway(site: &Site, page: &str, text: &str) {
    let page = format!("html/{page}");
    let mut build = Command::new(bds())
        .args(["build", "-j1", "--quiet", "--now", "2024-06-01T12:00:00Z"])
        .arg(site.path(""))
        .stdin(Stdio::null())
        .spawn()
        .expect("bds can be started");
    while !(site.has(&page) && site.read(&page).contains(text)) {
        assert_eq!(build.try_wait().expect("it can be asked"), None, "the build ended before it was killed");
        sleep(Duration::from_millis(2));
    }
    build.kill().expect("it can be killed");
    build.wait().expect("it can be waited for");
}

#[test]
fn posts_removed_after_a_killed_build_leave_nothing_behind() {
    let site = site();
    kill_midway(&site, "2024/05/20/post-20/index.html", "Hello.");
    site.remove("posts/2024/05/post-03.md");
    site.remove("posts/2024/05/post-04.md");
    site.edit("posts/2024/05/post-05.md", "Hello.", "Goodbye.");
    kill_midway(&site, "2024/05/05/post-05/index.html", "Goodbye.");
    site.remove("posts/2024/05/post-05.md");
    site.write("go", "");
    site.build().succeeded();

    let clean = Site::copy_of(&site.path(""));
    clean.build().succeeded();
    assert_eq!(site.output().differences(&clean.output()), [""; 0]);
    assert!(!site.has("html/2024/05/03") && !site.has("html/2024/05/05"), "no empty folder is left either");
    site.build().succeeded().counted(&[("files_written", 0), ("files_removed", 0)]);
}
