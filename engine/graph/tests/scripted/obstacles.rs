//! What stands in the way of an output file costs that file only, is told, and is left alone.
#![expect(clippy::disallowed_methods, reason = "tests look at real files")]

use std::fs;
use std::sync::Arc;

use bds_base::OsSystem;
use bds_graph::{Built, FileFate};
use insta::assert_snapshot;

use crate::disk::LyingDisk;
use crate::project::{Project, files, lines, post_file};

fn project() -> Project {
    let project = Project::plain();
    project.post("one", 1, "tags: [red]\n", "Hello");
    project.post("two", 2, "", "World");
    project
}

fn failed(built: &Built) -> Vec<String> {
    files(built, |fate| *fate == FileFate::Failed)
}

/// Asserts that the output is that of a clean build, and some files of others.
fn check_is_clean_but_for(project: &Project, others: &[&str]) {
    let mut copy = project.fresh_copy();
    copy.build();
    let mut tree = project.tree();
    tree.retain(|file, _| !others.contains(&file.as_str()));
    assert_eq!(tree.keys().collect::<Vec<_>>(), copy.tree().keys().collect::<Vec<_>>());
    assert!(tree == copy.tree());
}

#[test]
fn a_folder_in_place_of_a_page_costs_that_page_and_stays() {
    for restart in [false, true] {
        let mut project = project();
        project.write("html/404.html/mine.txt", "mine");
        fs::create_dir_all(project.path("html/tag/red/index.html")).unwrap();
        let planned = project.dry_run();
        let built = project.build();
        assert_eq!(planned.files, built.files);
        assert_eq!(lines(&planned.diagnostics), lines(&built.diagnostics));
        assert_eq!(failed(&built), ["404.html", "tag/red/index.html"]);
        assert_eq!(
            lines(&built.diagnostics),
            "error[output-blocked] html/404.html: `html/404.html` is a folder, where the site has a file\n  \
             hint: move it away and build again; the site is built without the file\n\
             error[output-blocked] html/tag/red/index.html: `html/tag/red/index.html` is a folder, where the site has a file\n  \
             hint: move it away and build again; the site is built without the file\n"
        );
        assert_eq!(lines(&project.build().diagnostics), lines(&built.diagnostics), "and again");
        assert_eq!(project.page("404.html/mine.txt"), "mine");
        assert!(project.path("html/tag/red/index.html").is_dir());

        project.remove("html/404.html/mine.txt");
        fs::remove_dir(project.path("html/404.html")).unwrap();
        fs::remove_dir(project.path("html/tag/red/index.html")).unwrap();
        if restart {
            project.restart();
        }
        assert_eq!(lines(&project.build().diagnostics), "");
        check_is_clean_but_for(&project, &[]);
    }
}

#[test]
fn a_file_in_place_of_a_folder_costs_what_lies_below_and_stays() {
    let mut project = project();
    project.media("photo", "");
    project.write("html/2024", "mine");
    project.write("html/media/2024", "mine too");
    let planned = project.dry_run();
    let built = project.build();
    assert_eq!(planned.files, built.files);
    assert_snapshot!(lines(&built.diagnostics), @r"
    error[output-blocked] html/2024: `html/2024` is a file, where the site has a folder with 6 files
      hint: move it away and build again; the site is built without what belongs there
    error[output-blocked] html/media/2024: `html/media/2024` is a file, where the site has a folder with 1 file
      hint: move it away and build again; the site is built without what belongs there
    ");
    assert_eq!((project.page("2024"), project.page("media/2024")), ("mine".to_owned(), "mine too".to_owned()));
    assert!(project.page("index.html").contains("Hello"));

    project.remove("html/2024");
    project.remove("html/media/2024");
    assert_eq!(lines(&project.build().diagnostics), "");
    check_is_clean_but_for(&project, &[]);
}

#[test]
fn a_folder_in_place_of_a_media_file_stays() {
    for mode in ["link", "copy"] {
        let mut project = project();
        project.configure(&format!("[output]\nmedia = \"{mode}\""));
        project.media("photo", "");
        project.write("html/media/2024/05/photo.jpg/mine.txt", "mine");
        assert_eq!(failed(&project.build()), ["media/2024/05/photo.jpg"]);
        assert_eq!(project.page("media/2024/05/photo.jpg/mine.txt"), "mine");
    }
}

#[test]
fn a_folder_that_refuses_costs_the_files_in_it_and_is_told_once() {
    for restart in [false, true] {
        let mut project = project();
        let disk = Arc::new(LyingDisk::default());
        project.system = disk.clone();
        project.build();
        let before = project.tree();

        *disk.closed.lock().unwrap() = Some("05");
        project.edit(&post_file("one"), "Hello", "Goodbye");
        project.remove(&post_file("two"));
        project.post("three", 3, "", "New");
        let built = project.build();
        assert_eq!(
            lines(&built.diagnostics)
                .replace("  hint: check the permissions of the folder, and of media that are copied into it\n", ""),
            "\
            error[output-blocked] html/2024/05: 3 files in `html/2024/05` cannot be written: permission denied\n\
            error[output-blocked] html/2024/05/01/index.html: `html/2024/05/01/index.html` cannot be written: permission denied\n\
            error[output-blocked] html/2024/05/01/one/index.html: `html/2024/05/01/one/index.html` cannot be written: permission denied\n\
            error[output-blocked] html/2024/05/02/index.html: `html/2024/05/02/index.html` cannot be removed: permission denied\n\
            error[output-blocked] html/2024/05/02/two/index.html: `html/2024/05/02/two/index.html` cannot be removed: permission denied\n\
        "
        );
        assert!(project.page("index.html").contains("Goodbye"), "the rest is written");
        let old = "2024/05/01/one/index.html";
        assert_eq!(project.tree()[old], before[old], "what cannot be written stays as it was");
        assert_eq!(
            files(&built, |fate| *fate == FileFate::NotRemoved),
            ["2024/05/02/index.html", "2024/05/02/two/index.html"]
        );

        // What is still there is still ours.
        project.remove(&post_file("one"));
        *disk.closed.lock().unwrap() = None;
        if restart {
            project.restart();
        }
        assert_eq!(lines(&project.build().diagnostics), "");
        check_is_clean_but_for(&project, &[]);
    }
}

#[test]
fn a_page_that_is_written_again_after_it_could_not_be_is_no_ghost() {
    let mut project = project();
    project.build();
    project.remove("html/404.html");
    fs::create_dir(project.path("html/404.html")).unwrap();
    project.build();
    project.system = Arc::new(OsSystem);
    fs::remove_dir(project.path("html/404.html")).unwrap();
    project.build();
    assert!(project.has("404.html"));
    project.build();
    assert!(project.has("404.html"));
}

#[test]
fn an_output_folder_that_cannot_be_written_at_all_ends_the_build() {
    let mut project = project();
    project.write("html", "a file");
    let error = project.aborted_build();
    assert!(error.to_string().contains("html"), "{error}");
    assert_eq!(project.read("html"), "a file");

    let mut project = self::project();
    project.system = Arc::new(LyingDisk { closed: Some("html").into(), ..LyingDisk::default() });
    project.aborted_build();
}
