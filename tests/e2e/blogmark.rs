//! `bds blogmark`: from a page of the web to the file of a draft.

use bds_tests::{Bds, Run, Site};
use serde_json::{Value, json};

const PROJECT: &str = r#"{ "name": "Blog", "publicUrl": "https://blog.example", "blogmarkCategory": "aside" }"#;

fn site() -> Site {
    Site::empty().file("meta/project.json", PROJECT)
}

fn transform(slug: &str, day: u32, code: &str) -> (String, String) {
    let metadata = format!(
        "id: \"{slug}\"\nkind: \"transform\"\nentrypoint: \"transform\"\nupdatedAt: \"2024-05-{day:02}T00:00:00.000Z\""
    );
    (format!("scripts/{slug}.py"), format!("\"\"\"\n---\n{metadata}\n---\n\"\"\"\n{code}\n"))
}

fn with(site: Site, transforms: &[(String, String)]) -> Site {
    transforms.iter().fold(site, |site, (path, text)| site.file(path, text))
}

fn blogmark<'a>(site: &Site, args: impl IntoIterator<Item = &'a str>) -> Run {
    Bds::new(["blogmark"].into_iter().chain(args)).in_folder(&site.path("")).run()
}

const LINK: &str = "bds://new-post?title=A%20page&url=https://a.example/x";

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

#[test]
fn a_page_becomes_a_draft_and_nothing_is_overwritten() {
    let site = site();
    let run = blogmark(&site, [LINK, "--dry-run", "--json"]).exited(0);
    let path = json(&run)["path"].as_str().expect("it says where").to_owned();
    assert!(!site.has(&path) && !site.has(".bds"), "nothing is written");
    let run = blogmark(&site, [LINK]).exited(0);
    assert_eq!(run.stdout, site.read(&path));
    assert_eq!(run.stderr, format!("Wrote the draft `{path}`.\n"));
    let text = site.read(&path);
    assert!(text.contains("title: A page\nslug: a-page\nstatus: draft\n"), "{text}");
    assert!(text.ends_with("categories:\n  - aside\n---\n[A page](https://a.example/x)\n"), "{text}");
    let second = json(&blogmark(&site, [LINK, "--json"]).exited(0));
    assert_eq!((&second["slug"], site.read(&path)), (&json!("a-page-2"), text));
    let built = Bds::new(["build", "--now", "2030-01-01T00:00:00Z"]).in_folder(&site.path("")).run().exited(0);
    assert!(!site.read("html/index.html").contains("A page"), "a draft is in no build: {}", built.stderr);
}

#[test]
fn links_that_are_none_are_refused() {
    let site = site();
    let run = blogmark(&site, ["https://a.example"]).exited(2);
    assert_eq!(run.stderr, "bds: this is no link of the form `bds://new-post?title=…&url=…`\n");
    let run = blogmark(&site, ["bds://new-post?url=javascript:1"]).exited(2);
    assert_eq!(run.stderr, "bds: `url` begins with `javascript:`; only pages of `http` and `https` can be kept\n");
    let run = blogmark(&site, ["--bookmarklet"]).exited(0);
    assert!(run.stdout.starts_with("javascript:") && run.stdout.ends_with(")()\n"), "{}", run.stdout);
}

#[test]
fn transforms_change_the_draft_each_in_its_way() {
    let site = with(
        site(),
        &[
            transform(
                "one",
                1,
                "def transform(post):\n\tpost['title'] = post['title'].upper()\n\ttoast('shouting')\n\treturn post",
            ),
            transform(
                "two",
                2,
                "async def transform(post, context):\n    print('here')\n    return {'post': {**post, 'tags': [context['source']]}}",
            ),
            transform("three", 3, "def transform(post, context):\n    post['content'] += '\\n\\nEnd: more'"),
        ],
    );
    let run = blogmark(&site, [LINK, "--dry-run"]).exited(0);
    assert!(run.stdout.contains("title: A PAGE\n") && run.stdout.contains("tags:\n  - blogmark\n"), "{}", run.stdout);
    assert!(run.stdout.ends_with("---\n[A page](https://a.example/x)\n\nEnd: more\n"), "{}", run.stdout);
    assert!(
        run.stderr.starts_with("here\nToast: shouting\nChanged by one, two, three.\nThis would be `posts/"),
        "{}",
        run.stderr
    );
}

#[test]
fn hostile_transforms_cost_themselves_only() {
    let site = with(
        site(),
        &[
            transform("a_hang", 1, "def transform(post):\n    while True: pass"),
            transform("b_crash", 2, "import os\ndef transform(post):\n    os._exit(0)"),
            transform("c_raise", 3, "def transform(post):\n    post['title'] = 'half done'\n    raise KeyError('x')"),
            transform(
                "d_shape",
                4,
                "def transform(post):\n    return {'title': '', 'content': 'x', 'tags': [], 'categories': []}",
            ),
            transform("e_type", 5, "def transform(post):\n    return [1, 2]"),
            transform("f_api", 6, "from bds_api import site\ndef transform(post):\n    site.posts.get_all()"),
            transform("g_raw", 7, "import _bds\ndef transform(post):\n    _bds.request('posts.get_all', {})"),
            transform("h_toast", 8, "def transform(post):\n    for n in range(100): toast(n)"),
            transform("i_file", 9, "def transform(post):\n    open('posts/own.md', 'w')"),
            transform("j_syntax", 10, "def transform(post:"),
            transform(
                "k_good",
                11,
                "def transform(post):\n    return {**post, 'title': post['title'] + '!', 'more': 1}",
            ),
        ],
    )
    .file("bds.toml", "[macros]\ntimeout_ms = 300\n");
    let run = blogmark(&site, [LINK, "--json"]).exited(1);
    let told = json(&run);
    assert_eq!(told["post"]["title"], "A page!");
    assert_eq!(told["applied"], json!(["h_toast", "k_good"]));
    assert_eq!(told["toasts"], json!(["0", "1", "2", "3", "4"]));
    let errors = told["errors"].as_array().expect("a list").iter();
    let errors: Vec<_> = errors
        .map(|error| {
            format!(
                "{}: {}",
                error["scriptSlug"].as_str().unwrap_or_default(),
                error["message"].as_str().unwrap_or_default()
            )
        })
        .collect();
    insta::assert_snapshot!(errors.join("\n"), @r##"
    a_hang: took longer than 300 ms
    b_crash: its worker exited with code 0
    c_raise: KeyError: 'x'
    d_shape: Transform output validation failed: `title` is empty
    e_type: Transform output validation failed: it is a list
    f_api: ModuleNotFoundError: `bds_api` cannot be used in a transform: it has the post that it gets
    g_raw: BdsApiError: `bds.posts.get_all` is not there
    i_file: writing `posts/own.md` is not allowed; to allow it, write in bds.toml: [macros.i_file] allow = ["write:posts"]
    j_syntax: SyntaxError: '(' was never closed
    "##);
    assert!(site.has(told["path"].as_str().expect("it says where")));
    assert!(!site.has("posts/own.md"));
}
