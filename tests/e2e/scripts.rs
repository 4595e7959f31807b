//! What scripts can do beside answering a call: ask for a version, ask for the time, warn, be written as the
//! documentation shows it.

use std::fs;
use std::path::Path;

use bds_tests::{Build, Site};

/// A site with a post that calls the macro `it`, which stands in line 9.
fn site(code: &str) -> Site {
    Site::new().macro_script("it", code).post("calls", 2, "", "[[it]]")
}

fn page(site: &Site) -> String {
    site.page("2024/05/02/calls/index.html")
}

fn check(code: &str, said: &str) -> (Site, Build) {
    let site = site(code);
    let build = site.build();
    assert_eq!(build.diagnostics(), said);
    (site, build)
}

#[test]
fn a_script_can_ask_for_a_version_of_the_api() {
    let asks = |version: &str| {
        format!(
            "from bds_api import api_version, require_api\nrequire_api({version})\n\ndef render(context, post):\n    return {{\"html\": f\"version {{api_version}}\"}}"
        )
    };
    let (site, _) = check(&asks("1"), "");
    assert!(page(&site).contains("<p>version 1</p>"));
    let failed = |message: &str| {
        format!(
            "posts/2024/05/calls.md:9:1 error[macro-failed] the macro `it` failed: {message}\n\
             from scripts/it.py:13 in <module>\n\
             hint: correct the script or the parameters of the call; `bds build -v` prints the whole traceback\n"
        )
    };
    let newer = "BdsApiError: this script asks for version 2 of the API; this bds has version 1: update bds";
    check(&asks("2"), &failed(newer));
    check(&asks("'2'"), &failed("TypeError: the version of an API is a whole number from 1, not '2'"));
}

/// A worker leads a group of processes of its own; the build was started as part of another.
#[test]
fn the_project_says_whether_macros_run_in_processes_of_their_own() {
    let code =
        "import os\n\ndef render(context, post):\n    return {\"html\": f\"alone: {os.getpid() == os.getpgrp()}\"}";
    for (mode, alone) in [("webworker", "True"), ("main-thread", "False")] {
        let site = site(code);
        let meta = site.read("meta/project.json");
        site.write("meta/project.json", meta.replacen('{', &format!("{{\"pythonRuntimeMode\": \"{mode}\","), 1));
        site.build().succeeded();
        assert!(page(&site).contains(&format!("<p>alone: {alone}</p>")), "{mode}: {}", page(&site));
    }
}

#[test]
fn who_asks_openly_for_the_time_runs_in_every_build_without_a_warning() {
    let code = "from bds_api import bds, site\n\nasync def render(context, post):\n    first, second = site.now(), await bds.now()\n    \
        return {\"html\": f\"{first.isoformat()} {first == second}\"}";
    let (site, _) = check(code, "");
    assert!(page(&site).contains("<p>2024-06-01T12:00:00+00:00 True</p>"));
    let again = site.build().counted(&[("macro_calls", 1), ("macro_cache_hits", 0)]);
    assert_eq!(again.diagnostics(), "");
}

#[test]
fn the_warnings_of_a_result_are_told_at_its_call_in_every_build() {
    let said = "posts/2024/05/calls.md:9:1 warning[macro-warning] the macro `it` says: no place given\n\
        posts/2024/05/calls.md:9:1 warning[macro-warning] the macro `it` says: no year given\n";
    let code = "def render(context, post):\n    return {\"html\": \"x\", \"warnings\": [\"no year given\", \"no place given\"]}";
    let (site, _) = check(code, said);
    let again = site.build().counted(&[("macro_cache_hits", 1)]);
    assert_eq!(again.diagnostics(), said);
}

#[test]
fn shapes_are_dictionaries_at_work() {
    let code = "from bds_api import Context, Post, PostFilter, Result, site\nimport bds_api\n\n\
        def render(context: Context, post: Post | None) -> Result:\n    \
        wanted = PostFilter(status=\"published\", year=2024)\n    \
        assert type(wanted) is dict\n    \
        try:\n        bds_api.PostFiler\n    except AttributeError as error:\n        told = str(error)\n    \
        return {\"html\": f\"{len(site.posts.filter(wanted))} {told}\"}";
    let (site, _) = check(code, "");
    let wanted = "1 <code>bds_api</code> has no <code>PostFiler</code>; did you mean <code>PostFilter</code>?";
    assert!(page(&site).contains(wanted), "{}", page(&site));
}

#[test]
fn the_first_macro_of_the_documentation_works() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/macros.md");
    let page = fs::read_to_string(path).expect("the page is there");
    let block = |mark: &str| {
        let (_, rest) = page.split_once(mark).unwrap_or_else(|| panic!("the page has no block after {mark:?}"));
        rest.split_once("\n```").expect("a block ends").0.to_owned()
    };
    let call = block("calls by name:\n\n```\n");
    let site =
        Site::new().file("scripts/greet.py", block("`scripts/greet.py`:\n\n```python\n")).post("calls", 2, "", &call);
    assert_eq!(site.build().succeeded().diagnostics(), "");
    let shown = self::page(&site);
    assert!(shown.contains("<p>Hello, Ada &amp; Bob, from <em>Title of calls</em>!</p>"), "{shown}");
}
