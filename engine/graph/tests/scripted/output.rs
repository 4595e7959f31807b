//! The output folder: it holds the site, and what is not ours is left alone.
#![expect(clippy::disallowed_methods, reason = "tests look at real files")]

use std::fs;
use std::sync::Arc;

use bds_base::{OsSystem, System as _};
use bds_graph::FileFate;

use crate::disk::LyingDisk;
use crate::project::{OUT, Project, files, lines, post_file, removed, written};

fn project() -> Project {
    let project = Project::plain();
    project.post("one", 1, "tags:\n  - red\n", "Hello");
    project.post("two", 2, "", "World");
    project
}

#[test]
fn what_the_site_no_longer_has_goes_with_its_folders() {
    let mut project = project();
    project.build();
    project.remove(&post_file("one"));
    let built = project.build();
    assert_eq!(removed(&built), ["2024/05/01/index.html", "2024/05/01/one/index.html", "tag/red/index.html"]);
    assert!(!project.has("2024/05/01") && !project.has("tag"), "the empty folders are gone");
    assert!(project.has("2024/05/02"));
}

#[test]
fn files_of_others_are_never_touched() {
    let mut project = project();
    project.write("html/CNAME", "blog.example");
    project.write("html/2024/05/01/one/notes.txt", "mine");
    project.build();
    project.remove(&post_file("one"));
    project.build();
    assert_eq!(project.page("CNAME"), "blog.example");
    assert_eq!(project.page("2024/05/01/one/notes.txt"), "mine");
    assert!(!project.has("2024/05/01/one/index.html"));
}

#[test]
fn what_was_there_before_the_first_build_is_no_ghost() {
    let mut project = project();
    project.write("html/2023/old/index.html", "of another program");
    let built = project.build();
    assert_eq!(removed(&built), Vec::<String>::new());
    assert!(project.has("2023/old/index.html"));
}

#[test]
fn an_output_file_that_was_edited_or_deleted_is_restored() {
    let mut project = project();
    project.build();
    let before = project.tree();
    for restart in [false, true] {
        project.write("html/2024/05/01/one/index.html", "edited by hand");
        fs::remove_file(project.path("html/index.html")).unwrap();
        fs::remove_file(project.path("html/assets/bds.css")).unwrap();
        if restart {
            project.restart();
        }
        let built = project.build();
        assert_eq!(written(&built), ["2024/05/01/one/index.html", "assets/bds.css", "index.html"]);
        assert_eq!(project.tree(), before);
    }
}

#[test]
fn an_edit_that_keeps_length_and_time_is_not_looked_for_but_another_length_or_time_is() {
    let mut project = project();
    project.build();
    let before = project.page("index.html");
    let time = project.times()["index.html"];
    project.write("html/index.html", &before.to_uppercase());
    let file = fs::OpenOptions::new().append(true).open(project.path("html/index.html")).unwrap();
    file.set_modified(time + std::time::Duration::from_nanos(1)).unwrap();
    project.build();
    assert_eq!(project.page("index.html"), before);
}

#[test]
fn a_deleted_output_folder_is_made_again() {
    let mut project = project();
    project.build();
    let before = project.tree();
    for restart in [false, true] {
        fs::remove_dir_all(project.path(OUT)).unwrap();
        if restart {
            project.restart();
        }
        project.build();
        assert_eq!(project.tree(), before);
    }
}

#[test]
fn a_lost_store_costs_no_write() {
    let mut project = project();
    project.build();
    let times = project.times();
    project.restart();
    fs::remove_dir_all(project.path(".bds")).unwrap();
    let built = project.build();
    assert_eq!((written(&built), project.times()), (Vec::new(), times));
}

#[test]
fn a_ghost_that_somebody_changed_stays_and_is_told() {
    let mut project = project();
    project.build();
    project.write("html/2024/05/01/one/index.html", "I want to keep this");
    project.remove(&post_file("one"));
    let built = project.build();
    assert_eq!(files(&built, |fate| *fate == FileFate::LeftChanged), ["2024/05/01/one/index.html"]);
    assert_eq!(project.page("2024/05/01/one/index.html"), "I want to keep this");
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_the_next_build_does() {
    let mut project = project();
    project.media("photo", "");
    let nothing = project.tree();
    let planned = project.dry_run();
    assert_eq!(project.tree(), nothing);
    assert_eq!(planned.files, project.build().files, "the first build");

    let before = project.times();
    project.remove(&post_file("one"));
    project.remove("media/2024/05/photo.jpg");
    project.edit(&post_file("two"), "World", "Moon");
    project.post("three", 3, "", "New");
    for restart in [false, true] {
        let planned = project.dry_run();
        assert_eq!(project.times(), before);
        if restart {
            project.restart();
            assert_eq!(planned.files, project.build().files, "a later one");
        }
    }
}

#[test]
fn media_made_in_the_last_hour_of_a_month_are_found_by_the_address_that_scripts_make() {
    let mut project = project();
    let made = |name: &str| {
        format!(
            "---\nid: {name}-id\noriginalName: \"{name}.jpg\"\nmimeType: image/jpeg\nsize: 3\ncreatedAt: 2024-04-30T23:30:00.000Z\n---"
        )
    };
    project.write("media/2024/05/late.jpg", "late");
    project.write("media/2024/05/late.jpg.meta", &made("late"));
    project.write("media/2024/04/early.jpg", "early");
    project.write("media/2024/04/early.jpg.meta", &made("early"));
    project.post("shown", 9, "", "![a](/media/2024/04/late.jpg) ![b](/media/2024/04/early.jpg)");
    let built = project.build();
    assert_eq!(lines(&built.diagnostics), "");
    let page = project.page("2024/05/09/shown/index.html");
    assert!(page.contains(r#"src="/media/2024/05/late.jpg""#), "{page}");
    assert!(page.contains(r#"src="/media/2024/04/early.jpg""#), "{page}");
}

#[test]
fn media_are_linked_copied_or_left_out() {
    for (mode, is_there, is_same) in [("link", true, true), ("copy", true, false), ("none", false, false)] {
        let mut project = project();
        project.configure(&format!("[output]\nmedia = \"{mode}\""));
        project.media("photo", "");
        project.write("thumbnails/ph/photo-small.webp", "webp");
        project.build();
        let (source, output) = (project.path("media/2024/05/photo.jpg"), project.path("html/media/2024/05/photo.jpg"));
        assert_eq!((output.exists(), OsSystem.is_same_file(&source, &output)), (is_there, is_same), "{mode}");
        assert_eq!(project.has("thumbnails/ph/photo-small.webp"), is_there, "{mode}");
        assert!(!project.has("media/2024/05/photo.jpg.meta"), "sidecars are not published");

        let times = project.times();
        project.restart();
        assert_eq!((written(&project.build()), project.times()), (Vec::new(), times), "{mode}: nothing is done twice");
        project.write("media/2024/05/photo.jpg", "another");
        project.build();
        if is_there {
            assert_eq!(project.page("media/2024/05/photo.jpg"), "another", "{mode}");
        }
        project.remove("media/2024/05/photo.jpg");
        project.build();
        assert!(!project.has("media"), "{mode}");
    }
}

#[test]
fn another_way_with_media_is_taken_up() {
    let mut project = project();
    project.media("photo", "");
    project.build();
    project.configure("[output]\nmedia = \"copy\"");
    project.build();
    let (source, output) = (project.path("media/2024/05/photo.jpg"), project.path("html/media/2024/05/photo.jpg"));
    assert!(!OsSystem.is_same_file(&source, &output), "a link has become a copy");
    project.configure("[output]\nmedia = \"none\"");
    project.build();
    assert!(!project.has("media"));
}

#[test]
fn a_link_to_a_media_file_that_was_touched_goes_when_media_are_no_longer_wanted() {
    let mut project = Project::plain();
    project.media("photo", "");
    project.build();
    project.touch("media/2024/05/photo.jpg");
    project.configure("[output]\nmedia = \"none\"\n");
    let built = project.build();
    assert_eq!(removed(&built), ["media/2024/05/photo.jpg"]);
    assert_eq!(project.read("media/2024/05/photo.jpg"), "jpg", "the source stays");
}

#[test]
fn a_media_file_that_becomes_a_folder_does_not_stop_the_build() {
    let mut project = project();
    project.write("media/album", "a file");
    project.build();
    project.remove("media/album");
    project.write("media/album/photo.jpg", "jpg");
    project.build();
    assert_eq!(project.page("media/album/photo.jpg"), "jpg");
    project.remove("media/album/photo.jpg");
    fs::remove_dir(project.path("media/album")).unwrap();
    project.write("media/album", "a file again");
    project.build();
    assert_eq!(project.page("media/album"), "a file again");
}

#[test]
fn files_too_young_to_be_trusted_are_read_and_not_written() {
    for mode in ["link", "copy"] {
        let mut project = project();
        project.system = Arc::new(LyingDisk { young: Some(OUT), ..LyingDisk::default() });
        project.configure(&format!("[output]\nmedia = \"{mode}\""));
        project.media("photo", "");
        project.build();
        let times = project.times();
        assert_eq!((written(&project.build()), project.times()), (Vec::new(), times), "{mode}");
        project.remove("media/2024/05/photo.jpg");
        project.remove(&post_file("one"));
        project.build();
        assert!(!project.has("media") && !project.has("tag"), "{mode}: ghosts are known by their content");
    }
}
