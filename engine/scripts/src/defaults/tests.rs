//! The rules, on values alone.

mod disk;
mod odd;
mod random;
mod rules;

use std::sync::LazyLock;

use bds_base::Fingerprint;
use bds_base::SitePath;
use bds_defaults::{Kind, Shipped, Version};

/// The texts of a made-up default, by version.
const TEXTS: [&str; 4] = [
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\nversion 1\n",
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\nversion 2\n",
    "ONE\ntwo\nthree\nfour\nfive\nsix\nseven\nversion 3\n",
    "ONE\ntwo\nTHREE\nfour\nfive\nsix\nseven\nversion 4\n",
];

/// A made-up default as a bds ships it whose newest version this is: with all versions before.
fn shipped_until(newest: usize) -> &'static Shipped {
    static ALL: LazyLock<Vec<Shipped>> = LazyLock::new(|| (1..=TEXTS.len()).map(make).collect());
    &ALL[newest - 1]
}

fn make(newest: usize) -> Shipped {
    let versions = TEXTS.iter().take(newest).zip(1..);
    let version = |(text, number): (&&'static str, u32)| Version { number, text, fingerprint: Fingerprint::of(text) };
    Shipped {
        kind: Kind::Script,
        slug: "made_up".to_owned(),
        path: SitePath::new("scripts/made_up.py").expect("a plain path"),
        versions: versions.map(version).collect(),
    }
}
