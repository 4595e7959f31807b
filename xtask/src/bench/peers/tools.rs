//! The tools, and the blog as each of them wants it. All make the same site: a page for each post, lists of 50 titles (all posts,
//! each tag, each category), feeds, a sitemap; the text of posts calls a shortcode, and all pages share a footer.

mod eleventy;
mod hugo;
mod nikola;
mod ours;
mod pelican;
mod zensical;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bds_base::{OsSystem, System as _};

use super::blog::{Blog, Post};

pub(super) use ours::OURS;

/// Those that `bds` is compared with.
pub(super) const PEERS: [Tool; 5] =
    [hugo::HUGO, pelican::PELICAN, eleventy::ELEVENTY, nikola::NIKOLA, zensical::ZENSICAL];

/// What stands in files that are edited, between what they are and the number of the edition: `footer-edition-0`.
pub(super) const EDITION: &str = "edition";

/// Takes a file of the project: its path, its text.
pub(super) type Put<'a> = dyn FnMut(&str, &str) -> anyhow::Result<()> + 'a;

/// A generator of sites.
#[derive(Clone, Copy)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    /// What is looked for on the PATH.
    pub(super) program: &'static str,
    /// Hands over every file of the project.
    pub(super) write: fn(&Blog, &mut Put<'_>) -> anyhow::Result<()>,
    /// Where a post lies in the project.
    pub(super) source: fn(&Post) -> String,
    /// The file that says what the shortcode does.
    pub(super) shortcode: &'static str,
    /// The file that all pages include.
    pub(super) partial: &'static str,
    /// A build of the project in this folder.
    pub(super) command: fn(&Path, &Path) -> Command,
    pub(super) version: fn(&Path) -> String,
    /// The folder of the site.
    pub(super) output: &'static str,
    /// The other files and folders that are made by builds.
    pub(super) state: &'static [&'static str],
}

/// Looks for a program on the PATH.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let is_file = |path: &PathBuf| OsSystem.stat(path).is_ok_and(|stat| !stat.is_dir);
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(is_file)
}

/// Hands over files that are always the same.
fn put_all(files: &[(&str, &str)], put: &mut Put<'_>) -> anyhow::Result<()> {
    files.iter().try_for_each(|(path, text)| put(path, text))
}

/// The first line of what a program says when it is asked.
fn said(program: &Path, argument: &str) -> String {
    let output = Command::new(program).arg(argument).stdin(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or("?").to_owned()
}

/// `--version`.
fn version(program: &Path) -> String {
    said(program, "--version")
}

/// A program with arguments.
fn command(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// The tags of a post as YAML and JSON write lists.
fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}
