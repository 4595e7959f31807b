//! The same project gives the same tree, whoever builds it and where; and what holds already is left alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use bds_tests::{BuildCommand, Site, Tree, copy_folder, fixture};

/// The two projects of this repository.
fn projects() -> [Site; 2] {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/field-notes");
    [Site::copy_of(&fixture("sample")), Site::copy_of(&example)]
}

/// A build at a time after all posts.
fn build(site: &Site) -> BuildCommand {
    site.command().args(["--now", "2026-11-20T12:00:00Z"])
}

/// When each file of the built site was changed last.
fn times(site: &Site) -> BTreeMap<String, SystemTime> {
    let modified = |path: &str| fs::metadata(site.path("html").join(path))?.modified();
    site.output().paths().into_iter().map(|path| (path.to_owned(), modified(path).expect("it is there"))).collect()
}

#[test]
fn neither_machine_nor_place_nor_threads_matter() {
    for site in projects() {
        build(&site).args(["-j", "8"]).run();
        // Made from the last file to the first: where a file system lists files as they came, it lists them so.
        let elsewhere = Site::empty();
        for (path, content) in site.sources().files().collect::<Vec<_>>().into_iter().rev() {
            elsewhere.write(path, content);
        }
        let out = tempfile::tempdir().expect("a temporary folder can be made");
        build(&elsewhere)
            .args(["-j", "1"])
            .out(out.path())
            .env("TZ", "Asia/Tokyo")
            .env("HOME", "/nowhere")
            .env("LANG", "tr_TR.UTF-8")
            .env("LC_ALL", "tr_TR.UTF-8")
            .env("PYTHONHASHSEED", "12345")
            .env("PYTHONPATH", "/nowhere")
            .run();
        let (one, other) = (site.output(), Tree::read(out.path()));
        assert!(one.paths().len() > 50);
        assert_eq!(other.differences(&one), [""; 0]);
    }
}

#[test]
fn without_the_cache_the_tree_is_the_same() {
    for site in projects() {
        let first = build(&site).run();
        let before = site.output();
        let again = build(&site).args(["--no-cache"]).run();
        assert_eq!(site.output().differences(&before), [""; 0]);
        assert_eq!(again.count("macro_calls"), first.count("macro_calls"));
        again.counted(&[("macro_cache_hits", 0), ("files_written", 0), ("files_removed", 0)]);
    }
}

#[test]
fn a_second_build_does_nothing() {
    for site in projects() {
        build(&site).run();
        let before = times(&site);
        let nothing = [("macro_calls", 0), ("files_written", 0), ("files_removed", 0)];
        build(&site).run().counted(&nothing);
        assert_eq!(times(&site), before);
        touch(&site);
        build(&site).run().counted(&nothing);
        assert_eq!(times(&site), before);
    }
}

/// Runs git in a folder, as somebody whose name does not matter.
fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@blog.example", "-c", "commit.gpgsign=false"]);
    let output = command.args(arguments).current_dir(folder).output().expect("git can be started");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// As machines do that publish: the sources come from a clone, what is remembered and the site from where the last build
/// has left them.
#[test]
fn a_clone_gives_the_same_and_does_nothing_where_the_last_build_is_at_hand() {
    let [sample, example] = projects();
    // That the media of the example are the same is seen by reading them, which is no rest: the sitemap and the calendar are made to
    // be compared.
    for (site, rendered) in [(sample, 0), (example, 2)] {
        build(&site).run();
        site.write(".gitignore", "/.bds/\n/html/\n");
        git(&site.path(""), &["init", "--quiet"]);
        git(&site.path(""), &["add", "--all"]);
        git(&site.path(""), &["commit", "--quiet", "--message", "A blog"]);
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (clone, bare) = (folder.path().join("clone"), folder.path().join("bare"));
        for to in [&clone, &bare] {
            git(folder.path(), &["clone", "--quiet", &site.path("").to_string_lossy(), &to.to_string_lossy()]);
        }
        let now = ["--now", "2026-11-20T12:00:00Z"];
        BuildCommand::new(&bare).args(now).run();
        assert_eq!(Tree::read(&bare.join("html")).differences(&site.output()), [""; 0]);
        for made in [".bds", "html"] {
            copy_folder(&site.path(made), &clone.join(made));
        }
        let nothing = [("pages_rendered", rendered), ("macro_calls", 0), ("files_written", 0), ("files_removed", 0)];
        BuildCommand::new(&clone).args(now).run().counted(&nothing);
        assert_eq!(Tree::read(&clone.join("html")).differences(&site.output()), [""; 0]);
    }
}

/// Gives every source another time, as a clone or a restored backup does. Media stay: the site has the same files.
fn touch(site: &Site) {
    for path in site.sources().without(|path| path.starts_with("media/")).paths() {
        let file = fs::File::options().append(true).open(site.path(path)).expect("a source can be opened");
        let time = file.metadata().and_then(|metadata| metadata.modified()).expect("a file has a time");
        file.set_modified(time - Duration::from_hours(1)).expect("it is ours");
    }
}

#[test]
fn what_somebody_did_to_the_output_is_mended() {
    let site = Site::new().post("one", 1, "", "The first.");
    site.build().succeeded();
    let before = site.output();
    site.write("html/index.html", "spoiled");
    site.remove("html/2024/05/01/one/index.html");
    site.write("html/.well-known/own.txt", "not of bds");
    site.build().succeeded().counted(&[("files_written", 2), ("files_removed", 0)]);
    assert_eq!(site.output().differences(&before), [".well-known/own.txt"]);
}
