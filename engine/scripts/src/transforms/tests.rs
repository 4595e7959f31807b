use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bds_base::{Fingerprint, SitePath};
use bds_macro_api::{
    Failure, FailureKind, Host, HostRequest, Job, JobOutcome, Limits, Script as Code, ScriptOrigin, ScriptRuntime,
    TOAST, Task, Usage,
};
use bds_project::post::{PostDocument, Status, parse};
use bds_project::script;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::*;
use crate::collection::Source;

#[test]
fn links_are_read_and_made_harmless() {
    let check = |query: &str, title: &str, url: &str| {
        let bookmark = Bookmark::from_link(&format!("bds://new-post?{query}")).unwrap();
        assert_eq!((&*bookmark.title, &*bookmark.url), (title, url), "{query}");
    };
    check("title=A%20page&url=https%3A%2F%2Fa.example%2Fx%3Fq%3D1%23part", "A page", "https://a.example/x?q=1");
    check("title=+%0A+&url=http://A.example", "a.example", "http://a.example/");
    check("title=a%00b%09c%1B&url=https://user:word@a.example/", "abc", "https://a.example/");
    check("url=https://a.example/ä ö&title=%C3%BC", "ü", "https://a.example/%C3%A4%20%C3%B6");
    check(&format!("title={}&url=https://a.example", "ü".repeat(300)), &"ü".repeat(200), "https://a.example/");
    check("title=one&title=two&url=https://a.example&url=https://b.example", "one", "https://a.example/");
    assert!(Bookmark::from_link("bds://new-post/?url=https://a.example").is_ok());
}

#[test]
fn other_links_are_refused() {
    let check = |link: &str, expected: &str| {
        assert_eq!(Bookmark::from_link(link).map_err(|error| error.to_string()), Err(expected.to_owned()), "{link}");
    };
    let other = "this is no link of the form `bds://new-post?title=…&url=…`";
    check("https://a.example/", other);
    check("bds://old-post?url=https://a.example", other);
    check("new-post", other);
    check("bds://new-post?title=x", "the link has no `url`");
    check("bds://new-post?url=", "the link has no `url`");
    check(
        "bds://new-post?url=javascript:alert(1)",
        "`url` begins with `javascript:`; only pages of `http` and `https` can be kept",
    );
    check(
        "bds://new-post?url=file:///etc/passwd",
        "`url` begins with `file:`; only pages of `http` and `https` can be kept",
    );
    check("bds://new-post?url=nowhere", "`url` is no address: relative URL without a base");
    let long = format!("bds://new-post?url=https://a.example/{}", "x".repeat(2048));
    check(&long, "`url` is longer than 2048 characters");
}

#[test]
fn a_title_means_nothing_in_markdown() {
    let check = |title: &str, url: &str, expected: &str| {
        assert_eq!(Bookmark::new(title, url).unwrap().to_markdown(), expected);
    };
    check("A [b] c", "https://a.example/", r"[A \[b\] c](https://a.example/)");
    check("<script>&amp;*_`\\", "https://a.example/", r"[\<script\>\&amp;\*\_\`\\](https://a.example/)");
    check("T", "https://a.example/x_(y)", "[T](https://a.example/x_(y))");
    check("T", "https://a.example/x)_(", "[T](https://a.example/x%29_%28)");
}

/// A runtime whose scripts are functions in Rust, by slug.
type Body = fn(&Value, &Value, &mut dyn Host) -> Result<Value, Failure>;

#[derive(Debug)]
struct Scripted {
    bodies: BTreeMap<String, Body>,
    entrypoints: Mutex<Vec<String>>,
}

impl ScriptRuntime for Scripted {
    fn run(&self, job: &Job, host: &mut dyn Host) -> JobOutcome {
        let Task::Transform { entrypoint, post, context } = &job.task else { panic!("{job:?}") };
        self.entrypoints.lock().unwrap().push(entrypoint.clone());
        let result = self.bodies[&job.script.slug](post, context, host);
        let result = result.map(|returned| json!({ "returned": returned, "post": returned.is_null().then_some(post) }));
        JobOutcome { result, reads: Vec::new(), volatile: Vec::new(), usage: Usage::default() }
    }
}

fn source(slug: &str, metadata: &str, day: u32) -> Source {
    let path = SitePath::new(format!("scripts/{slug}.py")).unwrap();
    let text = format!(
        "\"\"\"\n---\nid: \"id-{slug}\"\nkind: transform\nupdatedAt: 2024-05-{day:02}\n{metadata}\n---\n\"\"\"\n"
    );
    let resolved = script::resolve([(path.clone(), script::parse(&path, &text).value.head)]);
    let code = Code {
        slug: slug.to_owned(),
        id: None,
        origin: ScriptOrigin::Project(path),
        fingerprint: Fingerprint::of(&text),
        source: text.into(),
    };
    Source { script: Arc::clone(&resolved.scripts[0]), code: Arc::new(code) }
}

fn run(scripts: &[(Source, Body)]) -> (Transformed, Vec<String>) {
    let bodies = scripts.iter().map(|(source, body)| (source.script.slug.to_string(), *body)).collect();
    let runtime = Scripted { bodies, entrypoints: Mutex::default() };
    let bookmark = Bookmark::new("T", "https://a.example/").unwrap();
    let used = in_order(scripts.iter().map(|(source, _)| source));
    let transforms: Vec<_> = used
        .into_iter()
        .map(|source| Transform { source, limits: Limits::default(), permissions: Vec::new() })
        .collect();
    let done = transform(Draft::of(&bookmark, Some(" aside ")), &bookmark.url, &transforms, &runtime);
    (done, runtime.entrypoints.into_inner().unwrap())
}

fn retitled(post: &Value, add: &str) -> Value {
    let mut post = post.clone();
    post["title"] = json!(format!("{}{add}", post["title"].as_str().unwrap()));
    post
}

#[test]
fn transforms_run_in_their_order_each_on_what_the_last_one_left() {
    let scripts: [(Source, Body); 5] = [
        (source("late", "entrypoint: main", 9), |post, _, _| Ok(json!({ "post": retitled(post, "4") }))),
        (source("b", "", 2), |post, _, _| Ok(retitled(post, "3"))),
        (source("a", "entrypoint: fix", 2), |post, context, _| {
            assert_eq!(context, &json!({ "source": "blogmark", "url": "https://a.example/" }));
            Ok(retitled(post, "2"))
        }),
        (source("first", "entrypoint: 1st", 1), |post, _, _| {
            let whole =
                json!({"title": "T", "content": "[T](https://a.example/)", "tags": [], "categories": ["aside"]});
            assert_eq!(post, &whole);
            Ok(retitled(post, "1"))
        }),
        (source("off", "enabled: false", 1), |_, _, _| panic!("it is not enabled")),
    ];
    let (done, entrypoints) = run(&scripts);
    assert_eq!((&*done.post.title, done.errors.len()), ("T1234", 0));
    assert_eq!(done.applied, ["first", "a", "b", "late"]);
    assert_eq!(entrypoints, ["transform", "fix", "render", "transform"]);
}

#[test]
fn one_that_fails_changes_nothing_and_the_others_go_on() {
    let scripts: [(Source, Body); 4] = [
        (source("one", "", 1), |post, _, _| Ok(retitled(post, "1"))),
        (source("raises", "", 2), |_, _, _| {
            let message = "ValueError: no".to_owned();
            Err(Failure { kind: FailureKind::Raised, message, frames: Vec::new(), traceback: None })
        }),
        (source("wrong", "", 3), |post, _, _| Ok(json!({ "post": { "title": post["title"] } }))),
        (source("none", "", 4), |_, _, _| Ok(Value::Null)),
    ];
    let (done, _) = run(&scripts);
    assert_eq!((&*done.post.title, done.applied), ("T1", vec!["one".to_owned(), "none".to_owned()]));
    let errors: Vec<_> = done
        .errors
        .iter()
        .map(|error| format!("{} {}: {}", error.script_id, error.script_slug, error.message))
        .collect();
    assert_eq!(
        errors,
        [
            "id-raises raises: ValueError: no",
            "id-wrong wrong: Transform output validation failed: `content` is missing",
        ]
    );
}

#[test]
fn what_comes_back_is_checked_and_trimmed() {
    let good = json!({"title": " T ", "content": "\n C \n", "tags": [" a "], "categories": [], "more": 1});
    let draft = Draft::from_json(&good).unwrap();
    assert_eq!((&*draft.title, &*draft.content, &draft.tags[..]), ("T", "C", &["a".to_owned()][..]));
    let check = |change: Value, expected: &str| {
        let mut post = good.clone();
        post.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(Draft::from_json(&post).map_err(|fault| fault.to_string()), Err(expected.to_owned()));
    };
    check(json!({"title": " "}), "`title` is empty");
    check(json!({"content": 1}), "`content` must be a text, not a number");
    check(json!({"tags": "a, b"}), "`tags` must be a list of texts, not a str");
    check(json!({"tags": ["a", null]}), "`tags[1]` must be a text, not None");
    check(json!({"categories": [" "]}), "`categories[0]` is empty");
    check(json!({"post": []}), "`post`: it is a list");
    assert_eq!(Draft::from_json(&json!("x")).map_err(|fault| fault.to_string()), Err("it is a str".to_owned()));
}

#[test]
fn toasts_have_their_caps_and_nothing_else_is_answered() {
    let shouting: Body = |_, _, host| {
        for number in 0..9 {
            let arguments = json!({ "message": format!(" {number}{} ", "x".repeat(400)) });
            let arguments = arguments.as_object().unwrap().clone();
            host.request(HostRequest::Api { method: TOAST.to_owned(), arguments }).unwrap();
        }
        let empty = json!({ "message": "  " }).as_object().unwrap().clone();
        host.request(HostRequest::Api { method: TOAST.to_owned(), arguments: empty }).unwrap();
        let asked = HostRequest::Api { method: "posts.get_all".to_owned(), arguments: serde_json::Map::new() };
        assert!(host.request(asked).is_err());
        Ok(Value::Null)
    };
    let scripts: Vec<_> = (1..=5).map(|day| (source(&format!("s{day}"), "", day), shouting)).collect();
    let (done, _) = run(&scripts);
    assert_eq!(done.toasts.len(), 20);
    assert!(done.toasts.iter().all(|toast| toast.chars().count() == 300));
    assert!(done.toasts[5].starts_with("0x"), "each script has five: {:?}", done.toasts);
}

#[test]
fn a_draft_becomes_a_file_of_its_own() {
    let draft = Draft {
        title: "Füße: 1".to_owned(),
        content: "[x](https://a.example/)".to_owned(),
        tags: vec!["B".to_owned(), "b".to_owned()],
        categories: vec!["aside".to_owned()],
    };
    let now: Timestamp = "2024-06-30T22:30:00.1239Z".parse().unwrap();
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let mut taken = Taken::default();
    let file = DraftFile::new(&draft, now, &zone, &taken);
    assert_eq!(file.path.as_str(), "posts/2024/07/fusse-1.md");
    let id = file.text.lines().nth(1).unwrap().to_owned();
    assert_eq!(
        file.text.replace(&id, "id: ID"),
        "---\nid: ID\ntitle: 'Füße: 1'\nslug: fusse-1\nstatus: draft\n\
        createdAt: '2024-06-30T22:30:00.123Z'\nupdatedAt: '2024-06-30T22:30:00.123Z'\ntags:\n  - B\ncategories:\n  - aside\n\
        ---\n[x](https://a.example/)\n"
    );
    let read = parse(&file.path, &file.text);
    assert_eq!(read.diagnostics, []);
    let Some(PostDocument::Post(head)) = read.value.map(|read| read.document) else { panic!("it is a post") };
    assert_eq!(head.status, Status::Draft);

    taken.slugs.insert("fusse-1".to_owned());
    taken.files.insert("posts/2024/07/fusse-1-2.md".to_owned());
    let other = DraftFile::new(&draft, now, &zone, &taken);
    assert_eq!((&*other.slug, other.path.as_str()), ("fusse-1-3", "posts/2024/07/fusse-1-3.md"));
    assert_ne!(other.text.lines().nth(1), Some(&*id));
    let nameless = DraftFile::new(&Draft { title: "…".to_owned(), ..draft }, now, &zone, &Taken::default());
    assert_eq!(nameless.slug, "untitled");
}
