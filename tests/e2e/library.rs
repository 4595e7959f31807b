//! `bds scripts`: scripts listed, made, changed, renamed and removed.

use bds_tests::{Bds, Run, Site};
use serde_json::Value;

/// A post that calls a macro, the macro, and two scripts that no post calls.
fn site() -> Site {
    Site::new()
        .macro_script("hello", "def render(context, post):\n    return {\"html\": \"<p>Hello</p>\"}")
        .file("scripts/words.py", "def loud(text):\n    return text.upper()\n")
        .file("scripts/report.py", "\"\"\"\n---\nid: \"r\"\nslug: \"report\"\nkind: \"utility\"\nentrypoint: \"main\"\nversion: 3\n---\n\"\"\"\nfrom words import loud\nprint(loud(\"x\"))\n")
        .post("one", 1, "", "Before.\n\n[[hello]]")
}

fn bds(site: &Site, args: &[&str]) -> Run {
    Bds::new(args.iter().copied()).in_folder(&site.path("")).run()
}

fn json(site: &Site, args: &[&str]) -> Value {
    let run = bds(site, &[args, &["--json"]].concat()).exited(0);
    serde_json::from_str(&run.stdout).expect("it prints JSON")
}

/// The value of a key in the metadata of a file.
fn said(site: &Site, file: &str, key: &str) -> String {
    let text = site.read(file);
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key}: ")));
    line.unwrap_or_else(|| panic!("`{file}` says no {key}:\n{text}")).to_owned()
}

#[test]
fn a_script_is_made_changed_and_removed() {
    let site = site();
    let run = bds(&site, &["scripts", "new", "Photo Wall", "--title", "Wall"]).exited(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "Made scripts/photo_wall.py.\n"));
    let file = "scripts/photo_wall.py";
    for (key, value) in [("slug", "\"photo_wall\""), ("title", "\"Wall\""), ("kind", "\"macro\""), ("version", "1")] {
        assert_eq!(said(&site, file, key), value, "{key}");
    }
    assert_eq!(said(&site, file, "createdAt"), said(&site, file, "updatedAt"));
    let (made, created, id) = (site.read(file), said(&site, file, "createdAt"), said(&site, file, "id"));

    let run = bds(&site, &["scripts", "set", "photo_wall", "title=A \"wall\"", "entrypoint=show"]).exited(0);
    assert_eq!(run.stderr, "Changed scripts/photo_wall.py, version 2.\n");
    assert_eq!((said(&site, file, "title"), said(&site, file, "version")), ("\"A \\\"wall\\\"\"".into(), "2".into()));
    assert_eq!((said(&site, file, "createdAt"), said(&site, file, "id")), (created, id));
    let body = |text: &str| text.rsplit_once("---\n\"\"\"\n").expect("a docstring").1.to_owned();
    assert_eq!(body(&site.read(file)), body(&made), "the code is as it was");
    let again = bds(&site, &["scripts", "set", "photo_wall", "entrypoint=show"]).exited(0);
    assert_eq!(again.stderr, "Nothing to do: it is so already.\n");

    site.write("new code.txt", "def show(context, post):\n    return {\"html\": \"new\"}");
    bds(&site, &["scripts", "edit", "photo_wall", "--from", "new code.txt"]).exited(0);
    assert_eq!(body(&site.read(file)), site.read("new code.txt"));
    bds(&site, &["scripts", "disable", "photo_wall"]).exited(0);
    assert_eq!((said(&site, file, "enabled"), said(&site, file, "version")), ("false".into(), "4".into()));
    bds(&site, &["scripts", "enable", "photo_wall"]).exited(0);

    let last = site.read(file);
    let run = bds(&site, &["scripts", "delete", "photo_wall"]).exited(0);
    assert!(!site.has(file));
    let kept = run.stderr.trim_end_matches(".\n").rsplit(' ').next().expect("a path").to_owned();
    assert_eq!(run.stderr, format!("Removed {file}; it lies in {kept}.\n"));
    assert_eq!(site.read(&kept), last);
    let trash = site.path(".bds/trash/scripts");
    assert_eq!(std::fs::read_dir(trash).expect("there is one").count(), 5, "each version that was replaced");
}

#[test]
fn scripts_are_listed_and_shown() {
    let site = site();
    let run = bds(&site, &["scripts", "list"]).exited(0);
    let wanted = "slug    kind     state    version  title   file\n\
                  hello   macro    enabled  1        hello   scripts/hello.py\n\
                  report  utility  enabled  3        report  scripts/report.py\n\
                  words   module   enabled  1        words   scripts/words.py\n";
    assert_eq!(run.stdout, wanted);
    let slugs = |args: &[&str]| {
        let listed = json(&site, &[&["scripts", "list"], args].concat());
        let scripts = listed["scripts"].as_array().expect("a list").iter();
        scripts.map(|script| script["slug"].as_str().expect("a slug").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(slugs(&["--kind", "utility"]), ["report"]);
    assert_eq!(slugs(&["--disabled"]), [""; 0]);
    let shown = json(&site, &["scripts", "show", "HELLO"]);
    let script = &shown["script"];
    assert_eq!((&script["id"], &script["filePath"]), (&"hello-id".into(), &"scripts/hello.py".into()));
    assert!(script["content"].as_str().expect("its code").starts_with("def render"));
    let used = serde_json::json!([{ "path": "posts/2024/05/one.md", "line": 11, "text": "[[hello]]" }]);
    assert_eq!(shown["references"], used);
    let formatted = bds(&site, &["scripts", "show", "scripts/hello.py", "--format", "json"]).exited(0).stdout;
    assert_eq!(serde_json::from_str::<Value>(&formatted).expect("JSON"), shown);
    let run = bds(&site, &["scripts", "show", "words"]).exited(0);
    assert!(run.stdout.ends_with("\ndef loud(text):\n    return text.upper()\n"), "{}", run.stdout);
    assert_eq!(run.stderr, "\nUsed in:\nscripts/report.py:10: from words import loud\n");
    assert!(!site.has(".bds"), "a project that was never built gets no store by being looked at");
}

#[test]
fn a_script_that_is_used_is_renamed_only_by_force_or_with_an_alias() {
    let site = site();
    let before = site.sources();
    for args in [["scripts", "rename", "hello", "greet"], ["scripts", "set", "hello", "slug=greet"]] {
        let run = bds(&site, &args).exited(2);
        let used = "bds: `hello` was not renamed, for it is used:\nposts/2024/05/one.md:11: [[hello]]\nhint: ";
        assert!(run.stderr.starts_with(used), "{}", run.stderr);
    }
    bds(&site, &["scripts", "rename", "words", "terms"]).exited(2);
    assert_eq!(site.sources().differences(&before), [""; 0]);

    let run = bds(&site, &["scripts", "rename", "hello", "greet", "--alias"]).exited(0);
    assert_eq!(run.stderr, "Renamed scripts/hello.py to scripts/greet.py, version 2.\n");
    assert!(!site.has("scripts/hello.py"));
    assert_eq!(said(&site, "scripts/greet.py", "aliases"), "[\"hello\"]");
    assert!(site.build().succeeded().diagnostics().is_empty());
    assert!(site.page("2024/05/01/one/index.html").contains("<p>Hello</p>"), "the old name goes on working");

    let run = bds(&site, &["scripts", "rename", "words", "terms", "--force"]).exited(0);
    assert!(run.stderr.ends_with("It is used in:\nscripts/report.py:10: from words import loud\n"), "{}", run.stderr);
    assert_eq!(said(&site, "scripts/terms.py", "version"), "1", "a module becomes a script");
}

#[test]
fn a_script_that_is_used_is_deleted_only_by_force() {
    let site = site();
    let run = bds(&site, &["scripts", "delete", "report", "hello"]).exited(2);
    assert!(run.stderr.contains("`hello` was not deleted"), "{}", run.stderr);
    assert!(site.has("scripts/report.py"), "nothing is done if not all can be done");
    let done = json(&site, &["scripts", "delete", "report", "hello", "--force"]);
    assert_eq!(done["changes"].as_array().map(Vec::len), Some(2));
    assert_eq!(done["changes"][1]["references"][0]["path"], "posts/2024/05/one.md");
    assert!(!site.has("scripts/report.py") && !site.has("scripts/hello.py"));
}

#[test]
fn an_editor_gets_the_file_and_the_version_is_raised_after_it() {
    let site = site().file("editor.sh", "printf '# more\\n' >> \"$2\"\n");
    let edit = |editor: &str| {
        let editor = editor.replace("EDITOR", site.path("editor.sh").to_str().expect("UTF-8"));
        let run = Bds::new(["scripts", "edit", "hello"]).in_folder(&site.path("")).env("VISUAL", &editor).run();
        run.exited(0).stderr
    };
    assert_eq!(edit("sh EDITOR --wait"), "Changed scripts/hello.py, version 2.\n");
    assert!(site.read("scripts/hello.py").ends_with("# more\n"));
    assert_eq!(edit("true"), "Nothing to do: it is so already.\n");
    site.write("editor.sh", "sed -i 's/version: 2/version: 7/' \"$2\"\n");
    edit("sh EDITOR --wait");
    assert_eq!(said(&site, "scripts/hello.py", "version"), "7", "who raises it by hand is believed");
}

#[test]
fn slugs_and_files_are_kept_apart() {
    let site = site().file("scripts/Upper.py", "x = 1\n");
    let made = json(&site, &["scripts", "new", "--title", "Hello"]);
    assert_eq!(made["script"]["slug"], "hello_2");
    let before = site.sources();
    for args in [
        &["scripts", "new", "hello"][..],
        &["scripts", "new", "upper"],
        &["scripts", "new", "…"],
        &["scripts", "new", "fine", "--entrypoint", "no name"],
        &["scripts", "rename", "report", "hello"],
        &["scripts", "rename", "report", "upper"],
    ] {
        bds(&site, args).exited(2);
    }
    assert_eq!(site.sources().differences(&before), [""; 0]);
}

#[test]
fn at_one_time_one_changes_and_the_others_wait() {
    let site = site();
    let set = |title: usize| {
        Bds::new(["scripts", "set", "hello"]).arg(format!("title=Title {title}")).in_folder(&site.path("")).start()
    };
    let running: Vec<_> = (0..6).map(set).collect();
    for running in running {
        running.finish().exited(0);
    }
    assert_eq!(said(&site, "scripts/hello.py", "version"), "7");
    assert!(!site.has(".bds/pending/1.v1.json"));
}

#[test]
fn what_cannot_be_done_is_said() {
    let site = site()
        .file("scripts/broken.py", "\"\"\"\n---\nslug: \"broken\"\nx = 1\n")
        .file("scripts/merged.py", "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n");
    let commands: &[&[&str]] = &[
        &["scripts", "list"],
        &["scripts", "show", "helo"],
        &["scripts", "show", "nothing_like_it"],
        &["scripts", "show", "broken"],
        &["scripts", "set", "merged", "title=x"],
        &["scripts", "set", "hello", "color=red"],
        &["scripts", "set", "hello", "title"],
        &["scripts", "set", "hello", "kind=poem"],
        &["scripts", "set", "hello", "entrypoint=a b"],
        &["scripts", "set", "hello", "enabled=perhaps"],
        &["scripts", "new"],
        &["scripts", "new", "hello"],
        &["scripts", "new", "…"],
        &["scripts", "edit", "hello", "--from", "absent.txt"],
        &["scripts", "edit", "hello"],
        &["scripts", "delete", "hello"],
        &["sync", "--from-git", "HEAD"],
        &["sync", "--from-git", "--output=x..y"],
        &["repair"],
        &["repair", "--to-file", "../elsewhere"],
        &["rebuild"],
    ];
    let before = site.sources();
    let mut said = String::new();
    for command in commands {
        let run = Bds::new(command.iter().copied()).in_folder(&site.path(""));
        let run = run.env("VISUAL", "").env("EDITOR", "").env("COLUMNS", "100").run();
        let root = site.path("").canonicalize().expect("it is there");
        let stderr = run.stderr.replace(&*root.to_string_lossy(), "PROJECT");
        let (command, code) = (command.join(" "), run.code.expect("it ends by itself"));
        said.extend([format!("$ bds {command}\nexit code {code}\n{stderr}\n")]);
    }
    assert_eq!(site.sources().differences(&before), [""; 0]);
    snapshot("refusals-of-sources", &said);
}

#[test]
fn help_of_the_commands_about_sources_is_as_recorded() {
    let nested = ["list", "show", "new", "edit", "set", "rename", "enable", "disable", "delete"];
    let scripts = nested.iter().map(|name| vec!["scripts", name]);
    let alone = ["scripts", "sync", "diff", "repair", "rebuild"].iter().map(|name| vec![*name]);
    for command in alone.chain(scripts) {
        let run = Bds::new(command.iter().copied()).arg("--help").env("COLUMNS", "100").run().exited(0);
        snapshot(&format!("help-{}", command.join("-")), &run.stdout);
    }
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
