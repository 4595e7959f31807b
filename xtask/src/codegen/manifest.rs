//! `defaults/manifest.json`: everything that ships, in every version, with its fingerprint.
//!
//! The file is the memory of what has shipped: a text that changes under its version, or a version that is gone, would
//! take away from projects what they were told they have. So neither is written over.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use bds_base::{Fingerprint, OsSystem, System as _};
use bds_defaults::{Kind, assets, script_of_version, shipped};
use serde::{Deserialize, Serialize};

use crate::workspace;

/// Where the manifest lies.
pub(super) const MANIFEST: &str = "defaults/manifest.json";

/// One version of something that ships.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    /// Where it lies in a project, or in a site for styles and browser scripts.
    path: String,
    kind: String,
    slug: String,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    aliases: Vec<String>,
    version: u32,
    fingerprint: Fingerprint,
}

/// The text of the manifest.
pub(super) fn manifest() -> anyhow::Result<String> {
    let rows = rows();
    if let Ok(before) = OsSystem.read(&workspace::root().join(MANIFEST)) {
        let before: Vec<Row> = serde_json::from_slice(&before).context("the manifest is none")?;
        let faults = faults(&before, &rows);
        ensure!(faults.is_empty(), "{}", faults.join("; "));
    }
    let lines: Vec<_> = rows.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    Ok(format!("[\n  {}\n]\n", lines.join(",\n  ")))
}

fn rows() -> Vec<Row> {
    let defaults = shipped().iter().flat_map(|default| {
        default.versions.iter().map(|version| {
            let script = script_of_version(&default.slug, version.number).filter(|_| default.kind == Kind::Script);
            Row {
                path: default.path.to_string(),
                kind: default.kind.to_string(),
                slug: default.slug.clone(),
                aliases: script.into_iter().flat_map(|script| script.aliases.iter().map(ToString::to_string)).collect(),
                version: version.number,
                fingerprint: version.fingerprint,
            }
        })
    });
    let assets = assets().iter().map(|asset| Row {
        path: asset.path.to_string(),
        kind: if is_style(asset.path.as_str()) { "style" } else { "browser-script" }.to_owned(),
        slug: asset.path.file_name().to_owned(),
        aliases: Vec::new(),
        version: asset.version,
        fingerprint: asset.fingerprint,
    });
    let mut rows: Vec<_> = assets.chain(defaults).collect();
    rows.sort_by(|a, b| (&a.path, a.version).cmp(&(&b.path, b.version)));
    rows
}

fn is_style(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "css")
}

/// What the manifest remembers and the files do not keep.
fn faults(before: &[Row], now: &[Row]) -> Vec<String> {
    let now: BTreeMap<_, _> = now.iter().map(|row| ((&row.path, row.version), row)).collect();
    let newest: BTreeMap<_, _> = now.values().map(|row| (&row.path, row.version)).collect();
    let fault = |row: &Row| {
        let Row { path, version, .. } = row;
        match now.get(&(path, *version)) {
            Some(same) if same.fingerprint == row.fingerprint => None,
            Some(_) => Some(format!(
                "version {version} of `{path}` has changed: raise its version, and keep the text that it had in `defaults/older` \
                 unless it is a style or browser script"
            )),
            // Styles and browser scripts are in no project: only the newest ships.
            None if path.starts_with("assets/") && newest.get(path).is_some_and(|newest| newest > version) => None,
            None => Some(format!("version {version} of `{path}` ships no more, and projects may be pinned to it")),
        }
    };
    before.iter().filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, version: u32, text: &str) -> Row {
        let fingerprint = Fingerprint::of(text);
        Row {
            path: path.to_owned(),
            kind: String::new(),
            slug: String::new(),
            aliases: Vec::new(),
            version,
            fingerprint,
        }
    }

    #[test]
    fn a_text_does_not_change_under_its_version_and_no_version_goes() {
        let before = [row("scripts/a.py", 1, "one"), row("assets/a.css", 1, "red")];
        let check = |now: &[Row], expected: usize| assert_eq!(faults(&before, now).len(), expected, "{now:?}");
        check(&before, 0);
        check(&[row("scripts/a.py", 1, "two"), row("assets/a.css", 1, "blue")], 2);
        check(&[row("scripts/a.py", 1, "one"), row("scripts/a.py", 2, "two"), row("assets/a.css", 2, "blue")], 0);
        check(&[row("scripts/a.py", 2, "two"), row("assets/a.css", 2, "blue")], 1);
        check(&[row("scripts/a.py", 1, "one")], 1);
    }

    #[test]
    fn everything_that_ships_is_in_the_manifest() {
        let rows = rows();
        let check = |path: &str, kind: &str, slug: &str, version: u32| {
            let found =
                rows.iter().any(|it| (&*it.path, &*it.kind, &*it.slug, it.version) == (path, kind, slug, version));
            assert!(found, "{path}");
        };
        check("scripts/gallery.py", "script", "gallery", 1);
        check("scripts/gallery.py", "script", "gallery", 2);
        check("templates/partials/head.liquid", "template", "partials/head", 1);
        check("meta/strings/de.json", "strings", "strings/de", 1);
        check("assets/bds.css", "style", "bds.css", 2);
        check("assets/tag-cloud.js", "browser-script", "tag-cloud.js", 1);
        let aliases = rows.iter().filter(|row| row.slug == "photo_archive").map(|row| &row.aliases);
        assert!(aliases.eq([&["photo_album".to_owned()], &["photo_album".to_owned()]]));
    }
}
