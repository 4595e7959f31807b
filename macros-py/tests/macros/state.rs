//! No call leaves anything behind that another one could see: neither in modules of the project, nor in Python's own.

use bds_macro_api::{MacroRuntime as _, Outcome, Read};
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

/// What is changed by a script is what it was in the next call, which runs in the same process where `is_kept` says so.
fn check_in(project: &Project, change: &str, expression: &str, is_kept: bool) {
    let told =
        |html: String| html.rsplit_once(", ").map(|(told, pid)| (told.to_owned(), pid.to_owned())).expect("both");
    let both = format!("({expression}, os.getpid())");
    let plain = returning("import os", &both);
    let (before, process) = told(project.html(&plain));
    let (changed, _) = told(project.html(&returning(&format!("{change}\nimport os"), &both)));
    assert_ne!(changed, before, "{change}");
    let (after, next) = told(project.html(&plain));
    assert_eq!(after, before, "{change}");
    assert_eq!(next == process, is_kept, "{change}");
}

#[test]
fn what_names_of_python_lead_to_is_put_back_too() {
    let project = Project::new();
    let check = |change: &str, expression: &str| check_in(&project, change, expression, true);
    let of = |module: &str, rest: &str| format!("__import__({module:?}, fromlist=['x']){rest}");
    check("import json\njson.JSONEncoder.item_separator = ';'", &of("json", ".JSONEncoder.item_separator"));
    check("import json\njson.JSONEncoder.extra = 1", &format!("hasattr({}, 'extra')", of("json", ".JSONEncoder")));
    check("import json\ndel json.JSONEncoder.default", &format!("hasattr({}, 'default')", of("json", ".JSONEncoder")));
    check("import json\nvars(json)['dumps'] = json.loads", &of("json", ".dumps.__name__"));
    check("import json\njson._default_encoder.indent = 4", &of("json", ".dumps([1])"));
    check("import datetime\ndatetime.x = 1", &format!("hasattr({}, 'x')", of("datetime", "")));
    check("import enum\ntype.__setattr__(enum.Enum, 'x', 1)", &format!("hasattr({}, 'x')", of("enum", ".Enum")));
    check("import html.entities\nhtml.entities.html5['x'] = 'y'", &of("html.entities", ".html5.get('x')"));
    check("import html.entities\nhtml.entities.html5.pop('AMP')", &of("html.entities", ".html5.get('AMP')"));
    check("import calendar\ncalendar.setfirstweekday(6)", &of("calendar", ".firstweekday()"));
    check("import logging\nlogging.getLogger().setLevel(10)", &of("logging", ".getLogger().isEnabledFor(10)"));
    check("import logging\nlogging.basicConfig()", &of("logging", ".getLogger().handlers"));
    check("import logging\nlogging.getLogger('x')", &of("logging", ".root.manager.loggerDict.keys()"));
    check("import logging\nlogging.addLevelName(10, 'X')", &of("logging", ".getLevelName(10)"));
    check(
        "import xml.etree.ElementTree as tree\ntree.register_namespace('x', 'urn:x')",
        &of("xml.etree.ElementTree", ".register_namespace.__globals__['_namespace_map'].get('urn:x')"),
    );
    check("import mimetypes\nmimetypes.add_type('a/b', '.zz')", &of("mimetypes", ".guess_type('a.zz')"));
    check("import csv\ncsv.register_dialect('x', delimiter=';')", &of("csv", ".list_dialects()"));
    check("import csv\ncsv.field_size_limit(7)", &of("csv", ".field_size_limit()"));
    check("import decimal\ndecimal.DefaultContext.prec = 5", &of("decimal", ".DefaultContext.prec"));
    check("import socket\nsocket.setdefaulttimeout(5)", &of("socket", ".getdefaulttimeout()"));
    check("import sys\nsys.setswitchinterval(1)", &of("sys", ".getswitchinterval()"));
    check("import gc\ngc.set_threshold(1)", &of("gc", ".get_threshold()"));
    check("import os\nos.supports_fd.clear()", &of("os", ".supports_fd != set()"));
    check(
        "import os, time\nos.environ['TZ'] = 'Asia/Tokyo'\ntime.tzset()",
        &of("datetime", ".datetime.fromtimestamp(0).hour"),
    );
    check("import json\nn = json.__dict__\nn['dump'] = n.pop('dump')", "list(__import__('json').__dict__)[-1]");
    check("import os\nos.environ.clear()", &of("os", ".environ.get('LANG')"));
    check("import keyword\nkeyword.kwlist.append('x')", &of("keyword", ".kwlist[-1]"));
    check("import keyword\nkeyword.kwlist.reverse()", &of("keyword", ".kwlist[-1]"));
    check("import bds_api\nbds_api.escape = str", &of("bds_api", ".escape('<')"));
    check("import bds_api\ntype(bds_api.site).x = 1", &format!("hasattr({}, 'x')", of("bds_api", ".site")));
    check("import bds_api\nbds_api.site.__dict__['posts'] = 1", &of("bds_api", ".site.posts"));
    check("import _bds\n_bds.write = None", &of("_bds", ".write"));
}

#[test]
fn what_cannot_be_put_back_ends_the_worker() {
    let project = Project::new();
    let check = |change: &str, expression: &str| check_in(&project, change, expression, false);
    let of = |module: &str, rest: &str| format!("__import__({module:?}){rest}");
    check("import json\njson.dumps.__kwdefaults__ = {}", &of("json", ".dumps.__kwdefaults__ == {}"));
    check("import json\njson.dumps.__code__ = (lambda it: 'x').__code__", &of("json", ".dumps.__code__.co_name"));
    check(
        "import gc\nnext(it for it in gc.get_referents(str.__dict__) if type(it) is dict)['extra'] = 1",
        "'extra' in vars(str)",
    );
    check(
        "import codecs\ncodecs.register_error('strict', codecs.ignore_errors)",
        &of("codecs", ".lookup_error('strict').__name__"),
    );
    check("import os\nos.open('/dev/null', 0)", "[open('/dev/null').fileno() for _ in range(1)]");
    check("import os\nos.close(0)", "[open('/dev/null').fileno() for _ in range(1)]");
}

#[test]
fn what_an_import_changes_elsewhere_stays_as_the_module_does() {
    let project = Project::with(|config| config.venv = Some("venv".into()));
    let version = Project::new().runtime.version().expect("Python is there");
    let short = version.trim_start_matches("cpython ").rsplit_once('.').expect("three parts").0;
    let packages = format!("venv/lib/python{short}/site-packages");
    project
        .write("venv/pyvenv.cfg", &format!("version = {short}.0\n"))
        .write(&format!("{packages}/plug-1.0.dist-info/METADATA"), "Name: plug\nVersion: 1.0\n")
        .write(
            &format!("{packages}/plug/__init__.py"),
            "KINDS = {}\nclass Kind: names = []\ndef kinds():\n    from . import extra\n    return KINDS, Kind.names\n",
        )
        .write(
            &format!("{packages}/plug/extra.py"),
            "from . import KINDS, Kind\nKINDS['extra'] = 1\nKind.names.append('extra')\n",
        )
        .write("scripts/broken.py", "import plug\nplug.KINDS['broken'] = 1\nraise ImportError\n");
    let told = returning("import plug", "plug.kinds()");
    let wanted = "({'extra': 1}, ['extra'])";
    assert_eq!([project.html(&told), project.html(&told)], [wanted, wanted]);
    let broken = returning("import plug\ntry: import broken\nexcept ImportError: pass", "'broken' in plug.kinds()[0]");
    assert_eq!(project.html(&broken), "True");
    assert_eq!(project.html(&told), wanted, "what the project's own modules change does not stay");
    let changed = returning("import plug\nplug.KINDS.clear()\nplug.Kind.names = 1", "plug.kinds()");
    assert_eq!(project.html(&changed), "({}, 1)");
    assert_eq!(project.html(&told), wanted);
    assert_eq!(project.runtime.worker_count(), 1);
}

/// What a call leaves behind comes to its end in its own time, and not in that of whichever call is next.
#[test]
fn nothing_of_a_call_runs_after_it() {
    let project = Project::with(|config| config.grace = std::time::Duration::from_millis(500));
    let printed = |source: &str| {
        let mut host = Answers::default();
        html(project.run(&call("sample", source), &mut host));
        host.printed
    };
    let plain = "async def render(context, post):\n    import asyncio\n    await asyncio.sleep(0.02)\n    return {'html': ''}\n";
    printed(plain);
    let finalizer = "class Late:\n    def __del__(self):\n        print('late')\n";
    let render = "def render(context, post):\n    return {'html': ''}\n";
    let check = |body: &str, said: &str| {
        assert_eq!(printed(body), said, "{body}");
        assert_eq!(printed(plain), "", "after {body}");
    };
    check(&format!("{finalizer}KEPT = Late()\n{render}"), "late\n");
    check(&format!("{finalizer}KEPT = Late()\nKEPT.own = KEPT\n{render}"), "late\n");
    check(&format!("{finalizer}KEPT = Late()\nKEPT.own = KEPT\nMANY = [[] for _ in range(50000)]\n{render}"), "late\n");
    check(
        "def steps():\n    try:\n        yield 1\n    finally:\n        print('late')\nSTEPS = steps()\nnext(STEPS)\n\
         def render(context, post):\n    return {'html': ''}\n",
        "late\n",
    );
    project.write("scripts/helper.py", &format!("{finalizer}KEPT = Late()\nKEPT.own = KEPT\n"));
    check(&format!("import helper\n{render}"), "late\n");
    check(
        &format!("{finalizer}    def end(self): pass\nimport atexit\natexit.register(Late().end)\n{render}"),
        "late\n",
    );
    check(
        "import asyncio\nasync def render(context, post):\n    \
         asyncio.get_running_loop().call_later(0.001, print, 'late')\n    return {'html': ''}\n",
        "",
    );
    check(
        "import asyncio\nasync def render(context, post):\n    loop = asyncio.get_running_loop()\n    \
         loop.set_debug(True)\n    loop.call_soon(print, 'soon')\n    return {'html': ''}\n",
        "soon\n",
    );
    let hangs = format!(
        "class Late:\n    def __del__(self):\n        while True: pass\nKEPT = Late()\nKEPT.own = KEPT\n{render}"
    );
    let hangs = super::project::limited(call("hangs", &hangs), |limits| limits.timeout_ms = 200);
    let failure = project.run(&hangs, &mut Answers::default()).result.expect_err("it does not end");
    assert_eq!(failure.message, "took longer than 200 ms");
    assert_eq!(failure.frames.last().map(|frame| (frame.file.as_str(), frame.line)), Some(("scripts/hangs.py", 3)));
    assert_eq!(printed(plain), "");
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
