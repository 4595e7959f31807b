//! `bds watch --serve`: the site over HTTP, and nothing else.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::symlink;

use bds_tests::{Site, Watch};

use super::{NOW, POST, site};

/// A watched site, and where it is shown.
fn begin(site: &Site) -> (Watch, String) {
    let mut watch = Watch::begin(site, &[NOW, &["--serve", "--addr", "127.0.0.1:0"]].concat());
    let line = watch.told().iter().find_map(|line| line.strip_prefix("The site is shown at http://"));
    let address = line.expect("it is told").trim_end_matches("/.").to_owned();
    (watch, address)
}

fn send(address: &str, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it takes requests");
    stream
}

/// The head and the body of an answer.
fn get_from(address: &str, host: &str, path: &str) -> (String, String) {
    let mut stream = send(address, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    (head.to_lowercase(), body.to_owned())
}

fn get(address: &str, path: &str) -> (String, String) {
    get_from(address, address, path)
}

#[test]
fn files_are_sent_with_their_types_and_nothing_outside_is() {
    let site = site().file("media/2024/05/a.jpg", "jpg").file("secret.txt", "secret");
    let (_watch, address) = begin(&site);
    let check = |path: &str, status: &str, kind: &str, text: &str| {
        let (head, body) = get(&address, path);
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{path}: {head}");
        assert!(head.contains(&format!("content-type: {kind}")), "{path}: {head}");
        assert!(body.contains(text), "{path}: {body}");
    };
    check("/", "200", "text/html; charset=utf-8", "Title of one");
    check("/2024/05/01/one/", "200", "text/html", "Hello.");
    check("/rss.xml", "200", "text/xml", "<rss");
    check("/media/2024/05/a.jpg", "200", "image/jpeg", "jpg");
    check("/nowhere/", "404", "text/html", "</html>");
    assert!(get(&address, "/2024/05/01/one").0.contains("location: /2024/05/01/one/"));
    symlink(site.path("secret.txt"), site.path("html/link.txt")).expect("linked");
    symlink(site.path(""), site.path("html/up")).expect("linked");
    for outside in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/link.txt",
        "/up/secret.txt",
        "/up/bds.toml",
        "/.bds/store.db",
        "//etc/passwd",
        "/%00",
    ] {
        let (head, body) = get(&address, outside);
        assert!(head.starts_with("http/1.1 404"), "{outside}: {head}");
        assert!(!body.contains("secret"), "{outside}");
    }
    let (head, _) = get_from(&address, "evil.example", "/");
    assert!(head.starts_with("http/1.1 403"), "{head}");
}

#[test]
fn browsers_are_told_which_files_changed() {
    let site = site();
    let (mut watch, address) = begin(&site);
    let (_, page) = get(&address, "/");
    assert!(page.contains("/.bds/events?since=0"));
    assert!(!site.page("index.html").contains("/.bds/events"), "the file itself has no such script");
    let stream = send(&address, &format!("GET /.bds/events?since=0 HTTP/1.1\r\nHost: {address}\r\n\r\n"));
    let mut lines = BufReader::new(stream).lines();
    for (from, to) in [("Hello.", "Changed."), ("Changed.", "Again.")] {
        site.edit(POST, from, to);
        watch.wait_for_page(&site, "2024/05/01/one/index.html", to);
        let line = lines.by_ref().map(|line| line.expect("it goes on")).find(|line| line.starts_with("data: "));
        let line = line.expect("it is told");
        assert!(line.contains("\"/2024/05/01/one/\""), "{line}");
        assert!(!line.contains("\"/2024/05/02/two/\""), "{line}");
    }
}

#[test]
fn only_this_machine_is_served() {
    let site = site();
    let mut watch = Watch::start(&site, &["--serve", "--addr", "0.0.0.0:0"]);
    watch.wait("it is refused", |told| told.iter().any(|line| line.contains("no address of this machine alone")));
}
