//! Long answers cross the pipe once per content, and scripts notice nothing of it.

use bds_macro_api::{Answer, FailureKind, HostRequest};
use serde_json::{Value, json};

use super::project::{Answers, Project, allowed, call, html, limited};

const LISTS: &str = "from bds_api import site
def render(context, post):
    posts = site.posts.get_all()
    found = len(posts['items']), posts['items'][-1]['title']
    posts['items'].clear()
    return {'html': repr(found)}
";

/// A list of posts that takes far more bytes than the call.
fn posts(count: usize, title: &str) -> Value {
    let post = |index| json!({"id": format!("post-{index}"), "title": format!("{title} {index}"), "tags": ["a", "b"]});
    json!({"items": (0..count).map(post).collect::<Vec<_>>()})
}

/// How many bytes a call with this answer sends, and what it gives.
fn sent(project: &Project, source: &str, answer: &Value) -> (u64, String) {
    let outcome = project.run(&call("lists", source), &mut Answers::with(|_| Some(Ok(answer.clone()))));
    (outcome.usage.sent, html(outcome))
}

#[test]
fn a_long_answer_is_sent_once_and_each_use_of_it_is_fresh() {
    let project = Project::new();
    let (first, second) = (posts(1000, "one"), posts(1000, "two"));
    let check = |answer: &Value, title: &str, is_long: bool| {
        let (bytes, html) = sent(&project, LISTS, answer);
        assert_eq!(html, format!("(1000, '{title} 999')"));
        assert_eq!(bytes > 40_000, is_long, "{bytes} bytes");
    };
    check(&first, "one", true);
    check(&first, "one", false);
    check(&second, "two", true);
    check(&first, "one", false);
    check(&second, "two", false);
    project.runtime.stop_workers();
    check(&first, "one", true);
}

#[test]
fn a_worker_that_was_killed_is_sent_everything_anew() {
    let project = Project::new();
    let answer = posts(1000, "one");
    let crash =
        "from bds_api import site\nimport os\ndef render(context, post):\n    site.posts.get_all()\n    os._exit(1)\n";
    assert!(sent(&project, LISTS, &answer).0 > 40_000);
    let outcome = project.run(&call("crash", crash), &mut Answers::with(|_| Some(Ok(answer.clone()))));
    assert_eq!(outcome.result.expect_err("it left").kind, FailureKind::Crashed);
    assert!(outcome.usage.sent < 2000, "{:?}", outcome.usage);
    assert!(sent(&project, LISTS, &answer).0 > 40_000);
    assert!(sent(&project, LISTS, &answer).0 < 2000);
}

#[test]
fn a_nested_call_may_use_what_the_outer_one_was_sent() {
    let project = Project::new();
    let answer = posts(1000, "one");
    let inner = call("inner", LISTS);
    let outer = "from bds_api import site
def render(context, post):
    inner = post['content']
    return {'html': inner + str(len(site.posts.get_all()['items']))}
";
    let outer = call("outer", outer);
    let mut nested = Vec::new();
    let mut host = Answers::with(|request| match request {
        HostRequest::PostField(name) if name == "content" => {
            let outcome = project.run(&inner, &mut Answers::with(|_| Some(Ok(answer.clone()))));
            nested.push(outcome.usage.sent);
            Some(Ok(json!(html(outcome))))
        }
        _ => Some(Ok(answer.clone())),
    });
    let outcome = project.run(&outer, &mut host);
    assert!(outcome.usage.sent < 2000, "{:?}", outcome.usage);
    assert_eq!(html(outcome), "(1000, 'one 999')1000");
    drop(host);
    assert!(nested[0] > 40_000, "{nested:?}");
}

#[test]
fn fields_that_are_sent_along_are_kept_too() {
    let project = Project::new();
    let source = "def render(context, post):\n    return {'html': str(len(post['content'])) + post['title']}\n";
    let mut call = call("sample", source);
    let content = |letter: &str| Answer::new(letter.repeat(10_000).into());
    call.prefetched = vec![("content".to_owned(), content("x")), ("title".to_owned(), Answer::new("y".into()))];
    for bytes in [10_000..12_000, 0..2000] {
        let outcome = project.run(&call, &mut Answers::default());
        assert!(bytes.contains(&outcome.usage.sent), "{:?}", outcome.usage);
        assert_eq!(html(outcome), "10000y");
    }
    call.prefetched[0].1 = content("ü");
    let broken = "raise ValueError\n";
    let mut failing = call.clone();
    failing.script = super::project::call("broken", broken).script;
    project.run(&failing, &mut Answers::default()).result.expect_err("it raises");
    let outcome = project.run(&call, &mut Answers::default());
    assert!(outcome.usage.sent < 2000, "a call that fails keeps what it was sent: {:?}", outcome.usage);
    assert_eq!(html(outcome), "10000y");
}

#[test]
fn more_than_there_is_room_for_makes_the_oldest_go() {
    let project = Project::new();
    let source = "def render(context, post):\n    return {'html': post['content'][:3] + str(len(post['content']))}\n";
    let megabytes = |name: &str| json!(format!("{name:<4}").repeat(5 << 20));
    let answers = ["a", "b", "c", "d"].map(megabytes);
    let is_sent = |answer: &Value| {
        let (bytes, html) = sent(&project, source, answer);
        assert!(html.ends_with("20971520"), "{html}");
        bytes > 1 << 20
    };
    assert!(answers.iter().all(is_sent), "none was there");
    assert!(!is_sent(&answers[3]) && !is_sent(&answers[2]) && !is_sent(&answers[1]), "three fit");
    assert!(is_sent(&answers[0]), "the fourth had to make room");
    assert!(is_sent(&answers[3]), "and took that of the one that was used least lately");
}

#[test]
fn what_is_kept_takes_nothing_of_the_memory_of_scripts() {
    let project = Project::new();
    let big = json!("x".repeat(30 << 20));
    let source = "def render(context, post):\n    x = b'x' * (60 << 20)\n    return {'html': str(len(x))}\n";
    let memory = |call| limited(call, |limits| limits.memory_mb = 160);
    let fits = || html(project.run(&memory(call("fits", source)), &mut Answers::default()));
    assert_eq!(fits(), "62914560");
    for letter in ["x", "y"] {
        let big = json!(letter.repeat(30 << 20));
        sent(&project, "def render(context, post):\n    return {'html': post['content'][:1]}\n", &big);
    }
    assert_eq!(fits(), "62914560", "with 60 MB more in the worker");
    drop(big);
}

#[test]
fn an_answer_that_does_not_fit_into_memory_is_a_limit_of_the_call() {
    let project = Project::new();
    let many = json!((0..3_000_000).collect::<Vec<u32>>());
    let source = "from bds_api import site\ndef render(context, post):\n    site.posts.get_all()\n";
    let call = limited(call("greedy", source), |limits| limits.memory_mb = 100);
    let failure = project.run(&call, &mut Answers::with(|_| Some(Ok(many.clone())))).result.expect_err("too much");
    assert_eq!(
        (failure.kind, failure.message.as_str()),
        (FailureKind::Limit, "used more than 100 MB of memory (MemoryError)")
    );
    assert_eq!(failure.frames.last().map(|frame| frame.line), Some(3), "{failure:?}");
    assert_eq!(project.html("def render(context, post):\n    return {'html': 'good'}\n"), "good");
}

#[test]
fn workers_with_other_permissions_keep_their_own() {
    let project = Project::new();
    let answer = posts(1000, "one");
    assert!(sent(&project, LISTS, &answer).0 > 40_000);
    let other = allowed(call("lists", LISTS), &["network"]);
    let outcome = project.run(&other, &mut Answers::with(|_| Some(Ok(answer.clone()))));
    assert!(outcome.usage.sent > 40_000);
    assert_eq!(html(outcome), "(1000, 'one 999')");
}
