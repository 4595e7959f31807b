//! The loop, with a scripted watcher, a scripted site and a scripted clock: no file, no thread, no waiting.

mod world;

use bds_serve::{Changes, Ending, Message};

use world::{World, changed, opened};

/// Runs a script of messages, each with the milliseconds at which it comes, and compares what the site was told.
#[track_caller]
fn check(world: World, script: Vec<(u64, Message)>, expected: &[&str]) {
    assert_eq!(world.run(script), expected);
}

#[test]
fn the_first_build_begins_at_once_and_a_save_is_built_when_it_is_quiet() {
    check(
        World::default(),
        vec![(100, changed("posts/a.md"))],
        &["0 start everything", "10 built", "102 start posts/a.md", "112 built"],
    );
}

#[test]
fn a_file_that_is_still_being_written_is_waited_for() {
    let save = vec![(100, opened("posts/a.md")), (110, opened("posts/a.md")), (115, changed("posts/a.md"))];
    check(World::default(), save, &["0 start everything", "10 built", "117 start posts/a.md", "127 built"]);
    check(
        World::default(),
        vec![(100, opened("posts/a.md"))],
        &["0 start everything", "10 built", "130 start posts/a.md", "140 built"],
    );
}

#[test]
fn a_storm_of_saves_is_one_build() {
    let storm = (0..2000).map(|n| (100 + n / 10, changed(&format!("posts/{n}.md")))).collect();
    let told = World::default().run(storm);
    assert_eq!(told.len(), 4);
    assert!(told[2].starts_with("329 start posts/0.md posts/1.md"), "{}", &told[2][..60]);
    assert_eq!(told[2].split(' ').count(), 2 + 2000);
}

#[test]
fn a_storm_without_end_is_built_all_the_same() {
    let storm = (0..400).map(|n| (100 + n * 10, opened("data/log.txt"))).collect();
    let told = World { end: 4200, ..World::default() }.run(storm);
    let first = told.iter().find(|line| line.contains("start data/log.txt"));
    assert_eq!(first.map(String::as_str), Some("1100 start data/log.txt"), "{told:?}");
    assert!(told.iter().filter(|line| line.contains("built")).count() >= 3, "{told:?}");
}

#[test]
fn a_save_cancels_the_build_that_runs_and_the_next_one_has_both_changes() {
    let world = World { build: 500, ..World::default() };
    check(
        world,
        vec![(1000, changed("posts/a.md")), (1100, changed("posts/b.md"))],
        &[
            "0 start everything",
            "500 built",
            "1002 start posts/a.md",
            "1102 cancel",
            "1107 cancelled",
            "1107 start posts/a.md posts/b.md",
            "1607 built",
        ],
    );
}

#[test]
fn a_build_that_does_not_end_at_once_is_told_again_that_it_is_cancelled() {
    let world = World { build: 500, cancelling: 120, ..World::default() };
    check(
        world,
        vec![(1000, changed("posts/a.md")), (1100, changed("posts/b.md"))],
        &[
            "0 start everything",
            "500 built",
            "1002 start posts/a.md",
            "1102 cancel",
            "1152 cancel",
            "1202 cancel",
            "1222 cancelled",
            "1222 start posts/a.md posts/b.md",
            "1722 built",
        ],
    );
}

#[test]
fn a_file_that_changes_all_the_time_does_not_keep_the_site_from_being_built() {
    let world = World { build: 500, end: 12_000, ..World::default() };
    let saves = (0..80).map(|n| (1000 + n * 100, changed("posts/a.md"))).collect();
    let told = world.run(saves);
    let built: Vec<_> = told.iter().filter(|line| line.ends_with("built")).collect();
    assert!(built.len() >= 5, "{told:?}");
    assert!(told.last().is_some_and(|line| line.ends_with("built")), "{:?}", told.last());
}

#[test]
fn a_build_that_hangs_is_cancelled_however_often_it_was_before() {
    let world = World { build: 600_000, end: 60_000, ..World::default() };
    let saves = (0..8).map(|n| (100 + n * 200, changed("scripts/a.py"))).collect();
    let told = world.run(saves);
    let cancels: Vec<_> = told.iter().filter(|line| line.ends_with(" cancel")).collect();
    assert_eq!(
        cancels[4..],
        ["902 cancel", "3930 cancel", "60000 cancel"],
        "given time, and ended at the end: {told:?}"
    );
}

#[test]
fn lost_events_lead_to_a_look_at_everything() {
    check(
        World::default(),
        vec![(100, changed("posts/a.md")), (101, Message::Rescan)],
        &["0 start everything", "10 built", "131 start everything", "141 built"],
    );
}

#[test]
fn a_build_that_fails_is_tried_again_with_the_next_change_and_not_before() {
    let world = World { endings: vec![Ending::Built, Ending::Failed], ..World::default() };
    check(
        world,
        vec![(100, changed("posts/a.md")), (900, changed("posts/b.md"))],
        &[
            "0 start everything",
            "10 built",
            "102 start posts/a.md",
            "112 failed",
            "902 start posts/a.md posts/b.md",
            "912 built",
        ],
    );
}

#[test]
fn a_post_that_becomes_due_is_built_when_it_is_due() {
    check(
        World { due_in: Some(700), ..World::default() },
        vec![],
        &["0 start everything", "10 built", "710 start nothing", "720 built"],
    );
}

#[test]
fn a_post_that_becomes_due_mends_nothing_and_brings_no_project_back() {
    let world = World { due_in: Some(700), endings: vec![Ending::Failed], ..World::default() };
    check(world, vec![], &["0 start everything", "10 failed"]);
    let told = World { due_in: Some(700), gone: Some((100, 2000)), ..World::default() }.run(vec![]);
    assert_eq!(told[..3], ["0 start everything", "10 built", "710 lose"]);
}

#[test]
fn a_project_that_is_gone_is_waited_for_and_built_from_nothing() {
    check(
        World { gone: Some((100, 550)), ..World::default() },
        vec![(100, Message::Gone), (120, changed("posts/a.md"))],
        &["0 start everything", "10 built", "100 lose", "700 anew", "730 start everything", "740 built"],
    );
    check(
        World { gone: Some((100, 550)), ..World::default() },
        vec![(110, changed("meta/project.json"))],
        &["0 start everything", "10 built", "112 lose", "712 anew", "742 start everything", "752 built"],
    );
}

#[test]
fn a_build_of_a_project_that_goes_is_cancelled() {
    check(
        World { build: 300, gone: Some((1100, 1150)), ..World::default() },
        vec![(1000, changed("posts/a.md")), (1100, Message::Gone)],
        &[
            "0 start everything",
            "300 built",
            "1002 start posts/a.md",
            "1100 cancel",
            "1105 cancelled",
            "1105 lose",
            "1305 anew",
            "1335 start everything",
            "1635 built",
        ],
    );
}

#[test]
fn the_end_cancels_the_build_that_runs() {
    check(
        World { build: 300, ..World::default() },
        vec![(100, Message::Interrupt)],
        &["0 start everything", "100 cancel"],
    );
}

#[test]
fn what_was_said_last_of_a_file_says_whether_it_is_complete() {
    let mut changes = Changes::default();
    for (message, unsettled) in [(changed("a"), false), (opened("a"), true), (changed("b"), false)] {
        let Message::Changed(more) = message else { unreachable!("both make changes") };
        changes.add(more);
        assert_eq!(changes.unsettled, unsettled);
    }
}
