//! Builds that did not come to their end, for want of room or because the process was killed: the next one is right.
#![expect(clippy::disallowed_methods, reason = "tests look at real files")]

use std::fs;
use std::sync::Arc;

use bds_base::OsSystem;
use bds_graph::BuildError;

use crate::disk::{End, LyingDisk};
use crate::project::{Project, post_file, removed};
use crate::runtime::ScriptedRuntime;

const ENDS: [End; 3] = [End::Full, End::KilledBefore, End::KilledAfter];

fn project() -> Project {
    let mut project = Project::plain();
    project.threads = 1;
    for (slug, day) in [("one", 1), ("two", 2), ("three", 3)] {
        project.post(slug, day, "tags: [red]\n", "Hello");
    }
    project.media("photo", "");
    project
}

/// A build that ends after so many files.
fn end(project: &mut Project, files: usize, end: End) {
    project.restart();
    project.system = Arc::new(LyingDisk::ending(files, end));
    if end == End::Full {
        drop(project.aborted_build());
    } else {
        project.killed_build();
    }
    project.system = Arc::new(OsSystem);
    project.restart();
}

/// Asserts that the next build gives what a clean one gives.
fn check_is_clean(project: &mut Project, what: &str) {
    project.build();
    let mut copy = project.fresh_copy();
    copy.build();
    let (found, wanted) = (project.tree(), copy.tree());
    assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{what}");
    assert!(found == wanted, "{what}");
}

#[test]
fn no_ghost_is_left_of_posts_that_are_removed_after_the_build_that_first_wrote_them_ended_early() {
    for ending in ENDS {
        for files in [0, 1, 5, 18] {
            let mut project = project();
            end(&mut project, files, ending);
            project.remove(&post_file("one"));
            project.remove("media/2024/05/photo.jpg");
            check_is_clean(&mut project, &format!("{ending:?} after {files} files"));
        }
    }
}

#[test]
fn no_ghost_is_left_of_posts_that_are_removed_after_the_build_that_changed_them_ended_early() {
    for ending in ENDS {
        for files in [0, 1, 3] {
            let mut project = project();
            project.build();
            project.edit(&post_file("one"), "Hello", "Goodbye");
            end(&mut project, files, ending);
            project.edit(&post_file("one"), "Goodbye", "Hello again");
            end(&mut project, files, ending);
            project.remove(&post_file("one"));
            check_is_clean(&mut project, &format!("{ending:?} after {files} files"));
        }
    }
}

#[test]
fn media_that_are_removed_after_the_build_that_mirrored_them_ended_early_leave_no_ghost() {
    for mode in ["link", "copy"] {
        for ending in ENDS {
            let mut project = project();
            project.configure(&format!("[output]\nmedia = \"{mode}\""));
            project.build();
            project.media("first", "");
            project.media("second", "");
            // The calendar and the lists do not show media, so that these are the first files to be written.
            end(&mut project, 1, ending);
            for name in ["photo", "first", "second"] {
                project.remove(&format!("media/2024/05/{name}.jpg"));
                project.remove(&format!("media/2024/05/{name}.jpg.meta"));
            }
            check_is_clean(&mut project, &format!("{mode}, {ending:?}"));
        }
    }
}

#[test]
fn a_build_in_the_same_process_goes_on_where_one_ended_for_want_of_room() {
    let mut project = project();
    let disk = Arc::new(LyingDisk::ending(4, End::Full));
    project.system = disk.clone();
    project.aborted_build();
    project.remove(&post_file("one"));
    *disk.end.lock().unwrap() = None;
    check_is_clean(&mut project, "the same process");
}

#[test]
fn the_builds_that_end_early_can_be_many() {
    let mut project = project();
    for (files, ending) in [(3, End::KilledAfter), (2, End::Full), (1, End::KilledBefore), (4, End::KilledAfter)] {
        end(&mut project, files, ending);
    }
    project.remove(&post_file("one"));
    project.remove(&post_file("two"));
    check_is_clean(&mut project, "after four of them");
}

#[test]
fn a_file_that_was_to_be_replaced_and_was_not_is_not_ours() {
    let mine = "2024/05/01/one/index.html";
    for ending in [End::Full, End::KilledBefore] {
        let mut project = project();
        project.write(&format!("html/{mine}"), "of another program");
        // The first file is the list of that day.
        end(&mut project, 1, ending);
        assert_eq!(project.page(mine), "of another program");
        project.remove(&post_file("one"));
        let built = project.build();
        assert!(!removed(&built).contains(&mine.to_owned()), "{ending:?}");
        assert_eq!(project.page(mine), "of another program", "{ending:?}");
    }
}

#[test]
fn a_file_that_somebody_put_in_the_place_of_one_of_an_ended_build_stays() {
    let mut project = project();
    end(&mut project, 5, End::KilledAfter);
    project.write("html/2024/05/01/one/index.html", "I want to keep this");
    project.remove(&post_file("one"));
    project.build();
    assert_eq!(project.page("2024/05/01/one/index.html"), "I want to keep this");
}

#[test]
fn what_an_ended_build_wrote_is_not_written_again() {
    for ending in [End::Full, End::KilledAfter] {
        let mut project = project();
        end(&mut project, 6, ending);
        let before = project.times();
        project.build();
        let after = project.times();
        assert!(before.iter().all(|(file, time)| after[file] == *time), "{ending:?}");
        assert!(before.len() >= 6);
    }
}

#[test]
fn a_page_whose_macros_nothing_can_run_stays_as_it_was() {
    let runtime = ScriptedRuntime::default().with("titled", |run| Ok(format!("<b>{}</b>", run.field("title"))));
    let mut project = Project::new(runtime);
    project.script("titled");
    project.post("one", 1, "", "[[titled]]");
    project.build();
    let before = project.tree();
    project.restart();
    project.can_run_macros(false);
    project.edit(&post_file("one"), "[[titled]]", "New: [[titled]]");
    let error = project.aborted_build();
    assert!(matches!(error, BuildError::Runtime(_)), "{error}");
    assert!(project.tree() == before, "no page has a hole where the macro was");
    project.can_run_macros(true);
    project.restart();
    check_is_clean(&mut project, "when macros can run again");
}

#[test]
fn a_build_that_comes_to_its_end_leaves_no_note_of_what_it_was_about_to_write() {
    let mut project = project();
    project.build();
    let names = || -> Vec<_> {
        let entries = fs::read_dir(project.path(".bds")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert!(!names().contains(&"intents".to_owned()), "{:?}", names());
}

#[test]
fn half_written_files_of_a_killed_build_are_cleared_and_nothing_else_is() {
    let mut project = project();
    end(&mut project, 5, End::KilledBefore);
    let left =
        ["html/2024/05/01/.bds-tmp-aB3dE9", "html/2024/05/01/one/.bds-tmp-000000", "posts/2024/05/.bds-tmp-abcdef"];
    let kept = [
        "html/2024/05/01/.bds-tmp-",
        "html/2024/05/01/.bds-tmp-my-notes",
        "posts/.bds-tmp-a.b.c.",
        "html/own/.bds-tmp-abcdef",
    ];
    for file in left.iter().chain(&kept) {
        project.write(file, "half of");
    }
    project.remove(&post_file("one"));
    project.dry_run();
    assert!(left.iter().all(|file| project.path(file).exists()), "a dry run removes nothing");
    project.build();
    assert_eq!(left.map(|file| project.path(file).exists()), [false; 3]);
    assert_eq!(kept.map(|file| project.path(file).exists()), [true; 4]);
    assert!(!project.has("2024/05/01/one"), "the folder that is left empty goes too");
}
