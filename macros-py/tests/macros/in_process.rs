//! Macros inside the process itself, for debugging: the same answers, with less of a guard.

use bds_macro_api::{FailureKind, HostRequest};
use bds_macros_py::Mode;
use serde_json::json;

use super::project::{Answers, Project, call, html, limited};

fn project() -> Project {
    Project::with(|config| config.mode = Mode::InProcess)
}

/// One test, because everything in it shares the one interpreter of this process.
#[test]
fn macros_run_inside_the_process_too() {
    let project = project();
    project.write("data.txt", "x");
    let source = "from bds_api import site\ndef render(context, post):\n    \
        return {'html': post['title'] + site.posts.get('p')['title'] + open('data.txt').read()}\n";
    assert_eq!(html(project.run(&call("sample", source), &mut Answers::default())), "the titleAnotherx");
    assert_eq!(project.runtime.worker_count(), 0, "no process was started");

    let inner = call("inner", "def render(context, post):\n    return {'html': post['title']}\n");
    let outer = call("outer", "def render(context, post):\n    return {'html': '<' + post['content'] + '>'}\n");
    let mut host = Answers::with(|request| match request {
        HostRequest::PostField(name) if name == "content" => {
            Some(Ok(json!(html(project.run(&inner, &mut Answers::default())))))
        }
        _ => None,
    });
    assert_eq!(html(project.run(&outer, &mut host)), "<the title>");

    let endless = limited(call("bad", "def render(context, post):\n    while True: pass\n"), |limits| {
        limits.timeout_ms = 100;
    });
    let failure = project.run(&endless, &mut Answers::default()).result.expect_err("it never ends");
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Timeout, "took longer than 100 ms"));
    assert_eq!(failure.frames[0].file, "scripts/bad.py", "{failure:?}");

    let long = json!("x".repeat(100_000));
    let lists = call(
        "lists",
        "from bds_api import site\ndef render(context, post):\n    return {'html': site.posts.get('p')[:3]}\n",
    );
    for is_first in [true, false] {
        let outcome = project.run(&lists, &mut Answers::with(|_| Some(Ok(long.clone()))));
        assert_eq!(outcome.usage.sent > 100_000, is_first, "{:?}", outcome.usage);
        assert_eq!(html(outcome), "xxx");
    }

    let deep = limited(call("deep", "def f(): f()\ndef render(context, post): f()\n"), |limits| limits.recursion = 100);
    let failure = project.run(&deep, &mut Answers::default()).result.expect_err("it has no end");
    assert!(failure.message.starts_with("nested more than 100 calls (RecursionError"), "{failure:?}");
    let clock = project.call("import time\ndef render(context, post):\n    return {'html': str(time.time())[:0]}\n");
    let [look] = clock.volatile.as_slice() else { panic!("{clock:?}") };
    assert_eq!(look.at.as_ref().map(|at| (at.file.as_str(), at.line)), Some(("scripts/sample.py", 3)));

    let denied = project.call("def render(context, post):\n    open('/etc/passwd')\n").result.expect_err("refused");
    assert_eq!(denied.kind, FailureKind::Denied);

    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| (0..20).all(|_| project.html(&inner.script.source) == "the title")))
            .collect();
        assert!(threads.into_iter().all(|thread| thread.join().expect("no panic")));
    });
}
