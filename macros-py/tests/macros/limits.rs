//! What a call may use up, and what happens when it wants more.

use std::time::Duration;

use bds_macro_api::{FailureKind, HostRequest, Limits};
use serde_json::json;

use super::hostile::{GOOD, check, check_with, places, project, short};
use super::project::{Answers, call, html, limited};

#[test]
fn calls_nest_no_deeper_than_the_limit_says() {
    let message = "nested more than 1000 calls (RecursionError: maximum recursion depth exceeded";
    let failure = check("def f(): f()\nf()", FailureKind::Limit, message);
    let places = places(&failure);
    assert_eq!(places.len(), 2, "{places:?}");
    assert_eq!(places[0], "scripts/bad.py:3 render");
    let times = places[1].strip_prefix("scripts/bad.py:2 f (").and_then(|rest| rest.strip_suffix(" times)"));
    assert!(times.is_some_and(|times| times.parse::<u32>().is_ok_and(|times| times > 900)), "{places:?}");
    let failure = check("def f(n): g(n)\ndef g(n): f(n)\nf(1)", FailureKind::Limit, message);
    assert!(failure.frames.len() <= 40);
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
