//! `bds scripts check | run | test`, and completion.

use std::fs;

use bds_tests::{Bds, Run, Site};
use serde_json::Value;

fn script(kind: &str, more: &str, code: &str) -> String {
    format!("\"\"\"\n---\nkind: \"{kind}\"\n{more}---\n\"\"\"\n{code}\n")
}

fn scripts<'a>(site: &Site, args: impl IntoIterator<Item = &'a str>) -> Run {
    Bds::new(["scripts"].into_iter().chain(args)).in_folder(&site.path("")).run()
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

#[test]
fn what_is_wrong_with_scripts_is_told_without_running_them() {
    let site = Site::new()
        .file(
            "scripts/good.py",
            script("macro", "", "import shared\ndef main(): ...\ndef render(context, post=None): ..."),
        )
        .file("scripts/shared.py", "x = 1\n")
        .file("scripts/broken.py", script("macro", "", "open('/gone', 'w')\ndef render(context, post:\n    pass"))
        .file("scripts/odd.py", script("macro", "", "import nothing.at_all\ndef render(post): ..."))
        .file("scripts/fix.py", script("transform", "", "from bds_api import site\ndef render(post): ..."))
        .post("one", 1, "", "[[good]] [[odd]] [[broken]]");
    let run = scripts(&site, ["check", "--message-format", "short"]).exited(1);
    assert_eq!(
        run.stdout,
        "broken (macro): no functions\nfix (transform): render\ngood (macro): main, render\n\
        odd (macro): render\nshared (module): no functions\n"
    );
    insta::assert_snapshot!(run.stderr, @r##"
    scripts/broken.py:7:11: error: this is no Python: '(' was never closed [script-syntax]
    scripts/fix.py:6:1: error: a transform cannot use `bds_api` [script-import]
    scripts/odd.py:6:1: error: there is no module `nothing.at_all` [script-import]
    scripts/odd.py:7:1: error: a macro is called as `render(context, post)`, but this is `def render(post)` [script-entrypoint]
    Checked 5 scripts: 4 errors and 0 warnings.
    "##);
    let run = scripts(&site, ["check", "--json", "odd"]).exited(1);
    let told = json(&run);
    assert_eq!(told["scripts"][0]["functions"][0]["parameters"], "post");
    assert_eq!(told["diagnostics"].as_array().map(Vec::len), Some(2));
    scripts(&site, ["check", "good", "shared"]).exited(0);
    let run = scripts(&site, ["check", "goood"]).exited(2);
    assert_eq!(run.stderr, "bds: there is no script `goood`\nhint: did you mean `good`?\n");
    assert!(!site.has(".bds"), "nothing is written");
}

const UTILITY: &str = "from bds_api import site
print('begin')
def titles():
    return [post['title'] for post in site.posts.get_all()['items']]
def fail():
    raise ValueError('no')
def hang():
    print('before')
    while True: pass
";

#[test]
fn a_utility_runs_whole_or_by_a_function_and_its_exit_code_says_how_it_went() {
    let site = Site::new()
        .file("scripts/tool.py", script("utility", "entrypoint: titles\n", UTILITY))
        .file("scripts/plain.py", "import sys\nprint('plain', end='')\nsys.exit(3)\n")
        .macro_script("card", "def render(context, post):\n    return {'html': ''}")
        .file("bds.toml", "[macros.tool]\ntimeout_ms = 300\n")
        .post("one", 1, "", "")
        .post("two", 2, "status: draft\n", "");
    let run = scripts(&site, ["run", "tool"]).exited(0);
    assert_eq!((&*run.stdout, &*run.stderr), ("begin\n=> ['Title of two', 'Title of one']\n", ""));
    assert_eq!(scripts(&site, ["run", "tool", "--entry", "main"]).exited(0).stdout, "begin\n");
    let run = scripts(&site, ["run", "tool", "--entry", "fail"]).exited(1);
    assert_eq!(run.stdout, "begin\n");
    assert!(run.stderr.contains("line 12, in fail\n    raise ValueError('no')"), "{}", run.stderr);
    assert!(run.stderr.ends_with("`tool` failed: ValueError: no\n"), "{}", run.stderr);
    let run = scripts(&site, ["run", "tool", "--entry", "hang"]).exited(1);
    assert_eq!(run.stdout, "begin\nbefore\n");
    assert!(run.stderr.ends_with("`tool` failed: took longer than 300 ms\n"), "{}", run.stderr);
    let told = json(&scripts(&site, ["run", "plain", "--json"]).exited(1));
    assert_eq!((&told["output"], &told["entrypoint"]), (&"plain".into(), &"main".into()));
    assert_eq!(told["error"]["message"], "SystemExit: 3");
    let run = scripts(&site, ["run", "card"]).exited(2);
    assert_eq!(
        run.stderr,
        "bds: `card` is a macro, and no utility\nhint: `bds scripts test card --call` calls a macro\n"
    );
}

const CARD: &str = "from bds_api import site
def render(context, post):
    print('called')
    open('data.txt').read()
    name = post['title'] if post else 'nobody'
    count = len(site.posts.get_all()['items'])
    return {'html': f\"<p>{name} {count} {context['params'].get('size')}</p>\", 'warnings': ['small']}
";

#[test]
fn a_macro_is_called_as_a_build_would_and_shows_what_it_looked_at() {
    let site = Site::new().macro_script("card", CARD).file("data.txt", "x").post("one", 1, "", "");
    let run = scripts(&site, ["test", "card", "-p", "size=2", "--post", "one"]).exited(0);
    assert_eq!(run.stdout, "<p>Title of one 1 2</p>\n");
    insta::assert_snapshot!(run.stderr, @r##"
    It printed:
      called
    It asked for:
      post["title"] = "Title of one"
      posts.get_all() = {"items":[{"id":"one-id","projectId":"default","title":"Title of one","slug":"one","content":"","sta…
    It looked at:
      the file data.txt
    It warned:
      small
    "##);
    let run = scripts(&site, ["test", "card", "--call"]).exited(0);
    assert_eq!(run.stdout, "<p>nobody 1 None</p>\n");
    site.write(
        "call.json",
        r#"{"params": {"size": "9"}, "post": {"title": "Made"}, "answers": {"posts.get_all": {"items": []}}}"#,
    );
    let told = json(&scripts(&site, ["test", "card", "--fixture", "call.json", "--json"]).exited(0));
    assert_eq!(told["html"], "<p>Made 0 9</p>");
    assert_eq!(told["warnings"], serde_json::json!(["small"]));
    assert_eq!(told["asked"][0], "post[\"title\"] = \"Made\"");
    let run = scripts(&site, ["test", "card", "--post", "gone"]).exited(2);
    assert_eq!(run.stderr, "bds: there is no post `gone`\n");
    assert_eq!(
        scripts(&site, ["test", "nothing", "--call"]).exited(2).stderr,
        "bds: there is no enabled macro `nothing`\n"
    );
}

const TESTS: &str = "from bds_api.testing import context, make_post
def double(n):
    '''
    >>> double(2)
    4
    '''
    return n * 2
def test_good(blog):
    blog.posts.append(make_post(title='T'))
def test_bad():
    print('seen')
    assert double(1) == 3
";

#[test]
fn the_tests_of_scripts_run_each_by_itself() {
    let site = Site::new().file("scripts/sums.py", TESTS).file("scripts/loud.py", "print('never run')\n");
    let run = scripts(&site, ["test"]).exited(1);
    assert_eq!(
        run.stdout,
        "ok     scripts/sums.py:3 doctest double\nok     scripts/sums.py:8 test_good\nFAILED scripts/sums.py:10 test_bad\n"
    );
    assert!(run.stderr.contains("line 12, in test_bad\n    assert double(1) == 3"), "{}", run.stderr);
    assert!(
        run.stderr.ends_with("`test_bad` failed: AssertionError\nIt printed:\nseen\n1 of 3 tests failed.\n"),
        "{}",
        run.stderr
    );
    site.edit("scripts/sums.py", "== 3", "== 2");
    assert_eq!(scripts(&site, ["test"]).exited(0).stderr, "3 tests passed.\n");
    let told = json(&scripts(&site, ["test", "sums", "--json"]).exited(0));
    assert_eq!((&told["passed"], &told["failed"]), (&3.into(), &0.into()));
}

#[test]
fn shells_complete_slugs_and_parameters() {
    let site = Site::new()
        .macro_script("card", CARD)
        .file("scripts/tool.py", script("utility", "", "def go(): ..."))
        .post("one", 1, "", "");
    let complete = |words: &[&str]| {
        let index = (words.len() - 1).to_string();
        let run = Bds::new(["--"].into_iter().chain(words.iter().copied()))
            .in_folder(&site.path(""))
            .env("COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", &index)
            .env("_CLAP_IFS", "\n")
            .run()
            .exited(0);
        run.stdout.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(complete(&["bds", "scripts", "test", "c"]), ["card"]);
    assert_eq!(complete(&["bds", "scripts", "run", ""]).first().map(String::as_str), Some("tool"));
    assert_eq!(complete(&["bds", "scripts", "test", "card", "--param", "s"]), ["size="]);
    assert_eq!(complete(&["bds", "scripts", "test", "card", "--post", "o"]), ["one"]);
    assert_eq!(complete(&["bds", "scripts", "run", "tool", "--entry", "g"]), ["go"]);
    assert_eq!(complete(&["bds", "blogm"]), ["blogmark"]);
    for shell in ["bash", "zsh", "fish"] {
        let run = Bds::new(["completions", shell]).in_folder(&site.path("")).run().exited(0);
        assert!(run.stdout.contains("COMPLETE"), "{}", run.stdout);
    }
    assert!(
        fs::read_dir(site.path("")).expect("it is there").all(|entry| entry.expect("listed").file_name() != ".bds")
    );
}
