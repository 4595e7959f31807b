//! Symbolic links among the sources.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "tests set up real files")]

use std::fs;
use std::os::unix::fs::symlink;

use insta::assert_snapshot;

use crate::project::{Project, lines};

fn project() -> Project {
    let project = Project::plain();
    project.post("one", 1, "", "Hello");
    project
}

#[test]
fn links_that_lead_back_are_named_and_the_rest_of_the_folder_is_read() {
    let mut project = project();
    for (target, link) in [
        (".", "posts/2024/here"),
        ("..", "posts/2024/above"),
        ("../..", "posts/a-project"),
        ("../../..", "posts/b-beyond"),
        ("self", "posts/self"),
        ("pong.md", "posts/ping.md"),
        ("ping.md", "posts/pong.md"),
    ] {
        symlink(target, project.path(link)).unwrap();
    }
    let built = project.build();
    assert_eq!(built.pages, project.build().pages);
    assert!(project.page("index.html").contains("Hello"));
    assert_snapshot!(lines(&built.diagnostics), @r"
    error[unreadable] posts/2024/above: `posts/2024/above` cannot be read: it is a link to `..`, which leads back to it
      hint: remove the link; the site is built without it
    error[unreadable] posts/2024/here: `posts/2024/here` cannot be read: it is a link to `.`, which leads back to it
      hint: remove the link; the site is built without it
    error[unreadable] posts/a-project: `posts/a-project` cannot be read: it is a link to `../..`, which leads back to it
      hint: remove the link; the site is built without it
    error[unreadable] posts/b-beyond: `posts/b-beyond` cannot be read: it is a link to `../../..`, which leads back to it
      hint: remove the link; the site is built without it
    error[unreadable] posts/ping.md: `posts/ping.md` cannot be read: it is a link to `pong.md`, which leads back to it
      hint: remove the link; the site is built without it
    error[unreadable] posts/pong.md: `posts/pong.md` cannot be read: it is a link to `ping.md`, which leads back to it
      hint: remove the link; the site is built without it
    error[unreadable] posts/self: `posts/self` cannot be read: it is a link to `self`, which leads back to it
      hint: remove the link; the site is built without it
    ");
}

#[test]
fn links_that_lead_nowhere_are_named_with_where_they_lead() {
    let mut project = project();
    symlink("gone.md", project.path("posts/2024/05/away.md")).unwrap();
    symlink("gone/far", project.path("media")).unwrap();
    assert_snapshot!(lines(&project.build().diagnostics), @r"
    error[unreadable] media: `media` cannot be read: it is a link to `gone/far`, which is not there
      hint: mend the link or remove it; the site is built without it
    error[unreadable] posts/2024/05/away.md: `posts/2024/05/away.md` cannot be read: it is a link to `gone.md`, which is not there
      hint: mend the link or remove it; the site is built without it
    ");
}

#[test]
fn links_that_lead_to_other_folders_are_followed() {
    let mut project = project();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("photo.jpg"), "jpg").unwrap();
    fs::create_dir(project.path("media")).unwrap();
    symlink(elsewhere.path(), project.path("media/album")).unwrap();
    fs::create_dir(project.path("texts")).unwrap();
    fs::rename(project.path("posts/2024"), project.path("texts/2024")).unwrap();
    symlink("../texts/2024", project.path("posts/2024")).unwrap();
    assert_eq!(lines(&project.build().diagnostics), "");
    assert_eq!(project.page("media/album/photo.jpg"), "jpg");
    assert!(project.has("2024/05/01/one/index.html"));
}

#[test]
fn a_folder_of_sources_that_is_a_link_to_what_the_project_lies_in_is_not_followed() {
    let mut project = project();
    symlink(".", project.path("media")).unwrap();
    symlink("..", project.path("thumbnails")).unwrap();
    assert_snapshot!(lines(&project.build().diagnostics), @r"
    error[unreadable] media: `media` cannot be read: it is a link to `.`, which leads back to it
      hint: remove the link; the site is built without it
    error[unreadable] thumbnails: `thumbnails` cannot be read: it is a link to `..`, which leads back to it
      hint: remove the link; the site is built without it
    ");
    assert!(!project.has("media") && !project.has("thumbnails"));
}
