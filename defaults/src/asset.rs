//! Styles and browser scripts: the files under `/assets/` of a site (format sheet §8.1).

use std::borrow::Cow;
use std::sync::LazyLock;

use bds_base::{Fingerprint, SitePath};

use crate::{embedded, shipped_path, theme};

/// A file that every site carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Where it lies in the output: `assets/bds.css`.
    pub path: SitePath,
    /// The file.
    pub content: Cow<'static, [u8]>,
    /// Goes up when its meaning changes.
    pub version: u32,
    /// The fingerprint of `content`.
    pub fingerprint: Fingerprint,
}

/// All shipped assets, sorted by path.
pub fn assets() -> &'static [Asset] {
    static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
        let written = embedded::ASSETS.iter().map(|(file, text)| asset(file, Cow::Borrowed(*text)));
        let themes = theme::THEMES.iter().map(|theme| asset(&theme.file_name(), Cow::Owned(theme.stylesheet())));
        let mut assets: Vec<_> = written.chain(themes).collect();
        assets.sort_by(|a, b| a.path.cmp(&b.path));
        assets
    });
    &ASSETS
}

fn asset(file: &str, text: Cow<'static, str>) -> Asset {
    let content = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
    let version = version(&content).expect("every asset says its version in its first line");
    Asset { path: shipped_path(&format!("assets/{file}")), version, fingerprint: Fingerprint::of(&content), content }
}

/// The number after `version ` in the first line.
fn version(content: &[u8]) -> Option<u32> {
    let first_line = content.split(|byte| *byte == b'\n').next()?;
    let text = std::str::from_utf8(first_line).ok()?.split_once("version ")?.1;
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template;

    #[test]
    fn every_asset_that_the_templates_name_ships() {
        let head = template("partials/head").expect("the head ships").source;
        let mut found = 0;
        for name in head.split(['"', '\'']).filter_map(|quoted| quoted.strip_prefix("/assets/")) {
            assert!(assets().iter().any(|asset| asset.path.file_name() == name), "{name}");
            found += 1;
        }
        assert!(found > 8, "the search for assets finds them: {found}");
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for asset in assets() {
            let text = std::str::from_utf8(&asset.content).expect("assets are text");
            for address in text.split("://").skip(1) {
                assert!(address.starts_with("www.w3.org/"), "{}: {:.40}", asset.path, address);
            }
            assert!(!text.contains("@import"), "{}", asset.path);
        }
    }

    #[test]
    fn versions_are_read_from_the_first_line() {
        assert_eq!(version(b"/* bds.css, version 12: text */\nversion 3"), Some(12));
        assert_eq!(version(b"/* bds.css */\nversion 3"), None);
    }
}
