//! Which file is at an address, and what is sent of it.

use std::path::Path;
use std::sync::PoisonError;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bds_base::SitePath;
use bds_project::layout::{self, SourceKind};
use percent_encoding::percent_decode_str;

use super::{Shared, reload};

/// The page of a folder.
const INDEX: &str = "index.html";

/// What a browser gets that asks for the path of an address.
pub(super) fn answer(shared: &Shared, address: &str) -> Response {
    // Read before the file is: what changes after that is told.
    let number = shared.log.borrow().number();
    let Some(path) = site_path(address) else { return missing(shared, number, "") };
    let out = shared.out.read().unwrap_or_else(PoisonError::into_inner).clone();
    if address.ends_with('/') || path.as_str().is_empty() {
        let index =
            if path.as_str().is_empty() { SitePath::new(INDEX) } else { SitePath::new(format!("{path}/{INDEX}")) };
        let found = index.ok().and_then(|index| read(shared, &out, &index));
        return found.map_or_else(
            || missing(shared, number, path.as_str()),
            |content| page(StatusCode::OK, INDEX, content, number),
        );
    }
    if let Some(content) = read(shared, &out, &path).or_else(|| media(shared, &path)) {
        return page(StatusCode::OK, path.file_name(), content, number);
    }
    let is_folder = shared.system.stat(&path.to_path(&out)).is_ok_and(|stat| stat.is_dir);
    if is_folder && is_inside(&path.to_path(&out), &out) {
        // Not for ever: another site may be served here tomorrow.
        return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, format!("{address}/"))]).into_response();
    }
    missing(shared, number, path.as_str())
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

/// The content of a file, if it lies in the folder and no link leads out of it.
fn read(shared: &Shared, folder: &Path, path: &SitePath) -> Option<Vec<u8>> {
    let file = path.to_path(folder);
    if shared.system.stat(&file).ok()?.is_dir || !is_inside(&file, folder) {
        return None;
    }
    shared.system.read(&file).ok()
}

fn is_inside(path: &Path, folder: &Path) -> bool {
    matches!((path.canonicalize(), folder.canonicalize()), (Ok(path), Ok(folder)) if path.starts_with(&folder))
}

/// Media that are not brought into the output.
fn media(shared: &Shared, path: &SitePath) -> Option<Vec<u8>> {
    let folder = match layout::classify(path)? {
        SourceKind::MediaFile => layout::MEDIA,
        SourceKind::Thumbnail => layout::THUMBNAILS,
        _ => return None,
    };
    let rest = SitePath::new(path.as_str().strip_prefix(folder)?.strip_prefix('/')?).ok()?;
    read(shared, &shared.root.join(folder), &rest)
}

/// The page for what is not found: that of the language, if the address begins with one.
fn missing(shared: &Shared, number: u64, path: &str) -> Response {
    const PAGE: &str = "404.html";
    let out = shared.out.read().unwrap_or_else(PoisonError::into_inner).clone();
    let tree = path.split('/').next().unwrap_or_default();
    let candidates = [format!("{tree}/{PAGE}"), PAGE.to_owned()];
    let mut found = candidates.iter().filter_map(|page| read(shared, &out, &SitePath::new(page.as_str()).ok()?));
    let content = found.next().unwrap_or_else(|| b"<!doctype html><title>404</title><p>Not found.</p>".to_vec());
    page(StatusCode::NOT_FOUND, PAGE, content, number)
}

fn page(status: StatusCode, name: &str, content: Vec<u8>, number: u64) -> Response {
    let kind = content_type(name);
    let content = if kind.starts_with("text/html") { reload::with_script(content, number) } else { content };
    let headers = [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Body::from(content)).into_response()
}

fn content_type(name: &str) -> String {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let is_text = kind.type_() == mime_guess::mime::TEXT
        || matches!(kind.subtype().as_str(), "json" | "javascript" | "xml")
        || kind.suffix() == Some(mime_guess::mime::XML);
    if is_text { format!("{}; charset=utf-8", kind.essence_str()) } else { kind.essence_str().to_owned() }
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

    #[test]
    fn files_have_the_types_that_browsers_expect() {
        let check = |name: &str, expected: &str| assert_eq!(content_type(name), expected, "{name}");
        check("index.html", "text/html; charset=utf-8");
        check("a.css", "text/css; charset=utf-8");
        check("a.js", "text/javascript; charset=utf-8");
        check("calendar.json", "application/json; charset=utf-8");
        check("rss.xml", "text/xml; charset=utf-8");
        check("a.svg", "image/svg+xml; charset=utf-8");
        check("a.jpg", "image/jpeg");
        check("a.webp", "image/webp");
        check("a.unknown", "application/octet-stream");
    }
}
