//! No call leaves anything behind that another one could see: neither in modules of the project, nor in Python's own.

use bds_macro_api::{Outcome, Read};
use serde_json::json;

use super::project::{Answers, Project, call, html, path};

/// A macro whose body is given, and which returns what an expression gives.
fn returning(body: &str, expression: &str) -> String {
    let body = body.replace('\n', "\n    ");
    format!("def render(context, post):\n    {body}\n    return {{'html': str({expression})}}\n")
}

#[test]
fn a_module_of_the_project_forgets_what_a_call_did_to_it() {
    let project = Project::new();
    project
        .write(
            "scripts/state.py",
            "N = 0\nALL = []\nclass Kept:\n    n = 0\ndef f(into=[]):\n    into.append(1)\n    return len(into)\n",
        )
        .write("scripts/over.py", "from state import ALL, Kept\n")
        .write("scripts/pack/__init__.py", "")
        .write("scripts/pack/inner.py", "N = 0\n")
        .write("scripts/plain/inner.py", "N = 0\n");
    let check = |body: &str, expression: &str| {
        let source = returning(body, expression);
        let outcomes: Vec<Outcome> = (0..3).map(|_| project.call(&source)).collect();
        assert!(outcomes.windows(2).all(|pair| pair[0].reads == pair[1].reads), "{body}: {outcomes:#?}");
        let results: Vec<String> = outcomes.into_iter().map(html).collect();
        assert_eq!(results, ["1", "1", "1"], "{body}");
    };
    check("import state\nstate.N += 1", "state.N");
    check("import state\nstate.Kept.n += 1", "state.Kept.n");
    check("import state", "state.f()");
    check("import over\nover.ALL.append(1)", "len(over.ALL)");
    check("from over import Kept\nKept.n += 1", "Kept.n");
    check("import pack.inner\npack.inner.N += 1", "pack.inner.N");
    check("from plain import inner\ninner.N += 1", "inner.N");
    check("import importlib\nstate = importlib.import_module('state')\nstate.N += 1", "state.N");
    check("try: import state, none\nexcept ImportError: import state\nstate.N += 1", "state.N");
    assert_eq!(project.runtime.worker_count(), 1);
}

#[test]
fn nothing_of_python_itself_stays_as_a_call_has_changed_it() {
    let project = Project::new();
    let check = |change: &str, expression: &str| {
        let plain = returning("pass", expression);
        let before = project.html(&plain);
        let changed = project.html(&returning(change, expression));
        assert_ne!(changed, before, "{change}");
        assert_eq!(project.html(&plain), before, "{change}");
    };
    let of = |module: &str, rest: &str| format!("__import__({module:?}){rest}");
    check("import builtins\nbuiltins.extra = 1", "'extra' in dir(__import__('builtins'))");
    check("__builtins__['extra'] = 1", "'extra' in dir(__import__('builtins'))");
    check("import builtins\nbuiltins.ascii = len", "ascii");
    check("import os\nos.environ['EXTRA'] = '1'", &of("os", ".environ.get('EXTRA')"));
    check("import os\ndel os.environ['LANG']", &of("os", ".environ.get('LANG')"));
    check("import sys\nsys.modules['extra'] = sys", "'extra' in __import__('sys').modules");
    check("import sys\nsys.modules['json'] = sys", &of("json", ".__name__"));
    check("import sys\nsys.path = []", &of("sys", ".path"));
    check("import sys\nsys.meta_path.append(int)", &of("sys", ".meta_path"));
    check("import sys\nsys.setrecursionlimit(200)", &of("sys", ".getrecursionlimit()"));
    check("import sys\nsys.stdout = None", &of("sys", ".stdout"));
    check("import json\njson.extra = 1", &of("json", ".__dict__.get('extra')"));
    check("import json\njson.dumps = json.loads", &of("json", ".dumps"));
    check("import xml.sax.handler\nxml.sax.handler.version = 'x'", "__import__('xml.sax.handler').sax.handler.version");
    check("import html\ndel html.escape", "hasattr(__import__('html'), 'escape')");
    check("import decimal\ndecimal.getcontext().prec = 5", &of("decimal", ".Decimal(1) / 3"));
    check("import warnings\nwarnings.simplefilter('error')", &of("warnings", ".filters"));
    check("import sys\nsys.set_int_max_str_digits(1000)", &of("sys", ".get_int_max_str_digits()"));
    check("import gc\ngc.disable()", &of("gc", ".isenabled()"));
    check("import signal\nsignal.signal(signal.SIGUSR1, print)", "__import__('signal').getsignal(10)");
    check("import sys\nsys.settrace(lambda *_: None)", "__import__('sys').gettrace() is None");
}

#[test]
fn a_seed_is_of_its_call() {
    let project = Project::new();
    let seeded = returning("import random\nrandom.seed(1)", "random.random()");
    let plain = returning("import random", "random.random()");
    let next = || (project.html(&seeded), project.html(&plain));
    let (first, second) = (next(), next());
    assert_eq!(first.0, second.0);
    assert_ne!(first.1, second.1);
}

/// The result of the inner call may come from memory as well: then it does nothing to the outer one.
#[test]
fn a_call_within_a_call_neither_sees_nor_leaves_anything() {
    let project = Project::new();
    project.write("scripts/state.py", "N = 0\n").write(
        "scripts/early.py",
        "import state\nfrom bds_api import site\nstate.N += 10\nINNER = site.posts.get('p')\n",
    );
    let told = "(state.N, json.indent if hasattr(json, 'indent') else 0, decimal.getcontext().prec, \
                os.environ.get('EXTRA'), sys.path[-1:] == ['x'])";
    let changes =
        "state.N += 1\njson.indent = 4\ndecimal.getcontext().prec = 7\nos.environ['EXTRA'] = '1'\nsys.path.append('x')";
    let imports = "import state, json, decimal, os, sys, random";
    let inner = call("inner", &returning(&format!("{imports}\nrandom.seed(3)\n{changes}"), told));
    let outer = |asks: &str| {
        let body = format!("{imports}\nrandom.seed(2)\n{changes}\ninner = {asks}");
        returning(&body, &format!("({told}, inner, random.random())"))
    };
    let run = |source: &str, answer: Option<&str>| {
        let mut host = Answers::with(|_| {
            let inside = || html(project.run(&inner, &mut Answers::default()));
            Some(Ok(json!(answer.map_or_else(inside, str::to_owned))))
        });
        let outcome = project.run(&call("outer", source), &mut host);
        let reads = outcome.reads.clone();
        (html(outcome), reads)
    };
    let alone = project.html(&inner.script.source);
    assert_eq!(alone, "(1, 4, 7, '1', True)");
    for asks in ["post['title']", "__import__('early').INNER"] {
        let source = outer(asks);
        let whole = run(&source, None);
        assert_eq!(whole, run(&source, Some(&alone)), "{asks}");
        let state = |read: &Read| matches!(read, Read::File(file, _) if *file == path("scripts/state.py"));
        assert!(whole.1.iter().any(state));
    }
    assert_eq!(project.runtime.worker_count(), 1);
}
