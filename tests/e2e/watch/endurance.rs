//! Eight hours in short: a thousand edits leave nothing behind.

use bds_tests::{Holdings, Watch};

use super::NOW;
use super::truth::{Random, edit, site};

/// How many edits, if this variable does not say otherwise.
const EDITS: (&str, u64) = ("BDS_WATCH_EDITS", 1000);

#[test]
fn memory_descriptors_threads_and_workers_stay_as_they_are() {
    let edits = std::env::var(EDITS.0).ok().and_then(|edits| edits.parse().ok()).unwrap_or(EDITS.1);
    let site = site();
    let mut watch = Watch::begin(&site, &[NOW, &["-j2"]].concat());
    let mut random = Random::new(7);
    let mut after_some: Option<Holdings> = None;
    for round in 0..edits {
        edit(&site, &mut random, round);
        let marker = format!("marker {round}");
        site.write("posts/2024/05/marker.md", bds_tests::post("marker", 28, "", &marker));
        watch.wait_for_page(&site, "2024/05/28/marker/index.html", &marker);
        if round + 1 == edits / 10 {
            after_some = Some(watch.holdings());
        }
    }
    watch.wait_for_truth(&site, &[]);
    let (before, after) = (after_some.expect("there are some edits"), watch.holdings());
    assert!(after.memory <= before.memory + before.memory / 20, "memory: {before:?}, {after:?}");
    let others = |it: Holdings| (it.descriptors, it.threads, it.workers);
    assert_eq!(others(before), others(after));
}
