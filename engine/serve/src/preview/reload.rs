//! Pages that reload: which files changed when, and the events that tell of it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Sse};
use bds_base::SitePath;
use futures_util::stream::{self, Stream};
use tokio::sync::watch;

use super::Shared;

/// Where browsers are told of changes. No site has a file there: the folder of the store is no name of a page.
pub(super) const EVENTS: &str = "/.bds/events";

/// Where they get what listens for them.
pub(super) const SCRIPT: &str = "/.bds/reload.js";

/// Which files changed, and in which build last.
#[derive(Debug, Clone)]
pub(super) struct Log {
    /// Tells the builds of this process from those of others, which pages in a browser may be of.
    process: u64,
    number: u64,
    /// Paths as addresses have them, not encoded.
    files: BTreeMap<String, u64>,
}

impl Default for Log {
    fn default() -> Self {
        // The keys of hash tables are the random numbers that are at hand everywhere.
        Self { process: RandomState::new().hash_one(()), number: 0, files: BTreeMap::new() }
    }
}

impl Log {
    /// The last build that changed something, as pages say which one they are of.
    pub(super) fn stamp(&self) -> String {
        format!("{:016x}-{}", self.process, self.number)
    }

    /// Takes what another build has changed.
    pub(super) fn add<'a>(&mut self, files: impl Iterator<Item = &'a SitePath>) {
        self.number += 1;
        self.files.extend(files.map(|file| (address(file), self.number)));
    }

    /// The number of the build of a stamp; none when it is of another process.
    fn number_of(&self, stamp: &str) -> Option<u64> {
        let (process, number) = stamp.split_once('-')?;
        (u64::from_str_radix(process, 16) == Ok(self.process)).then(|| number.parse().ok())?
    }

    fn since(&self, number: u64) -> Vec<&str> {
        self.files.iter().filter(|(_, changed)| **changed > number).map(|(file, _)| file.as_str()).collect()
    }

    /// What a page is told that is older than some build; nobody knows what has changed since the build of another process.
    fn told(&self, since: Option<u64>) -> String {
        match since {
            Some(number) => serde_json::to_string(&self.since(number)).expect("texts always serialise"),
            None => "\"everything\"".to_owned(),
        }
    }
}

/// The address of a file of the site, not encoded.
pub(super) fn address(file: &SitePath) -> String {
    let path = format!("/{file}");
    match path.strip_suffix("index.html") {
        Some(folder) if folder.ends_with('/') => folder.to_owned(),
        _ => path,
    }
}

/// Adds to a page what listens for changes of it, which is at this address, and of all that it shows, since a build.
pub(super) fn with_script(mut page: Vec<u8>, stamp: &str, address: &str) -> Vec<u8> {
    let address = address.replace('&', "&amp;").replace('"', "&quot;");
    let script = format!("<script src=\"{SCRIPT}\" data-since=\"{stamp}\" data-file=\"{address}\"></script>\n");
    let is_end = |window: &[u8]| window.eq_ignore_ascii_case(END);
    let end = page.windows(END.len()).rposition(is_end).unwrap_or(page.len());
    page.splice(end..end, script.into_bytes());
    page
}

const END: &[u8] = b"</body>";

/// What listens: a file of its own, so that it runs where a page allows no scripts inside.
pub(super) async fn script() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, include_str!("reload.js"))
}

/// Tells of changes as they come.
pub(super) async fn events(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let log = shared.log.subscribe();
    let stamp = query.as_deref().and_then(|query| query.strip_prefix("since="));
    let since = {
        let log = log.borrow();
        stamp.map_or(Some(log.number), |stamp| log.number_of(stamp))
    };
    Sse::new(stream::unfold((log, since), next)).keep_alive(KeepAlive::default())
}

type Listener = (watch::Receiver<Arc<Log>>, Option<u64>);

async fn next((mut log, since): Listener) -> Option<(Result<Event, Infallible>, Listener)> {
    let is_news = |log: &Arc<Log>| since.is_none_or(|since| log.number > since);
    let now = Arc::clone(&*log.wait_for(is_news).await.ok()?);
    let event = Event::default().id(now.stamp()).data(now.told(since));
    Some((Ok(event), (log, Some(now.number))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(path: &str) -> SitePath {
        SitePath::new(path).expect("a plain path")
    }

    #[test]
    fn what_changed_since_a_build_is_told_as_addresses() {
        let mut log = Log::default();
        log.add([path("index.html"), path("2024/a/index.html")].iter());
        log.add([path("index.html"), path("rss.xml"), path("my-index.html")].iter());
        assert_eq!(log.told(Some(0)), r#"["/","/2024/a/","/my-index.html","/rss.xml"]"#);
        assert_eq!(log.told(Some(1)), r#"["/","/my-index.html","/rss.xml"]"#);
        assert_eq!(log.told(Some(2)), "[]");
    }

    #[test]
    fn a_page_of_another_process_is_out_of_date() {
        let (mut log, other) = (Log::default(), Log::default());
        log.add([path("index.html")].iter());
        assert_eq!(log.number_of(&log.stamp()), Some(1));
        for stamp in [other.stamp().as_str(), "", "1", "x-1", "-1"] {
            assert_eq!(log.number_of(stamp), None, "{stamp}");
        }
        assert_eq!(log.told(None), "\"everything\"");
    }

    #[test]
    fn the_script_stands_at_the_end_of_the_body() {
        let page =
            |text: &str| String::from_utf8(with_script(text.as_bytes().to_vec(), "a-7", "/tag/\"x\"/")).expect("UTF-8");
        let found = page("<body>ü</BODY></html>");
        assert!(found.starts_with("<body>ü<script ") && found.ends_with("</script>\n</BODY></html>"), "{found}");
        assert!(found.contains("data-since=\"a-7\" data-file=\"/tag/&quot;x&quot;/\""), "{found}");
        assert!(page("no body").starts_with("no body<script "));
    }
}
