//! What keeps a build from beginning ends it with exit code 2 and one clear sentence, and nothing is written.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use bds_tests::{Bds, Run, Site, bds};

/// What a run said, with the project's folder as `PROJECT`.
fn said(site: &Site, run: &Run) -> String {
    let folder = site.path("").canonicalize().expect("the project is there");
    run.stderr.replace(folder.to_str().expect("its path is UTF-8"), "PROJECT")
}

/// Builds the project with these arguments, which is refused, and compares what is said.
#[track_caller]
fn check<'a>(site: &Site, args: impl IntoIterator<Item = &'a str>, wanted: &str) {
    let before = site.sources();
    let build = site.command().args(["--message-format", "human"]).args(args).run().was_refused();
    assert_eq!(said(site, &build), wanted);
    assert_eq!(build.stdout, "");
    assert!(!site.has("html/index.html"), "something was written");
    assert_eq!(site.sources().differences(&before), [""; 0]);
}

/// A project that needs Python.
fn site_with_a_macro() -> Site {
    Site::new().macro_script("hello", "def render(context, post):\n    return {\"html\": \"hello\"}").post(
        "calls",
        1,
        "",
        "[[hello]]",
    )
}

#[test]
fn a_folder_that_is_no_project() {
    check(
        &Site::empty(),
        [],
        "bds: `PROJECT` is no project: it has no `meta/project.json`\n\
        hint: `bds init PROJECT` makes a new project\n",
    );
}

#[test]
fn a_folder_without_a_project_above_it() {
    let site = Site::empty();
    let run = Bds::new(["build"]).in_folder(&site.path("")).run().exited(2);
    assert_eq!(
        said(&site, &run),
        "bds: neither `PROJECT` nor a folder above it is a project: none has a `meta/project.json`\n\
        hint: name the project's folder, or make one with `bds init DIR`\n"
    );
}

#[test]
fn a_project_that_is_not_there() {
    let site = Site::empty().file("file", "");
    let build = |name: &str| said(&site, &Bds::new(["build"]).arg(site.path(name)).run().exited(2));
    let folder = site.path("").display().to_string();
    assert_eq!(build("missing").replace(&folder, "PROJECT/"), "bds: there is no folder `PROJECT/missing`\n");
    let wanted = "bds: `PROJECT/file` is a file; a project is a folder\n";
    assert_eq!(build("file").replace(&folder, "PROJECT/"), wanted);
}

#[test]
fn a_configuration_with_an_unknown_key() {
    check(
        &Site::new().file("bds.toml", "[macros]\ntimeout = 5\n\n[outptu]\ndir = \"x\"\n"),
        [],
        r"error[config-key]: there is no key `timeout` in `[macros]`
 --> bds.toml:2:1
  |
2 | timeout = 5
  | ^^^^^^^
  |
  = hint: did you mean `timeout_ms`?
error[config-key]: there is no key `outptu`
 --> bds.toml:4:2
  |
4 | [outptu]
  |  ^^^^^^
  |
  = hint: did you mean `output`?
bds: `bds.toml` is not valid, so nothing was done
",
    );
}

#[test]
fn a_configuration_with_values_that_are_none() {
    let toml = "timezone = \"Europe/Atlantis\"\n[macros.a]\nallow = [\"netwrok\"]\n[output]\ndir = \"../out\"\n";
    check(
        &Site::new().file("bds.toml", toml),
        [],
        r#"error[config-value]: `timezone` cannot be that: `Europe/Atlantis` is no time zone; did you mean `Europe/Athens`?
 --> bds.toml:1:12
  |
1 | timezone = "Europe/Atlantis"
  |            ^^^^^^^^^^^^^^^^^
error[config-value]: `macros.a.allow` cannot be that: `netwrok` is not something that can be allowed; it is one of network, subprocess, ctypes, clock, random, env:NAME, read:/PATH, write:PATH
 --> bds.toml:3:10
  |
3 | allow = ["netwrok"]
  |          ^^^^^^^^^
error[config-value]: `output.dir` cannot be that: `../out` is not a plain relative path
 --> bds.toml:5:7
  |
5 | dir = "../out"
  |       ^^^^^^^^
bds: `bds.toml` is not valid, so nothing was done
"#,
    );
}

#[test]
fn a_configuration_that_is_not_toml() {
    check(
        &Site::new().file("bds.toml", "timezone = Europe\n"),
        [],
        r"error[config-syntax]: string values must be quoted, expected literal string
 --> bds.toml:1:12
  |
1 | timezone = Europe
  |            ^^^^^^
bds: `bds.toml` is not valid, so nothing was done
",
    );
    check(
        &Site::new().file("bds.toml", b"timezone = \"\xff\"\n"),
        [],
        "error[not-utf8]: the byte 0xff is not valid UTF-8
 --> bds.toml:1:13
  |
1 | timezone = \"\u{fffd}\"
  |             ^
  |
  = hint: the file seems to be in another encoding; save it as UTF-8
bds: `bds.toml` is not valid, so nothing was done
",
    );
}

#[test]
fn an_output_folder_among_the_sources() {
    let site = Site::new();
    let check = |out: &str, shown: &str| {
        let run = site.command().out(&site.path(out)).run().was_refused();
        let hint = "choose a folder of its own with --out or `[output] dir` of bds.toml";
        assert_eq!(
            said(&site, &run),
            format!("bds: the site cannot go to `{shown}`: sources are there\nhint: {hint}\n")
        );
    };
    check("posts/site", "PROJECT/posts/site");
    check("media", "PROJECT/media");
    check("", "PROJECT");
}

#[test]
fn a_virtual_environment_that_is_none() {
    let toml = "[python]\nvenv = \"env\"\n";
    let refused = |site: &Site, lack: &str| {
        let wanted = format!(
            "error[config-value]: `python.venv` cannot be that: `env` {lack}
 --> bds.toml:2:8
  |
2 | venv = \"env\"
  |        ^^^^^
  |
  = hint: make it with `python3 -m venv env`, or remove the key
bds: `bds.toml` is not valid, so nothing was done
"
        );
        check(site, [], &wanted);
    };
    let site = Site::new().post("plain", 1, "", "No macro, no Python.").file("bds.toml", toml);
    refused(&site, "is not there");
    refused(&Site::new().file("bds.toml", toml).file("env", ""), "is no folder");
    site.write("env/readme", "");
    refused(&site, "is no virtual environment: it has no `pyvenv.cfg`");
    site.write("env/pyvenv.cfg", "");
    refused(&site, "is no virtual environment: it has no `site-packages`");
    site.write("env/lib/python3.99/site-packages/nothing.txt", "");
    site.build().succeeded();
    Site::new().file("bds.toml", "[python]\n").build().succeeded();
}

#[test]
fn a_virtual_environment_of_another_python() {
    let site = site_with_a_macro()
        .file("bds.toml", "[python]\nvenv = \"env\"\n")
        .file("env/pyvenv.cfg", "version = 3.99.1\n")
        .file("env/lib/python3.99/site-packages/nothing.txt", "");
    let build = site.command().run().was_refused();
    let said = said(&site, &build);
    let wanted = "bds: the virtual environment `PROJECT/env` is for Python 3.99.1, but bds runs Python 3.";
    assert!(said.starts_with(wanted), "{said}");
}

#[test]
fn a_broken_configuration_is_told_in_every_form() {
    let site = Site::new().file("bds.toml", "[outptu]\ndir = \"x\"\n");
    let told = |format: &str| {
        let build = site.command().args(["--message-format", format]).run().was_refused();
        assert!(build.stderr.ends_with("bds: `bds.toml` is not valid, so nothing was done\n"), "{}", build.stderr);
        (build.stdout.clone(), build.stderr.lines().count(), build)
    };
    let (stdout, lines, build) = told("json");
    assert_eq!((stdout.lines().count(), lines), (1, 1));
    assert_eq!(
        build.diagnostics(),
        "bds.toml:1:2 error[config-key] there is no key `outptu`\nhint: did you mean `output`?\n"
    );
    assert_eq!(
        told("github").0,
        "::error file=bds.toml,line=1,col=2,title=config-key::there is no key `outptu`%0Ahint: did you mean `output`?\n"
    );
    let (stdout, lines, build) = told("short");
    assert_eq!((stdout.as_str(), lines), ("", 2));
    assert!(build.stderr.starts_with("bds.toml:1:2: error: there is no key `outptu` [config-key]\n"));
    assert_eq!((build.count("pages"), build.count("files_written"), build.count("macro_calls")), (0, 0, 0));
    let [diagnostic] = &build.report["diagnostics"].as_array().expect("a list")[..] else { panic!("one is reported") };
    assert_eq!((&diagnostic["code"], &diagnostic["line"]), (&"config-key".into(), &1.into()));
}

#[test]
fn the_doctor_of_a_broken_configuration_tells_of_the_machine_first() {
    let site = Site::new().file("bds.toml", "[outptu]\n");
    let run = Bds::new(["doctor"]).arg(site.path("")).run().exited(2);
    assert!(run.stdout.contains("\nPython ") && run.stdout.contains("starts in"), "{}", run.stdout);
    assert!(run.stderr.starts_with("error[config-key]: there is no key `outptu`\n"), "{}", run.stderr);
    assert!(run.stderr.ends_with("bds: `bds.toml` is not valid, so no build of this project can begin\n"));
}

/// A copy of the binary in which these bytes stand where the others stood first.
fn altered_binary(site: &Site, after: &[u8], bytes: &[u8]) -> PathBuf {
    let mut program = fs::read(bds()).expect("the binary can be read");
    let at = program.windows(after.len()).position(|found| found == after).expect("the binary holds that");
    program[at + after.len()..][..bytes.len()].copy_from_slice(bytes);
    site.write("bds", program);
    let copy = site.path("bds");
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).expect("it is ours");
    if cfg!(target_os = "macos") {
        let signed = Command::new("codesign").args(["--force", "--sign", "-"]).arg(&copy).status();
        assert!(signed.expect("macOS has codesign").success());
    }
    copy
}

#[test]
fn a_python_without_its_standard_library() {
    let site = site_with_a_macro();
    let copy = altered_binary(&site, b"python-home=", b"/no!");
    let build = site.command().program(&copy).run().was_refused();
    let [sentence] = build.stderr.lines().collect::<Vec<_>>()[..] else { panic!("{}", build.stderr) };
    assert!(sentence.starts_with("bds: the standard library of Python 3."), "{sentence}");
    assert!(sentence.contains("is not at `/no!"), "{sentence}");
    let quiet = Site::new().post("plain", 1, "", "No macro, no Python.");
    quiet.command().program(&copy).run().succeeded();
}

/// The loader speaks before the program does.
#[test]
#[cfg(target_os = "linux")]
fn a_libpython_that_is_gone() {
    let site = Site::new();
    let copy = altered_binary(&site, b"libpython3.", b"!");
    let run = Bds::new(["build"]).arg(site.path("")).program(&copy).run().exited(127);
    assert!(run.stderr.contains("libpython3.!"), "{}", run.stderr);
    assert!(!site.has("html"));
}

#[test]
fn wrong_usage() {
    let check = |args: &[&str], wanted: &str| {
        let run = Bds::new(args.iter().copied()).run().exited(2);
        let first = run.stderr.lines().next().unwrap_or_default();
        assert_eq!(first, wanted, "{}", run.stderr);
        assert_eq!(run.stdout, "");
    };
    check(&["biuld"], "error: unrecognized subcommand 'biuld'");
    check(&["build", "--draft"], "error: unexpected argument '--draft' found");
    check(&["build", "-j", "0"], "error: invalid value '0' for '--jobs <N>': it is a number of 1 or more");
    check(
        &["build", "--now", "yesterday"],
        "error: invalid value 'yesterday' for '--now <RFC3339>': write it as 2026-03-13T08:00:00Z",
    );
    check(&["build", "--message-format", "xml"], "error: invalid value 'xml' for '--message-format <FORMAT>'");
    check(&["build", "-q", "-v"], "error: the argument '--quiet' cannot be used with '--verbose'");
    check(&["init"], "error: the following required arguments were not provided:");
    let site = Site::new();
    let run = site.command().args(["--base-url", "blog.example"]).run().was_refused();
    assert_eq!(
        run.stderr,
        "bds: `blog.example` is no address of a site: it does not begin with `https://` or `http://`\n\
        hint: give --base-url a whole address, such as https://blog.example\n"
    );
}

#[test]
fn programs_are_told_in_their_form_that_there_is_no_project() {
    let site = Site::empty();
    let report = site.path("report.json");
    let args = ["--message-format", "json", "--report"];
    let run = Bds::new(["build"]).args(args).arg(&report).arg(site.path("")).run().exited(2);
    let told: serde_json::Value = serde_json::from_str(&run.stdout).expect("one object");
    assert_eq!((&told["code"], &told["severity"]), (&"no-project".into(), &"error".into()));
    assert!(told["hints"][0].as_str().is_some_and(|hint| hint.starts_with("`bds init ")), "{told}");
    let report: serde_json::Value = serde_json::from_str(&site.read("report.json")).expect("a report");
    assert_eq!((&report["pages"], &report["diagnostics"][0]["code"]), (&0.into(), &"no-project".into()));
}
