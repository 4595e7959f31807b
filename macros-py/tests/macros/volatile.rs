//! What no result can be remembered with is noticed, and what could differ from machine to machine is the same on all.

use bds_macro_api::Volatile;

use super::project::{Answers, Project, allowed, call, html};
use super::reads::run;

#[test]
fn clock_randomness_and_environment_are_noticed() {
    let project = Project::new();
    let check = |body: &str, expected: &[Volatile]| {
        let outcome = run(&project, body);
        assert!(outcome.result.is_ok(), "{body}: {:?}", outcome.result);
        let volatile: Vec<_> = outcome.volatile.iter().map(|read| read.what).collect();
        assert_eq!(volatile, expected, "{body}");
    };
    let (clock, random, environment) =
        ([Volatile::Clock].as_slice(), [Volatile::Random].as_slice(), [Volatile::Environment].as_slice());
    check("import time\ntime.time()", clock);
    check("import time\ntime.strftime('%Y')", clock);
    check("import time\ntime.strftime('%Y', (2024, 1, 1, 0, 0, 0, 0, 1, 0))\ntime.gmtime(0)", &[]);
    check("from datetime import datetime\ndatetime.now()", clock);
    check("import datetime\ndatetime.datetime.utcnow()", clock);
    check("import datetime\ndatetime.date.today()", clock);
    check("import datetime\ndatetime.datetime.today()", clock);
    check(
        "import datetime\nassert type(datetime.datetime(2024, 1, 1) - datetime.timedelta(1)) is datetime.datetime",
        &[],
    );
    check("from email.utils import formatdate\nformatdate()", clock);
    check("import random\nrandom.random()", random);
    check("import random\nrandom.choice([1, 2])", random);
    check("import random\nrandom.Random().random()", random);
    check("import random\nrandom.seed(42)\nassert random.randint(1, 100) == 82", &[]);
    check("import random\nrandom.random()", random);
    check("import random\nrandom.Random('seed').random()", &[]);
    check("import uuid\nuuid.uuid4()", random);
    check("import uuid\nuuid.uuid5(uuid.NAMESPACE_URL, 'x')", &[]);
    check("import secrets\nsecrets.token_hex()", random);
    check("import os\nos.urandom(1)", random);
    check("import os\nos.environ.get('HOME')", environment);
    check("import os\nos.getenv('HOME')", environment);
    check("import os\nos.getpid()", environment);
    check("import os\nos.cpu_count()", environment);
    check("import os\nos.uname().nodename", environment);
    check("import platform\nplatform.node()", environment);
    check("from platform import node\nnode()", environment);
    check("import platform\nplatform.python_version()", &[]);
    check("import concurrent.futures\nconcurrent.futures.ThreadPoolExecutor()", &[]);
    check("import asyncio, logging, tempfile, threading\nlogging.getLogger().warning('x')", &[]);
    check("pass", &[]);
}

/// What is told of a body with these permissions: what, declared, permission, place.
fn looks(body: &str, permissions: &[&str]) -> Vec<String> {
    let project = Project::new();
    project
        .write("out/old", "")
        .write("scripts/times.py", "import time\nSTARTED = time.time()\ndef now():\n    return time.time()\n");
    let source =
        format!("def render(context, post):\n    {}\n    return {{'html': ''}}\n", body.replace('\n', "\n    "));
    let outcome = project.run(&allowed(call("sample", &source), permissions), &mut Answers::default());
    assert!(outcome.result.is_ok(), "{body}: {:?}", outcome.result);
    let in_words = |read: bds_macro_api::VolatileRead| {
        let declared = if read.declared { "declared" } else { "not declared" };
        let permission = read.permission.map_or("nothing".to_owned(), |permission| permission.to_string());
        let at = read.at.map_or("nowhere".to_owned(), |at| format!("{}:{} {}", at.file, at.line, at.function));
        format!("{}: {declared}, {permission}, {at}", read.what)
    };
    outcome.volatile.into_iter().map(in_words).collect()
}

#[test]
fn what_cannot_be_remembered_is_told_with_its_place_and_what_would_declare_it() {
    let check = |body: &str, permissions: &[&str], expected: &[&str]| {
        assert_eq!(looks(body, permissions), expected, "{body} with {permissions:?}");
    };
    check(
        "import time\ntime.time()\ntime.time()",
        &[],
        &["the clock: not declared, clock, scripts/sample.py:3 render"],
    );
    check("import time\ntime.time()", &["clock"], &["the clock: declared, clock, scripts/sample.py:3 render"]);
    check(
        "import times\ndef f(): return times.now()\nf()",
        &[],
        &["the clock: not declared, clock, scripts/times.py:2 <module>"],
    );
    check(
        "import random\nx = random.random()",
        &["clock"],
        &["randomness: not declared, random, scripts/sample.py:3 render"],
    );
    let environment = |rest: &str| format!("the environment: {rest}");
    check(
        "import os\nos.environ.get('LANG')\nos.getenv('HOME')",
        &[],
        &[&environment("not declared, env:LANG, scripts/sample.py:3 render")],
    );
    check(
        "import os\nos.environ.get('LANG')\nos.getenv('HOME')",
        &["env:LANG"],
        &[&environment("not declared, env:HOME, scripts/sample.py:4 render")],
    );
    check(
        "import os\nos.environb.get(b'LANG')\n'HOME' in os.environ",
        &["env:LANG", "env:HOME"],
        &[&environment("declared, env:LANG, scripts/sample.py:3 render")],
    );
    for whole in ["dict(os.environ)", "len(os.environ)", "repr(os.environ)", "os.environ.copy()"] {
        let told = environment("not declared, nothing, scripts/sample.py:3 render");
        check(&format!("import os\n{whole}"), &["env:LANG"], &[&told]);
    }
    check(
        "import socket\nsocket.socket().close()\nopen('/etc/passwd')\nimport os\nos.system('true')",
        &["network", "read:/etc", "subprocess"],
        &[
            "the network: declared, network, scripts/sample.py:3 render",
            "another program: declared, subprocess, scripts/sample.py:6 render",
            "a file outside the project: declared, read:/etc, scripts/sample.py:4 render",
        ],
    );
}

#[test]
fn what_a_macro_writes_is_told_and_never_undeclared() {
    let writing = "what it writes: declared, write:out, scripts/sample.py:3 render";
    for body in ["import os\nos.mkdir('out/a')", "import os\nos.remove('out/old')\nopen('out/b', 'w').close()"] {
        assert_eq!(looks(body, &["write:out"]), [writing], "{body}");
    }
    assert_eq!(looks("open('/dev/null', 'w').close()", &["write:out"]), [""; 0]);
}

#[test]
fn the_time_can_be_asked_for_openly() {
    let open = "import _bds\nassert 1e9 < _bds.now() < 1e11";
    assert_eq!(looks(open, &[]), ["the clock: declared, clock, scripts/sample.py:3 render"]);
    let both = format!("{open}\nimport time\ntime.time()");
    assert_eq!(looks(&both, &[]), ["the clock: not declared, clock, scripts/sample.py:5 render"]);
}

#[test]
fn a_module_that_looked_at_the_clock_is_judged_by_who_imports_it() {
    let project = Project::new();
    project.write("scripts/times.py", "import time\nSTARTED = time.time()\n");
    let source = "import times\ndef render(context, post):\n    return {'html': ''}\n";
    for (permissions, is_declared) in [(["clock"].as_slice(), true), (&[], false), (&["clock"], true)] {
        let outcome = project.run(&allowed(call("sample", source), permissions), &mut Answers::default());
        let [read] = outcome.volatile.as_slice() else { panic!("{:?}", outcome.volatile) };
        assert_eq!(read.declared, is_declared);
        assert_eq!(read.at.as_ref().map(|at| at.file.as_str()), Some("scripts/times.py"));
    }
}

#[test]
fn nothing_of_the_machine_is_in_the_interpreter() {
    let project = Project::new();
    let source = "import os, sys, time, locale
def render(context, post):
    return {'html': repr((dict(os.environ), time.tzname, sys.flags.hash_randomization, sys.flags.utf8_mode,
        sys.flags.no_site, sys.flags.dont_write_bytecode, hash('a') == hash('a'), os.getcwd()))}
";
    let root = project.root();
    assert_eq!(
        project.html(source).split_once("}, ").expect("a dict").1,
        format!("('UTC', 'UTC'), 0, 1, 1, 1, True, '{}')", root.display())
    );
    let variable =
        "import os\ndef render(context, post):\n    return {'html': os.environ.get('CARGO_PKG_NAME', '-')}\n";
    assert_eq!(project.html(variable), "-");
    let call = allowed(call("sample", variable), &["env:CARGO_PKG_NAME"]);
    assert_eq!(html(project.run(&call, &mut Answers::default())), "bds-macros-py");
}

#[test]
fn sets_have_the_order_that_the_seed_gives_them() {
    let source = "def render(context, post):\n    return {'html': ' '.join({str(i) for i in range(100)})}\n";
    let order = |seed| Project::with(|config| config.hash_seed = seed).html(source);
    assert_eq!(order(0), order(0));
    assert_ne!(order(0), order(1));
}
