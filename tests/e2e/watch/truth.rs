//! Random edits, through the real watcher: in the end the site is that of a clean build.

use bds_tests::{Site, Watch, macro_script, post};

use super::NOW;

/// Numbers that look random and are the same every time.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below a bound.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

const SCRIPT: &str = "import os\n\ndef render(context, post):\n    \
    text = open(\"data/list.txt\").read() if os.path.exists(\"data/list.txt\") else \"none\"\n    \
    return {\"html\": \"<b>\" + post[\"title\"] + text + \"</b>\"}";

pub(super) fn site() -> Site {
    let site = Site::new().macro_script("tells", SCRIPT).file("data/list.txt", "list");
    (0..8)
        .fold(site, |site, number| site.post(&format!("post-{number}"), number + 1, "tags: [red]", "[[tells]] Hello."))
}

/// Edits something.
pub(super) fn edit(site: &Site, random: &mut Random, round: u64) {
    let number = random.below(12);
    let file = format!("posts/2024/05/post-{number}.md");
    let text = |site: &Site, body: &str, tags: &str| {
        site.write(&file, post(&format!("post-{number}"), u32::try_from(number).expect("small") + 1, tags, body));
    };
    match random.below(12) {
        0..=4 => text(site, &format!("[[tells]] Body {round}."), "tags: [red]"),
        5 => text(
            site,
            &format!("Body {round}, [link](/posts/post-3)."),
            &format!("tags: [red, blue-{}]", random.below(3)),
        ),
        6 if site.has(&file) => site.remove(&file),
        7 => site.write("data/list.txt", format!("list {round}")),
        8 if site.has("data/list.txt") => site.remove("data/list.txt"),
        9 => site.write("scripts/tells.py", macro_script("tells", &SCRIPT.replace("<b>", &format!("<b>{round} ")))),
        10 => site.write("templates/partials/footer.liquid", format!("<footer>{round}</footer>")),
        11 => site.write("media/2024/05/a.txt", format!("media {round}")),
        _ => text(site, &format!("Again {round}."), ""),
    }
}

#[test]
fn the_site_is_that_of_a_clean_build_after_random_edits() {
    for seed in [1, 2] {
        let site = site();
        let mut watch = Watch::begin(&site, NOW);
        let mut random = Random::new(seed);
        for round in 0..40 {
            edit(&site, &mut random, round);
            // Sometimes one edit after the other, sometimes in the midst of the build of the last.
            if random.below(4) == 0 {
                watch.wait_for_truth(&site, &[]);
            }
        }
        watch.wait_for_truth(&site, &[]);
    }
}
