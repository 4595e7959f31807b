//! What is done with scripts beside running macros: checks, utilities, transforms, tests.

use std::sync::Arc;

use bds_base::Fingerprint;
use bds_macro_api::{
    Checked, Failure, FailureKind, FoundTest, Host, Job, JobOutcome, Limits, Ran, Script, ScriptOrigin,
    ScriptRuntime as _, Task, Tested, Transformed,
};
use serde_json::{Value, json};

use super::project::{Answers, Project, path};

fn job(source: &str, task: Task) -> Job {
    let script = Script {
        slug: "sample".to_owned(),
        id: None,
        origin: ScriptOrigin::Project(path("scripts/sample.py")),
        source: source.into(),
        fingerprint: Fingerprint::of(source),
    };
    let limits = Limits { timeout_ms: 5_000, ..Limits::default() };
    Job { script: Arc::new(script), task, limits, permissions: Vec::new() }
}

fn run(project: &Project, source: &str, task: Task, host: &mut dyn Host) -> JobOutcome {
    project.write("scripts/sample.py", source);
    project.runtime.run(&job(source, task), host)
}

fn checked(project: &Project, source: &str) -> Checked {
    run(project, source, Task::Check, &mut Answers::default()).read().expect("any code can be checked")
}

fn utility(project: &Project, source: &str, entrypoint: Option<&str>) -> (Result<Ran, Failure>, String) {
    let task = Task::Utility { entrypoint: entrypoint.map(str::to_owned) };
    let mut host = Answers::default();
    let outcome = run(project, source, task, &mut host);
    (outcome.read(), host.printed)
}

fn transformed(project: &Project, source: &str) -> (Result<Transformed, Failure>, Vec<String>) {
    let task = Task::Transform {
        entrypoint: "transform".to_owned(),
        post: json!({"title": "T", "content": "C", "tags": [], "categories": ["aside"]}),
        context: json!({"source": "blogmark", "url": "https://a.example/"}),
    };
    let mut host = Answers::with(|_| Some(Ok(Value::Null)));
    let outcome = run(project, source, task, &mut host);
    let asked = host.asked.clone();
    (outcome.read(), asked)
}

#[test]
fn code_that_is_no_python_is_told_with_both_ends() {
    let project = Project::new();
    let fault = |source: &str| {
        let checked = checked(&project, source);
        let [fault] = &checked.errors[..] else { panic!("{source:?}: {checked:?}") };
        (fault.line, fault.column, fault.message.clone())
    };
    assert_eq!(fault("x = 1\nü = (1,\n"), (2, 5, "'(' was never closed".to_owned()));
    assert_eq!(fault("def f(:\n    pass\n").0, 1);
    assert_eq!(fault("def f():\nreturn 1\n").0, 2);
    assert_eq!(fault("x = 1\n\0\n").0, 2);
    fault(&"(".repeat(500));
    fault(&("x = ".to_owned() + &"-".repeat(100_000) + "1"));
    assert_eq!(checked(&project, "import os\nos._exit(1)\n").errors, [], "nothing runs");
    let after = utility(&project, "def f(): return 1\n", Some("f"));
    assert_eq!(after.0.map(|ran| ran.repr), Ok(Some("1".to_owned())), "the worker goes on");
}

#[test]
fn entry_points_and_imports_are_found() {
    let project = Project::new();
    project.write("scripts/shared.py", "import nothing\n").write("scripts/pack/inside.py", "");
    let source = "import os.path, json, xml.etree.ElementTree\nimport shared, pack.inside\nfrom bds_api import site\n\
        import gone\nfrom pack.gone import x\nfrom typing import TYPE_CHECKING\n\
        if TYPE_CHECKING:\n    import types_only\ntry:\n    import fast\nexcept ImportError:\n    fast = None\n\
        def render(context, post=None, *, deep): ...\nasync def main(): ...\ndef _own(): ...\nclass C:\n    def m(self): ...\n\
        def any(*a): ...\n";
    let checked = checked(&project, source);
    let functions: Vec<_> = checked.functions.iter().map(|it| (&*it.name, it.is_async, it.required, it.most)).collect();
    assert_eq!(functions, [("main", true, 0, Some(0)), ("render", false, 1, Some(2)), ("any", false, 0, None)]);
    assert_eq!(checked.functions[1].keywords, ["deep"]);
    let missing: Vec<_> =
        checked.imports.iter().filter(|it| !it.found).map(|it| (&*it.module, it.line, it.optional)).collect();
    assert_eq!(missing, [("gone", 4, false), ("pack.gone", 5, false), ("types_only", 8, true), ("fast", 10, true)]);
}

#[test]
fn a_utility_is_run_whole_or_by_a_function() {
    let project = Project::new();
    let source = "print('body', __name__)\ndef give():\n    print('give')\n    return {'a': [1]}\nasync def later():\n    return 'x'\n";
    let (ran, printed) = utility(&project, source, None);
    assert_eq!((ran.map(|ran| ran.repr), &*printed), (Ok(None), "body __main__\n"));
    let (ran, printed) = utility(&project, source, Some("give"));
    assert_eq!((ran.map(|ran| ran.repr), &*printed), (Ok(Some("{'a': [1]}".to_owned())), "body __main__\ngive\n"));
    let (ran, _) = utility(&project, source, Some("later"));
    assert_eq!(ran.map(|ran| ran.repr), Ok(Some("'x'".to_owned())));
    let failure = |source, entrypoint| utility(&project, source, entrypoint).0.expect_err("it fails");
    let missing = failure(source, Some("giv"));
    assert_eq!(missing.message, "the script has no function `giv`; did you mean `give`?");
    assert_eq!(missing.kind, FailureKind::Entrypoint);
    assert_eq!(failure("x = 1\n", Some("x")).message, "`x` is a value of type int, not a function");
    let raised = failure("def f():\n    1 / 0\n", Some("f"));
    assert_eq!((raised.frames[0].line, raised.frames[0].file.as_str()), (2, "scripts/sample.py"));
    assert!(raised.traceback.is_some_and(|text| text.contains("1 / 0") && !text.contains("<bds>")));
    assert_eq!(failure("import sys\nsys.exit(3)\n", None).message, "SystemExit: 3");
    assert!(utility(&project, "import sys\nsys.exit()\n", None).0.is_ok());
}

#[test]
fn what_a_utility_prints_is_told_line_by_line() {
    let project = Project::new();
    let mut host = Answers::default();
    let source = "print('one')\nprint('two', end='')\n";
    run(&project, source, Task::Utility { entrypoint: None }, &mut host);
    assert_eq!(host.pieces, ["one\n", "two"]);
}

#[test]
fn a_utility_that_hangs_crashes_or_breaks_out_is_ended() {
    let project = Project::new();
    let fails = |source: &str| {
        let mut job = job(source, Task::Utility { entrypoint: None });
        job.limits.timeout_ms = 200;
        project.write("scripts/sample.py", source);
        project.runtime.run(&job, &mut Answers::default()).result.expect_err("it fails").kind
    };
    assert_eq!(fails("while True: pass\n"), FailureKind::Timeout);
    assert_eq!(fails("import os\nos._exit(0)\n"), FailureKind::Crashed);
    assert_eq!(fails("open('/etc/passwd')\n"), FailureKind::Denied);
    assert_eq!(fails("open('scripts/sample.py', 'w')\n"), FailureKind::Denied);
    assert_eq!(fails("class R:\n    def __repr__(self): raise ValueError\n1/0\n"), FailureKind::Raised);
}

#[test]
fn a_transform_gets_what_it_takes() {
    let project = Project::new();
    let post = |source: &str| {
        let (transformed, _) = transformed(&project, source);
        transformed.map(|it| it.post.unwrap_or(it.returned))
    };
    let title = |source: &str| post(source).map(|post| post["title"].as_str().unwrap_or_default().to_owned());
    assert_eq!(
        title("def transform(post, context):\n    post['title'] = context['url']\n    return post\n").as_deref(),
        Ok("https://a.example/")
    );
    assert_eq!(title("def transform(post):\n    post['title'] = 'one'\n").as_deref(), Ok("one"));
    assert_eq!(title("async def transform(post, *more):\n    return {'title': len(more)}\n").as_deref(), Ok(""));
    assert_eq!(post("def transform(*, post): ...\n").expect_err("no argument").kind, FailureKind::Entrypoint);
    assert_eq!(post("def transform(a, b, c): ...\n").expect_err("three").kind, FailureKind::Entrypoint);
    let inside = post("def transform(post, context):\n    raise TypeError('own')\n").expect_err("it raises");
    assert_eq!((inside.kind, &*inside.message), (FailureKind::Raised, "TypeError: own"));
    let odd = post("def transform(post):\n    return {'title': {1, 2}}\n").expect_err("a set");
    assert_eq!((odd.kind, &*odd.message), (FailureKind::BadResult, "`title` is a set, which is no JSON"));
    let odd = post("def transform(post):\n    return object()\n").expect_err("an object");
    assert_eq!(&*odd.message, "what it returned is an object, which is no JSON");
}

#[test]
fn a_transform_can_make_toasts_and_knows_of_no_other_post() {
    let project = Project::new();
    let source = "def transform(post):\n    toast('  hello  ')\n    toast('')\n    toast(7)\n    toast('x' * 500)\n";
    let (outcome, asked) = transformed(&project, source);
    outcome.expect("it works");
    assert_eq!(asked.len(), 3, "{asked:?}");
    let (outcome, _) = transformed(&project, "import bds_api\ndef transform(post): ...\n");
    assert!(outcome.expect_err("it may not").message.contains("`bds_api` cannot be used in a transform"));
    let (ran, _) =
        utility(&project, "from bds_api import site\ndef f(): return 'toast' in dir(__builtins__)\n", Some("f"));
    assert_eq!(ran.map(|ran| ran.repr), Ok(Some("False".to_owned())), "and nothing of it stays");
}

const TESTS: &str = r#"
from bds_api import site, bds
from bds_api.testing import Blog, context, make_post

def double(n):
    """
    >>> double(2)
    4
    >>> double(3)
    7
    """
    return n * 2

def render(context, post):
    return {"html": ", ".join(post["title"] for post in site.posts.filter({"tags": ["x"]}))}

def test_posts(blog):
    blog.posts += [make_post(title="One", tags=["x"]), make_post(title="Two")]
    assert render(context(), None)["html"] == "One"
    assert blog.asked == [("posts.filter", {"filter": {"tags": ["x"]}})]

async def test_awaitable():
    with Blog(answers={"meta.get_tags": ["a"]}):
        assert await bds.meta.get_tags() == ["a"]

def test_wrong():
    assert render is None

def test_unknown(blog):
    site.meta.get_tags()

def test_fixture(nothing): ...

class TestAll:
    def test_method(self):
        assert site.now().year == 2024
"#;

#[test]
fn tests_are_found_and_run_each_by_itself() {
    let project = Project::new();
    let found: Vec<FoundTest> =
        run(&project, TESTS, Task::FindTests, &mut Answers::default()).read().expect("the body runs");
    let names: Vec<_> = found.iter().map(|test| (&*test.name, test.line)).collect();
    assert_eq!(
        names,
        [
            ("doctest double", 6),
            ("test_posts", 17),
            ("test_awaitable", 22),
            ("test_wrong", 26),
            ("test_unknown", 29),
            ("test_fixture", 32),
            ("TestAll.test_method", 35),
        ]
    );
    let test = |name: &str| {
        let outcome = run(&project, TESTS, Task::Test { name: name.to_owned() }, &mut Answers::default());
        outcome.read::<Tested>().map(|tested| tested.failed).map_err(|failure| (failure.kind, failure.message))
    };
    assert_eq!(test("test_posts"), Ok(None));
    assert_eq!(test("test_awaitable"), Ok(None));
    assert_eq!(test("TestAll.test_method"), Ok(None));
    assert!(
        test("doctest double").expect("it runs").is_some_and(|told| told.contains("Expected:\n    7\nGot:\n    6"))
    );
    assert_eq!(test("test_wrong"), Err((FailureKind::Raised, "AssertionError".to_owned())));
    assert!(test("test_unknown").expect_err("no answer").1.contains("the stand-in has no answer for `meta.get_tags`"));
    assert_eq!(
        test("test_fixture"),
        Err((FailureKind::Entrypoint, "`test_fixture` takes (nothing); a test takes nothing, or `blog`".to_owned()))
    );
}
