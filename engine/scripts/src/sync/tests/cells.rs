//! The table: what the index has, what the file is, what was noted.

use bds_base::{Fingerprint, SitePath};
use bds_store::{IndexEntry, IndexKind, IndexTable, Pending, Seen, Written};

use super::{entry, path, script};
use crate::index::survey::Unseen;
use crate::index::{Found, Survey};
use crate::sync::plan::{Difference, Edit, Keep, Plan, plan};
use crate::sync::settle::{At, Settlement, settle};

const FILE: &str = "scripts/a.py";

fn index(entries: &[(&str, IndexEntry)]) -> IndexTable {
    entries.iter().map(|(name, entry)| (path(name), entry.clone())).collect()
}

fn survey(files: &[(&str, Found)]) -> Survey {
    let files = files.iter().map(|(name, found)| (path(name), found.clone())).collect();
    Survey { kind: IndexKind::Scripts, files, unseen: Vec::new() }
}

fn found(name: &str, text: &str) -> Found {
    Found::Read(Box::new(entry(name, text)))
}

/// What bds wrote over a file of version 1.
fn written() -> IndexEntry {
    let (before, text) = (script("a", 1, "one"), script("a", 2, "two"));
    let written = Written { text: text.clone(), base: Some(Fingerprint::of(before)) };
    IndexEntry { written: Some(written), ..entry(FILE, &text) }
}

/// What a plan says of its one file, and what it keeps.
fn said(plan: &Plan) -> (Option<&Difference>, Option<&Keep>) {
    assert!(plan.steps.len() <= 1, "{plan:?}");
    let step = plan.steps.first();
    (step.map(|step| &step.difference), step.and_then(|step| step.keep.as_ref()))
}

fn edited(fields: &[&str], body: bool) -> Difference {
    Difference::Edited(Edit { fields: fields.iter().map(ToString::to_string).collect(), body })
}

#[test]
fn a_file_that_the_index_does_not_have_is_added() {
    let plan = plan(&index(&[]), &survey(&[(FILE, found(FILE, &script("a", 1, "x")))]));
    assert_eq!(said(&plan), (Some(&Difference::Added), None));
    assert!(plan.changes.put.contains_key(FILE) && plan.changes.remove.is_empty());
}

#[test]
fn a_file_that_is_as_the_index_has_it_is_left_alone() {
    let known = entry(FILE, &script("a", 1, "x"));
    assert_eq!(plan(&index(&[(FILE, known.clone())]), &survey(&[(FILE, Found::Same)])), Plan::default());
    let now = Seen { mtime_ns: 77, ..known.seen };
    let touched = plan(&index(&[(FILE, known.clone())]), &survey(&[(FILE, Found::Touched(now))]));
    assert_eq!(said(&touched), (None, None));
    assert_eq!(touched.changes.put[FILE], IndexEntry { seen: now, ..known });
}

#[test]
fn a_file_that_differs_wins_whatever_differs() {
    let check = |text: &str, expected: Difference| {
        let plan = plan(&index(&[(FILE, entry(FILE, &script("a", 1, "x")))]), &survey(&[(FILE, found(FILE, text))]));
        assert_eq!(said(&plan), (Some(&expected), None));
        assert_eq!(plan.changes.put[FILE], entry(FILE, text));
    };
    check(&script("a", 1, "y"), edited(&[], true));
    check(&script("a", 2, "x"), edited(&["version"], false));
    check(&script("b", 2, "y"), edited(&["id", "slug", "version"], true));
    check(&format!("{}\n", script("a", 1, "x")).replace("kind", " kind"), edited(&[], true));
    check("x", edited(&["enabled", "entrypoint", "id", "kind", "slug", "version"], false));
}

#[test]
fn a_file_that_is_gone_is_forgotten() {
    let known = index(&[(FILE, entry(FILE, &script("a", 1, "x")))]);
    let gone = plan(&known, &survey(&[]));
    assert_eq!(said(&gone), (Some(&Difference::Deleted), None));
    assert_eq!(gone.changes.remove, [path(FILE)]);
}

#[test]
fn what_cannot_be_looked_at_stays_as_it_is_known() {
    let known = index(&[(FILE, entry(FILE, &script("a", 1, "x"))), ("scripts/lib/b.py", entry(FILE, ""))]);
    let failed = plan(&known, &survey(&[(FILE, Found::Failed("no".to_owned())), ("scripts/lib/b.py", Found::Same)]));
    assert_eq!((failed.steps.len(), failed.changes.is_empty(), failed.failed.len()), (0, true, 1));
    let unseen = vec![Unseen { path: path("scripts/lib"), reason: "no".to_owned() }];
    let hidden = plan(&known, &Survey { unseen, ..survey(&[(FILE, Found::Same)]) });
    assert_eq!(hidden, Plan::default());
}

#[test]
fn metadata_that_cannot_be_read_is_remembered_as_it_was() {
    let broken = script("a", 2, "y").replace("\"\"\"\ny", "y");
    let merge = script("a", 2, "<<<<<<< ours\none\n=======\ntwo\n>>>>>>> theirs\n");
    for text in [broken, merge] {
        let known = entry(FILE, &script("a", 1, "x"));
        let plan = plan(&index(&[(FILE, known.clone())]), &survey(&[(FILE, found(FILE, &text))]));
        assert!(matches!(said(&plan), (Some(Difference::Unreadable { .. }), None)), "{plan:?}");
        let after = &plan.changes.put[FILE];
        assert_eq!((&after.fields, after.fingerprint), (&known.fields, Fingerprint::of(&text)));
        assert!(after.unreadable.is_some());
    }
}

#[test]
fn a_file_with_another_name_is_known_by_its_id_or_else_by_its_content() {
    let check = |before: &str, now: &str, expected: Edit| {
        let plan =
            plan(&index(&[(FILE, entry(FILE, before))]), &survey(&[("scripts/b.py", found("scripts/b.py", now))]));
        let renamed = Difference::Renamed { from: path(FILE), edit: expected };
        assert_eq!(said(&plan), (Some(&renamed), None));
        assert_eq!(plan.changes.remove, [path(FILE)]);
    };
    check(&script("a", 1, "x"), &script("a", 1, "x"), Edit::default());
    check(&script("a", 1, "x"), &script("a", 1, "y"), Edit { fields: Vec::new(), body: true });
    check("x = 1", "x = 1", Edit::default());
    let other = plan(
        &index(&[(FILE, entry(FILE, &script("a", 1, "x")))]),
        &survey(&[("scripts/b.py", found("scripts/b.py", &script("b", 1, "x")))]),
    );
    let differences: Vec<_> = other.steps.iter().map(|step| step.difference.name()).collect();
    assert_eq!(differences, ["deleted", "added"]);
}

#[test]
fn of_two_files_with_the_id_of_one_that_is_gone_the_first_was_it() {
    let text = script("a", 1, "x");
    let (c, b) = (("scripts/c.py", found("scripts/c.py", &text)), ("scripts/b.py", found("scripts/b.py", &text)));
    let plan = plan(&index(&[(FILE, entry(FILE, &text))]), &survey(&[c, b]));
    let names: Vec<_> = plan.steps.iter().map(|step| (step.path.as_str(), step.difference.name())).collect();
    assert_eq!(names, [("scripts/b.py", "renamed"), ("scripts/c.py", "added")]);
}

#[test]
fn what_bds_wrote_is_kept_where_somebody_wrote_the_file_without_having_seen_it() {
    let wrote = script("a", 2, "two");
    let check = |now: &str, is_kept: bool| {
        let plan = plan(&index(&[(FILE, written())]), &survey(&[(FILE, found(FILE, now))]));
        let keep = is_kept.then(|| Keep::InConflicts(wrote.clone()));
        assert_eq!(said(&plan).1, keep.as_ref(), "{now}");
        assert_eq!(plan.changes.put[FILE].written, None);
    };
    check(&script("a", 1, "one"), true);
    check(&script("a", 1, "three"), true);
    check("no metadata", true);
    check(&script("a", 2, "three"), false);
    check(&script("a", 3, "three"), false);
}

#[test]
fn what_bds_wrote_goes_to_the_trash_where_somebody_deletes_the_file() {
    let gone = plan(&index(&[(FILE, written())]), &survey(&[]));
    assert_eq!(said(&gone), (Some(&Difference::Deleted), Some(&Keep::InTrash(script("a", 2, "two")))));
    let moved = plan(&index(&[(FILE, written())]), &survey(&[("scripts/b.py", found(FILE, &script("a", 2, "two")))]));
    assert_eq!(said(&moved).1, None, "it is in the file with the new name");
    assert_eq!(moved.changes.put["scripts/b.py"].written, written().written, "and is still known as written by bds");
}

fn change(base: Option<&str>, text: Option<&str>, moved_from: Option<&str>) -> Pending {
    Pending {
        path: path(FILE),
        moved_from: moved_from.map(path),
        base: base.map(Fingerprint::of),
        text: text.map(str::to_owned),
    }
}

fn file(text: &str) -> At {
    At::File(Fingerprint::of(text))
}

const FOLDER: &str = "a folder in its place";

fn folder() -> At {
    At::Blocked(FOLDER.to_owned())
}

fn check(change: &Pending, at: &At, from: Option<&At>, expected: &Settlement) {
    assert_eq!(settle(change, at, from), *expected, "{change:?} {at:?} {from:?}");
}

fn changed(settlement: fn(String) -> Settlement) -> Settlement {
    settlement("the file was changed since".to_owned())
}

fn deleted(settlement: fn(String) -> Settlement) -> Settlement {
    settlement("the file was deleted since".to_owned())
}

#[test]
fn a_write_that_was_cut_short() {
    use Settlement::{Keep, Made, Make, Wait};
    let edit = change(Some("old"), Some("new"), None);
    check(&edit, &file("new"), None, &Made);
    check(&edit, &file("old"), None, &Make);
    check(&edit, &file("other"), None, &changed(Keep));
    check(&edit, &At::Nothing, None, &deleted(Keep));
    check(&edit, &folder(), None, &Keep(format!("there is {FOLDER}")));
    check(&edit, &At::Unknown("no".to_owned()), None, &Wait("no".to_owned()));
    let new = change(None, Some("new"), None);
    check(&new, &At::Nothing, None, &Make);
    check(&new, &file("new"), None, &Made);
    check(&new, &file("other"), None, &changed(Keep));
    check(&new, &folder(), None, &Keep(format!("there is {FOLDER}")));
}

#[test]
fn a_removal_that_was_cut_short() {
    use Settlement::{GiveUp, Made, Make, Wait};
    let removal = change(Some("old"), None, None);
    check(&removal, &At::Nothing, None, &Made);
    check(&removal, &file("old"), None, &Make);
    check(&removal, &file("other"), None, &changed(GiveUp));
    check(&removal, &folder(), None, &GiveUp(format!("there is {FOLDER}")));
    check(&removal, &At::Unknown("no".to_owned()), None, &Wait("no".to_owned()));
}

#[test]
fn a_rename_that_was_cut_short() {
    use Settlement::{Finish, Keep, Made, Make, Undo, Wait};
    let rename = change(Some("old"), Some("new"), Some("scripts/b.py"));
    let check = |to: &At, from: &At, expected: &Settlement| check(&rename, to, Some(from), expected);
    check(&At::Nothing, &file("old"), &Make);
    check(&At::Nothing, &file("other"), &changed(Keep));
    check(&At::Nothing, &At::Nothing, &deleted(Keep));
    check(&file("new"), &At::Nothing, &Made);
    check(&file("new"), &file("old"), &Finish);
    check(&file("new"), &file("other"), &changed(Undo));
    let taken = Keep("another file has its new name".to_owned());
    check(&file("other"), &file("old"), &taken);
    check(&file("other"), &At::Nothing, &taken);
    check(&folder(), &file("old"), &taken);
    check(&At::Nothing, &At::Unknown("no".to_owned()), &Wait("no".to_owned()));
    check(&At::Unknown("no".to_owned()), &file("old"), &Wait("no".to_owned()));
}

#[test]
fn paths_are_told_apart_from_folders_of_the_same_beginning() {
    let survey = Survey { unseen: vec![Unseen { path: path("scripts/a"), reason: String::new() }], ..survey(&[]) };
    let hidden = |name: &str| survey.is_hidden(&SitePath::new(name).expect("plain")).is_some();
    assert!(hidden("scripts/a/b.py") && hidden("scripts/a") && !hidden("scripts/ab.py"));
}
