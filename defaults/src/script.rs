//! The macro scripts (format sheet §5, §11.6).

use std::sync::LazyLock;

use bds_base::{Fingerprint, SitePath};

use crate::embedded;
use crate::header::Header;
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

/// All shipped scripts, sorted by slug.
pub fn scripts() -> &'static [Script] {
    static SCRIPTS: LazyLock<Vec<Script>> =
        LazyLock::new(|| embedded::SCRIPTS.iter().filter_map(|(file, source)| read(file, source)).collect());
    &SCRIPTS
}

/// The shipped script that answers to this name, which may be an alias: `photo_album` is `photo_archive`.
pub fn script(name: &str) -> Option<&'static Script> {
    scripts().iter().find(|script| script.slug == name || script.aliases.contains(&name))
}

fn read(file: &'static str, source: &'static str) -> Option<Script> {
    let slug = file.strip_suffix(".py")?;
    let (header, _) = Header::split(source);
    Some(Script {
        slug,
        aliases: header.list("aliases"),
        title: header.text("title"),
        entrypoint: header.text("entrypoint"),
        version: header.version(),
        source,
        fingerprint: Fingerprint::of(source),
        path: shipped_path(&format!("scripts/{file}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_says_what_the_file_is() {
        for script in scripts() {
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
        }
        assert_eq!(script("Gallery"), None, "names are looked up in lower case");
    }
}
