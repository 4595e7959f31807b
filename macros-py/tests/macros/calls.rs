//! The ordinary life of a macro: what it gets, asks, prints and returns.

use bds_macro_api::{Answer, FailureKind, HostError, HostRequest, MacroRuntime as _, ScriptOrigin};
use serde_json::json;

use super::project::{Answers, Project, call, html};

#[test]
fn a_macro_gets_its_parameters_and_returns_html() {
    let project = Project::new();
    let html = project.html(
        "def render(context, post):\n    n = int(context['params']['count'])\n    return {'html': f'<p>{n}</p>'}\n",
    );
    assert_eq!(html, "<p>5</p>");
}

#[test]
fn the_context_is_that_of_the_call() {
    let project = Project::new();
    let html = project.html(
        "def render(context, post):
    env = context['env']
    return {'html': repr((env['isPreview'], env['mainLanguage'], env['hook'], env['translations']))}
",
    );
    assert_eq!(html, "(False, 'de', 'sample', {'render.archive': 'Archiv'})");
}

#[test]
fn data_and_warnings_come_back_and_unknown_keys_are_told() {
    let project = Project::new();
    let outcome = project.call(
        "def render(context, post):
    data = {'a': [1, None, 0.5, True, 'ü', {'b': -1}], 'big': 2**63}
    return {'html': '', 'data': data, 'warnings': ['no images'], 'warning': 'x'}
",
    );
    let result = outcome.result.expect("it succeeds");
    assert_eq!(
        result.data.map(serde_json::Value::Object),
        Some(json!({"a": [1, null, 0.5, true, "ü", {"b": -1}], "big": 9_223_372_036_854_775_808_u64}))
    );
    assert_eq!(
        result.warnings,
        ["no images", "the result has the key 'warning', which means nothing; did you mean `warnings`?"]
    );
}

#[test]
fn only_the_fields_that_are_used_are_asked_for() {
    let project = Project::new();
    let mut host = Answers::default();
    let source = "def render(context, post):
    return {'html': post['title'] + post['title'] + repr(post.get('excerpt')) + str('slug' in post)}
";
    let outcome = project.run(&call("sample", source), &mut host);
    assert_eq!(html(outcome), "the titlethe titleNoneTrue");
    assert_eq!(host.asked, ["title", "excerpt"]);
}

#[test]
fn whatever_looks_at_the_whole_post_asks_for_all_fields() {
    let all = [
        "id",
        "projectId",
        "title",
        "slug",
        "excerpt",
        "content",
        "status",
        "author",
        "createdAt",
        "updatedAt",
        "publishedAt",
        "tags",
        "categories",
    ];
    let project = Project::new();
    for expression in [
        "dict(post)",
        "{**post}",
        "json.loads(json.dumps(post))",
        "json.loads(json.dumps(dict(post)))",
        "{k: post[k] for k in post}",
        "dict(post.items())",
        "post | {}",
        "copy.deepcopy(post)",
        "(lambda **named: named)(**post)",
        "dict(zip(post.keys(), post.values()))",
    ] {
        let source = format!(
            "import copy, json\ndef render(context, post):\n    whole = {expression}\n    \
             return {{'html': ' '.join(whole) + whole['title'] + str(len(post))}}\n"
        );
        let mut host = Answers::default();
        let outcome = project.run(&call("sample", &source), &mut host);
        assert_eq!(html(outcome), format!("{}the title13", all.join(" ")), "{expression}");
        assert_eq!(host.asked, all, "{expression}");
    }
}

#[test]
fn fields_sent_along_are_asked_for_only_when_used() {
    let project = Project::new();
    let mut host = Answers::default();
    let mut call = call("sample", "def render(context, post):\n    return {'html': post['title']}\n");
    call.prefetched =
        vec![("title".to_owned(), Answer::new(json!("sent"))), ("slug".to_owned(), Answer::new(json!("sent too")))];
    assert_eq!(html(project.run(&call, &mut host)), "sent");
    assert_eq!(host.asked, ["title"], "so that the read is recorded; `slug` was not used");
}

#[test]
fn the_post_cannot_be_changed_and_an_unknown_field_is_told() {
    let project = Project::new();
    let message = |body: &str| {
        let outcome = project.call(&format!("def render(context, post):\n    {body}\n    return {{'html': ''}}\n"));
        outcome.result.expect_err(body).message
    };
    assert_eq!(message("post['x'] = 1"), "TypeError: `post` is read-only; `dict(post)` is a copy that can be changed");
    assert_eq!(message("post.update(x=1)"), message("post['x'] = 1"));
    assert_eq!(message("post['titel']"), "KeyError: \"titel; did you mean 'title'?\"");
}

#[test]
fn a_macro_outside_of_a_post_gets_none() {
    let project = Project::new();
    let mut call = call("sample", "def render(context, post):\n    return {'html': repr(post)}\n");
    call.post_id = None;
    assert_eq!(html(project.run(&call, &mut Answers::default())), "None");
}

#[test]
fn the_api_answers_at_once_or_when_awaited() {
    let project = Project::new();
    let sources = [
        "from bds_api import site\ndef render(context, post):\n    return {'html': site.posts.get('p')['title']}\n",
        "from bds_api import bds\nasync def render(context, post):\n    \
         return {'html': (await bds.posts.get(post_id='p'))['title']}\n",
        "import asyncio\nfrom bds_api import bds\nasync def render(context, post):\n    \
         one, two = await asyncio.gather(bds.posts.get('p'), bds.posts.get('p'))\n    return {'html': one['title']}\n",
        "from bds_api import bds\nasync def render(context, post):\n    import asyncio\n    \
         await asyncio.sleep(0.001)\n    [one] = await asyncio.gather(bds.posts.get('p'))\n    \
         return {'html': one['title']}\n",
        "import asyncio\nfrom bds_api import bds\ndef render(context, post):\n    \
         return {'html': asyncio.run(bds.posts.get('p'))['title']}\n",
    ];
    for source in sources {
        let mut host = Answers::default();
        assert_eq!(html(project.run(&call("sample", source), &mut host)), "Another", "{source}");
        assert_eq!(host.asked[0], "posts.get({\"post_id\":\"p\"})");
    }
}

#[test]
fn wrong_uses_of_the_api_say_what_is_wrong() {
    let project = Project::new();
    let message = |expression: &str| {
        let source = format!(
            "from bds_api import site\ndef render(context, post):\n    {expression}\n    return {{'html': ''}}\n"
        );
        project.call(&source).result.expect_err(expression).message
    };
    assert_eq!(
        message("site.posts.get_al()"),
        "AttributeError: `site.posts.get_al` is not there; did you mean `get_all`?"
    );
    assert_eq!(message("site.post"), "AttributeError: `site.post` is not there; did you mean `posts`?");
    assert_eq!(message("site.posts.get()"), "BdsApiError: posts.get: the argument 'post_id' is missing");
    assert_eq!(message("site.posts.get(1)"), "BdsApiError: posts.get: 'post_id' must be string, not int");
    assert_eq!(message("site.posts.get(id='1')"), "TypeError: posts.get() has no argument 'id'; it takes post_id");
    assert_eq!(
        message("site.posts.filter({'x': {1, 2}})"),
        "BdsApiError: bds.posts.filter: `filter.x` is a set, which is no JSON"
    );
    assert_eq!(
        message("site.posts.create({})"),
        "BdsApiError: `site.posts.create` cannot be used in a macro: macros only read"
    );
    assert_eq!(
        message("site.chat.ask('x')"),
        "BdsApiError: `site.chat.ask` cannot be used in a macro: macros only read"
    );
}

/// Only where bds is built to be worked on: there, a fault of ours is told as one.
#[test]
#[cfg(debug_assertions)]
fn what_the_engine_does_wrong_is_told_before_a_script_sees_it() {
    let project = Project::new();
    let good = call("sample", "def render(context, post):\n    return {'html': str(post['tags'])}\n");
    let fault = |call: &bds_macro_api::MacroCall, answer: serde_json::Value| {
        let failure = project.run(call, &mut Answers::with(|_| Some(Ok(answer.clone())))).result.expect_err("a fault");
        assert_eq!(failure.kind, FailureKind::Unavailable);
        failure.message
    };
    assert_eq!(fault(&good, json!("x")), "bds answers macros wrongly: `post.tags` is a text; it is a list of texts");
    let mut loud = good.clone();
    loud.context.env.hook = Some("Gallery".to_owned());
    assert_eq!(fault(&loud, json!([])), "bds calls macros wrongly: `env.hook` is \"Gallery\"; it is in lower case");
    let mut twice = good.clone();
    twice.prefetched = vec![("slug".to_owned(), Answer::new(json!("a"))), ("slug".to_owned(), Answer::new(json!("b")))];
    assert_eq!(fault(&twice, json!([])), "bds calls macros wrongly: `post.slug` is sent along twice");
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    let asks = call("asks", "from bds_api import site\ndef render(context, post):\n    site.tags.get_all()\n");
    assert_eq!(fault(&asks, deep), "bds answers macros wrongly: the answer nests too deep");
}

#[test]
fn an_error_of_the_host_can_be_caught() {
    let project = Project::new();
    let mut host = Answers::with(|_| Some(Err(HostError::BadArgument("`limit` must not be negative".to_owned()))));
    let source = "from bds_api import site, BdsApiError
def render(context, post):
    try:
        site.posts.get_all({'limit': -1})
    except BdsApiError as error:
        return {'html': str(error)}
";
    assert_eq!(html(project.run(&call("sample", source), &mut host)), "`limit` must not be negative");
}

#[test]
fn a_cycle_is_a_failure_whatever_the_script_makes_of_it() {
    let project = Project::new();
    let source = "def render(context, post):
    try:
        post['title']
    except:
        pass
    return {'html': 'all is well'}
";
    for (error, kind) in
        [(HostError::Cycle("a → b → a".to_owned()), FailureKind::Cycle), (HostError::Cancelled, FailureKind::Cancelled)]
    {
        let mut host = Answers::with(|_| Some(Err(error.clone())));
        let failure = project.run(&call("sample", source), &mut host).result.expect_err("a failure");
        assert_eq!((failure.kind, failure.message), (kind, error.to_string()));
    }
}

#[test]
fn calls_nest_on_the_same_worker() {
    let project = Project::new();
    let inner = call("inner", "def render(context, post):\n    return {'html': post['title']}\n");
    let outer =
        call("outer", "def render(context, post):\n    return {'html': '<' + post['content'] + post['slug'] + '>'}\n");
    let mut host = Answers::with(|request| match request {
        HostRequest::PostField(name) if name == "content" => {
            Some(Ok(json!(html(project.run(&inner, &mut Answers::default())))))
        }
        _ => None,
    });
    assert_eq!(html(project.run(&outer, &mut host)), "<the titlethe slug>");
    assert_eq!(project.runtime.worker_count(), 1);
}

#[test]
fn awaited_calls_nest_too() {
    let project = Project::new();
    let inner = call(
        "inner",
        "import asyncio\nasync def render(context, post):\n    await asyncio.sleep(0)\n    return {'html': 'in'}\n",
    );
    let outer = call(
        "outer",
        "import asyncio\nfrom bds_api import bds\nasync def render(context, post):\n    \
         a, b = await asyncio.gather(bds.posts.get('1'), bds.posts.get('2'))\n    return {'html': a + b}\n",
    );
    let mut host = Answers::with(|_| Some(Ok(json!(html(project.run(&inner, &mut Answers::default()))))));
    assert_eq!(html(project.run(&outer, &mut host)), "inin");
}

#[test]
fn what_is_printed_goes_to_the_host_in_order() {
    let project = Project::new();
    let mut host = Answers::with(|_| None);
    let source = "import sys
def render(context, post):
    print('one', end=' ')
    sys.stderr.write('two\\n')
    print(post['title'])
    return {'html': ''}
";
    project.run(&call("sample", source), &mut host).result.expect("it succeeds");
    assert_eq!(host.printed, "one two\nthe title\n");
}

#[test]
fn no_call_sees_what_another_left_in_the_script() {
    let project = Project::new();
    let source = "count = 0
def render(context, post):
    global count
    count += 1
    return {'html': str(count)}
";
    assert_eq!([project.html(source), project.html(source)], ["1", "1"]);
}

#[test]
fn scripts_can_have_dataclasses_and_futures() {
    let project = Project::new();
    let source = "from __future__ import annotations
from dataclasses import dataclass
@dataclass
class Item:
    name: str
def render(context, post):
    return {'html': Item('x').name + __name__}
";
    assert_eq!(project.html(source), "xbds_macros.sample");
}

#[test]
fn a_script_of_the_binary_is_named_so() {
    let project = Project::new();
    let mut call = call("gallery", "def render(context, post):\n    raise ValueError('no images')\n");
    std::sync::Arc::make_mut(&mut call.script).origin = ScriptOrigin::Default("gallery".to_owned());
    let failure = project.run(&call, &mut Answers::default()).result.expect_err("it raises");
    assert_eq!(failure.frames.first().map(|frame| frame.file.as_str()), Some("<default>/gallery.py"), "{failure:?}");
    assert_eq!(
        failure.traceback.as_deref(),
        Some(
            "Traceback (most recent call last):\n  File \"<default>/gallery.py\", line 2, in render\n    \
             raise ValueError('no images')\nValueError: no images\n"
        )
    );
}

#[test]
fn each_thread_has_a_worker_of_its_own_which_ends_with_it() {
    let project = Project::new();
    let source = "import os\ndef render(context, post):\n    return {'html': str(os.getpid())}\n";
    let pids: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| (project.html(source), project.html(source)))).collect();
        threads
            .into_iter()
            .map(|thread| {
                let (first, second) = thread.join().expect("no panic");
                assert_eq!(first, second);
                first
            })
            .collect()
    });
    assert!(pids[0] != pids[1] && pids[1] != pids[2], "{pids:?}");
    assert_eq!(project.runtime.worker_count(), 0, "the threads have ended");
}

#[test]
fn the_version_names_the_interpreter() {
    let version = Project::new().runtime.version().expect("Python is there");
    assert!(version.starts_with("cpython 3."), "{version}");
}
