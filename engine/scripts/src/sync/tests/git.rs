//! What git prints, taken apart.

use super::path;
use crate::sync::git::{GitChange, Status, parse};

#[test]
fn every_status_of_git_is_understood() {
    let check = |printed: &[u8], status: Status, name: &str, previous: Option<&str>| {
        let expected = GitChange { status, path: path(name), previous: previous.map(path) };
        assert_eq!(parse(printed).expect("understood"), [expected]);
    };
    check(b"A\0a.py\0", Status::Added, "a.py", None);
    check(b"M\0a b\tc.py\0", Status::Modified, "a b\tc.py", None);
    check(b"T\0a.py\0", Status::Modified, "a.py", None);
    check(b"D\0gr\xc3\xb6\xc3\x9fe.py\0", Status::Deleted, "größe.py", None);
    check(b"R087\0old.py\0new.py\0", Status::Renamed, "new.py", Some("old.py"));
    check(b"C100\0old.py\0new.py\0", Status::Added, "new.py", Some("old.py"));
    assert_eq!(parse(b"").expect("understood"), []);
}

#[test]
fn a_name_that_is_no_path_of_a_site_costs_itself_only() {
    let changes = parse(b"A\0\xff.py\0A\0b.py\0").expect("understood");
    let names: Vec<_> = changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(names, ["b.py"]);
}

#[test]
fn what_is_no_list_of_changes_is_refused() {
    for printed in [&b"X\0a.py\0"[..], b"A\0", b"R100\0old.py\0", b"usage: git diff\0"] {
        assert!(parse(printed).is_err(), "{printed:?}");
    }
}
