//! What a script looked at is recorded, whole and no more; what cannot be remembered is noticed.

use bds_base::Fingerprint;
use bds_macro_api::{Outcome, Read};

use super::project::{Answers, Project, call, html, path};

/// The reads of a call whose body is given, the lines of it joined by line breaks.
fn reads(project: &Project, body: &str) -> Vec<Read> {
    let outcome = run(project, body);
    assert!(outcome.result.is_ok(), "{body}: {:?}", outcome.result);
    outcome.reads
}

pub(super) fn run(project: &Project, body: &str) -> Outcome {
    let body = body.replace('\n', "\n    ");
    project.call(&format!("def render(context, post):\n    {body}\n    return {{'html': ''}}\n"))
}

fn file(name: &str, content: &str) -> Read {
    Read::File(path(name), Fingerprint::of(content))
}

fn folder(name: &str, names: &[&str]) -> Read {
    Read::Folder(path(name), Fingerprint::of(names.join("\n")))
}

#[test]
fn files_folders_and_what_is_missing_are_reads() {
    let project = Project::new();
    project.write("data/albums.json", "[1]").write("data/more.txt", "more");
    let check = |body: &str, expected: &[Read]| assert_eq!(reads(&project, body), expected, "{body}");
    let albums = file("data/albums.json", "[1]");
    check("pass", &[]);
    check("open('data/albums.json').read()", std::slice::from_ref(&albums));
    check("import pathlib\npathlib.Path('data/albums.json').read_text()", std::slice::from_ref(&albums));
    check("import io, os\nos.close(os.open('data/albums.json', os.O_RDONLY))", std::slice::from_ref(&albums));
    check("open(__file__.replace('scripts/sample.py', 'data/albums.json'))", std::slice::from_ref(&albums));
    check("try: open('data/none')\nexcept FileNotFoundError: pass", &[Read::Missing(path("data/none"))]);
    check("import os\nos.listdir('data')", &[folder("data", &["albums.json", "more.txt"])]);
    check("import os\nlist(os.scandir('data'))", &[folder("data", &["albums.json", "more.txt"])]);
    check("import os\nos.path.exists('data/albums.json')", &[Read::Exists(path("data/albums.json"))]);
    check("import os\nos.path.isfile('data/none')", &[Read::Missing(path("data/none"))]);
    check("import pathlib\npathlib.Path('data/albums.json').exists()", &[Read::Exists(path("data/albums.json"))]);
    check("import pathlib\npathlib.Path('data').is_dir()", &[Read::Exists(path("data"))]);
    check("import os\nos.path.getsize('data/albums.json')", std::slice::from_ref(&albums));
    check("import glob\nglob.glob('data/*.json')", &[folder("data", &["albums.json", "more.txt"])]);
}

/// Every way to a file that people use, once.
#[test]
fn there_is_no_way_to_a_file_that_is_not_seen() {
    let project = Project::new();
    project
        .write("data/a.txt", "text")
        .write("data/deep/b.txt", "more")
        .write("data/blog.db", "")
        .write("scripts/pack/__init__.py", "")
        .write("scripts/pack/words.txt", "words");
    let a = file("data/a.txt", "text");
    let b = file("data/deep/b.txt", "more");
    let words = file("scripts/pack/words.txt", "words");
    let data = folder("data", &["a.txt", "blog.db", "deep"]);
    let deep = folder("data/deep", &["b.txt"]);
    let exists = |name: &str| Read::Exists(path(name));
    let check = |body: &str, expected: &[&Read]| {
        for _ in 0..2 {
            let mut reads = reads(&project, body);
            // How a module was looked for, and whether a folder that is listed was asked for first, is another matter.
            let wants_existence = expected.iter().any(|read| matches!(read, Read::Exists(_)));
            reads.retain(|read| match read {
                Read::Missing(path) | Read::File(path, _) => path.extension() != Some("py"),
                Read::Exists(_) => wants_existence,
                _ => true,
            });
            let mut expected: Vec<Read> = expected.iter().map(|read| (*read).clone()).collect();
            expected.sort();
            assert_eq!(reads, expected, "{body}");
        }
    };
    check("import os\nos.stat('data/a.txt').st_size", &[&a]);
    check("import os\nos.stat(b'data/a.txt').st_mtime", &[&a]);
    check("import os\nos.lstat('data/a.txt')", &[&a]);
    check("import os\nos.stat('data')", &[&exists("data")]);
    check("import os\nos.access('data/a.txt', os.R_OK)", &[&exists("data/a.txt")]);
    check("import os\nos.path.getsize('data/a.txt')", &[&a]);
    check("import os\nos.path.getmtime('data/a.txt')", &[&a]);
    check(
        "import os\nos.path.samefile('data/a.txt', 'data/deep/b.txt')",
        &[&exists("data/a.txt"), &exists("data/deep/b.txt")],
    );
    check("from pathlib import Path\nPath('data/a.txt').stat()", &[&a]);
    check("from pathlib import Path\nlist(Path('data').iterdir())", &[&data]);
    check("from pathlib import Path\nlist(Path('data').glob('*.txt'))", &[&data]);
    check("from pathlib import Path\n[p.read_bytes() for p in Path('data/deep').iterdir()]", &[&deep, &b]);
    check("import os\nlist(os.walk('data'))", &[&data, &deep]);
    check("import os\nlist(os.fwalk('data'))", &[&data, &deep]);
    check("import glob\nglob.glob('data/**/*.txt', recursive=True)", &[&data, &deep]);
    check("import os\nwith os.scandir('data') as found: [entry.is_file() for entry in found]", &[&data]);
    check("import os\n[entry.stat().st_size for entry in os.scandir('data/deep')]", &[&deep, &b]);
    check(
        "import os\nfd = os.open('data', os.O_RDONLY)\nos.close(os.open('a.txt', os.O_RDONLY, dir_fd=fd))\nos.close(fd)",
        &[&data, &a],
    );
    check("import os\nfd = os.open('data', os.O_RDONLY)\nos.stat('deep/b.txt', dir_fd=fd)\nos.close(fd)", &[&data, &b]);
    check(
        "import os\nfd = os.open('data/deep', os.O_RDONLY)\n[entry.stat() for entry in os.scandir(fd)]\nos.listdir(fd)\nos.close(fd)",
        &[&deep, &b],
    );
    check(
        "import mmap\nwith open('data/a.txt', 'rb') as f: mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ).close()",
        &[&a],
    );
    check("import zipfile\nassert not zipfile.is_zipfile('data/a.txt')", &[&a]);
    check("import zipfile\ntry: zipfile.ZipFile('data/a.txt')\nexcept zipfile.BadZipFile: pass", &[&a]);
    check("import sqlite3\nsqlite3.connect('data/blog.db').close()", &[&file("data/blog.db", "")]);
    check(
        "import sqlite3\nsqlite3.connect(':memory:').execute(\"attach 'data/blog.db' as x\")",
        &[&file("data/blog.db", "")],
    );
    check("import linecache\nassert linecache.getline('data/a.txt', 1) == 'text\\n'", &[&a]);
    check("import fileinput\nlist(fileinput.input('data/a.txt'))", &[&a]);
    check(
        "import importlib.resources, pack\nimportlib.resources.files(pack).joinpath('words.txt').read_text()",
        &[&words],
    );
    check("import pkgutil\nassert pkgutil.get_data('pack', 'words.txt') == b'words'", &[&words]);
    check("import filecmp\nfilecmp.cmp('data/a.txt', 'data/deep/b.txt', shallow=False)", &[&a, &b]);
    check("import codecs\ncodecs.open('data/a.txt').read()", &[&a]);
    check(
        "import io\nio.FileIO('data/a.txt').close()\nio.open_code(__import__('os').path.abspath('data/a.txt')).close()",
        &[&a],
    );
}

#[test]
fn a_module_cannot_remember_what_only_another_call_looked_at() {
    let project = Project::new();
    project
        .write("data.txt", "one")
        .write(
            "scripts/lazy.py",
            "import functools, time
from bds_api import site
ALL = []
@functools.cache
def text():
    return open('data.txt').read()
@functools.cache
def posts():
    return site.posts.get('p')
@functools.cache
def now():
    return time.time()
def title(post):
    ALL.append(1)
    return post['title'] + str(len(ALL))
",
        )
        .write("scripts/builds.py", "from lazy import text, posts, now, title\n")
        .write("scripts/early.py", "from bds_api import site\nPOST = site.posts.get('p')\n")
        .write("scripts/over.py", "import early\nPOST = early.POST\n");
    let check = |import: &str, expression: &str, reads: &[Read], asked: &[&str], volatile: usize| {
        let source = format!("{import}\ndef render(context, post):\n    return {{'html': str({expression})}}\n");
        for round in 0..3 {
            let mut host = Answers::default();
            let outcome = project.run(&call("sample", &source), &mut host);
            assert!(outcome.result.is_ok(), "{:?}", outcome.result);
            assert_eq!(outcome.volatile.len(), volatile, "{expression}, round {round}");
            assert_eq!(host.asked, asked, "{expression}, round {round}");
            let found: Vec<_> = outcome
                .reads
                .into_iter()
                .filter(|read| matches!(read, Read::File(path, _) if path.as_str() == "data.txt"))
                .collect();
            assert_eq!(found, reads, "{expression}, round {round}");
        }
    };
    let data = file("data.txt", "one");
    let asked = ["posts.get({\"post_id\":\"p\"})"];
    for module in ["lazy", "builds"] {
        let import = format!("import {module}");
        check(&import, &format!("{module}.text()"), std::slice::from_ref(&data), &[], 0);
        check(&import, &format!("{module}.posts()"), &[], &asked, 0);
        check(&import, &format!("{module}.now()"), &[], &[], 1);
    }
    check("import early", "early.POST", &[], &asked, 0);
    check("import over", "over.POST", &[], &asked, 0);
    project.write("data.txt", "two");
    assert_eq!(project.html("import builds\ndef render(context, post):\n    return {'html': builds.text()}\n"), "two");
    let titles = "import builds\ndef render(context, post):\n    return {'html': builds.title(post)}\n";
    assert_eq!([project.html(titles), project.html(titles)], ["the title1", "the title1"]);
}

#[test]
fn reading_python_itself_is_no_read() {
    let project = Project::new();
    let body = "import json, email.message, html.parser, zoneinfo\nopen(json.__file__).read()";
    assert_eq!(reads(&project, body), []);
}

#[test]
fn databases_are_files() {
    let project = Project::new();
    project.write("data/blog.db", "");
    let body = "import sqlite3\nsqlite3.connect('file:data/blog.db?mode=ro', uri=True).close()";
    assert_eq!(reads(&project, body), [file("data/blog.db", "")]);
}

#[test]
fn modules_of_the_project_are_reads_all_the_way_down() {
    let project = Project::new();
    project.write("scripts/one.py", "import two\n").write("scripts/two.py", "VALUE = 1\n");
    let expected = [
        file("scripts/one.py", "import two\n"),
        file("scripts/two.py", "VALUE = 1\n"),
        Read::Missing(path("scripts/one/__init__.py")),
        Read::Missing(path("scripts/two/__init__.py")),
    ];
    let source = |import: &str| format!("{import}\ndef render(context, post):\n    return {{'html': ''}}\n");
    for import in
        ["import one", "import one", "from one import two", "import importlib\nimportlib.import_module('one')"]
    {
        let mut reads = project.call(&source(import)).reads;
        reads.retain(|read| !matches!(read, Read::Missing(path) if path.as_str().starts_with("scripts/one/two")));
        assert_eq!(reads, expected, "{import}");
    }
    assert_eq!(project.call(&source("import json")).reads, []);
}

#[test]
fn a_changed_module_two_imports_down_takes_effect_at_once() {
    let project = Project::new();
    project.write("scripts/one.py", "from two import VALUE\n").write("scripts/other.py", "LOADED = []\n");
    let source = "import one, other
def render(context, post):
    other.LOADED.append(1)
    return {'html': f'{one.VALUE} {len(other.LOADED)}'}
";
    for round in 1..=5 {
        // The same length, and often the same time as the file system counts it.
        project.write("scripts/two.py", &format!("VALUE = {round}\n"));
        let outcome = project.call(source);
        assert!(outcome.reads.contains(&file("scripts/two.py", &format!("VALUE = {round}\n"))));
        assert_eq!(html(outcome), format!("{round} 1"));
    }
    assert_eq!(project.runtime.worker_count(), 1);
}

#[test]
fn what_a_module_reads_while_it_loads_belongs_to_whoever_imports_it() {
    let project = Project::new();
    project.write("data.txt", "one").write("scripts/data.py", "TEXT = open('data.txt').read()\n");
    let source = "import data\ndef render(context, post):\n    return {'html': data.TEXT}\n";
    for text in ["one", "one", "two"] {
        project.write("data.txt", text);
        let outcome = project.call(source);
        assert!(outcome.reads.contains(&file("data.txt", text)), "{:?}", outcome.reads);
        assert_eq!(html(outcome), text);
    }
}

#[test]
fn modules_that_import_each_other_or_themselves_are_whole() {
    let project = Project::new();
    project
        .write("scripts/a.py", "import a, b\ndef value():\n    return 'a' + b.value()\n")
        .write("scripts/b.py", "import a\ndef value():\n    return 'b'\n");
    for name in ["a", "b"] {
        let source = format!("import {name}\ndef render(context, post):\n    return {{'html': {name}.value()}}\n");
        for _ in 0..2 {
            let outcome = project.call(&source);
            let read: Vec<_> = outcome.reads.iter().filter(|read| matches!(read, Read::File(..))).collect();
            assert_eq!(read.len(), 2, "{name}: {read:?}");
        }
    }
    project.write("scripts/a.py", "import a, b\ndef value():\n    return 'A' + b.value()\n");
    let source = "import b\ndef render(context, post):\n    return {'html': b.a.value()}\n";
    assert_eq!(project.html(source), "Ab");
}

#[test]
fn packages_and_folders_of_modules_can_be_imported() {
    let project = Project::new();
    project
        .write("scripts/pack/__init__.py", "from .inner import NAME\n")
        .write("scripts/pack/inner.py", "NAME = 'inner'\n")
        .write("scripts/plain/thing.py", "NAME = 'thing'\n")
        .write("lib/extra.py", "NAME = 'extra'\n");
    let source = "import sys, pathlib
sys.path.append(str(pathlib.Path(__file__).parent.parent / 'lib'))
from pack import NAME
from plain import thing
import extra
def render(context, post):
    return {'html': ' '.join((NAME, thing.NAME, extra.NAME, str(len(sys.path))))}
";
    let first = project.html(source);
    assert!(first.starts_with("inner thing extra "), "{first}");
    assert_eq!(project.html(source), first, "what one call adds to `sys.path` is gone in the next");
    project.write("scripts/pack/inner.py", "NAME = 'INNER'\n");
    assert!(project.html(source).starts_with("INNER "));
}

#[test]
fn a_module_that_appears_wins_over_the_error_before() {
    let project = Project::new();
    let source = "try:
    import late
    NAME = late.NAME
except ImportError:
    NAME = 'none'
def render(context, post):
    return {'html': NAME}
";
    let outcome = project.call(source);
    assert!(outcome.reads.contains(&Read::Missing(path("scripts/late.py"))), "{:?}", outcome.reads);
    assert_eq!(html(outcome), "none");
    project.write("scripts/late.py", "NAME = 'late'\n");
    assert_eq!(project.html(source), "late");
}

#[test]
fn a_script_named_like_a_module_of_python_breaks_nothing() {
    let project = Project::new();
    project.write("scripts/calendar.py", "raise RuntimeError('not me')\n");
    let body = "import calendar, email.utils\ncalendar.monthrange(2024, 2)";
    assert_eq!(reads(&project, body), []);
}

#[test]
fn errors_in_modules_are_told_with_their_place() {
    let project = Project::new();
    project.write("scripts/broken.py", "def broken(:\n");
    let failure = run(&project, "import broken").result.expect_err("no Python");
    let places: Vec<_> = failure.frames.iter().map(|frame| (frame.file.as_str(), frame.line)).collect();
    assert_eq!(places, [("scripts/sample.py", 2), ("scripts/broken.py", 1)]);
    assert_eq!(failure.kind, bds_macro_api::FailureKind::Syntax);
    assert!(!failure.traceback.expect("there is one").contains("<bds>"));
}
