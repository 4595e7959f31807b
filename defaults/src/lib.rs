//! What ships with bds: macro scripts, templates, styles, browser scripts, strings, and the files of a new project.
//!
//! A project needs none of them: what it does not have is taken from here (DESIGN, "Defaults"). Everything has a version,
//! which goes up when its meaning changes, and a fingerprint, so that a copy in a project can be told from an edit.
//!
//! The files lie in folders beside `src` and are listed by `build.rs`: adding one there ships it. `manifest.json` says which
//! versions have shipped with which fingerprints; `cargo xtask codegen` writes it, and refuses a text that changed under
//! its version.

pub mod asset;
mod header;
pub mod script;
pub mod shipped;
pub mod starter;
pub mod template;
pub mod theme;

use bds_base::SitePath;

pub use asset::{Asset, assets};
pub use script::{Script, script, script_of_version, scripts};
pub use shipped::{Kind, Shipped, Version, find, shipped};
pub use starter::{Starter, starter};
pub use template::{Template, TemplateKind, all_templates, template, templates};

/// The tables of shipped files: (path in their folder, content), sorted by path.
mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// One language's table of strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strings {
    /// The two-letter code of the language.
    pub language: &'static str,
    /// Goes up when the table changes.
    pub version: u32,
    /// A JSON object from key (`render.archive`) to text; format sheet §12, and what our own templates need beyond.
    pub json: &'static str,
}

/// The newest strings of every shipped language, sorted by code. Each table has the same keys.
pub fn strings() -> impl Iterator<Item = Strings> {
    let newest = |shipped: &'static Shipped| tables(shipped).last();
    shipped().iter().filter_map(newest)
}

/// A version of the strings of a language; none when it does not ship.
pub fn strings_of_version(language: &str, version: u32) -> Option<Strings> {
    shipped().iter().flat_map(tables).find(|strings| strings.language == language && strings.version == version)
}

/// The versions of the strings of a language; none when that is no such default.
fn tables(shipped: &'static Shipped) -> impl Iterator<Item = Strings> {
    let language = shipped.slug.strip_prefix("strings/").filter(|_| shipped.kind == Kind::Strings);
    let versions = language.into_iter().flat_map(|language| shipped.versions.iter().map(move |it| (language, it)));
    versions.map(|(language, version)| Strings { language, version: version.number, json: version.text })
}

/// A path that is known to be plain, because it was made of names in our own folders.
fn shipped_path(path: &str) -> SitePath {
    SitePath::new(path).expect("shipped files have plain paths")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_language_has_every_string() {
        let tables: Vec<(&str, BTreeMap<String, String>)> = strings()
            .map(|strings| (strings.language, serde_json::from_str(strings.json).expect("a flat table of texts")))
            .collect();
        let languages: Vec<_> = tables.iter().map(|(language, _)| *language).collect();
        assert_eq!(languages, ["de", "en", "es", "fr", "it"]);
        for (language, table) in &tables {
            assert!(table.keys().eq(tables[0].1.keys()), "{language} has other keys than {}", tables[0].0);
            for (key, text) in table {
                assert!(key.starts_with("render.") && !text.trim().is_empty(), "{language}: {key}: {text:?}");
            }
        }
    }

    #[test]
    fn templates_and_scripts_use_only_strings_that_are_there() {
        let english: BTreeMap<String, String> =
            serde_json::from_str(strings().find(|strings| strings.language == "en").expect("English").json)
                .expect("a flat table of texts");
        let sources = templates().map(|it| it.source).chain(scripts().map(|it| it.source));
        let names =
            template("partials/script-strings").expect("it ships").source.split('\'').find(|it| it.contains(','));
        for name in names.expect("a list of names").split(',') {
            assert!(english.contains_key(&format!("render.{name}")), "there is no string render.{name}");
        }
        let mut used = 0;
        for quoted in sources.flat_map(|source| source.split(['\'', '"'])) {
            if quoted.starts_with("render.") && !quoted.ends_with('.') && !quoted.contains([' ', '{']) {
                assert!(english.contains_key(quoted), "there is no string {quoted}");
                used += 1;
            }
        }
        assert!(used > 20, "the search for strings finds them: {used}");
    }
}
