//! Every command and option does what its help says.

use std::fs;

use bds_tests::{Bds, BuildCommand, Site, post};
use serde_json::Value;

/// Two posts, a draft, and a post dated after the time of the builds.
fn site() -> Site {
    let draft = post("draft", 3, "", "A draft.").replace("status: published", "status: draft");
    let future = post("future", 4, "", "Not yet.").replace("2024-05-04", "2024-07-04");
    Site::new()
        .post("one", 1, "", "The first. [[galery]]")
        .post("two", 2, "", "[[loud]]")
        .macro_script(
            "loud",
            "def render(context, post):\n    print(\"heard\", post[\"title\"])\n    return {\"html\": \"LOUD\"}",
        )
        .file("posts/2024/05/draft.md", draft)
        .file("posts/2024/07/future.md", future)
}

fn build(site: &Site, args: &[&str]) -> bds_tests::Build {
    site.command().args(args.iter().copied()).run()
}

#[test]
fn drafts_and_posts_of_the_future_are_shown_on_request_only() {
    let site = site();
    let shown = |args: &[&str]| {
        build(&site, args).succeeded();
        ["2024/05/03/draft", "2024/07/04/future"].map(|page| {
            let is_there = site.has(&format!("html/{page}/index.html"));
            assert_eq!(site.page("index.html").contains(page), is_there, "{page}");
            assert_eq!(site.page("sitemap.xml").contains(page), is_there, "{page}");
            is_there
        })
    };
    assert_eq!(shown(&[]), [false, false]);
    assert_eq!(shown(&["--drafts"]), [true, false]);
    assert_eq!(shown(&["--future"]), [false, true]);
    assert_eq!(shown(&["--now", "2024-08-01T00:00:00+02:00"]), [false, true]);
    assert_eq!(shown(&["--drafts", "--future"]), [true, true]);
    assert_eq!(shown(&[]), [false, false]);
}

#[test]
fn the_base_url_takes_the_place_of_that_of_the_project() {
    let site = site();
    build(&site, &["--base-url", "https://preview.example/blog/"]).succeeded();
    let written = ["rss.xml", "atom.xml", "sitemap.xml", "2024/05/01/one/index.html"];
    for file in written {
        let text = site.page(file);
        assert!(text.contains("https://preview.example/blog/"), "{file}");
        assert!(!text.contains("https://blog.example"), "{file}");
    }
}

#[test]
fn strict_counts_warnings() {
    let site = site();
    build(&site, &[]).succeeded();
    let strict = build(&site, &["--strict"]).had_errors();
    assert!(strict.stderr.ends_with(" 1 warning.\n"), "{}", strict.stderr);
    build(&Site::new().post("good", 1, "", "Good."), &["--strict"]).succeeded();
}

#[test]
fn a_dry_run_says_what_the_next_build_does() {
    let site = site();
    build(&site, &[]).succeeded();
    site.remove("posts/2024/05/one.md");
    site.edit("posts/2024/05/two.md", "[[loud]]", "Quiet.");
    site.write("posts/2024/05/new.md", post("new", 9, "", "New."));
    let before = site.output();
    let dry = build(&site, &["--dry-run", "--message-format", "short"]).succeeded();
    assert_eq!(site.output().differences(&before), [""; 0]);
    assert!(dry.stderr.starts_with("Would build "), "{}", dry.stderr);
    let done = build(&site, &[]).succeeded();
    let after = site.output();
    let differing = after.differences(&before);
    let announced: Vec<_> = dry.stdout.lines().filter_map(|line| line.split_once(": ")).collect();
    assert_eq!(announced.iter().map(|(file, _)| *file).collect::<Vec<_>>(), differing);
    for (file, fate) in announced {
        let wanted = match (before.has(file), after.has(file)) {
            (false, true) => "would be written: it was not there",
            (true, true) => "would be written: its content differs from what was there",
            _ => "would be removed: the site no longer has it",
        };
        assert_eq!(fate, wanted, "{file}");
    }
    for name in ["files_written", "files_removed", "files_unchanged", "pages"] {
        assert_eq!(dry.count(name), done.count(name), "{name}");
    }
}

#[test]
fn explain_says_why() {
    let site = site();
    let explained = |args: &[&str]| {
        let run = build(&site, &[&["--explain", "--message-format", "short"], args].concat());
        let lines = run.stdout.lines().filter(|line| !line.starts_with("  "));
        let lines = lines.filter(|line| line.starts_with("[[") || line.starts_with("2024/05/02/two/"));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        explained(&[]),
        "[[loud]] in posts/2024/05/two.md (en): ran: nothing is remembered of this call\n\
        2024/05/02/two/index.html: written: it was not there"
    );
    assert_eq!(
        explained(&[]),
        "[[loud]] in posts/2024/05/two.md (en): reused: nothing that it looked at differs\n\
        2024/05/02/two/index.html: unchanged"
    );
    site.edit("posts/2024/05/two.md", "Title of two", "Another title");
    assert_eq!(
        explained(&[]),
        "[[loud]] in posts/2024/05/two.md (en): ran: post[\"title\"] differs\n\
        2024/05/02/two/index.html: written: its content differs from what was there"
    );
}

#[test]
fn the_report_has_every_key() {
    let build = build(&site(), &["--no-cache"]).succeeded();
    let report = build.report.as_object().expect("the report is an object");
    let keys: Vec<_> = report.keys().map(String::as_str).collect();
    let wanted = [
        "version",
        "pages",
        "pages_rendered",
        "macro_calls",
        "macro_cache_hits",
        "macro_errors",
        "files_written",
        "files_unchanged",
        "files_removed",
        "duration_ms",
        "scripts",
        "diagnostics",
    ];
    assert_eq!(keys, wanted);
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((build.count("macro_calls"), build.count("macro_errors")), (1, 0));
    assert_eq!(build.count("pages"), build.count("files_written"));
    let wanted = serde_json::json!([{
        "code": "macro-unknown",
        "severity": "warning",
        "message": "there is no macro `galery`, so the call stays as it is written",
        "file": "posts/2024/05/one.md",
        "line": 9,
        "column": 12,
        "hints": ["did you mean `gallery`? In a code span it stays as written without this warning"],
    }]);
    assert_eq!(report["diagnostics"], wanted);
}

#[test]
fn messages_have_four_forms() {
    let site = site();
    let said = |format: &str| {
        let build = build(&site, &["--message-format", format]).succeeded();
        let (last, rest) = split_last_line(&build.stderr);
        assert!(last.starts_with("Built "), "{last}");
        (build.stdout.clone(), rest)
    };
    let (stdout, stderr) = said("human");
    assert_eq!(stdout, "");
    assert_eq!(
        stderr,
        r"warning[macro-unknown]: there is no macro `galery`, so the call stays as it is written
 --> posts/2024/05/one.md:9:12
  |
9 | The first. [[galery]]
  |            ^^^^^^^^^^
  |
  = hint: did you mean `gallery`? In a code span it stays as written without this warning
"
    );
    let message = "there is no macro `galery`, so the call stays as it is written";
    let (stdout, stderr) = said("short");
    assert_eq!(stdout, "");
    assert_eq!(stderr, format!("posts/2024/05/one.md:9:12: warning: {message} [macro-unknown]\n"));
    let (stdout, stderr) = said("github");
    let hint = "did you mean `gallery`? In a code span it stays as written without this warning";
    let wanted = "::warning file=posts/2024/05/one.md,line=9,col=12,title=macro-unknown::";
    assert_eq!(stdout, format!("{wanted}{message}%0Ahint: {hint}\n"));
    assert_eq!(stderr, "");
    let (stdout, stderr) = said("json");
    assert_eq!(stderr, "");
    let value: Value = serde_json::from_str(stdout.trim_end()).expect("a line is JSON");
    assert_eq!(value["place"]["end"]["column"], 22);
}

fn split_last_line(text: &str) -> (String, String) {
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let (last, rest) = lines.split_last().expect("something was said");
    ((*last).to_owned(), rest.concat())
}

#[test]
fn quiet_tells_errors_only_and_verbose_tells_what_macros_print() {
    let site = site().macro_script("bad", "def render(context, post):\n    raise ValueError(\"no\")");
    site.write("posts/2024/05/two.md", post("two", 2, "", "[[loud]] [[loud at=\"night\"]]"));
    let said = |args: &[&str]| build(&site, &[args, &["--message-format", "short"]].concat()).stderr.clone();
    assert_eq!(said(&["-q"]), "");
    let verbose = said(&["-v", "--no-cache"]);
    let heard = "loud in posts/2024/05/two.md: heard Title of two\n\
        loud at=\"night\" in posts/2024/05/two.md: heard Title of two\n";
    assert!(verbose.contains(heard), "{verbose}");
    site.edit("posts/2024/05/two.md", "[[loud]]", "[[bad]]");
    let error = "posts/2024/05/two.md:9:1: error: the macro `bad` failed: ValueError: no [macro-failed]\n";
    assert_eq!(said(&["-q"]), error);
    let verbose = said(&["-v"]);
    assert!(verbose.contains("Traceback (most recent call last):"), "{verbose}");
}

#[test]
fn programs_get_the_traceback_of_a_macro_that_failed() {
    let site = site().macro_script("bad", "def render(context, post):\n    raise ValueError(\"no\")");
    site.edit("posts/2024/05/two.md", "[[loud]]", "[[bad]]");
    let run = build(&site, &[]).had_errors();
    let printed: Vec<Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    let reported = run.report["diagnostics"].as_array().expect("a list").clone();
    for diagnostics in [printed, reported] {
        let [warning, error] = &diagnostics[..] else { panic!("a warning and an error: {diagnostics:?}") };
        assert_eq!((&warning["code"], warning.get("traceback")), (&"macro-unknown".into(), None));
        let traceback = error["traceback"].as_str().expect("a failed macro has a traceback");
        assert!(traceback.starts_with("Traceback (most recent call last):\n"), "{traceback}");
        assert!(traceback.ends_with("ValueError: no\n") && traceback.contains("scripts/bad.py"), "{traceback}");
    }
}

#[test]
fn the_project_is_found_from_a_folder_inside_it() {
    let site = site();
    let run = Bds::new(["build", "-q", "--now", "2024-06-01T00:00:00Z"]).in_folder(&site.path("posts/2024")).run();
    run.exited(0);
    assert!(site.has("html/2024/05/01/one/index.html"));
}

#[test]
fn the_site_goes_where_it_is_told_to() {
    let site = site()
        .file("bds.toml", "[output]\ndir = \"build/site\"\nmedia = \"copy\"\n")
        .file("media/2024/05/a.txt", "medium");
    build(&site, &[]).succeeded();
    assert!(site.has("build/site/index.html") && site.has("build/site/media/2024/05/a.txt"));
    let elsewhere = tempfile::tempdir().expect("a temporary folder can be made");
    let out = elsewhere.path().join("new/folder");
    site.command().out(&out).run().succeeded();
    assert!(out.join("index.html").is_file());
    assert!(!site.has("html"));
}

#[test]
fn a_new_project_builds() {
    let folder = Site::empty();
    let blog = folder.path("my blog");
    let run = Bds::new(["init", "--name", "Mein Blog", "--language", "de"]).arg(&blog).run().exited(0);
    assert_eq!(run.stdout, "");
    let build = BuildCommand::new(&blog).args(["--now", "2050-01-01T00:00:00Z", "--strict"]).run().succeeded();
    build.counted(&[("macro_calls", 1), ("macro_errors", 0)]);
    let page = fs::read_to_string(blog.join("html/index.html")).expect("the site has a front page");
    assert!(page.contains("<html lang=\"de\"") && page.contains("Mein Blog"));
    let before = folder.sources();
    let again = Bds::new(["init"]).arg(&blog).run().exited(2);
    assert_eq!(again.stderr, format!("bds: `{}` is not empty\nhint: name a new folder\n", blog.display()));
    assert_eq!(folder.sources().differences(&before), [""; 0]);
    let file = folder.path("my blog/.gitignore");
    Bds::new(["init"]).arg(&file).run().exited(2);
    Bds::new(["init", "--base-url", "nowhere"]).arg(folder.path("new")).run().exited(2);
    Bds::new(["init", "--language", "klingon!"]).arg(folder.path("new")).run().exited(2);
    assert!(!folder.has("new"));
}

#[test]
fn the_macro_that_a_new_project_shows_works() {
    let folder = Site::empty();
    Bds::new(["init"]).arg(folder.path("")).run().exited(0);
    let sources = folder.sources();
    let welcome = sources.paths().into_iter().find(|path| path.ends_with("welcome.md")).expect("there is a first post");
    let text = folder.read(welcome);
    let begin = text.find("      \"\"\"\n").expect("it shows a script");
    let end = begin + text[begin..].find("\n\n").expect("the script ends");
    folder.write("scripts/hello.py", text[begin..end].replace("\n      ", "\n").trim_start());
    folder.write(welcome, text + "\n[[hello]]\n");
    folder.command().args(["--future", "--strict"]).run().succeeded();
    assert!(folder.page("index.html").contains("<p>Hello from Welcome to your blog!</p>"));
}

#[test]
fn the_doctor_names_what_is_at_work() {
    let site = site();
    let run = Bds::new(["doctor"]).arg(site.path("")).run().exited(0).left_no_worker();
    let names: Vec<_> = run.stdout.lines().map(|line| line[..14].trim()).collect();
    let wanted = [
        "bds",
        "Python",
        "library",
        "home",
        "worker",
        "sandbox",
        "refused",
        "let through",
        "Landlock",
        "seccomp",
        "audit hook",
        "project",
    ];
    assert_eq!(names, wanted);
    assert!(run.stdout.starts_with(&format!("bds           {}\n", env!("CARGO_PKG_VERSION"))));
    Bds::new(["doctor"]).in_folder(&std::env::temp_dir()).run().exited(0);
}

#[test]
fn the_types_for_editors_go_into_the_project_or_where_they_are_told_to() {
    let site = site();
    let settings = |folder: &str| {
        format!(
            "# pyrightconfig.json\n{{ \"extraPaths\": [\"{folder}\", \"scripts\"] }}\n\n\
             # mypy.ini\n[mypy]\nmypy_path = {folder}:scripts\n"
        )
    };
    let stubs = |args: &[&str]| Bds::new(["stubs"]).args(args.iter().copied()).in_folder(&site.path("posts")).run();
    let run = stubs(&[]).exited(0);
    assert_eq!(run.stdout, settings(".bds/python"));
    let files =
        ["__init__.py", "__init__.pyi", "testing.py", "py.typed"].map(|name| format!(".bds/python/bds_api/{name}"));
    let time = |path: &String| fs::metadata(site.path(path)).and_then(|file| file.modified()).expect("it is there");
    let times = files.each_ref().map(time);
    site.write(&files[1], "old");
    stubs(&[]).exited(0);
    assert_eq!([time(&files[0]), time(&files[2])], [times[0], times[2]], "files that are right are left alone");
    assert!(site.read(&files[1]).contains("class PostData(TypedDict):"));
    assert_eq!(stubs(&["../typings"]).exited(0).stdout, settings("typings"));
    assert!(site.has("typings/bds_api/__init__.pyi"));
    build(&site, &[]).succeeded();

    let elsewhere = Site::empty();
    let said = Bds::new(["stubs"]).in_folder(&elsewhere.path("")).run().exited(2).stderr;
    assert!(said.contains("is a project"), "{said}");
    let run = Bds::new(["stubs", "types"]).in_folder(&elsewhere.path("")).run().exited(0);
    assert!(elsewhere.has("types/bds_api/py.typed") && run.stdout.contains("types:scripts"));
}

#[test]
fn help_is_as_recorded() {
    for (name, args) in [
        ("bds", &["--help"][..]),
        ("build", &["build", "--help"]),
        ("init", &["init", "--help"]),
        ("defaults", &["defaults", "--help"]),
        ("doctor", &["doctor", "--help"]),
        ("stubs", &["stubs", "--help"]),
        ("check", &["check", "--help"]),
        ("why", &["why", "--help"]),
        ("deps", &["deps", "--help"]),
        ("rdeps", &["rdeps", "--help"]),
        ("cache", &["cache", "--help"]),
    ] {
        let run = Bds::new(args.iter().copied()).env("COLUMNS", "100").run().exited(0);
        let mut settings = insta::Settings::new();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("help-{name}"), run.stdout));
    }
}
