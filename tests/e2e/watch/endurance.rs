//! Eight hours in short: many edits leave nothing behind.
#![expect(clippy::print_stdout, reason = "the figures of a long run are its result")]

use bds_tests::{Holdings, Site, Watch, macro_script, post};

use super::NOW;
use super::truth::{Random, edit, site};

/// How many edits, if this variable does not say otherwise.
const EDITS: (&str, u64) = ("BDS_WATCH_EDITS", 300);

/// After how many edits everything has been met once.
const WARM: u64 = 100;

#[test]
fn memory_descriptors_threads_and_workers_stay_as_they_are() {
    let edits = std::env::var(EDITS.0).ok().and_then(|edits| edits.parse().ok()).unwrap_or(EDITS.1);
    let site = site();
    let mut watch = Watch::begin(&site, &[NOW, &["-j1"]].concat());
    let mut random = Random::new(7);
    let mut warm: Option<Holdings> = None;
    for round in 1..=edits {
        edit(&site, &mut random, round);
        let marker = format!("marker {round}.");
        site.write("posts/2024/06/marker.md", post("marker", 28, "", &marker));
        watch.wait_for_page(&site, "2024/05/28/marker/index.html", &marker);
        if round % WARM == 0 {
            println!("after {round} edits: {:?}", watch.holdings());
        }
        if round == WARM {
            warm = Some(at_work(&site, &mut watch, "early"));
        }
    }
    let (before, after) = (warm.expect("there are more edits"), at_work(&site, &mut watch, "late"));
    println!("at work after {WARM} edits: {before:?}, after {edits}: {after:?}");
    watch.wait_for_truth(&site, &[]);
    assert!(after.memory <= before.memory + before.memory / 20, "memory: {before:?}, {after:?}");
    let others = |it: Holdings| (it.descriptors, it.threads, it.workers);
    assert_eq!(others(before), others(after));
}

/// What the process holds when macros have run: a build that was cancelled takes workers with it.
fn at_work(site: &Site, watch: &mut Watch, when: &str) -> Holdings {
    let code = format!("def render(context, post):\n    return {{\"html\": \"it is {when}\"}}");
    site.write("scripts/late.py", macro_script("late", &code));
    site.write("posts/2024/06/late.md", post("late", 27, "", "[[late]]"));
    watch.wait_for_page(site, "2024/05/27/late/index.html", &format!("it is {when}"));
    // Then the build is over, too.
    watch.wait_for_truth(site, &[]);
    watch.forget();
    site.write("posts/2024/06/late.md", post("late", 27, "", "[[late]] once more"));
    watch.wait("a line", |told| told.iter().any(|line| line.starts_with("posts/2024/06/late.md: ")));
    watch.holdings()
}
