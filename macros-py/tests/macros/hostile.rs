//! Scripts that hang, crash, exhaust or lie: the call fails in the right way, and the next one works.

use std::time::Duration;

use bds_macro_api::{Failure, FailureKind, HostRequest, Limits};
use serde_json::json;

use super::project::{Answers, Project, allowed, call, html, limited};

const GOOD: &str = "def render(context, post):\n    return {'html': 'good'}\n";

fn short(limits: &mut Limits) {
    limits.timeout_ms = 200;
}

fn project() -> Project {
    Project::with(|config| config.grace = Duration::from_millis(500))
}

/// Runs a body, with little time where it shall run out, and holds the failure against what is expected; afterwards a
/// good script must run.
fn check(body: &str, kind: FailureKind, message: &str) -> Failure {
    let limits = |limits: &mut Limits| {
        if kind == FailureKind::Timeout {
            short(limits);
        }
    };
    check_with(&[], limits, body, kind, message)
}

fn check_with(
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

fn places(failure: &Failure) -> Vec<String> {
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
    bad("import re\nre.match('(a+)+$', 'a' * 40 + 'b')", FailureKind::Timeout, "200 ms", "bad.py:3 render"),
    bad("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()", FailureKind::Timeout, "200 ms", "bad.py:5 render"),
    bad("import threading\nthreading.Thread(target=threading.Event().wait).start()", FailureKind::Timeout, "a thread that `bad` started did not end", ""),
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
    bad("return {'html': '', 'data': {'x': {'y': object()}}}", FailureKind::BadResult, "`data.x.y` is a object, which is no JSON", "bad.py:1 render"),
    bad("def f(): f()\nf()", FailureKind::Limit, "RecursionError: maximum recursion depth exceeded", "bad.py:2 f"),
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
                short(limits);
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
fn an_endless_loop_that_catches_exceptions_is_stopped_too() {
    check("while True:\n    try:\n        1 / 1\n    except Exception:\n        pass", FailureKind::Timeout, "200 ms");
}

#[test]
fn an_endless_loop_that_catches_everything_is_killed_where_it_is() {
    let body = "while True:\n    try:\n        while True: pass\n    except:\n        pass";
    let failure = check(body, FailureKind::Timeout, "200 ms");
    assert!(places(&failure)[0].starts_with("scripts/bad.py:"), "{failure:?}");
}

#[test]
fn what_hangs_in_c_is_killed_where_it_is() {
    let failure = check("return {'html': str(sum(range(10**12)))}", FailureKind::Timeout, "200 ms");
    assert_eq!(places(&failure), ["scripts/bad.py:2 render"]);
}

#[test]
fn sleeping_expressions_and_locks_are_stopped() {
    check("import time\ntime.sleep(100)", FailureKind::Timeout, "200 ms");
    check("import re\nre.match('(a+)+$', 'a' * 40 + 'b')", FailureKind::Timeout, "200 ms");
    check("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()", FailureKind::Timeout, "200 ms");
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
fn crashes_cost_the_call_only() {
    let crash = "import ctypes\nctypes.string_at(0)";
    let failure = check_with(&["ctypes"], |_| (), crash, FailureKind::Crashed, "segmentation fault");
    assert_eq!(places(&failure), ["scripts/bad.py:3 render"]);
    check("import os\nos._exit(3)", FailureKind::Crashed, "exited with code 3");
    let failure = check("import os\nos.abort()", FailureKind::Crashed, "signal 6 (abort)");
    assert_eq!(places(&failure), ["scripts/bad.py:3 render"]);
}

#[test]
fn calls_nest_no_deeper_than_the_limit_says() {
    let message = "nested more than 1000 calls (RecursionError: maximum recursion depth exceeded";
    let failure = check("def f(): f()\nf()", FailureKind::Limit, message);
    assert!(failure.frames.len() <= 40);
    assert_eq!(places(&failure)[..2], ["scripts/bad.py:3 render", "scripts/bad.py:2 f"]);
    let dive = |depth: u32| format!("def f(n): return n and f(n - 1)\nf({depth})\nreturn {{'html': 'done'}}");
    let limit = |count| move |limits: &mut Limits| limits.recursion = count;
    check_with(&[], limit(50), &dive(100), FailureKind::Limit, "nested more than 50 calls (RecursionError");
    let raised = format!("import sys\nsys.setrecursionlimit(10**9)\n{}", dive(100));
    check_with(&[], limit(50), &raised, FailureKind::Limit, "nested more than 50 calls (RecursionError");
    let lowered = format!("import sys\nsys.setrecursionlimit(60)\n{}", dive(100));
    check_with(&[], |_| (), &lowered, FailureKind::Limit, "(RecursionError");

    let project = project();
    let run = |body: &str, recursion| {
        let source = format!("def render(context, post):\n    {}\n", body.replace('\n', "\n    "));
        html(project.run(&limited(call("deep", &source), limit(recursion)), &mut Answers::default()))
    };
    assert_eq!(run(&dive(900), 1000), "done");
    assert_eq!(run("import sys\nsys.setrecursionlimit(70)\nreturn {'html': str(sys.getrecursionlimit())}", 1000), "70");
    assert_eq!(run(&dive(900), 1000), "done", "what a script sets is gone with its call");
    assert_eq!(run(&dive(5000), 6000), "done");
}

#[test]
fn a_nested_call_has_its_own_depth_and_gives_it_back() {
    let project = project();
    let inner = limited(
        call(
            "inner",
            "def f(n): return n and f(n - 1)\ndef render(context, post):\n    f(400)\n    return {'html': 'in'}\n",
        ),
        |limits| limits.recursion = 500,
    );
    let outer = "def f(n, post): return post['content'] if n == 0 else f(n - 1, post)
def render(context, post):
    import sys
    return {'html': f(180, post) + f(180, post) + str(sys.getrecursionlimit() < 250)}
";
    let outer = limited(call("outer", outer), |limits| limits.recursion = 200);
    let mut host = Answers::with(|_| Some(Ok(json!(html(project.run(&inner, &mut Answers::default()))))));
    assert_eq!(html(project.run(&outer, &mut host)), "ininTrue");
}

#[test]
fn a_stack_that_overflows_in_c_costs_the_call_only() {
    let project = project();
    let body = "def f(): f.__call__()\ndef render(context, post):\n    f()\n";
    let call = limited(call("deep", body), |limits| limits.recursion = 10_000_000);
    let failure = project.run(&call, &mut Answers::default()).result.expect_err("there is no end to it");
    // From Python 3.12 on, what nests in C has a limit of its own, which is an exception.
    assert!(matches!(failure.kind, FailureKind::Crashed | FailureKind::Limit), "{failure:?}");
    if failure.kind == FailureKind::Crashed {
        assert!(failure.message.contains("segmentation fault"), "{failure:?}");
        assert!(places(&failure).ends_with(&["scripts/deep.py:1 f".to_owned()]), "{failure:?}");
    }
    assert_eq!(project.html(GOOD), "good");
}

#[test]
fn leaving_by_exception_is_an_exception() {
    check("import sys\nsys.exit('bye')", FailureKind::Raised, "SystemExit: bye");
    check("raise KeyboardInterrupt", FailureKind::Raised, "KeyboardInterrupt");
}

#[test]
fn too_much_memory_is_a_limit() {
    let memory = |limits: &mut Limits| limits.memory_mb = 300;
    let failure = check_with(&[], memory, "x = [0] * (10 * 2**27)", FailureKind::Limit, "more than 300 MB of memory");
    assert_eq!(places(&failure), ["scripts/bad.py:2 render"]);
    check_with(&[], memory, "x = []\nwhile True: x.append('x' * 100000)", FailureKind::Limit, "300 MB of memory");
}

#[test]
fn too_long_a_result_is_a_limit() {
    let long = |limits: &mut Limits| {
        limits.output_bytes = 1000;
        limits.memory_mb = 3000;
    };
    check_with(&[], long, "return {'html': 'x' * 2**30}", FailureKind::Limit, "longer than 1000 bytes");
    check_with(&[], long, "return {'html': 'ü' * 501}", FailureKind::Limit, "longer than 1000 bytes");
    let data = "return {'html': 'x' * 500, 'data': {'x': ['y' * 100] * 6}}";
    check_with(&[], long, data, FailureKind::Limit, "`html` and `data` together");
    let warnings = "return {'html': 'x' * 500, 'warnings': ['y' * 100] * 6}";
    check_with(&[], long, warnings, FailureKind::Limit, "`html`, `data` and `warnings` together");
    let many = |limits: &mut Limits| limits.output_bytes = u64::MAX;
    check_with(&[], many, "return {'html': 'x' * (150 << 20)}", FailureKind::Limit, "`html` is longer than 134217728");
}

#[test]
fn what_is_printed_beyond_the_limit_is_dropped_and_said_so() {
    let project = project();
    let mut host = Answers::default();
    let source =
        "def render(context, post):\n    for i in range(1000000): print('line')\n    return {'html': 'done'}\n";
    let call = limited(call("loud", source), |limits| {
        limits.stdout_bytes = 50_000;
        limits.timeout_ms = 60_000;
    });
    assert_eq!(html(project.run(&call, &mut host)), "done");
    assert!(host.printed.len() < 50_100, "{}", host.printed.len());
    assert!(host.printed.ends_with("line\n[4950000 more bytes were dropped: the limit is 50000]\n"));
}

#[test]
fn too_many_requests_are_a_limit_even_when_caught() {
    let requests = |limits: &mut Limits| limits.requests = 10;
    let body = "from bds_api import site\nwhile True:\n    try:\n        site.tags.get_all()\n    except Exception:\n        pass";
    check_with(&[], requests, body, FailureKind::Limit, "asked the engine for more than 10 things");
    let bare = body.replace("except Exception", "except");
    check_with(&[], requests, &bare, FailureKind::Limit, "asked the engine for more than 10 things");
}

#[test]
fn the_time_of_the_engine_does_not_count_but_all_time_has_an_end() {
    let project = project();
    let slow = |_: &HostRequest| {
        std::thread::sleep(Duration::from_millis(300));
        Some(Ok(json!("answered")))
    };
    let source = "def render(context, post):\n    return {'html': post['title'] + post['slug']}\n";
    let patient = limited(call("slow", source), short);
    assert_eq!(html(project.run(&patient, &mut Answers::with(slow))), "answeredanswered");
    let hurried = limited(call("slow", source), |limits| limits.total_ms = 400);
    let failure = project.run(&hurried, &mut Answers::with(slow)).result.expect_err("it takes too long");
    assert_eq!(failure.kind, FailureKind::Timeout);
    assert_eq!(failure.message, "took longer than 400 ms in all, waiting for the engine included");
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
fn a_bad_result_names_the_key() {
    let project = project();
    for (returned, message) in [
        ("None", "`render` returned None; it must return a dict with `html`"),
        ("[1]", "`render` returned a value of type list; it must return a dict with `html`"),
        ("{'data': {}}", "the result has no `html`"),
        ("{'html': 5}", "`html` must be a str, not a value of type int"),
        ("{'html': None}", "`html` must be a str, not None"),
        ("{'html': '\\ud800'}", "`html` holds a lone surrogate, which no text file can"),
        ("{'html': '', 'data': [1]}", "`data` must be a dict, not a value of type list"),
        ("{'html': '', 'data': {'a': [0, {1}]}}", "`data.a[1]` is a set, which is no JSON"),
        ("{'html': '', 'data': {1: 2}}", "`data` has the key 1, which is no string"),
        ("{'html': '', 'data': {'x': float('nan')}}", "`data.x` is no finite number"),
        ("{'html': '', 'data': {'x': 2**64}}", "`data.x` is a whole number of more than 64 bits"),
        ("{'html': '', 'data': {'a': {'b': [{'c': float('inf')}]}}}", "`data.a.b[0].c` is no finite number"),
        ("{'html': '', 'data': {'a': {('b',): 1}}}", "`data.a` has the key ('b',), which is no string"),
        ("{'html': '', 'data': {'a': '\\udc80'}}", "`data.a` holds a lone surrogate, which no text file can"),
        ("{'html': '', 'data': {'\\udc80': 1}}", "`data` holds a lone surrogate, which no text file can"),
        ("{'html': '', 'data': {'a': 1j}}", "`data.a` is a complex, which is no JSON"),
        ("{'html': '', 'data': 'x'}", "`data` must be a dict, not a value of type str"),
        ("{'html': '', 'warnings': {'x': 1}}", "`warnings` must be a list of str, not a value of type dict"),
        ("{'html': '', 'warnings': 'x'}", "`warnings` must be a list of str, not a value of type str"),
        ("{'html': '', 'warnings': ['x', 1]}", "`warnings[1]` must be a str, not a value of type int"),
    ] {
        let failure = project.call(&format!("def render(context, post):\n    return {returned}\n")).result;
        let failure = failure.expect_err(returned);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::BadResult, message), "{returned}");
    }
    let own = "def render(context, post):\n    x = {}\n    x['x'] = x\n    return {'html': '', 'data': x}\n";
    assert!(project.call(own).result.expect_err("a loop").message.ends_with("nests too deep, or contains itself"));
}

#[test]
fn an_entry_point_must_be_there_and_take_two_arguments() {
    let project = project();
    for (source, message) in [
        ("x = 1\n", "the script has no function `render`: it must define `def render(context, post)`"),
        ("def rendr(context, post): pass\n", "the script has no function `render`; did you mean `rendr`?"),
        ("render = 5\n", "`render` is a value of type int, not a function: it must be `def render(context, post)`"),
        (
            "def render(context):\n    pass\n",
            "`render` must take two arguments, (context, post): \
             render() takes 1 positional argument but 2 were given",
        ),
    ] {
        let failure = project.call(source).result.expect_err(source);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Entrypoint, message), "{source}");
    }
    let failure = project.call("\ndef render(): pass\n").result.expect_err("wrong arity");
    assert_eq!(places(&failure), ["scripts/sample.py:2 render"]);
    let inside = "def render(context, post):\n    len()\n";
    assert_eq!(project.call(inside).result.expect_err("it raises").kind, FailureKind::Raised);
}

#[test]
fn a_syntax_error_has_line_and_column_each_time() {
    let project = project();
    for _ in 0..2 {
        let failure = project.call("x = 1\ny = = 2\n").result.expect_err("no Python");
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Syntax, "SyntaxError: invalid syntax"));
        let frame = &failure.frames[0];
        assert_eq!((frame.file.as_str(), frame.line, frame.column), ("scripts/sample.py", 2, Some(5)));
    }
    let failure = project.call("def render(context, post):\n    eval('1 +')\n").result.expect_err("it raises");
    assert_eq!(failure.kind, FailureKind::Raised, "the text that is no Python is not the script");
    let failure = project.call("x = '\0'\n").result.expect_err("no Python");
    assert!(matches!(failure.kind, FailureKind::Syntax | FailureKind::Raised), "{failure:?}");
}

#[test]
fn messages_cannot_move_the_cursor() {
    let body = "raise ValueError('\\x1b[2Jred\\r\\n\\x00\\x9b end' + 'x' * 100000)";
    let failure = check(body, FailureKind::Raised, "ValueError: \\u{1b}[2Jred\\r\\n\\u{0}\\u{9b} end");
    assert!(failure.message.len() < 2100);
    assert!(!failure.traceback.expect("there is one").contains('\u{1b}'));
}

#[test]
fn an_error_that_cannot_be_shown_is_still_told() {
    let body = "class Odd(Exception):\n    def __str__(self): raise RuntimeError\nraise Odd";
    check(body, FailureKind::Raised, "Odd: <its message cannot be shown>");
    let body = "class Slow(Exception):\n    def __str__(self):\n        while True: pass\nraise Slow";
    check(body, FailureKind::Timeout, "200 ms");
}

#[test]
fn columns_are_counted_in_characters() {
    let project = project();
    let failure = project.call("def render(context, post):\n    'füße'; 1 / 0\n").result.expect_err("it raises");
    assert_eq!(failure.message, "ZeroDivisionError: division by zero");
    let column = failure.frames[0].column;
    assert!(column == Some(13) || column.is_none(), "{column:?}");
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
