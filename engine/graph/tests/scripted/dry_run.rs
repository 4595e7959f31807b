//! A dry run says what the next build does, whatever was edited, and writes nothing.

use bds_graph::FileFate;

use crate::lineage::project;
use crate::project::{Project, post_file};

/// A dry run in the same process and in a new one, and then the build in a new one: all say the same.
#[track_caller]
fn check(what: &str, edit: impl Fn(&mut Project)) {
    let mut project = project();
    project.build();
    edit(&mut project);
    let times = project.times();
    let here = project.dry_run();
    project.restart();
    let there = project.dry_run();
    assert_eq!(project.times(), times, "{what}: a dry run writes");
    project.restart();
    let done = project.build();
    for (dry, process) in [(here, "the same process"), (there, "a new process")] {
        assert_eq!(dry.files, done.files, "{what}: files, {process}");
        assert_eq!(dry.diagnostics, done.diagnostics, "{what}: diagnostics, {process}");
    }
    let is_settled = |fate: &FileFate| matches!(fate, FileFate::Unchanged | FileFate::Failed);
    assert!(project.dry_run().files.iter().all(|file| is_settled(&file.fate)), "{what}: then nothing is left");
}

#[test]
fn its_list_is_what_the_build_does() {
    let edit = |file: &'static str, from: &'static str, to: &'static str| {
        move |project: &mut Project| project.edit(file, from, to)
    };
    check("nothing", |_| {});
    check("a text", edit("posts/2024/05/one.md", "[[titled]]", "Another. [[titled]]"));
    check("a title", edit("posts/2024/05/one.md", "Title of one", "Another"));
    check("a tag", edit("posts/2024/05/one.md", "- red", "- blue"));
    check("a slug", edit("posts/2024/05/one.md", "slug: one", "slug: other"));
    check("a date", edit("posts/2024/05/one.md", "2024-05-01", "2023-01-01"));
    check("a draft", edit("posts/2024/05/one.md", "status: published", "status: draft"));
    check("a broken post", edit("posts/2024/05/one.md", "---\n", "--\n"));
    check("a post that goes", |project| project.remove(&post_file("one")));
    check("a post that comes", |project| project.post("new", 9, "tags: [new]\n", "New."));
    check("a post that moves", |project| {
        let text = project.read(&post_file("one"));
        project.remove(&post_file("one"));
        project.write("posts/2023/01/one.md", &text);
    });
    check("a translation", |project| project.translation("data", "de", "Neu"));
    check("a script", edit("scripts/titled.py", "# code", "# other"));
    check("a script that goes", |project| project.remove("scripts/titled.py"));
    check("a data file", |project| project.write("data/list.txt", "b"));
    check("a data file that comes", |project| project.write("data/late.txt", "b"));
    check("a template", |project| project.write("templates/small.liquid", "x"));
    check("a template that is not valid", |project| project.write("templates/small.liquid", "{% if %}"));
    check("a partial", |project| project.write("templates/piece.liquid", "x"));
    check("a setting", edit("meta/project.json", "\"Test\"", "\"Other\""));
    check("a language less", edit("meta/project.json", "[\"de\"]", "[]"));
    check("the menu", edit("meta/menu.opml", "\"One\"", "\"First\""));
    check("a medium", |project| project.media("other", ""));
    check("a medium that goes", |project| project.remove("media/2024/05/photo.jpg"));
    check("bds.toml", |project| project.configure("[archives]\ntag = false\n[output]\nmedia = \"copy\""));
    check("an output file that somebody changed", |project| project.write("html/index.html", "spoiled"));
    check("an output file that somebody removed", |project| project.remove("html/index.html"));
}
