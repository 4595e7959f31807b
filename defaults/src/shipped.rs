//! Everything that a project can have as files of its own, in every version that still ships.
//!
//! The newest version of a default lies in `scripts`, `templates` or `strings`; older ones, which projects may be pinned to,
//! lie in `older` under the same name with the version before the ending: `older/scripts/gallery.1.py`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use bds_base::{Fingerprint, SitePath};

use crate::header::Header;
use crate::{embedded, script, shipped_path};

/// What a default is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A macro script.
    Script,
    /// A template.
    Template,
    /// The strings of a language.
    Strings,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Script => "script",
            Self::Template => "template",
            Self::Strings => "strings",
        })
    }
}

/// A default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipped {
    /// What it is.
    pub kind: Kind,
    /// What people call it: `gallery`, `partials/head`, `strings/de`.
    pub slug: String,
    /// Where it lies in a project once it is seeded: `scripts/gallery.py`.
    pub path: SitePath,
    /// Its versions, the oldest first; there is at least one.
    pub versions: Vec<Version>,
}

/// One version of a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// Goes up when its meaning changes.
    pub number: u32,
    /// The whole file.
    pub text: &'static str,
    /// The fingerprint of `text`.
    pub fingerprint: Fingerprint,
}

impl Shipped {
    /// The version that projects get which say nothing: the first, whose pages are those of the original.
    pub fn oldest(&self) -> &Version {
        self.versions.first().expect("a default has a version")
    }

    /// The version that new projects get, and those that are updated.
    pub fn newest(&self) -> &Version {
        self.versions.last().expect("a default has a version")
    }

    /// A version by its number; none when it does not ship.
    pub fn version(&self, number: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The version with this number, or else the one that comes nearest: the newest for one that is newer still.
    pub fn nearest(&self, number: u32) -> &Version {
        let at_most = self.versions.iter().rev().find(|version| version.number <= number);
        at_most.unwrap_or_else(|| self.oldest())
    }

    /// The version that is this text; the newest where two are.
    pub fn version_of(&self, text: Fingerprint) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.fingerprint == text)
    }
}

/// All defaults, sorted by path.
pub fn shipped() -> &'static [Shipped] {
    static SHIPPED: LazyLock<Vec<Shipped>> = LazyLock::new(|| {
        let folders = [
            (Kind::Script, "scripts/", embedded::SCRIPTS),
            (Kind::Template, "templates/", embedded::TEMPLATES),
            (Kind::Strings, "strings/", embedded::STRINGS),
        ];
        let each = |(kind, folder, files): (Kind, &'static str, &'static [(&'static str, &'static str)])| {
            files.iter().map(move |(file, text)| read(kind, folder, file, text))
        };
        let mut shipped: Vec<_> = folders.into_iter().flat_map(each).collect();
        shipped.sort_by(|a, b| a.path.cmp(&b.path));
        shipped
    });
    &SHIPPED
}

/// The default that people mean with a name: its slug, its path in a project, or the alias of a script.
pub fn find(name: &str) -> Option<&'static Shipped> {
    let is_meant = |shipped: &&Shipped| shipped.slug == name || shipped.path.as_str() == name;
    shipped().iter().find(is_meant).or_else(|| {
        let path = &script(name)?.path;
        shipped().iter().find(|shipped| shipped.path == *path)
    })
}

fn read(kind: Kind, folder: &str, file: &'static str, text: &'static str) -> Shipped {
    let (stem, ending) = file.rsplit_once('.').expect("shipped files have endings");
    let mut versions: Vec<_> = older(&format!("{folder}{stem}."), ending).collect();
    versions.sort_by_key(|version| version.number);
    let next = versions.last().map_or(1, |version| version.number + 1);
    let number = Header::split(text).0.version().unwrap_or(next);
    versions.push(Version { number, text, fingerprint: Fingerprint::of(text) });
    let (slug, path) = match kind {
        Kind::Strings => (format!("strings/{stem}"), format!("meta/strings/{file}")),
        Kind::Script | Kind::Template => (stem.to_owned(), format!("{folder}{file}")),
    };
    Shipped { kind, slug, path: shipped_path(&path), versions }
}

/// The older versions of a file: those whose names are `START` number `.ENDING`.
fn older(start: &str, ending: &str) -> impl Iterator<Item = Version> {
    embedded::OLDER.iter().filter_map(move |(file, text)| {
        let number = file.strip_prefix(start)?.strip_suffix(ending)?.strip_suffix('.')?.parse().ok()?;
        Some(Version { number, text, fingerprint: Fingerprint::of(text) })
    })
}

/// The texts of all versions of one kind, by slug and version.
pub(crate) fn texts(kind: Kind) -> BTreeMap<(&'static str, u32), &'static str> {
    let of_kind = shipped().iter().filter(|shipped| shipped.kind == kind);
    let versions = |shipped: &'static Shipped| {
        shipped.versions.iter().map(|version| ((shipped.slug.as_str(), version.number), version.text))
    };
    of_kind.flat_map(versions).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_says_its_number() {
        for Shipped { kind, slug, versions, .. } in shipped() {
            assert!(versions.is_sorted_by(|a, b| a.number < b.number), "{slug}");
            assert!(versions.windows(2).all(|pair| pair[0].fingerprint != pair[1].fingerprint), "{slug}");
            for version in versions {
                let said = Header::split(version.text).0.version();
                assert_eq!(said, (*kind != Kind::Strings).then_some(version.number), "{slug}");
            }
        }
    }

    #[test]
    fn every_older_file_is_a_version_of_something() {
        let older: usize = shipped().iter().map(|shipped| shipped.versions.len() - 1).sum();
        assert_eq!(older, embedded::OLDER.len());
    }

    #[test]
    fn a_default_is_found_by_what_people_call_it() {
        let check = |name: &str, path: Option<&str>| {
            assert_eq!(find(name).map(|shipped| shipped.path.as_str()), path, "{name}");
        };
        check("gallery", Some("scripts/gallery.py"));
        check("scripts/gallery.py", Some("scripts/gallery.py"));
        check("photo_album", Some("scripts/photo_archive.py"));
        check("partials/head", Some("templates/partials/head.liquid"));
        check("strings/de", Some("meta/strings/de.json"));
        check("head", None);
        check("", None);
    }
}
