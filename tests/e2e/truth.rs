//! Truth, with real processes: after edits, and builds that were killed, the site is that of a clean build.

use bds_tests::Soak;

#[test]
fn the_site_is_that_of_a_clean_build_after_random_edits_and_killed_builds() {
    let mut soak = Soak::new(2024);
    for _ in 0..8 {
        soak.round().unwrap_or_else(|difference| panic!("{difference}"));
    }
    assert!(soak.tally().killed > 0, "{}", soak.tally());
}

#[test]
fn what_is_stale_or_left_over_is_found() {
    let mut soak = Soak::new(1);
    let built = soak.build();
    soak.compare(&built).expect("nothing was planted");
    soak.site().edit("html/index.html", "</html>", "<!-- stale --></html>");
    let found = soak.compare(&built).expect_err("it was planted");
    assert!(found.starts_with("differs from a clean build: [\"index.html\"]"), "{found}");
    let built = soak.build();
    soak.compare(&built).expect("a build mends what was planted");
    soak.site().write("html/2024/05/09/gone/index.html", "a ghost");
    let found = soak.compare(&built).expect_err("it was planted");
    assert!(found.contains("2024/05/09/gone/index.html"), "{found}");
    soak.site().remove("html/2024/05/09/gone/index.html");
    soak.site().edit("data/list.txt", "one", "other");
    soak.site().write("posts/2024/05/told.md", bds_tests::post("told", 9, "", "[[none]]"));
    let found = soak.compare(&built).expect_err("what was edited was not built");
    assert!(found.contains("2024/05/09/told/index.html"), "{found}");
}
