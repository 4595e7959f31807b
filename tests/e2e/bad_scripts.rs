//! Scripts that hang, crash, exhaust or lie, all in one build: each costs its own place only and is told with two
//! places, that of the call and that in the script; nothing is left behind.

use bds_tests::{Build, Site};
use serde_json::Value;

/// A script that does something bad.
struct Bad {
    slug: &'static str,
    /// What stands in `render`, a line each.
    body: &'static str,
    /// What the message of its failure holds.
    message: &'static str,
    /// The line of `body` that is named, from 1; 0 where nothing of the script can be named.
    line: u64,
}

const fn bad(slug: &'static str, body: &'static str, message: &'static str, line: u64) -> Bad {
    Bad { slug, body, message, line }
}

const SLOW: &str = "took longer than 300 ms";

/// All of them.
const BAD: &[Bad] = &[
    bad("loop", "while True:\n    pass", SLOW, 0),
    bad("loop_except", "while True:\n    try:\n        while True: pass\n    except Exception:\n        pass", SLOW, 0),
    bad("loop_bare", "while True:\n    try:\n        while True: pass\n    except:\n        pass", SLOW, 0),
    bad("c_loop", "sum(range(10**12))", SLOW, 1),
    bad("sleep", "import time\ntime.sleep(1000)", SLOW, 2),
    bad("regex", "import re\nre.match('(a+)+$', 'a' * 64 + 'b')", SLOW, 2),
    bad("lock", "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()", SLOW, 4),
    bad(
        "thread",
        "import threading\nthreading.Thread(target=threading.Event().wait).start()\nreturn {'html': ''}",
        "thread",
        0,
    ),
    bad("fork", "import os\nos.fork()", "subprocess", 2),
    bad("segfault", "import ctypes\nctypes.string_at(0)", "", 2),
    bad("exit_hard", "import os\nos._exit(0)", "", 0),
    bad("abort", "import os\nos.abort()", "", 2),
    bad("exit_soft", "import sys\nsys.exit(3)", "SystemExit: 3", 2),
    bad("ten_gigabytes", "return {'html': str([0] * (10 << 30))}", "memory", 0),
    bad("long_text", "return {'html': 'x' * (1 << 26)}", "longer than", 0),
    bad("none", "return None", "None", 0),
    bad("list", "return ['html']", "list", 0),
    bad("no_html", "return {'text': ''}", "html", 0),
    bad("html_no_text", "return {'html': 7}", "html", 0),
    bad("data_no_json", "return {'html': '', 'data': {'x': {1, 2}}}", "data", 0),
    bad("recursion", "def deep(): return deep()\nreturn deep()", "RecursionError", 1),
    bad("control", "raise ValueError('\\x1b[2J\\x07\\r\\x00 gone')", "gone", 1),
    bad("etc_passwd", "return {'html': open('/etc/passwd').read()}", "/etc/passwd", 1),
    bad("socket", "import socket\nsocket.create_connection(('127.0.0.1', 9))", "network", 2),
    bad("subprocess", "import subprocess\nsubprocess.run(['true'])", "subprocess", 2),
    bad("write", "open('posts/2024/05/good.md', 'w')", "write", 1),
    bad("circle", "return {'html': site.posts.get_html('circle-id')}", "it needs its own result", 1),
];

/// The line of a script that the first line of `render` is on.
const FIRST_LINE: u64 = 14;

fn script(bad: &Bad) -> String {
    let body = bad.body.lines().fold(String::new(), |body, line| body + "    " + line + "\n");
    format!("from bds_api import site\ndef render(context, post):\n{body}")
}

/// A project with a post for each bad script, whose text holds `call` of it, and a good one.
fn site(call: impl Fn(&str) -> String) -> Site {
    let mut config =
        "[macros]\nmemory_mb = 512\noutput_bytes = 1000000\n[macros.segfault]\nallow = [\"ctypes\"]\n".to_owned();
    // Only what never ends has little time: how long the rest takes depends on what else the machine does.
    for bad in BAD.iter().filter(|bad| bad.message == SLOW || bad.slug == "thread") {
        config.extend(["[macros.", bad.slug, "]\ntimeout_ms = 300\n"]);
    }
    let good = "def render(context, post):\n    return {'html': '<b>' + post['title'] + '</b>'}\n";
    let mut site =
        Site::new().file("bds.toml", &config).macro_script("good", good).post("good", 1, "", "A [[good]] post.");
    for bad in BAD {
        let text = format!("Before [[good]].\n\n{}\n\nAfter [[good]].", call(bad.slug));
        site = site.macro_script(bad.slug, &script(bad)).post(bad.slug, 2, "", &text);
    }
    site
}

/// What was said about the calls of a script.
fn told<'b>(build: &'b Build, slug: &str) -> &'b Value {
    let file = format!("posts/2024/05/{slug}.md");
    let diagnostics = build.report["diagnostics"].as_array().expect("a report has diagnostics");
    let mut about = diagnostics.iter().filter(|told| told["file"] == *file);
    let told = about.next().unwrap_or_else(|| panic!("nothing is said about {slug}: {}", build.diagnostics()));
    assert!(about.next().is_none(), "{slug} is told twice: {}", build.diagnostics());
    told
}

#[test]
fn cost_their_own_place_only() {
    let site = site(|slug| format!("[[{slug}]]"));
    let before = site.sources();
    let build = site.build().had_errors();
    for bad in BAD {
        let told = told(&build, bad.slug);
        assert_eq!((&told["code"], &told["line"], &told["column"]), (&"macro-failed".into(), &11.into(), &1.into()));
        let message = told["message"].as_str().unwrap_or_default();
        assert!(message.contains(bad.message), "{}: {message}", bad.slug);
        assert!(!message.chars().any(char::is_control), "{message:?}");
    }
    for (bad, line) in BAD.iter().filter(|bad| bad.line > 0).map(|bad| (bad, FIRST_LINE + bad.line - 1)) {
        let place = format!("from scripts/{}.py:{line} in ", bad.slug);
        assert!(build.diagnostics().contains(&place), "{}: no {place:?} in:\n{}", bad.slug, build.diagnostics());
    }
    assert_eq!(site.sources().differences(&before), [""; 0], "no source is touched");

    let clean = self::site(|_| String::new());
    clean.build().succeeded();
    assert_eq!(site.output().differences(&clean.output()), [""; 0], "all that is missing is what they would have said");
}

#[test]
fn junk_on_the_standard_streams_and_a_million_prints_break_nothing() {
    let code = "import os\ndef render(context, post):\n\
        \x20   for fd in (0, 1, 2):\n        try: os.write(fd, bytes(range(256)) * 99)\n        except OSError: pass\n\
        \x20   for _ in range(1_000_000): print('again and again')\n    return {'html': 'still here'}\n";
    let site = Site::new().macro_script("loud", code).post("loud", 1, "", "[[loud]]");
    let build = site.command().args(["-v"]).run().succeeded();
    assert!(site.page("2024/05/01/loud/index.html").contains("still here"));
    assert!(build.stderr.contains("more bytes were dropped"), "what is too much is said to be dropped");
    assert!(build.stderr.len() < 2 << 20, "{} bytes were printed", build.stderr.len());
}

#[test]
fn modules_that_import_themselves_or_each_other_are_whole() {
    let site = Site::new()
        .macro_script("selfish", "import selfish\ndef render(context, post):\n    return {'html': selfish.__name__}")
        .file("scripts/left.py", "import right\ndef name(): return 'left ' + right.own()\ndef own(): return 'l'\n")
        .file("scripts/right.py", "import left\ndef name(): return 'right ' + left.own()\ndef own(): return 'r'\n")
        .macro_script("both", "import left, right\ndef render(c, p):\n    return {'html': left.name() + right.name()}")
        .post("both", 1, "", "[[both]] [[selfish]]");
    site.build().succeeded();
    assert!(site.page("2024/05/01/both/index.html").contains("left rright l selfish"));
}
