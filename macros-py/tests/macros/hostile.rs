//! Scripts that hang, crash, exhaust or lie: the call fails in the right way, and the next one works.

use std::time::Duration;

use bds_macro_api::{Failure, FailureKind, Limits};
use serde_json::json;

use super::project::{Answers, Project, allowed, call, html, limited};

pub(super) const GOOD: &str = "def render(context, post):\n    return {'html': 'good'}\n";

pub(super) fn short(limits: &mut Limits) {
    limits.timeout_ms = 200;
}

pub(super) fn project() -> Project {
    Project::with(|config| config.grace = Duration::from_millis(500))
}

/// Runs a body, with little time where it shall run out, and holds the failure against what is expected; afterwards a
/// good script must run.
pub(super) fn check(body: &str, kind: FailureKind, message: &str) -> Failure {
    let limits = |limits: &mut Limits| {
        if kind == FailureKind::Timeout {
            short(limits);
        }
    };
    check_with(&[], limits, body, kind, message)
}

pub(super) fn check_with(
    permissions: &[&str],
    limits: impl FnOnce(&mut Limits),
    body: &str,
    kind: FailureKind,
    message: &str,
) -> Failure {
    let project = project();
    let source = format!("def render(context, post):\n    {}\n", body.replace('\n', "\n    "));
    let call = limited(allowed(call("bad", &source), permissions), limits);
    let outcome = project.run(&call, &mut Answers::default());
    let failure = outcome.result.expect_err(body);
    assert_eq!(failure.kind, kind, "{body}: {failure:?}");
    assert!(failure.message.contains(message), "{body}: {failure:?}");
    assert_eq!(project.html(GOOD), "good", "after {body}");
    assert!(project.runtime.worker_count() <= 2, "the killed worker is gone");
    failure
}

pub(super) fn places(failure: &Failure) -> Vec<String> {
    failure.frames.iter().map(|frame| format!("{}:{} {}", frame.file, frame.line, frame.function)).collect()
}

/// A script that somebody could write, or be tricked into writing.
struct Bad {
    /// The whole script, which lies on disk as `scripts/bad.py`, or else the body of its `render`.
    source: &'static str,
    permissions: &'static [&'static str],
    kind: FailureKind,
    /// What the message contains.
    message: &'static str,
    /// The innermost place in the scripts; none where only the file is known, or not even that.
    place: Option<&'static str>,
}

const fn bad(source: &'static str, kind: FailureKind, message: &'static str, place: &'static str) -> Bad {
    Bad { source, permissions: &[], kind, message, place: if place.is_empty() { None } else { Some(place) } }
}

/// The list that the runtime is held against; what needs more to be shown has a test of its own below.
#[rustfmt::skip]
const BAD_SCRIPTS: &[Bad] = &[
    bad("while True: pass", FailureKind::Timeout, "took longer than 200 ms", "bad.py:2 render"),
    bad("while True:\n    try: 1 / 1\n    except Exception: pass", FailureKind::Timeout, "200 ms", "render"),
    bad("while True:\n    try:\n        while True: pass\n    except: pass", FailureKind::Timeout, "200 ms", "render"),
    bad("sum(range(10**12))", FailureKind::Timeout, "200 ms", "bad.py:2 render"),
    bad("import time\ntime.sleep(100)", FailureKind::Timeout, "200 ms", "bad.py:3 render"),
    bad("import asyncio\nasync def render(context, post):\n    await asyncio.sleep(100)", FailureKind::Timeout, "took longer than 2000 ms", "bad.py:3 render"),
    bad("async def inner():\n    import asyncio\n    await asyncio.sleep(100)\nasync def render(context, post):\n    await inner()", FailureKind::Timeout, "took longer than 2000 ms", "bad.py:3 inner"),
    bad("import asyncio\nasync def never():\n    await asyncio.Event().wait()\nasync def render(context, post):\n    await asyncio.gather(never(), never())", FailureKind::Timeout, "took longer than 2000 ms", "bad.py:5 render"),
    bad("import re\nre.match('(a+)+$', 'a' * 40 + 'b')", FailureKind::Timeout, "200 ms", "bad.py:3 render"),
    bad("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()", FailureKind::Timeout, "200 ms", "bad.py:5 render"),
    bad("import threading\nthreading.Thread(target=threading.Event().wait).start()", FailureKind::Timeout, "a thread that `bad` started did not end", "bad.py:1 render"),
    bad("x = '\0'", FailureKind::Raised, "null bytes", "bad.py:1 <module>"),
    bad("class Slow:\n    def __del__(self):\n        while True: pass\nSlow()\nreturn {'html': ''}", FailureKind::Timeout, "200 ms", "bad.py:4 __del__"),
    bad("try:\n    while True: pass\nexcept: pass\nreturn {'html': ''}", FailureKind::Timeout, "200 ms", "bad.py:3 render"),
    bad("class Odd(Exception):\n    def __str__(self):\n        while True: pass\nraise Odd", FailureKind::Timeout, "200 ms", "bad.py:4 __str__"),
    bad("import os\nos.fork()", FailureKind::Denied, "[macros.bad] allow = [\"subprocess\"]", "bad.py:3 render"),
    Bad { permissions: &["ctypes"], ..bad("import ctypes\nctypes.string_at(0)", FailureKind::Crashed, "segmentation fault", "bad.py:3 render") },
    bad("import os\nos._exit(3)", FailureKind::Crashed, "exited with code 3", "bad.py:3 render"),
    bad("import os\nos.abort()", FailureKind::Crashed, "signal 6 (abort)", "bad.py:3 render"),
    bad("import sys\nsys.exit('bye')", FailureKind::Raised, "SystemExit: bye", "bad.py:3 render"),
    bad("x = [0] * (10 * 2**27)", FailureKind::Limit, "used more than 1024 MB of memory (MemoryError)", "bad.py:2 render"),
    bad("return {'html': 'x' * 2**30}", FailureKind::Limit, "used more than 1024 MB", "bad.py:2 render"),
    bad("return {'html': 'x' * 2**29}", FailureKind::Limit, "`html` is longer than 16777216 bytes", "bad.py:1 render"),
    bad("return None", FailureKind::BadResult, "`render` returned None", "bad.py:1 render"),
    bad("return ['html']", FailureKind::BadResult, "`render` returned a value of type list", "bad.py:1 render"),
    bad("return {}", FailureKind::BadResult, "the result has no `html`", "bad.py:1 render"),
    bad("return {'html': b'x'}", FailureKind::BadResult, "`html` must be a str, not a value of type bytes", "bad.py:1 render"),
    bad("return {'html': '', 'data': {'x': {'y': object()}}}", FailureKind::BadResult, "`data.x.y` is an object, which is no JSON", "bad.py:1 render"),
    bad("def f(): f()\nf()", FailureKind::Limit, "RecursionError: maximum recursion depth exceeded", " times)"),
    bad("x = 1\ndef rendr(context, post): pass", FailureKind::Entrypoint, "the script has no function `render`; did you mean `rendr`?", "bad.py:1 <module>"),
    bad("def other(): pass\nrender = 5", FailureKind::Entrypoint, "`render` is a value of type int, not a function", "bad.py:1 <module>"),
    bad("x = 1\n\ndef render(context): pass", FailureKind::Entrypoint, "`render` must take two arguments, (context, post)", "bad.py:3 render"),
    bad("raise ValueError('\\x1b[2J\\x00\\x9b')", FailureKind::Raised, "ValueError: \\u{1b}[2J\\u{0}\\u{9b}", "bad.py:2 render"),
    bad("from bad import nothing\ndef render(context, post): pass", FailureKind::Raised, "ImportError: cannot import name 'nothing'", "bad.py:1 <module>"),
    bad("import other\ndef render(context, post): pass", FailureKind::Raised, "ImportError: cannot import name 'missing'", "other.py:1 <module>"),
    bad("def render(context, post:\n    pass", FailureKind::Syntax, "SyntaxError", "bad.py:1 <module>"),
    bad("open('/etc/passwd')", FailureKind::Denied, "allow = [\"read:/etc/passwd\"]", "bad.py:2 render"),
    bad("import socket\nsocket.socket()", FailureKind::Denied, "allow = [\"network\"]", "bad.py:3 render"),
    bad("import subprocess\nsubprocess.run(['true'])", FailureKind::Denied, "allow = [\"subprocess\"]", "bad.py:3 render"),
    bad("open('posts/new.md', 'w')", FailureKind::Denied, "allow = [\"write:posts\"]", "bad.py:2 render"),
    bad("import sys\nsys.addaudithook(print)", FailureKind::Denied, "adding an audit hook is not allowed", "bad.py:3 render"),
    bad("open('/proc/self/mem', 'rb+')", FailureKind::Denied, "outside the project, is not allowed", "bad.py:2 render"),
    bad("import os\nos.listdir('/proc/self/fd')", FailureKind::Denied, "reading `/proc/self/fd`", "bad.py:3 render"),
    bad("import os\nos.closerange(3, 1000)", FailureKind::Crashed, "its worker ", ""),
    bad("import select\nselect.select([200], [], [])", FailureKind::Timeout, "200 ms", "bad.py:3 render"),
    bad("import os\nos.read(200, 1)", FailureKind::Timeout, "200 ms", "bad.py:3 render"),
    bad("def steps():\n    try: yield\n    finally:\n        while True: pass\nkept = steps()\nnext(kept)\nreturn {'html': ''}", FailureKind::Timeout, "200 ms", "bad.py:5 steps"),
    bad("import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()", FailureKind::Limit, "RecursionError", " times)"),
    bad("render(**{str(n): n for n in range(10**5)})", FailureKind::Raised, "TypeError", "bad.py:2 render"),
    bad("import ctypes\nctypes.pythonapi.Py_Exit(3)", FailureKind::Denied, "allow = [\"ctypes\"]", "bad.py:3 render"),
    bad("import signal\nsignal.pthread_kill(0, 9)", FailureKind::Denied, "sending signals", "bad.py:3 render"),
    bad("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", FailureKind::Denied, "sending signals", "bad.py:3 render"),
    bad("import sys\nsys.settrace(lambda *_: sys.settrace)\nraise ValueError('traced')", FailureKind::Raised, "traced", "bad.py:4 render"),
    bad("import builtins\nbuiltins.__import__ = None\nimport json", FailureKind::Raised, "TypeError", "bad.py:4 render"),
    bad("__builtins__.clear()\nprint(1)", FailureKind::Raised, "NameError", "bad.py:3 render"),
];

#[test]
fn every_bad_script_fails_in_its_own_way_and_in_its_place() {
    let project = project();
    project.write("posts/old.md", "old").write("scripts/other.py", "from bad import missing\n");
    for Bad { source, permissions, kind, message, place } in BAD_SCRIPTS {
        let is_whole = source.contains("def render") || source.contains("rendr") || source.contains("render = ");
        let body = format!("def render(context, post):\n    {}\n", source.replace('\n', "\n    "));
        let whole = if is_whole { format!("{source}\n") } else { body };
        project.write("scripts/bad.py", &whole);
        let limits = |limits: &mut Limits| {
            if *kind == FailureKind::Timeout {
                // Importing takes its time on a machine that does other things, too.
                limits.timeout_ms = if source.contains("asyncio") { 2000 } else { 200 };
            }
        };
        let call = limited(allowed(call("bad", &whole), permissions), limits);
        let failure = project.run(&call, &mut Answers::default()).result.expect_err(source);
        assert_eq!(failure.kind, *kind, "{source}: {failure:?}");
        assert!(failure.message.contains(message), "{source}: {failure:?}");
        assert!(!failure.message.contains(|it: char| it.is_control()), "{source}: {failure:?}");
        let innermost = places(&failure).pop().unwrap_or_default();
        match place {
            Some(place) => assert!(innermost.ends_with(place), "{source}: {innermost} of {failure:?}"),
            None => assert_eq!(innermost, "", "{source}: {failure:?}"),
        }
        assert_eq!(project.html(GOOD), "good", "after {source}");
        assert!(project.runtime.worker_count() <= 2, "after {source}");
    }
    project.runtime.stop_workers();
    assert_eq!(project.runtime.worker_count(), 0);
    assert_eq!(std::fs::read_dir(project.root().join("posts")).expect("it is there").count(), 1, "nothing was written");
}

#[test]
fn an_endless_loop_is_stopped_where_it_is() {
    let failure = check("while True:\n    pass", FailureKind::Timeout, "took longer than 200 ms");
    assert!(
        matches!(places(&failure)[0].as_str(), "scripts/bad.py:2 render" | "scripts/bad.py:3 render"),
        "{failure:?}"
    );
    assert!(failure.traceback.expect("there is one").contains("scripts/bad.py"));
}

#[test]
fn an_endless_loop_that_catches_everything_is_killed_where_it_is() {
    let body = "while True:\n    try:\n        while True: pass\n    except:\n        pass";
    let failure = check(body, FailureKind::Timeout, "200 ms");
    assert!(places(&failure)[0].starts_with("scripts/bad.py:"), "{failure:?}");
}

#[test]
fn a_thread_that_never_ends_is_found() {
    let body = "import threading\ndef forever():\n    while True: pass\n\
        threading.Thread(target=forever, daemon=True).start()\nreturn {'html': ''}";
    let failure = check(body, FailureKind::Timeout, "a thread that `bad` started did not end");
    assert_eq!(places(&failure), ["scripts/bad.py:4 forever"]);
}

#[test]
fn threads_that_end_are_waited_for() {
    let project = project();
    let source = "from concurrent.futures import ThreadPoolExecutor
import asyncio, threading
async def render(context, post):
    pool = ThreadPoolExecutor(2)
    found = list(pool.map(str, range(3)))
    threading.Thread(target=found.append, args=('x',)).start()
    found.append(await asyncio.to_thread(str, 4))
    return {'html': ' '.join(sorted(found))}
";
    assert_eq!([project.html(source), project.html(source)], ["0 1 2 4 x", "0 1 2 4 x"]);
    assert_eq!(project.runtime.worker_count(), 1);
}

#[test]
fn leaving_by_exception_is_an_exception() {
    check("import sys\nsys.exit('bye')", FailureKind::Raised, "SystemExit: bye");
    check("raise KeyboardInterrupt", FailureKind::Raised, "KeyboardInterrupt");
}

#[test]
fn junk_on_the_standard_streams_does_not_reach_the_pipe() {
    let project = project();
    let source = "import os, sys
def render(context, post):
    for fd in (0, 1, 2):
        try:
            os.write(fd, bytes(range(256)) * 1000)
        except OSError:
            pass
    return {'html': repr(os.read(0, 10)) + post['title']}
";
    assert_eq!(project.html(source), "b''the title");
}

#[test]
fn junk_on_the_pipe_itself_is_a_crash_of_the_call() {
    let project = project();
    let source = "import os
def render(context, post):
    for fd in range(3, 300):
        try:
            os.write(fd, b'\\xff' * 100)
        except OSError:
            pass
    return {'html': ''}
";
    let failure = project.call(source).result.expect_err("the protocol is broken");
    assert_eq!(failure.kind, FailureKind::Crashed);
    assert_eq!(failure.message, "it wrote into the pipe of its worker, which is not its own");
    assert_eq!(project.html(GOOD), "good");
}

/// A script that knows what the worker says when a call is over cannot say it in its place: neither its own result nor
/// that of the next call would be what it returned.
#[test]
fn the_end_of_a_call_cannot_be_forged() {
    let project = project();
    let source = "import os
def render(context, post):
    for nonce in (0, 1, 127):
        done = bytes([4, nonce, 0, 4]) + b'lies' + bytes(6)
        for fd in (200, 201, 202):
            try:
                os.write(fd, len(done).to_bytes(4, 'little') + done)
            except OSError:
                pass
    return {'html': 'truth'}
";
    let failure = project.call(source).result.expect_err("it is not its place to speak");
    assert_eq!(failure.message, "it wrote into the pipe of its worker, which is not its own");
    assert_eq!(project.html(GOOD), "good");
}

#[test]
fn a_fork_is_refused_and_where_it_is_allowed_the_copy_says_nothing() {
    check("import os\nos.fork()", FailureKind::Denied, "[macros.bad] allow = [\"subprocess\"]");
    let project = project();
    let source = "import os\ndef render(context, post):\n    os.fork()\n    return {'html': 'once' + post['title']}\n";
    let call = allowed(call("forks", source), &["subprocess"]);
    for _ in 0..3 {
        assert_eq!(html(project.run(&call, &mut Answers::default())), "oncethe title");
    }
}

#[test]
fn a_nested_call_that_is_killed_does_not_take_the_outer_one_with_it() {
    let project = project();
    let hang = "def render(context, post):\n    return {'html': str(sum(range(10**12)))}\n";
    let inner = limited(call("inner", hang), short);
    let outer = call("outer", "def render(context, post):\n    return {'html': 'outer ' + post['title']}\n");
    let mut kills = 0;
    let mut host = Answers::with(|_| {
        if kills == 0 {
            kills += 1;
            let outcome = project.run(&inner, &mut Answers::default());
            assert_eq!(outcome.result.expect_err("it hangs").kind, FailureKind::Timeout);
        }
        Some(Ok(json!("title")))
    });
    assert_eq!(html(project.run(&outer, &mut host)), "outer title");
}

#[test]
fn a_script_that_leaves_in_the_last_moment_lends_its_place_to_no_other() {
    let project = Project::with(|config| config.grace = Duration::from_millis(40));
    let late = "import time
def render(context, post):
    try:
        while True: pass
    except BaseException:
        end = time.monotonic() + 0.034
        while time.monotonic() < end: pass
";
    let late = limited(call("late", late), short);
    let hangs = limited(call("hangs", "def render(context, post):\n    sum(range(10**12))\n"), short);
    for _ in 0..3 {
        assert_eq!(project.run(&late, &mut Answers::default()).result.expect_err("late").kind, FailureKind::Timeout);
        let failure = project.run(&hangs, &mut Answers::default()).result.expect_err("it hangs");
        assert_eq!(places(&failure), ["scripts/hangs.py:2 render"]);
    }
}

#[test]
fn a_call_that_is_left_by_unwinding_ends_its_worker() {
    let project = project();
    let asks = "def render(context, post):\n    return {'html': post['title']}\n";
    let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        project.run(&call("asks", asks), &mut Answers::with(|_| std::panic::resume_unwind(Box::new("cancelled"))))
    }));
    assert!(unwound.is_err());
    assert_eq!(project.runtime.worker_count(), 0);
    assert_eq!(project.html(GOOD), "good");
}

#[test]
fn no_worker_is_left_when_the_runtime_ends() {
    let project = project();
    let source = "import os\ndef render(context, post):\n    return {'html': str(os.getpid())}\n";
    let pid = project.html(source);
    let alive = |pid: &str| std::path::Path::new("/proc").join(pid).exists();
    assert!(alive(&pid) || !cfg!(target_os = "linux"));
    drop(project);
    assert!(!alive(&pid), "neither running nor a zombie");
}

#[test]
fn workers_that_were_stopped_are_started_again() {
    let project = project();
    assert_eq!(project.html(GOOD), "good");
    std::thread::scope(|scope| scope.spawn(|| project.runtime.stop_workers()).join().expect("no panic"));
    assert_eq!(project.runtime.worker_count(), 0);
    assert_eq!(project.html(GOOD), "good");
}
