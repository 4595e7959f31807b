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

/// The head, in small letters, and the body of an answer to a request that has these lines.
fn ask(address: &str, lines: &str) -> (String, String) {
    let mut stream = send(address, &format!("{lines}\r\nConnection: close\r\n\r\n"));
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer to {lines}: {answer}"));
    (head.to_lowercase(), body.to_owned())
}

fn get(address: &str, path: &str) -> (String, String) {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}"))
}

/// The value of a header.
fn value<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no `{name}`: {head}"))
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
    let (head, _) = ask(&address, "GET / HTTP/1.1\r\nHost: evil.example");
    assert!(head.starts_with("http/1.1 403"), "{head}");
}

#[test]
fn media_are_sent_in_parts_and_spared_where_browsers_have_them() {
    let site = site().file("media/2024/05/a.mp4", "0123456789");
    let (mut watch, address) = begin(&site);
    let media = |lines: &str| ask(&address, &format!("GET /media/2024/05/a.mp4 HTTP/1.1\r\nHost: {address}{lines}"));
    let (head, body) = media("");
    assert_eq!(
        (value(&head, "content-type"), value(&head, "content-length"), &*body),
        ("video/mp4", "10", "0123456789")
    );
    assert_eq!(value(&head, "accept-ranges"), "bytes");
    let tag = value(&head, "etag").to_owned();
    let check = |lines: &str, status: &str, text: &str| {
        let (head, body) = media(lines);
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{lines}: {head}");
        assert_eq!(body, text, "{lines}: {head}");
        head
    };
    let head = check("\r\nRange: bytes=2-4", "206", "234");
    assert_eq!(value(&head, "content-range"), "bytes 2-4/10");
    check("\r\nRange: bytes=-3", "206", "789");
    check("\r\nRange: bytes=20-", "416", "");
    check(&format!("\r\nIf-None-Match: {tag}"), "304", "");
    check("\r\nIf-None-Match: \"other\"", "200", "0123456789");
    check(&format!("\r\nRange: bytes=2-4\r\nIf-Range: {tag}"), "206", "234");
    check("\r\nRange: bytes=2-4\r\nIf-Range: \"other\"", "200", "0123456789");
    let (head, body) = ask(&address, &format!("HEAD /media/2024/05/a.mp4 HTTP/1.1\r\nHost: {address}"));
    assert_eq!((value(&head, "content-length"), &*body), ("10", ""));

    // Within the same second, and of the same length.
    site.write("media/2024/05/a.mp4", "9876543210");
    watch.wait("the new bytes", |_| media(&format!("\r\nIf-None-Match: {tag}")).1 == "9876543210");
    let (head, body) = ask(&address, &format!("HEAD / HTTP/1.1\r\nHost: {address}"));
    assert!(head.starts_with("http/1.1 200") && body.is_empty(), "{head}");
    let length = get(&address, "/").1.len().to_string();
    assert_eq!(value(&head, "content-length"), length);
}

#[test]
fn wrong_and_endless_requests_harm_nobody_else() {
    let site = site();
    let (watch, address) = begin(&site);
    let before = watch.holdings();
    let check = |lines: &str, status: &str| {
        let (head, _) = ask(&address, lines);
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{}: {head}", &lines[..lines.len().min(60)]);
    };
    check(&format!("POST / HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0"), "405");
    check(&format!("DELETE /.bds/events HTTP/1.1\r\nHost: {address}"), "405");
    check("GET / HTTP/1.1", "403");
    is_too_long(&address, &format!("GET / HTTP/1.1\r\nHost: {address}\r\nX-Long: {}", "x".repeat(200_000)));
    check(&format!("GET / HTTP/1.1\r\nHost: {address}{}", "\r\nX: y".repeat(500)), "431");
    check("not HTTP at all", "400");
    // Those who say nothing, or half of something, or take nothing of what they asked for.
    let silent: Vec<_> = (0..40).map(|_| send(&address, "")).collect();
    let halves: Vec<_> = (0..30).map(|_| send(&address, "GET / HTTP/1.1\r\nHost: ")).collect();
    let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let deaf: Vec<_> = (0..25).map(|_| send(&address, &request)).collect();
    assert!(get(&address, "/").0.starts_with("http/1.1 200"));
    drop((silent, halves, deaf));
    // Far more than are served at once: each has its turn.
    let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let crowd: Vec<_> = (0..300).map(|_| send(&address, &request)).collect();
    assert!(watch.holdings().descriptors <= before.descriptors + 210, "{before:?}, {:?}", watch.holdings());
    for mut stream in crowd {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    site.edit(POST, "Hello.", "Built as before.");
    let mut watch = watch;
    watch.wait_for_page(&site, super::PAGE, "Built as before.");
}

/// Asserts that a request is not answered but with that: the connection may be closed before the answer can be read.
#[track_caller]
fn is_too_long(address: &str, request: &str) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let site = site();
    let (_watch, address) = begin(&site);
    let pipe = site.path("html/pipe.txt");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "there is `mkfifo`");
    assert!(get(&address, "/pipe.txt").0.starts_with("http/1.1 404"));
    assert!(get(&address, "/").0.starts_with("http/1.1 200"));
}

/// The changes that a page is told of which is of a build.
fn events(address: &str, since: &str) -> impl Iterator<Item = String> {
    let stream = send(address, &format!("GET /.bds/events?since={since} HTTP/1.1\r\nHost: {address}\r\n\r\n"));
    let lines = BufReader::new(stream).lines().map(|line| line.expect("it goes on"));
    lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned))
}

/// The build that a page says it is of.
fn stamp(page: &str) -> &str {
    let (_, rest) = page.split_once("data-since=\"").expect("it has the script");
    rest.split_once('"').expect("it is whole").0
}

#[test]
fn browsers_are_told_which_files_changed() {
    let site = site();
    let (mut watch, address) = begin(&site);
    let (_, page) = get(&address, "/");
    assert!(page.contains("<script src=\"/.bds/reload.js\""), "{page}");
    assert!(get(&address, "/.bds/reload.js").0.contains("text/javascript"));
    assert!(!site.page("index.html").contains("/.bds/"), "the file itself has no such script");
    let mut told = events(&address, stamp(&page));
    for (from, to) in [("Hello.", "Changed."), ("Changed.", "Again.")] {
        site.edit(POST, from, to);
        watch.wait_for_page(&site, "2024/05/01/one/index.html", to);
        let line = told.next().expect("it is told");
        assert!(line.contains("\"/2024/05/01/one/\""), "{line}");
        assert!(!line.contains("\"/2024/05/02/two/\""), "{line}");
    }
    // Whoever asks late is told of both; whoever has the last build, of nothing; whoever is of another process, that
    // nobody knows.
    assert!(events(&address, stamp(&page)).next().is_some_and(|line| line.contains("\"/2024/05/01/one/\"")));
    assert_eq!(events(&address, "0123456789abcdef-1").next().as_deref(), Some("\"everything\""));
    let (_, page) = get(&address, "/2024/05/01/one/");
    let mut told = events(&address, stamp(&page));
    site.edit("posts/2024/05/two.md", "Hello.", "Not of this page.");
    let line = told.next().expect("it is told");
    assert!(line.contains("\"/2024/05/02/two/\"") && !line.contains("\"/2024/05/01/one/\""), "{line}");
}

#[test]
fn only_this_machine_is_served() {
    let site = site();
    let mut watch = Watch::start(&site, &["--serve", "--addr", "0.0.0.0:0"]);
    watch.wait("it is refused", |told| told.iter().any(|line| line.contains("no address of this machine alone")));
}
