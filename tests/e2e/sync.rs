//! `bds sync`, `diff`, `repair`, `rebuild`: what others do to the sources, while nobody looks and while `bds watch` does.

use std::fs;
use std::path::Path;
use std::process::Command;

use bds_tests::{Bds, Run, Site, Watch, macro_script, post};
use serde_json::{Value, json};

fn site() -> Site {
    let code = "def render(context, post):\n    return {\"html\": \"one\"}";
    Site::new().macro_script("one", code).macro_script("two", code).post("first", 1, "tags: [a, b]", "Text.")
}

fn bds(site: &Site, args: &[&str]) -> Run {
    Bds::new(args.iter().copied()).in_folder(&site.path("")).run()
}

fn json_of(site: &Site, args: &[&str]) -> Value {
    let run = bds(site, &[args, &["--json"]].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("it prints JSON:\n{}{}", run.stdout, run.stderr))
}

/// Saves a file as editors do: beside it, then over it.
fn save(site: &Site, file: &str, text: &str) {
    site.write(&format!("{file}.tmp"), text);
    rename(site, &format!("{file}.tmp"), file);
}

fn rename(site: &Site, from: &str, to: &str) {
    fs::rename(site.path(from), site.path(to)).expect("it can be renamed");
}

#[test]
fn what_was_done_while_nobody_looked_is_followed_once() {
    let site = site();
    bds(&site, &["sync"]).exited(0);
    site.write("scripts/three.py", macro_script("three", "x = 1"));
    save(&site, "scripts/one.py", &site.read("scripts/one.py").replace("title: \"one\"", "title: \"First\""));
    rename(&site, "scripts/two.py", "scripts/deux.py");
    site.edit("posts/2024/05/first.md", "Text.", "Words.");
    let wanted = "scripts/deux.py: renamed from scripts/two.py\n\
                  scripts/one.py: edited (title)\n\
                  scripts/three.py: added\n\
                  posts/2024/05/first.md: edited (body)\n";
    let dry = bds(&site, &["sync", "--dry-run"]).exited(0);
    assert_eq!(
        (dry.stdout.as_str(), dry.stderr.as_str()),
        (wanted, "Nothing was written: the index would follow in 4 files.\n")
    );
    assert_eq!(bds(&site, &["sync"]).exited(0).stdout, wanted);
    let again = bds(&site, &["sync"]).exited(0);
    assert_eq!((again.stdout.as_str(), again.stderr.as_str()), ("", "The index is as the files are.\n"));
    site.remove("scripts/deux.py");
    let gone = json_of(&site, &["sync", "scripts"]);
    assert_eq!(gone["followed"], json!([{ "kind": "scripts", "path": "scripts/deux.py", "difference": "deleted" }]));
}

#[test]
fn what_is_done_while_watch_runs_is_followed_as_it_happens() {
    let site = site();
    let mut watch = Watch::begin(&site, &[]);
    let mut follows = |what: &str| {
        watch.wait(what, |_| bds(&site, &["diff", "scripts"]).code == Some(0));
    };
    follows("the first look");
    site.write("scripts/three.py", macro_script("three", "x = 1"));
    follows("a new file");
    save(&site, "scripts/one.py", &site.read("scripts/one.py").replace("title: \"one\"", "title: \"First\""));
    follows("an atomic save");
    rename(&site, "scripts/two.py", "scripts/deux.py");
    follows("another name");
    site.remove("scripts/three.py");
    follows("a removal");
    let half = site.read("scripts/deux.py");
    site.write("scripts/deux.py", &half[..20]);
    site.write("scripts/deux.py", &half);
    follows("a file that was half written");
    drop(watch);
    assert_eq!(bds(&site, &["sync", "scripts"]).exited(0).stdout, "");
}

/// A script that bds changed, and the texts before and after.
fn changed(site: &Site) -> (String, String) {
    let before = site.read("scripts/one.py");
    bds(site, &["scripts", "set", "one", "title=By bds"]).exited(0);
    (before, site.read("scripts/one.py"))
}

#[test]
fn an_editor_that_saves_over_a_change_of_bds_wins_and_the_change_is_kept() {
    let site = site();
    let (before, by_bds) = changed(&site);
    let saved = format!("{before}# from an editor that was open all the time\n");
    site.write("scripts/one.py", &saved);
    let build = site.build().succeeded();
    let line = build.stderr.lines().find(|line| line.starts_with("scripts/one.py: ")).expect("it is told");
    let copy = line.rsplit_once("is kept in ").expect("where it is kept").1;
    assert!(copy.starts_with(".bds/conflicts/scripts/one.py."), "{line}");
    assert_eq!((site.read(copy), site.read("scripts/one.py")), (by_bds, saved));
    assert!(!site.build().stderr.contains("conflicts"), "it is told once");
}

#[test]
fn a_change_that_was_cut_short_is_made_by_the_next_command_but_by_no_build() {
    let site = site();
    bds(&site, &["sync"]).exited(0);
    let text = macro_script("made", "x = 1");
    let note = json!({ "path": "scripts/made.py", "moved_from": null, "base": null, "text": text });
    site.write(".bds/pending/1.v1.json", note.to_string());
    let sources = site.sources();
    let build = site.build().succeeded();
    assert!(build.stderr.contains("scripts/made.py: a change was cut short; "), "{}", build.stderr);
    assert_eq!(site.sources().differences(&sources), [""; 0], "a build writes no source");
    let run = bds(&site, &["scripts", "list"]).exited(0);
    assert_eq!(run.stderr, "scripts/made.py: a change that was cut short is made now\n");
    assert_eq!((site.read("scripts/made.py"), site.has(".bds/pending/1.v1.json")), (text, false));
}

fn git(folder: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "user.name=Test", "-c", "user.email=test@blog.example"]);
    command.args(["-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]).args(args);
    let output = command.output().expect("git can be started");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_git_brought_is_followed_and_counted() {
    let site = site().file("scripts/größe.py", "x = 1\n");
    let outer = site.path("");
    git(&outer, &["init", "--quiet"]);
    git(&outer, &["add", "."]);
    git(&outer, &["commit", "--quiet", "-m", "one"]);
    bds(&site, &["sync"]).exited(0);
    site.write("scripts/three.py", macro_script("three", "x = 1"));
    site.edit("scripts/one.py", "\"one\"}", "\"1\"}");
    rename(&site, "scripts/two.py", "scripts/deux.py");
    site.remove("scripts/größe.py");
    site.edit("posts/2024/05/first.md", "Text.", "Words.");
    site.write("media/2024/05/a.txt", "no sidecar");
    git(&outer, &["add", "."]);
    git(&outer, &["commit", "--quiet", "-m", "two"]);
    // Not of these commits: it is left for the next sync.
    site.write("scripts/later.py", "y = 1\n");
    let said = json_of(&site, &["sync", "--from-git", "HEAD~1..HEAD"]);
    let wanted = json!({ "created": 1, "updated": 2, "deleted": 1, "processedFiles": 4 });
    assert_eq!(said["counts"]["scripts"], wanted, "{said}");
    assert_eq!(said["counts"]["posts"], json!({ "created": 0, "updated": 1, "deleted": 0, "processedFiles": 1 }));
    assert_eq!(said["counts"]["media"]["processedFiles"], 0);
    let rest = bds(&site, &["sync"]).exited(0);
    assert_eq!(rest.stdout, "scripts/later.py: added\n");
    let again = bds(&site, &["sync", "--from-git", "HEAD~1..HEAD"]).exited(0);
    assert!(again.stdout.starts_with("scripts: 0 created, 3 updated, 0 deleted, 4 processed\n"), "{}", again.stdout);
    let unknown = bds(&site, &["sync", "--from-git", "nothing..HEAD"]).exited(2);
    assert!(unknown.stderr.starts_with("bds: git cannot compare the two commits: "), "{}", unknown.stderr);
}

#[test]
fn a_project_in_a_folder_of_a_repository_is_named_from_itself() {
    let outer = Site::empty();
    outer.write("blog/meta/project.json", "{}");
    outer.write("blog/scripts/a.py", "x = 1\n");
    outer.write("scripts/elsewhere.py", "x = 1\n");
    git(&outer.path(""), &["init", "--quiet"]);
    git(&outer.path(""), &["add", "."]);
    git(&outer.path(""), &["commit", "--quiet", "-m", "one"]);
    outer.write("blog/scripts/a.py", "x = 2\n");
    outer.write("scripts/elsewhere.py", "x = 2\n");
    git(&outer.path(""), &["commit", "--quiet", "-a", "-m", "two"]);
    let run = Bds::new(["sync", "--from-git", "HEAD~1..HEAD"]).in_folder(&outer.path("blog")).run().exited(0);
    let wanted = "scripts/a.py: added\nscripts: 1 created, 0 updated, 0 deleted, 1 processed\n";
    assert_eq!(run.stdout, wanted);
}

#[test]
fn a_merge_that_was_left_undone_is_told_and_written_by_no_command() {
    let site = site();
    bds(&site, &["sync"]).exited(0);
    let merge = site
        .read("scripts/one.py")
        .replace("title: \"one\"", "<<<<<<< HEAD\ntitle: \"mine\"\n=======\ntitle: \"theirs\"\n>>>>>>> other");
    site.write("scripts/one.py", &merge);
    let run = bds(&site, &["sync"]).exited(1);
    let reason = "git could not merge it: there is a conflict marker in line 5";
    assert_eq!(run.stdout, format!("scripts/one.py: edited, and its metadata cannot be read: {reason}\n"));
    let run = bds(&site, &["sync"]).exited(1);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.starts_with("error[source-unreadable]: "), "it is told as long as it is there: {}", run.stderr);
    let diff = json_of(&site, &["diff", "scripts"]);
    assert_eq!(diff["items"][0]["differences"]["title"], json!({ "index": "one", "file": null }));
    for args in [&["scripts", "set", "one", "title=x"][..], &["scripts", "delete", "one"]] {
        assert!(bds(&site, args).exited(2).stderr.contains(reason));
    }
    assert!(bds(&site, &["repair", "--to-file"]).exited(1).stdout.contains("not touched"));
    assert_eq!(site.read("scripts/one.py"), merge);
}

const SIDECAR: &str = "---\nid: m\noriginalName: \"a.jpg\"\nmimeType: image/jpeg\ntitle: \"Moor\"\n\
    createdAt: 2024-05-01T10:00:00.000Z\nupdatedAt: 2024-05-01T10:00:00.000Z\ntags: []\nown: kept\n---";

#[test]
fn both_sides_can_be_made_the_same_in_either_direction() {
    let site = site()
        .file("media/2024/05/m.jpg.meta", SIDECAR)
        .file("posts/2024/05/first.de.md", "---\ntranslationFor: first-id\nlanguage: de\ntitle: Erster\n---\nText.\n")
        .file(
            "templates/own.liquid",
            "---\nid: \"t\"\nslug: \"own\"\nkind: \"post\"\nversion: 4\n---\n<main></main>\n",
        );
    bds(&site, &["sync"]).exited(0);
    let before = site.sources();
    let edits = [
        ("scripts/one.py", "title: \"one\"", "title: \"x\""),
        ("templates/own.liquid", "kind: \"post\"", "kind: \"list\""),
        ("posts/2024/05/first.md", "tags: [a, b]", "tags: [b, c]"),
        ("posts/2024/05/first.de.md", "title: Erster", "title: Anderer"),
        ("media/2024/05/m.jpg.meta", "title: \"Moor\"", "title: \"Meer\""),
    ];
    for (file, from, to) in edits {
        site.edit(file, from, to);
    }
    site.edit("posts/2024/05/first.md", "Title of first", "Another title");
    let edited = site.sources();
    let diff = json_of(&site, &["diff"]);
    assert_eq!(diff["items"].as_array().map(Vec::len), Some(5), "{diff}");
    assert_eq!(
        diff["fields"][0],
        json!({ "field": "title", "paths": [
        "scripts/one.py", "posts/2024/05/first.de.md", "posts/2024/05/first.md", "media/2024/05/m.jpg.meta",
    ] })
    );
    let shown = bds(&site, &["diff", "posts"]).exited(1).stdout;
    let wanted = "posts/2024/05/first.de.md:\n  title: \"Erster\" in the index, \"Anderer\" in the file\n\
        posts/2024/05/first.md:\n  tags: [\"a\",\"b\"] in the index, [\"b\",\"c\"] in the file\n  \
        title: \"Title of first\" in the index, \"Another title\" in the file\nby key: title 2, tags 1\n";
    assert_eq!(shown, wanted);
    assert_eq!(site.sources().differences(&edited), [""; 0], "looking changes nothing");

    bds(&site, &["repair", "--to-index", "--field", "title", "posts/2024/05/first.md"]).exited(0);
    let left = json_of(&site, &["diff", "posts"]);
    assert_eq!(
        left["fields"],
        json!([
            { "field": "tags", "paths": ["posts/2024/05/first.md"] },
            { "field": "title", "paths": ["posts/2024/05/first.de.md"] },
        ])
    );
    let repaired = bds(&site, &["repair", "--to-file"]).exited(0);
    assert_eq!(repaired.stdout.lines().count(), 5, "{}", repaired.stdout);
    bds(&site, &["diff"]).exited(0);
    assert_eq!(
        site.sources().differences(&before),
        ["posts/2024/05/first.md", "scripts/one.py", "templates/own.liquid"]
    );
    assert!(site.read("posts/2024/05/first.md").contains("title: Another title"), "the key that the index took");
    assert!(
        site.read("scripts/one.py").contains("title: \"one\"") && site.read("scripts/one.py").contains("version: 2")
    );
    assert!(site.read("templates/own.liquid").contains("kind: \"post\"\nversion: 5\n"));
    let copies = fs::read_dir(site.path(".bds/conflicts/media/2024/05")).expect("there is one");
    let copy = copies.map(|copy| copy.expect("listed").path()).next().expect("a copy");
    assert!(fs::read_to_string(copy).expect("read").contains("Meer"), "what lost is kept");
}

#[test]
fn new_files_are_taken_in_and_those_that_are_gone_forgotten() {
    let site = site();
    bds(&site, &["sync"]).exited(0);
    site.remove("scripts/two.py");
    site.write("posts/2024/05/second.md", post("second", 2, "", "Text."));
    assert_eq!(
        bds(&site, &["repair", "--to-file"]).exited(1).stdout,
        "scripts/two.py: not touched: the file is gone; the index does not know its text\n"
    );
    let wanted = "scripts/two.py: forgotten: the file is gone\nposts/2024/05/second.md: new in the index\n";
    assert_eq!(bds(&site, &["repair", "--to-index", "--dry-run"]).exited(0).stdout, wanted);
    assert_eq!(bds(&site, &["repair", "--to-index"]).exited(0).stdout, wanted);
    bds(&site, &["diff"]).exited(0);
}

#[test]
fn an_index_that_was_thrown_away_is_made_from_the_files_again() {
    let site = site();
    bds(&site, &["sync"]).exited(0);
    fs::remove_dir_all(site.path(".bds")).expect("removed");
    let made = json_of(&site, &["rebuild", "all"]);
    assert_eq!(made["files"], json!({ "scripts": 2, "templates": 0, "posts": 1, "media": 0 }));
    assert_eq!(bds(&site, &["sync"]).exited(0).stdout, "");
    site.write("scripts/three.py", "x = 1\n");
    assert_eq!(json_of(&site, &["rebuild", "scripts"])["files"], json!({ "scripts": 3 }));
    bds(&site, &["diff"]).exited(0);
}

#[test]
fn files_that_are_read_only_are_not_written() {
    let site = site();
    let file = site.path("scripts/one.py");
    let mut permissions = fs::metadata(&file).expect("it is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).expect("set");
    let before = site.sources();
    for args in [&["scripts", "set", "one", "title=x"][..], &["scripts", "delete", "one"]] {
        assert_eq!(bds(&site, args).exited(2).stderr, "bds: `scripts/one.py` is read-only\n");
    }
    assert_eq!(site.sources().differences(&before), [""; 0]);
    assert_eq!(bds(&site, &["sync", "scripts"]).exited(0).stdout, "");
}
