//! Which file is at an address.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use bds_base::SitePath;
use bds_project::layout::{self, SourceKind};
use percent_encoding::percent_decode_str;

use super::Shared;

/// The page of a folder.
const INDEX: &str = "index.html";

/// The page for what is not found.
const NOT_FOUND: &str = "404.html";

/// What is at an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A file, and what it is called in the site.
    File(PathBuf, SitePath),
    /// A folder: its page is at the same address with a slash at its end.
    Folder,
    /// Nothing; the page that says so, if the site has one.
    Nothing(Option<(PathBuf, SitePath)>),
}

/// Finds what is at the path of an address. Looks at the disk.
pub(super) fn find(shared: &Shared, address: &str) -> Found {
    let out = shared.out.read().unwrap_or_else(PoisonError::into_inner).clone();
    let Some(path) = site_path(address) else { return Found::Nothing(page_for_nothing(&out, "")) };
    if path.as_str().is_empty() || address.ends_with('/') {
        let index = if path.as_str().is_empty() { INDEX.to_owned() } else { format!("{path}/{INDEX}") };
        let file = SitePath::new(index).ok().and_then(|index| Some((file(&out, &index)?, index)));
        return file.map_or_else(
            || Found::Nothing(page_for_nothing(&out, path.as_str())),
            |(file, index)| Found::File(file, index),
        );
    }
    if let Some(file) = file(&out, &path).or_else(|| media(&shared.root, &path)) {
        return Found::File(file, path);
    }
    let folder = path.to_path(&out);
    if folder.is_dir() && is_inside(&folder, &out) {
        return Found::Folder;
    }
    Found::Nothing(page_for_nothing(&out, path.as_str()))
}

/// The path of an address as a path of files; none where it could lead anywhere else.
fn site_path(address: &str) -> Option<SitePath> {
    let decoded = percent_decode_str(address).decode_utf8().ok()?;
    if decoded.contains('\0') {
        return None;
    }
    let path = decoded.strip_prefix('/')?;
    SitePath::new(path.strip_suffix('/').unwrap_or(path)).ok()
}

/// A file, if it lies in the folder and no link leads out of it. A pipe or a device is none: whoever opens it may wait
/// for ever.
fn file(folder: &Path, path: &SitePath) -> Option<PathBuf> {
    let file = path.to_path(folder);
    (file.is_file() && is_inside(&file, folder)).then_some(file)
}

fn is_inside(path: &Path, folder: &Path) -> bool {
    matches!((path.canonicalize(), folder.canonicalize()), (Ok(path), Ok(folder)) if path.starts_with(&folder))
}

/// Media that are not brought into the output.
fn media(root: &Path, path: &SitePath) -> Option<PathBuf> {
    let folder = match layout::classify(path)? {
        SourceKind::MediaFile => layout::MEDIA,
        SourceKind::Thumbnail => layout::THUMBNAILS,
        _ => return None,
    };
    let rest = SitePath::new(path.as_str().strip_prefix(folder)?.strip_prefix('/')?).ok()?;
    file(&root.join(folder), &rest)
}

/// The page for what is not found: that of the language, if the address begins with one.
fn page_for_nothing(out: &Path, path: &str) -> Option<(PathBuf, SitePath)> {
    let tree = path.split('/').next().unwrap_or_default();
    [format!("{tree}/{NOT_FOUND}"), NOT_FOUND.to_owned()].into_iter().find_map(|page| {
        let page = SitePath::new(page).ok()?;
        Some((file(out, &page)?, page))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_paths_inside_the_site_or_nothing() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(site_path(address).as_ref().map(SitePath::as_str), expected, "{address}");
        };
        check("/", Some(""));
        check("/2024/05/", Some("2024/05"));
        check("/tag/f%C3%BC%C3%9Fe/", Some("tag/füße"));
        for outside in [
            "/../x",
            "/a/../../x",
            "/%2e%2e/x",
            "/a/%2E%2E%2Fx",
            "//etc/passwd",
            "/a\\..\\x",
            "/%5c..%5cx",
            "/%00",
            "/%ff",
            "x",
        ] {
            check(outside, None);
        }
    }
}
