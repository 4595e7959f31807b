//! The macro scripts (format sheet §5, §11.6).

use std::sync::LazyLock;

use bds_base::{Fingerprint, SitePath};

use crate::header::Header;
use crate::shipped::{self, Kind};
use crate::shipped_path;

/// A shipped macro script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The name that calls use.
    pub slug: &'static str,
    /// Other names that mean the same script.
    pub aliases: Vec<&'static str>,
    /// Its name for people.
    pub title: &'static str,
    /// The function that is called with `(context, post)`.
    pub entrypoint: &'static str,
    /// Goes up when its meaning changes.
    pub version: u32,
    /// The whole file, metadata included: a valid Python module.
    pub source: &'static str,
    /// The fingerprint of `source`.
    pub fingerprint: Fingerprint,
    /// Where it lies in a project once it is seeded: `scripts/gallery.py`.
    pub path: SitePath,
}

impl Script {
    /// Whether a call with this name, which may be an alias, means it: `photo_album` is `photo_archive`.
    pub fn answers_to(&self, name: &str) -> bool {
        self.slug == name || self.aliases.contains(&name)
    }
}

/// All versions of all scripts, sorted by slug and version.
fn all() -> &'static [Script] {
    static SCRIPTS: LazyLock<Vec<Script>> = LazyLock::new(|| {
        let texts = shipped::texts(Kind::Script);
        texts.into_iter().map(|((slug, version), source)| read(slug, version, source)).collect()
    });
    &SCRIPTS
}

/// All shipped scripts in their newest versions, sorted by slug.
pub fn scripts() -> impl Iterator<Item = &'static Script> {
    all().chunk_by(|a, b| a.slug == b.slug).filter_map(<[Script]>::last)
}

/// The newest version of the script that answers to a name.
pub fn script(name: &str) -> Option<&'static Script> {
    all().iter().rfind(|script| script.answers_to(name))
}

/// A version of the script that answers to a name; none when it does not ship.
pub fn script_of_version(name: &str, version: u32) -> Option<&'static Script> {
    all().iter().find(|script| script.version == version && script.answers_to(name))
}

fn read(slug: &'static str, version: u32, source: &'static str) -> Script {
    let (header, _) = Header::split(source);
    Script {
        slug,
        aliases: header.list("aliases"),
        title: header.text("title"),
        entrypoint: header.text("entrypoint"),
        version,
        source,
        fingerprint: Fingerprint::of(source),
        path: shipped_path(&format!("scripts/{slug}.py")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_says_what_the_file_is() {
        for script in all() {
            let (header, _) = Header::split(script.source);
            assert_eq!(header.text("slug"), script.slug);
            assert_eq!((header.text("kind"), header.text("enabled")), ("macro", "true"), "{}", script.slug);
            let entrypoint = format!("def {}(context: Context, post: Post | None) -> Result:", script.entrypoint);
            assert!(script.source.contains(&entrypoint), "{}", script.slug);
            assert!(!script.title.is_empty() && script.version > 0, "{}", script.slug);
        }
    }

    #[test]
    fn the_five_macros_and_the_alias_are_found() {
        for (name, slug) in [
            ("youtube", "youtube"),
            ("vimeo", "vimeo"),
            ("gallery", "gallery"),
            ("photo_archive", "photo_archive"),
            ("photo_album", "photo_archive"),
            ("tag_cloud", "tag_cloud"),
        ] {
            assert_eq!(script(name).map(|script| script.slug), Some(slug));
            assert_eq!(script_of_version(name, 1).map(|script| (script.slug, script.version)), Some((slug, 1)));
        }
        assert_eq!(scripts().count(), 5);
        assert_eq!(script("Gallery"), None, "names are looked up in lower case");
        assert_eq!(script_of_version("gallery", 99), None);
    }
}
