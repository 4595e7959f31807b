//! Packages of a virtual environment: which are there, which a script used, and what happens when one changes.

use std::collections::BTreeSet;

use bds_base::Fingerprint;
use bds_macro_api::{FailureKind, HostRequest, MacroRuntime as _, Outcome, Read};
use serde_json::json;

use super::project::{Answers, Project, call, html, path};

/// A project with an empty virtual environment.
struct Venv {
    project: Project,
    /// The folder of its packages, relative to the project.
    folder: String,
}

impl Venv {
    fn new() -> Self {
        let project = Project::with(|config| config.venv = Some("venv".into()));
        let version = Project::new().runtime.version().expect("Python is there");
        let short = version.trim_start_matches("cpython ").rsplit_once('.').expect("three parts").0;
        project.write("venv/pyvenv.cfg", &format!("version = {short}.0\n"));
        let venv = Self { folder: format!("venv/lib/python{short}/site-packages"), project };
        venv.write("README.txt", "")
    }

    fn write(self, file: &str, content: &str) -> Self {
        self.project.write(&format!("{}/{file}", self.folder), content);
        self
    }

    /// Installs a wheel of these files.
    fn wheel(self, name: &str, version: &str, files: &[&str]) -> Self {
        let info = format!("{}-{version}.dist-info", name.replace('-', "_"));
        let record = files.iter().fold(String::new(), |record, file| record + file + ",sha256=x,1\n");
        let described = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: not this\n");
        let venv = self
            .write(&format!("{info}/METADATA"), &described)
            .write(&format!("{info}/RECORD"), &format!("{record}{info}/RECORD,,\n"));
        files.iter().fold(venv, |venv, file| venv.write(file, &format!("VERSION = {version:?}\n")))
    }

    fn call(&self, import: &str) -> Outcome {
        self.project.call(&format!("{import}\ndef render(context, post):\n    return {{'html': ''}}\n"))
    }
}

fn packages(outcome: &Outcome) -> BTreeSet<(String, String)> {
    let package = |read: &Read| match read {
        Read::Package(name, version) => Some((name.clone(), version.clone())),
        _ => None,
    };
    outcome.reads.iter().filter_map(package).collect()
}

#[test]
fn exactly_the_packages_that_were_used_are_reads() {
    let venv = Venv::new()
        .wheel("Pillow", "11.0", &["PIL/__init__.py", "PIL/Image.py"])
        .wheel("zope.interface", "7.1", &["zope/interface/__init__.py"])
        .wheel("zope_event", "5.0", &["zope/event/__init__.py"])
        .wheel("six", "1.16", &["six.py"])
        .wheel("Uses_Six", "0.1", &["uses_six/__init__.py"])
        .write("uses_six/__init__.py", "import six\nfrom . import other\n")
        .write("uses_six/other.py", "")
        .write("old.py", "")
        .write("Old-0.3-py3.9.egg-info/PKG-INFO", "Metadata-Version: 1.0\nName: Old\nVersion: 0.3\n")
        .write("Old-0.3-py3.9.egg-info/top_level.txt", "old\n")
        .write("older.py", "")
        .write("older-0.1.egg-info", "Metadata-Version: 1.0\nName: older\nVersion: 0.1\n")
        .write("stray.py", "");
    let installed = venv.project.runtime.packages();
    assert_eq!(venv.project.runtime.worker_count(), 0, "that needs no Python");
    let check = |import: &str, expected: &[(&str, &str)]| {
        for _ in 0..2 {
            let outcome = venv.call(import);
            assert!(outcome.result.is_ok(), "{import}: {:?}", outcome.result);
            let expected = expected.iter().map(|(name, version)| ((*name).to_owned(), (*version).to_owned()));
            assert_eq!(packages(&outcome), expected.collect(), "{import}");
            for (name, version) in packages(&outcome).into_iter().filter(|(_, version)| version != "?") {
                assert_eq!(installed.get(&name), Some(&version), "{name} is told alike");
            }
        }
    };
    let all = installed["*"].as_str();
    check("import PIL.Image", &[("pillow", "11.0")]);
    check("from zope.interface import VERSION", &[("zope-interface", "7.1"), ("zope-event", "5.0")]);
    check("import uses_six", &[("uses-six", "0.1"), ("six", "1.16")]);
    check("import old", &[("old", "0.3")]);
    check("import stray", &[("stray", "?")]);
    check("try: import numpy\nexcept ImportError: pass", &[("*", all)]);
    check(
        "try: import zope.nothing\nexcept ImportError: pass",
        &[("*", all), ("zope-interface", "7.1"), ("zope-event", "5.0")],
    );
    check("try: import PIL.nothing\nexcept ImportError: pass", &[("pillow", "11.0")]);
    check("import copy, pickle, decimal, json, html, random, tempfile, uuid", &[]);
    let names: Vec<&str> = installed.keys().map(String::as_str).collect();
    assert_eq!(names, ["*", "old", "older", "pillow", "six", "uses-six", "zope-event", "zope-interface"]);
    assert_eq!(installed["older"], "0.1");
}

#[test]
fn a_package_that_is_looked_for_in_vain_is_a_read_without_an_environment_too() {
    let project = Project::new();
    let source =
        "try:\n    import numpy\nexcept ImportError: pass\ndef render(context, post):\n    return {'html': ''}\n";
    let outcome = project.call(source);
    let all = project.runtime.packages();
    assert_eq!(all.len(), 1);
    assert_eq!(packages(&outcome), all.into_iter().collect());
}

#[test]
fn a_changed_package_takes_effect_in_the_next_call() {
    let venv = Venv::new().wheel("thing", "1.0", &["thing.py"]);
    let source =
        "import os, thing\ndef render(context, post):\n    return {'html': f'{thing.VERSION} {os.getpid()}'}\n";
    let look = |venv: &Venv| {
        let version = venv.project.runtime.packages().remove("thing").expect("it is installed");
        let html = venv.project.html(source);
        assert!(html.starts_with(&version), "{html}, where {version} is installed");
        html
    };
    let first = look(&venv);
    assert_eq!(look(&venv), first, "nothing changed, so the worker is the same");
    let root = venv.project.root().join(&venv.folder);
    std::fs::remove_dir_all(root.join("thing-1.0.dist-info")).expect("removed");
    let venv = venv.wheel("thing", "2.0", &["thing.py"]);
    let second = look(&venv);
    assert_eq!(look(&venv), second);
    assert_eq!(venv.project.runtime.worker_count(), 1, "the old worker is gone");
    let venv = venv.wheel("another", "1.0", &["another.py"]);
    assert_ne!(look(&venv), second, "any change makes new workers");
}

#[test]
fn a_call_that_is_running_while_packages_change_ends_on_its_own_worker() {
    let venv = Venv::new().wheel("thing", "1.0", &["thing.py"]);
    let project = &venv.project;
    project.runtime.packages();
    let root = project.root().join(&venv.folder);
    let source = "import os\ndef render(context, post):\n    \
        return {'html': f\"{os.getpid()} {post['content']} {os.getpid()}\"}\n";
    let inner = call("inner", "import os\ndef render(context, post):\n    return {'html': str(os.getpid())}\n");
    let mut host = Answers::with(|request| {
        assert_eq!(request, &HostRequest::PostField("content".to_owned()));
        std::fs::remove_dir_all(root.join("thing-1.0.dist-info")).expect("removed");
        project.runtime.packages();
        Some(Ok(json!(html(project.run(&inner, &mut Answers::default())))))
    });
    let pids = html(project.run(&call("outer", source), &mut host));
    let pids: Vec<_> = pids.split(' ').collect();
    assert_eq!(pids[0], pids[2]);
    assert_ne!(pids[0], pids[1]);
    assert_eq!(project.runtime.worker_count(), 1);
}

#[test]
fn linked_folders_are_searched_and_those_of_the_project_are_its_files() {
    let venv = Venv::new()
        .write("more.pth", "# a comment\nmore\nimport nothing\nnowhere\n../../../../src\n../../../..\n")
        .write("more/linked.py", "");
    venv.project.write("src/own.py", "NAME = 'own'\n");
    let outcome = venv.call("import linked, own");
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
    assert_eq!(packages(&outcome), [("linked".to_owned(), "?".to_owned())].into());
    let own = Read::File(path("src/own.py"), Fingerprint::of("NAME = 'own'\n"));
    assert!(outcome.reads.contains(&own), "{:?}", outcome.reads);
    venv.project.write("data.txt", "x");
    let outcome = venv.call("open('data.txt').close()");
    assert_eq!(outcome.reads.len(), 1, "the project itself is no package, whatever is linked: {:?}", outcome.reads);
}

#[test]
fn packages_find_their_own_version() {
    let venv = Venv::new()
        .wheel("Shapely", "2.1", &["shapely/__init__.py"])
        .write("shapely/__init__.py", "from importlib.metadata import version\n__version__ = version('shapely')\n");
    let source = "import shapely\ndef render(context, post):\n    return {'html': shapely.__version__}\n";
    assert_eq!(venv.project.html(source), "2.1");
}

#[test]
fn an_environment_for_another_python_is_refused_in_one_sentence() {
    let project = Project::with(|config| config.venv = Some("venv".into()));
    project.write("venv/pyvenv.cfg", "version = 2.7.18\n");
    let failure = project.call("").result.expect_err("it cannot run");
    assert_eq!(failure.kind, FailureKind::Unavailable);
    assert!(failure.message.contains("is for Python 2.7.18, but bds runs Python 3."), "{}", failure.message);
    assert!(project.runtime.packages().is_empty());
}
