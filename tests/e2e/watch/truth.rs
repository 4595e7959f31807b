//! Random edits, through the real watcher: in the end the site is that of a clean build.

use std::fs;

use bds_tests::{Site, Watch, copy_folder, macro_script, post};

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

const SCRIPT: &str = "import os\nimport helper\n\ndef render(context, post):\n    \
    text = open(\"data/list.txt\").read() if os.path.exists(\"data/list.txt\") else \"none\"\n    \
    return {\"html\": \"<b>\" + post[\"title\"] + text + helper.WORD + \"</b>\"}";

pub(super) fn site() -> Site {
    let site = Site::new();
    let project = site.read("meta/project.json").replace("\"blogLanguages\": []", "\"blogLanguages\": [\"de\"]");
    let site = site
        .file("meta/project.json", project)
        .macro_script("tells", SCRIPT)
        .file("data/list.txt", "list")
        .file("scripts/helper.py", "WORD = \"word\"\n");
    (0..8)
        .fold(site, |site, number| site.post(&format!("post-{number}"), number + 1, "tags: [red]", "[[tells]] Hello."))
}

/// Edits something.
pub(super) fn edit(site: &Site, random: &mut Random, round: u64) {
    let number = random.below(12);
    let file = format!("posts/2024/05/post-{number}.md");
    let write = |more: &str, body: &str| {
        let day = u32::try_from(number).expect("small") + 1;
        site.write(&file, post(&format!("post-{number}"), day, more, body));
    };
    match random.below(24) {
        0..=5 => write("tags: [red]", &format!("[[tells]] Body {round}.")),
        6 => write(
            &format!("tags: [red, blue-{}]\ncategories: [c{}]", random.below(3), random.below(2)),
            &format!("Body {round}, [link](/posts/post-3)."),
        ),
        7 if site.has(&file) => site.remove(&file),
        8 => site.write("data/list.txt", format!("list {round}")),
        9 if site.has("data/list.txt") => site.remove("data/list.txt"),
        10 => site.write("scripts/tells.py", macro_script("tells", &SCRIPT.replace("<b>", &format!("<b>{round} ")))),
        11 => site.write("scripts/helper.py", format!("WORD = \"word {round}\"\n")),
        12 => site.write("templates/partials/footer.liquid", format!("<footer>{round}</footer>")),
        13 => site.write("media/2024/05/a.txt", format!("media {round}")),
        14 if site.has("media/2024/05/a.txt") => rename(site, "media/2024/05/a.txt", "media/2024/05/b.txt"),
        15 => site.write("meta/menu.opml", menu(number)),
        16 => site.write("meta/project.json", site.read("meta/project.json").replace("A blog", "A  blog")),
        17 => site.write("bds.toml", format!("[archives]\ntag = {}\n", round.is_multiple_of(2))),
        18 if site.has(&file) => rename(site, &file, &format!("posts/2024/05/other-{number}.md")),
        19 => rename(site, "posts/2024", "posts/away"),
        20 if site.has("posts/away") => merge(site, "posts/away", "posts/2024"),
        21 => write("status: draft", "A draft [[nobody]]."),
        22 => translation(site, number, round),
        _ => write("", &format!("Again {round}.")),
    }
}

/// Renames what is there and whose new place is free.
fn rename(site: &Site, from: &str, to: &str) {
    if site.has(from) && !site.has(to) {
        fs::rename(site.path(from), site.path(to)).expect("renamed");
    }
}

/// Moves the files of one folder into another, as far as they are not there.
fn merge(site: &Site, from: &str, to: &str) {
    copy_folder(&site.path(from), &site.path(to));
    fs::remove_dir_all(site.path(from)).expect("removed");
}

fn menu(number: u64) -> String {
    format!(
        "<opml version=\"2.0\"><head/><body><outline text=\"Entry {number}\" type=\"page\" pageSlug=\"post-3\"/></body></opml>"
    )
}

fn translation(site: &Site, number: u64, round: u64) {
    let text = format!(
        "---\ntranslationFor: post-{number}-id\nlanguage: de\ntitle: Titel {round}\n---\nText {round}, [[tells]].\n"
    );
    site.write(&format!("posts/2024/05/post-{number}.de.md"), text);
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
