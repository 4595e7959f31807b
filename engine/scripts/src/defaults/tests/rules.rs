//! Each state, and what each wish makes of it.
#![expect(clippy::needless_pass_by_value, reason = "cases are written down as values")]

use bds_base::Fingerprint;
use bds_project::meta::DefaultEntry;

use super::{TEXTS, shipped_until};
use crate::defaults::{Comparison, Found, Outcome, State, Wish, plan, state::standing};

const UPDATE: Wish = Wish::Update { merge: false };
const MERGE: Wish = Wish::Update { merge: true };

/// The user's work: a line beyond what the first version has.
fn work() -> String {
    format!("{}mine\n", TEXTS[0])
}

fn written(version: u32) -> DefaultEntry {
    let fingerprint = TEXTS.get(version as usize - 1).map_or(Fingerprint::of("newer"), Fingerprint::of);
    DefaultEntry { version, fingerprint: Some(fingerprint), ..DefaultEntry::default() }
}

fn pinned(entry: DefaultEntry) -> DefaultEntry {
    DefaultEntry { pinned: true, ..entry }
}

fn chosen(version: u32) -> DefaultEntry {
    DefaultEntry { version, ..DefaultEntry::default() }
}

#[test]
fn states_follow_from_the_file_and_the_record() {
    #[track_caller]
    fn check(entry: Option<DefaultEntry>, found: &Found, state: State, version: Option<u32>) {
        let standing = standing(shipped_until(2), entry.as_ref(), found);
        assert_eq!((standing.state, standing.version), (state, version), "{entry:?} {found:?}");
    }
    let [one, two] = [0, 1].map(|at| Found::file(TEXTS[at]));
    check(None, &Found::Nothing, State::Missing, Some(1));
    check(Some(chosen(2)), &Found::Nothing, State::Missing, Some(2));
    check(Some(pinned(chosen(1))), &Found::Nothing, State::Pinned, Some(1));
    check(Some(written(1)), &Found::Nothing, State::Removed, Some(1));
    check(Some(written(2)), &two, State::Current, Some(2));
    check(None, &two, State::Current, Some(2));
    check(Some(written(1)), &one, State::Outdated, Some(1));
    check(None, &one, State::Outdated, Some(1));
    check(Some(pinned(written(1))), &one, State::Pinned, Some(1));
    check(Some(pinned(written(1))), &two, State::Outdated, Some(2));
    check(Some(written(1)), &Found::file(work()), State::Modified, Some(1));
    check(None, &Found::file(work()), State::Unknown, None);
    check(Some(chosen(1)), &Found::file(work()), State::Unknown, None);
    check(Some(written(3)), &Found::file("newer"), State::Unknown, Some(3));
    check(Some(written(1)), &Found::Blocked("a folder".to_owned()), State::Unknown, None);
    check(None, &Found::file(TEXTS[1].replace('\n', "\r\n")), State::Current, Some(2));
}

/// What a wish comes to: the outcome, the file after it, the entry after it.
#[track_caller]
fn check(
    wish: Wish,
    (entry, found): (Option<DefaultEntry>, &Found),
    outcome: Outcome,
    (file, after): (Option<&str>, Option<DefaultEntry>),
) {
    let step = plan(wish, shipped_until(2), entry.as_ref(), found);
    assert_eq!(step.outcome, outcome, "{wish:?} {entry:?} {found:?}");
    let written = step.write.as_deref().map(|bytes| std::str::from_utf8(bytes).expect("text"));
    assert_eq!((written, step.entry), (file, after), "{wish:?} {entry:?} {found:?}");
}

#[test]
fn what_never_was_a_file_is_seeded_in_the_version_that_is_used() {
    let nothing = &Found::Nothing;
    check(Wish::Seed, (None, nothing), Outcome::Seeded { version: 1 }, (Some(TEXTS[0]), Some(written(1))));
    check(Wish::Seed, (Some(chosen(2)), nothing), Outcome::Seeded { version: 2 }, (Some(TEXTS[1]), Some(written(2))));
    check(Wish::SeedNewest, (None, nothing), Outcome::Seeded { version: 2 }, (Some(TEXTS[1]), Some(written(2))));
    let kept = pinned(chosen(1));
    check(
        Wish::SeedNewest,
        (Some(kept), nothing),
        Outcome::Seeded { version: 1 },
        (Some(TEXTS[0]), Some(pinned(written(1)))),
    );
    check(Wish::Seed, (Some(chosen(9)), nothing), Outcome::Unchanged, (None, None));
}

#[test]
fn what_was_removed_stays_removed() {
    for wish in [Wish::Seed, Wish::SeedNewest] {
        check(wish, (Some(written(1)), &Found::Nothing), Outcome::Unchanged, (None, None));
    }
    let updated = Outcome::Updated { from: 1, to: 2 };
    check(UPDATE, (Some(written(1)), &Found::Nothing), updated, (None, Some(written(2))));
    check(Wish::Take, (Some(written(2)), &Found::Nothing), Outcome::Seeded { version: 2 }, (Some(TEXTS[1]), None));
}

#[test]
fn what_nobody_has_worked_on_is_updated() {
    let updated = || Outcome::Updated { from: 1, to: 2 };
    let one = &Found::file(TEXTS[0]);
    check(UPDATE, (Some(written(1)), one), updated(), (Some(TEXTS[1]), Some(written(2))));
    check(UPDATE, (None, one), updated(), (Some(TEXTS[1]), Some(written(2))));
    check(UPDATE, (None, &Found::Nothing), updated(), (None, Some(chosen(2))));
    check(UPDATE, (Some(pinned(written(1))), one), Outcome::Unchanged, (None, None));
    check(UPDATE, (Some(pinned(written(9))), one), Outcome::Unchanged, (None, None));
    let crlf = |at: usize| TEXTS[at].replace('\n', "\r\n");
    check(UPDATE, (Some(written(1)), &Found::file(crlf(0))), updated(), (Some(&crlf(1)), Some(written(2))));
    let mixed = &Found::file(crlf(0).replacen('\r', "", 1));
    check(UPDATE, (Some(written(1)), mixed), updated(), (Some(TEXTS[1]), Some(written(2))));
}

#[test]
fn what_another_bds_wrote_is_nobodys_work() {
    let text = "as a bds wrote it that had another first version\n";
    let entry = || DefaultEntry { fingerprint: Some(Fingerprint::of(text)), ..written(1) };
    let file = &Found::file(text);
    let stands = standing(shipped_until(2), Some(&entry()), file);
    assert_eq!((stands.state, stands.version), (State::Outdated, Some(1)));
    assert_eq!(standing(shipped_until(1), Some(&entry()), file).state, State::Current);
    assert_eq!(standing(shipped_until(2), Some(&pinned(entry())), file).state, State::Pinned);
    let updated = Outcome::Updated { from: 1, to: 2 };
    check(UPDATE, (Some(entry()), file), updated, (Some(TEXTS[1]), Some(written(2))));
    check(UPDATE, (Some(pinned(entry())), file), Outcome::Unchanged, (None, None));
    check(Wish::Seed, (Some(entry()), file), Outcome::Unchanged, (None, None));
    check(Wish::Keep, (Some(entry()), file), Outcome::Unchanged, (None, None));
    check(Wish::Pin(1), (Some(entry()), file), Outcome::Pinned { version: 1 }, (None, Some(pinned(entry()))));
    let pinned_to_two = Some(pinned(written(2)));
    check(Wish::Pin(2), (Some(entry()), file), Outcome::Pinned { version: 2 }, (Some(TEXTS[1]), pinned_to_two));
    let taken = plan(Wish::Take, shipped_until(2), Some(&entry()), file);
    assert_eq!(taken.replaced.as_deref(), Some(text.as_bytes()), "it ships no more, so a copy is kept");
    let compared = Comparison::of(shipped_until(2), Some(&entry()), file);
    assert!(
        compared.from == Some(1) && compared.yours.is_empty() && compared.new.contains("+version 2\n"),
        "{compared:?}"
    );
}

#[test]
fn a_file_that_ships_is_recorded_by_its_text() {
    let adopted = |version| Outcome::Adopted { version };
    check(Wish::Seed, (None, &Found::file(TEXTS[0])), adopted(1), (None, Some(written(1))));
    // As when a process was killed between the file and the record.
    check(UPDATE, (Some(written(1)), &Found::file(TEXTS[1])), adopted(2), (None, Some(written(2))));
    check(Wish::Seed, (Some(written(2)), &Found::file(TEXTS[1])), Outcome::Unchanged, (None, None));
}

#[test]
fn the_users_work_is_kept_and_newer_versions_are_offered() {
    let mine = &Found::file(work());
    check(Wish::Seed, (Some(written(1)), mine), Outcome::Unchanged, (None, None));
    check(UPDATE, (Some(written(1)), mine), Outcome::Offered { version: 2 }, (None, None));
    check(UPDATE, (Some(pinned(written(1))), mine), Outcome::Unchanged, (None, None));
    check(UPDATE, (None, mine), Outcome::Unchanged, (None, None));
    check(Wish::Keep, (Some(written(1)), mine), Outcome::Kept { version: 2 }, (None, Some(written(2))));
    check(Wish::Keep, (None, mine), Outcome::Kept { version: 2 }, (None, Some(written(2))));
    check(Wish::Keep, (Some(written(2)), mine), Outcome::Unchanged, (None, None));
    check(UPDATE, (Some(written(2)), mine), Outcome::Unchanged, (None, None));
}

#[test]
fn changes_that_do_not_meet_are_merged() {
    let mine = TEXTS[0].replace("three", "THREE");
    let both = TEXTS[1].replace("three", "THREE");
    let merged = Outcome::Merged { from: 1, to: 2 };
    check(MERGE, (Some(written(1)), &Found::file(&mine)), merged, (Some(&both), Some(written(2))));
    let crlf = Found::file(mine.replace('\n', "\r\n"));
    let both = both.replace('\n', "\r\n");
    check(MERGE, (Some(written(1)), &crlf), Outcome::Merged { from: 1, to: 2 }, (Some(&both), Some(written(2))));
    let conflict = Outcome::Conflict { version: 2 };
    check(
        MERGE,
        (Some(written(1)), &Found::file(TEXTS[0].replace("version 1", "mine"))),
        conflict.clone(),
        (None, None),
    );
    check(MERGE, (Some(written(1)), &Found::file(b"\xff\n")), conflict, (None, None));
}

#[test]
fn a_copy_is_kept_of_what_is_replaced() {
    let mine = Found::file(work());
    for (wish, entry) in [(Wish::Take, Some(written(1))), (Wish::Take, None)] {
        let step = plan(wish, shipped_until(2), entry.as_ref(), &mine);
        assert_eq!((step.outcome, step.entry), (Outcome::Taken { version: 2 }, Some(written(2))));
        assert_eq!(step.replaced.as_deref(), Some(work().as_bytes()));
    }
    let merging = plan(MERGE, shipped_until(2), Some(&written(1)), &Found::file(TEXTS[0].replace("three", "3")));
    assert!(merging.replaced.is_some());
    let step = plan(Wish::Take, shipped_until(2), Some(&written(1)), &Found::file(TEXTS[0]));
    assert_eq!((step.outcome, step.replaced), (Outcome::Updated { from: 1, to: 2 }, None));
}

#[test]
fn a_pin_holds_a_version() {
    let pin = Wish::Pin;
    let at = |version| Outcome::Pinned { version };
    let [one, two] = [0, 1].map(|at| Found::file(TEXTS[at]));
    check(pin(2), (None, &Found::Nothing), at(2), (None, Some(pinned(chosen(2)))));
    check(pin(1), (Some(written(1)), &one), at(1), (None, Some(pinned(written(1)))));
    check(pin(1), (Some(written(2)), &two), at(1), (Some(TEXTS[0]), Some(pinned(written(1)))));
    check(pin(2), (Some(written(1)), &Found::Nothing), at(2), (None, Some(pinned(written(2)))));
    check(pin(1), (Some(written(1)), &Found::file(work())), at(1), (None, Some(pinned(written(1)))));
    check(pin(1), (Some(pinned(written(1))), &one), Outcome::Unchanged, (None, None));
    check(Wish::Take, (Some(pinned(written(2))), &two), Outcome::Adopted { version: 2 }, (None, Some(written(2))));
    let unpinned = Outcome::Unpinned { version: 1 };
    for found in [one, Found::file(work()), Found::Nothing, Found::Blocked("a folder".to_owned())] {
        check(Wish::Unpin, (Some(pinned(written(1))), &found), unpinned.clone(), (None, Some(written(1))));
        check(Wish::Unpin, (Some(written(1)), &found), Outcome::Unchanged, (None, None));
    }
}

#[test]
fn what_cannot_be_done_is_refused_with_the_reason() {
    #[track_caller]
    fn check(wish: Wish, entry: Option<DefaultEntry>, found: &Found, words: &str) {
        let step = plan(wish, shipped_until(2), entry.as_ref(), found);
        let Outcome::Refused { reason } = &step.outcome else { panic!("{:?}", step.outcome) };
        assert!(reason.contains(words), "{reason}");
        assert_eq!((step.write, step.entry), (None, None));
    }
    let folder = &Found::Blocked("a folder where the file belongs".to_owned());
    for wish in [Wish::Seed, UPDATE, Wish::Take, Wish::Keep, Wish::Pin(1)] {
        check(wish, Some(written(1)), folder, "there is a folder where the file belongs");
    }
    check(Wish::Pin(3), None, &Found::Nothing, "version 3 does not ship; these do: 1, 2");
    check(Wish::Pin(2), Some(written(1)), &Found::file(work()), "your work on version 1");
    check(Wish::Take, Some(written(3)), &Found::file("newer"), "newer bds");
    let taken = &Found::Taken(bds_base::SitePath::new("scripts/mine.py").expect("a path"));
    check(Wish::Take, None, taken, "`scripts/mine.py` has its name");
    check(Wish::Pin(1), None, taken, "not made by bds");
    let read_only = |text: &str| Found::File { content: text.as_bytes().into(), guard: Some("read-only") };
    check(UPDATE, Some(written(1)), &read_only(TEXTS[0]), "read-only");
    check(Wish::Take, Some(written(1)), &read_only(&work()), "read-only");
}

#[test]
fn three_texts_are_shown_beside_each_other() {
    let compare = |entry: Option<DefaultEntry>, found: &Found| Comparison::of(shipped_until(2), entry.as_ref(), found);
    let both = compare(Some(written(1)), &Found::file(TEXTS[0].replace("three", "THREE")));
    assert!(both.yours.contains("-three\n+THREE\n") && both.new.contains("-version 1\n+version 2\n"), "{both:?}");
    assert_eq!((both.from, both.to, both.conflict), (Some(1), 2, None));
    assert_eq!(both.merged, Some(TEXTS[1].replace("three", "THREE")));
    let conflict = compare(Some(written(1)), &Found::file(TEXTS[0].replace("version 1", "mine")));
    let text = conflict.conflict.expect("both changed the last line");
    let end = "<<<<<<< yours\nmine\n||||||| version 1\nversion 1\n=======\nversion 2\n>>>>>>> version 2\n";
    assert!(text.ends_with(end), "{text}");
    let untouched = compare(Some(written(1)), &Found::file(TEXTS[0]));
    assert!(untouched.yours.is_empty() && untouched.new.contains("+version 2"));
    let own = compare(None, &Found::file("mine\n"));
    assert!(own.new.contains("--- yours\n+++ version 2\n"), "{}", own.new);
    assert_eq!(compare(Some(written(2)), &Found::file(TEXTS[1])).new, "");
}
