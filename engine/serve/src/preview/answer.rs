//! What a browser is sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bds_base::{FileStat, SitePath, System};
use mime_guess::Mime;
use mime_guess::mime;
use tokio::task::spawn_blocking;
use tower_http::services::ServeFile;

use super::files::{self, Found};
use super::{Shared, reload};

/// Sends what is at the address of a request.
pub(super) async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    // Taken before the file is looked at: what changes after that is told.
    let stamp = shared.stamp();
    let (place, address) = (Arc::clone(&shared), request.uri().path().to_owned());
    match spawn_blocking(move || files::find(&place, &address)).await {
        Ok(Found::File(file, name)) => send(shared, StatusCode::OK, file, name, stamp, request).await,
        Ok(Found::Folder) => to_folder(request.uri()),
        Ok(Found::Nothing(Some((file, name)))) => send(shared, StatusCode::NOT_FOUND, file, name, stamp, request).await,
        Ok(Found::Nothing(None)) | Err(_) => {
            let text = b"<!doctype html><title>404</title><body><p>Not found.</p></body>".to_vec();
            page(StatusCode::NOT_FOUND, &content_type("404.html"), reload::with_script(text, &stamp, "/404.html"))
        }
    }
}

/// Not for ever: another site may be shown at this address tomorrow.
fn to_folder(address: &Uri) -> Response {
    let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{}/{query}", address.path());
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response()
}

async fn send(
    shared: Arc<Shared>,
    status: StatusCode,
    file: PathBuf,
    name: SitePath,
    stamp: String,
    request: Request,
) -> Response {
    let kind = content_type(name.file_name());
    if kind.essence_str() != mime::TEXT_HTML.as_ref() {
        return part(&*shared.system, &file, &kind, request).await;
    }
    let system = Arc::clone(&shared.system);
    match spawn_blocking(move || system.read(&file)).await {
        Ok(Ok(text)) => page(status, &kind, reload::with_script(text, &stamp, &reload::address(&name))),
        // It was there just now: it is being replaced, or removed.
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A page, which is different each time, because of what listens for changes of it.
fn page(status: StatusCode, kind: &Mime, text: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.as_ref()),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Body::from(text)).into_response()
}

/// A file that is no page: as a whole, the part that is asked for, or word that the browser has it already.
async fn part(system: &dyn System, file: &Path, kind: &Mime, request: Request) -> Response {
    let Ok(stat) = system.stat(file) else { return StatusCode::NOT_FOUND.into_response() };
    let tag = tag(&stat);
    let headers = request.headers();
    let mut response = if headers.get_all(header::IF_NONE_MATCH).iter().any(|tags| names(tags, &tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let request = plain(&request, &tag);
        match ServeFile::new_with_mime(file, kind).try_call(request).await {
            Ok(response) => response.map(Body::new),
            Err(_) => StatusCode::NOT_FOUND.into_response(),
        }
    };
    let headers = response.headers_mut();
    headers.extend(HeaderValue::from_str(&tag).map(|tag| (header::ETAG, tag)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// What a content is known by. Times of whole seconds, which the other conditions of HTTP go by, are too coarse: a style
/// sheet may be saved twice in one.
fn tag(stat: &FileStat) -> String {
    format!("\"{:x}-{:x}-{:x}\"", stat.mtime_ns, stat.size, stat.inode)
}

/// Whether a list of tags, weak or not, has this one.
fn names(tags: &HeaderValue, tag: &str) -> bool {
    let mut tags = tags.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.any(|found| found == "*" || found.strip_prefix("W/").unwrap_or(found) == tag)
}

/// The request without conditions: for the part that is asked for, if it is one of this content.
fn plain(request: &Request, tag: &str) -> axum::http::Request<()> {
    let mut plain = axum::http::Request::new(());
    request.method().clone_into(plain.method_mut());
    let is_of_this = request.headers().get(header::IF_RANGE).is_none_or(|wanted| wanted.as_bytes() == tag.as_bytes());
    let range = request.headers().get(header::RANGE).filter(|_| is_of_this);
    *plain.headers_mut() = range.map(|range| (header::RANGE, range.clone())).into_iter().collect::<HeaderMap>();
    plain
}

fn content_type(name: &str) -> Mime {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let is_text = kind.type_() == mime::TEXT
        || matches!(kind.subtype().as_str(), "json" | "javascript" | "xml")
        || kind.suffix() == Some(mime::XML);
    let with_charset = is_text.then(|| format!("{}; charset=utf-8", kind.essence_str()).parse());
    with_charset.and_then(Result::ok).unwrap_or(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_the_types_that_browsers_expect() {
        let check = |name: &str, expected: &str| assert_eq!(content_type(name).as_ref(), expected, "{name}");
        check("index.html", "text/html; charset=utf-8");
        check("a.css", "text/css; charset=utf-8");
        check("a.js", "text/javascript; charset=utf-8");
        check("calendar.json", "application/json; charset=utf-8");
        check("rss.xml", "text/xml; charset=utf-8");
        check("a.svg", "image/svg+xml; charset=utf-8");
        check("a.jpg", "image/jpeg");
        check("a.webp", "image/webp");
        check("a.mp4", "video/mp4");
        check("a.unknown", "application/octet-stream");
    }

    #[test]
    fn a_tag_is_found_in_a_list_of_tags() {
        let check = |tags: &'static str, expected: bool| {
            assert_eq!(names(&HeaderValue::from_static(tags), "\"1-2\""), expected, "{tags}");
        };
        check("\"1-2\"", true);
        check("\"0\", W/\"1-2\"", true);
        check("*", true);
        check("\"1-2-3\"", false);
        check("1-2", false);
        check("", false);
    }
}
