//! The same project gives the same tree, whoever builds it and where; and what holds already is left alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use bds_tests::{BuildCommand, Site, Tree, fixture};

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
        build(&site).args(["-j", "4"]).run();
        let elsewhere = Site::copy_of(&site.path(""));
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
