//! What somebody at a terminal sees and does: progress, and Ctrl-C.

use std::thread::sleep;
use std::time::Duration;

use bds_tests::{Bds, Running, Site, macro_script, screen};

/// `bds build` of a project.
fn build(site: &Site) -> Bds {
    Bds::new(["build", "-j1", "--now", "2024-06-01T12:00:00Z"]).arg(site.path(""))
}

#[test]
fn a_terminal_shows_progress_and_nothing_of_it_remains() {
    let site = (1..=20).fold(Site::new(), |site, day| site.post(&format!("post-{day:02}"), day, "", "Hello."));
    let sent = build(&site).arg("--no-cache").run_at_terminal();
    assert!(sent.contains("Rendering"), "{sent:?}");
    let seen = screen(&sent);
    assert!(matches!(&seen[..], [line] if line.starts_with("Built ")), "{seen:?} of {sent:?}");
    assert_eq!(build(&site).arg("--quiet").run_at_terminal(), "");
    let elsewhere = build(&site).arg("--no-cache").run().exited(0);
    assert!(elsewhere.stderr.starts_with("Built ") && !elsewhere.stderr.contains('\u{1b}'), "{}", elsewhere.stderr);
}

#[test]
fn a_screen_shows_what_was_not_erased() {
    let check = |sent: &str, seen: &[&str]| assert_eq!(screen(sent), seen, "{sent:?}");
    check("bar 1/2\r\u{1b}[2Kbar 2/2\r\u{1b}[2Kdone\r\n", &["done"]);
    check("bar 1/2\r\ndone\r\n", &["bar 1/2", "done"]);
    check("one\r\ntwo\r\n\u{1b}[2A\u{1b}[Jthree", &["three"]);
    check("\u{1b}[1mlong\u{1b}[0m\rsh", &["shng"]);
}

/// Interrupts a build while this macro runs, which has said so by a file `data/runs`.
fn interrupt(code: &str) {
    let toml = "[macros.hold]\nallow = [\"write:data\", \"subprocess\"]\ntimeout_ms = 60000\n";
    let begin =
        "import os, re, subprocess, time\n\ndef render(context, post):\n    open(\"data/runs\", \"w\").close()\n";
    let site = Site::new()
        .post("before", 2, "", "Hello.")
        .post("held", 1, "", "It [[hold]].")
        .macro_script("hold", &format!("{begin}    {code}\n    return {{\"html\": \"was not held\"}}"))
        .file("data/keep", "")
        .file("bds.toml", toml);
    let mut running = build(&site).start();
    wait_for(&mut running, |_| site.has("data/runs"));
    assert!(!cfg!(target_os = "linux") || !running.workers().is_empty(), "the macro runs in a worker");
    running.interrupt();
    let run = running.finish().exited(130);
    assert_eq!(run.stderr, "Interrupted.\n");
    assert_eq!(run.stdout, "");
    run.left_no_worker();

    site.write(
        "scripts/hold.py",
        macro_script("hold", "def render(context, post):\n    return {\"html\": \"went on\"}"),
    );
    site.build().succeeded();
    let clean = Site::copy_of(&site.path(""));
    clean.build().succeeded();
    assert_eq!(site.output().differences(&clean.output()), [""; 0]);
    assert!(site.page("2024/05/01/held/index.html").contains("It went on."));
}

/// Waits until something has happened in a build that goes on.
fn wait_for(running: &mut Running, has_happened: impl Fn(&Running) -> bool) {
    while !has_happened(running) {
        assert!(running.is_running(), "the build ended before it came to that");
        sleep(Duration::from_millis(2));
    }
}

#[test]
fn an_interrupt_ends_a_build_whose_macro_waits() {
    interrupt("while True: time.sleep(0.01)");
}

#[test]
fn an_interrupt_ends_a_build_whose_macro_hangs_in_a_c_function() {
    interrupt("re.match(\"(a+)+$\", \"a\" * 60 + \"b\")");
}

#[test]
fn an_interrupt_ends_what_a_macro_has_started() {
    interrupt("subprocess.run([\"sleep\", \"60\"])");
}
