//! How editors and tools save a file, step by step, as a trace of their system calls shows it.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use bds_tests::{Site, Watch};

use super::{NOW, PAGE, POST, site};

type Save = fn(&Path, &str);

fn beside(file: &Path, name: impl Fn(&str) -> String) -> PathBuf {
    file.with_file_name(name(file.file_name().and_then(|name| name.to_str()).expect("a plain name")))
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
}

fn rename(from: &Path, to: &Path) {
    fs::rename(from, to).expect("renamed");
}

fn remove(path: &Path) {
    fs::remove_file(path).expect("removed");
}

/// Tries whether it can make files, moves the old file away, writes a new one, and removes the old one.
fn vim(file: &Path, text: &str) {
    let (probe, backup) = (beside(file, |_| "4913".to_owned()), beside(file, |name| format!("{name}~")));
    let swap = beside(file, |name| format!(".{name}.swp"));
    write(&swap, "swap");
    write(&probe, "");
    remove(&probe);
    rename(file, &backup);
    write(file, text);
    remove(&backup);
    remove(&swap);
}

/// Locks the file by a link that leads nowhere, keeps the old one as a backup, and writes a new one.
fn emacs(file: &Path, text: &str) {
    let lock = beside(file, |name| format!(".#{name}"));
    symlink("user@machine.123:456", &lock).expect("linked");
    write(&beside(file, |name| format!("#{name}#")), text);
    rename(file, &beside(file, |name| format!("{name}~")));
    write(file, text);
    remove(&beside(file, |name| format!("#{name}#")));
    remove(&lock);
}

/// Empties the file and writes it in place.
fn vs_code(file: &Path, text: &str) {
    drop(File::create(file).expect("emptied"));
    write(file, text);
}

/// Writes a temporary file, and exchanges it with the old one in two steps.
fn jetbrains(file: &Path, text: &str) {
    let (new, old) =
        (beside(file, |name| format!("{name}___jb_tmp___")), beside(file, |name| format!("{name}___jb_old___")));
    write(&new, text);
    rename(file, &old);
    rename(&new, file);
    remove(&old);
}

/// Writes a temporary file and moves it to its place.
fn gedit(file: &Path, text: &str) {
    let new = beside(file, |_| ".goutputstream-ABC123".to_owned());
    write(&new, text);
    rename(&new, file);
}

fn rsync(file: &Path, text: &str) {
    let new = beside(file, |name| format!(".{name}.aB3dEf"));
    write(&new, &text[..text.len() / 2]);
    write(&new, text);
    rename(&new, file);
}

fn sed(file: &Path, text: &str) {
    let new = beside(file, |_| "sedAb3dEf".to_owned());
    write(&new, text);
    rename(&new, file);
}

/// From elsewhere.
fn mv(file: &Path, text: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(&folder.path().join("new.md"), text);
    run(Command::new("mv").arg(folder.path().join("new.md")).arg(file));
}

/// With an old time.
fn cp_a(file: &Path, text: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let new = folder.path().join("new.md");
    write(&new, text);
    run(Command::new("touch").args(["-d", "2001-02-03"]).arg(&new));
    run(Command::new("cp").arg("-a").arg(&new).arg(file));
}

fn remove_and_write(file: &Path, text: &str) {
    remove(file);
    write(file, text);
}

fn run(command: &mut Command) {
    let output = command.output().expect("the program is there");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

const SAVES: &[(&str, Save)] = &[
    ("vim", vim),
    ("emacs", emacs),
    ("vs code", vs_code),
    ("jetbrains", jetbrains),
    ("gedit", gedit),
    ("rsync", rsync),
    ("sed", sed),
    ("mv", mv),
    ("cp -a", cp_a),
    ("remove and write", remove_and_write),
];

fn check(args: &[&str]) {
    let site = site();
    let mut watch = Watch::begin(&site, args);
    for (name, save) in SAVES.iter().chain(SAVES) {
        let text = site.read(POST);
        let (head, _) = text.rsplit_once("---\n").expect("a front matter");
        let word = format!("Saved by {name}, after {} bytes.", text.len());
        save(&site.path(POST), &format!("{head}---\n{word}\n"));
        watch.wait_for_page(&site, PAGE, &word);
    }
    watch.wait_for_truth(&site, &[]);
}

#[test]
fn every_way_to_save_a_file_is_seen() {
    check(NOW);
}

#[test]
fn so_it_is_when_files_are_looked_at_now_and_then() {
    check(&[NOW, &["--poll=20"]].concat());
}

#[test]
fn another_branch_is_one_build() {
    let git = |site: &Site, args: &[&str]| {
        run(Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b.c", "-C"])
            .arg(site.path(""))
            .args(args));
    };
    let site =
        (1..=250).fold(site(), |site, number| site.post(&format!("post-{number}"), number % 28 + 1, "", "Main."));
    // Two thousand files in all; most are cheap to build.
    let data = |site: &Site, word: &str| {
        (0..1750).for_each(|number| site.write(&format!("data/{}/{number}.txt", number % 20), word));
    };
    let site = site.file(".gitignore", "html/\n.bds/\n");
    data(&site, "main");
    git(&site, &["init", "-q", "-b", "main"]);
    git(&site, &["add", "."]);
    git(&site, &["commit", "-q", "-m", "main"]);
    git(&site, &["checkout", "-q", "-b", "other"]);
    for number in 1..=250 {
        site.edit(&format!("posts/2024/05/post-{number}.md"), "Main.", "Other.");
    }
    data(&site, "other");
    git(&site, &["commit", "-q", "-a", "-m", "other"]);
    let mut watch = Watch::begin(&site, NOW);
    watch.forget();
    git(&site, &["checkout", "-q", "main"]);
    watch.wait_for_page(&site, "2024/05/28/post-27/index.html", "Main.");
    watch.wait_for_truth(&site, &[]);
    watch.wait("a line", |told| told.iter().any(|line| line.contains(" more: ")));
    let builds = watch.told().iter().filter(|line| line.contains(" written, ")).count();
    assert_eq!(builds, 1, "{:?}", watch.told());
}

#[test]
fn folders_come_and_go_whole() {
    let site = site();
    let mut watch = Watch::begin(&site, NOW);
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let from = elsewhere.path().join("new");
    for (depth, slug) in ["deep", "deeper"].into_iter().enumerate() {
        let folder = from.join("a/".repeat(depth + 1));
        fs::create_dir_all(&folder).expect("made");
        write(&folder.join(format!("{slug}.md")), &bds_tests::post(slug, 9, "", "From elsewhere."));
    }
    run(Command::new("cp").arg("-a").arg(&from).arg(site.path("posts/new")));
    watch.wait_for_page(&site, "2024/05/09/deeper/index.html", "From elsewhere.");
    site.edit("posts/new/a/a/deeper.md", "From elsewhere.", "Edited there.");
    watch.wait_for_page(&site, "2024/05/09/deeper/index.html", "Edited there.");
    rename(&site.path("posts/new"), &site.path("posts/other"));
    site.edit("posts/other/a/a/deeper.md", "Edited there.", "Edited once more.");
    watch.wait_for_page(&site, "2024/05/09/deeper/index.html", "Edited once more.");
    fs::remove_dir_all(site.path("posts/other")).expect("removed");
    watch.wait("the pages are gone", |_| !site.has("html/2024/05/09"));
    watch.wait_for_truth(&site, &[]);
}
