//! Pages that reload: which files changed when, and the events that tell of it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use bds_base::SitePath;
use futures_util::stream::{self, Stream};
use tokio::sync::watch;

use super::Shared;

/// Where browsers are told of changes. No site has a file there: the folder of the store is no name of a page.
pub(super) const ADDRESS: &str = "/.bds/events";

/// Which files changed, and in which build last.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    number: u64,
    /// Paths as addresses have them, not encoded.
    files: BTreeMap<String, u64>,
}

impl Log {
    /// The number of the last build that changed something.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Takes what another build has changed.
    pub(super) fn add<'a>(&mut self, files: impl Iterator<Item = &'a SitePath>) {
        self.number += 1;
        self.files.extend(files.map(|file| (address(file), self.number)));
    }

    fn since(&self, number: u64) -> Vec<&str> {
        self.files.iter().filter(|(_, changed)| **changed > number).map(|(file, _)| file.as_str()).collect()
    }
}

fn address(file: &SitePath) -> String {
    let path = format!("/{file}");
    match path.strip_suffix("index.html") {
        Some(folder) if folder.ends_with('/') => folder.to_owned(),
        _ => path,
    }
}

/// Adds to a page what listens for changes of it, and of all that it shows, since the build with this number.
pub(super) fn with_script(mut page: Vec<u8>, number: u64) -> Vec<u8> {
    let script = SCRIPT.replace("NUMBER", &number.to_string());
    let end = page.to_ascii_lowercase().windows(END.len()).rposition(|window| window == END).unwrap_or(page.len());
    page.splice(end..end, script.into_bytes());
    page
}

const END: &[u8] = b"</body>";

const SCRIPT: &str = r#"<script>(() => {
  const plain = (address) => {
    const path = new URL(address, location).pathname.replace(/\/index\.html$/, "/");
    try { return decodeURIComponent(path); } catch { return path; }
  };
  new EventSource("/.bds/events?since=NUMBER").onmessage = (event) => {
    const changed = new Set(JSON.parse(event.data));
    const shown = performance.getEntriesByType("resource").map((entry) => entry.name);
    if ([location.href, ...shown].some((address) => changed.has(plain(address)))) location.reload();
  };
})();</script>
"#;

/// Tells of changes as they come.
pub(super) async fn events(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let since = query.as_deref().and_then(|query| query.strip_prefix("since="));
    let since = since.and_then(|since| since.parse().ok()).unwrap_or_else(|| shared.log.borrow().number());
    let changes = stream::unfold((shared.log.subscribe(), since), next);
    Sse::new(changes).keep_alive(KeepAlive::default())
}

type Listener = (watch::Receiver<Arc<Log>>, u64);

async fn next((mut log, since): Listener) -> Option<(Result<Event, Infallible>, Listener)> {
    let now = Arc::clone(&*log.wait_for(|log| log.number > since).await.ok()?);
    let changed = serde_json::to_string(&now.since(since)).expect("texts always serialise");
    Some((Ok(Event::default().data(changed)), (log, now.number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_since_a_build_is_told_as_addresses() {
        let path = |path: &str| SitePath::new(path).expect("a plain path");
        let mut log = Log::default();
        log.add([path("index.html"), path("2024/a/index.html")].iter());
        log.add([path("index.html"), path("rss.xml"), path("my-index.html")].iter());
        assert_eq!(log.since(0), ["/", "/2024/a/", "/my-index.html", "/rss.xml"]);
        assert_eq!(log.since(1), ["/", "/my-index.html", "/rss.xml"]);
        assert_eq!(log.since(2), Vec::<&str>::new());
    }

    #[test]
    fn the_script_stands_at_the_end_of_the_body() {
        let page = |text: &str| String::from_utf8(with_script(text.as_bytes().to_vec(), 7)).expect("UTF-8");
        let found = page("<body>ü</BODY></html>");
        assert!(found.starts_with("<body>ü<script>") && found.ends_with("</script>\n</BODY></html>"), "{found}");
        assert!(found.contains("since=7"));
        assert!(page("no body").starts_with("no body<script>"));
    }
}
