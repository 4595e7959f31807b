//! `bds watch`: from the end of a save to the bytes of the page on disk.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use bds_base::{OsSystem, System as _};

use crate::corpus;
use crate::workspace::release_binary;

/// How many posts the blogs have.
const SIZES: [usize; 3] = [1_000, 10_000, 50_000];

/// How many saves are measured of each kind.
const SAVES: usize = 40;

/// What should be, in milliseconds, at 10,000 posts; twice that at 50,000.
const MARK: f64 = 10.0;

/// How long a page may take to come before it is said that it never does.
const LIMIT: Duration = Duration::from_mins(2);

/// The ways in which bodies are edited.
#[derive(Debug, Clone, Copy)]
enum Edits {
    /// The same post again and again, as somebody does who writes.
    OfOne,
    /// Another post each time.
    OfMany,
}

pub(super) fn run() -> anyhow::Result<bool> {
    let bds = release_binary()?;
    println!("{:<26}{:>10}{:>10}{:>10}   mark", "watch: save to page, ms", "p50", "p95", "MB");
    for posts in SIZES {
        let folder = tempfile::tempdir()?;
        let root = folder.path().join("blog");
        corpus::run(&corpus::Args::new(posts, root.clone()))?;
        let watch = Watch::begin(&bds, &root)?;
        for (edits, name) in [(Edits::OfOne, "the same post"), (Edits::OfMany, "another post each time")] {
            let mut times = measure(&root, edits)?;
            times.sort_unstable_by(f64::total_cmp);
            let mark = if posts > 10_000 { 2.0 * MARK } else { MARK };
            let name = format!("{posts:>6} {name}");
            let (p50, p95) = (times[times.len() / 2], times[times.len() * 95 / 100]);
            println!("{name:<26}{p50:>10.1}{p95:>10.1}{:>10}   {mark}", watch.megabytes());
        }
    }
    Ok(true)
}

/// A run of `bds watch`, ended when this goes.
struct Watch(Child);

impl Watch {
    /// Begins, and waits for the first build.
    fn begin(bds: &Path, root: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(bds);
        command.arg("watch").arg(root).args(["--now", "2035-01-01T00:00:00Z"]);
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("it is piped")?).lines();
        let watch = Self(child);
        if !lines.by_ref().map_while(Result::ok).any(|line| line.starts_with("Watching ")) {
            bail!("the first build failed");
        }
        // Somebody has to read what it says, or it stops saying it.
        thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Ok(watch)
    }

    /// Resident memory; nothing where the system does not say.
    fn megabytes(&self) -> String {
        let status = OsSystem.read(&PathBuf::from(format!("/proc/{}/status", self.0.id()))).unwrap_or_default();
        let text = String::from_utf8_lossy(&status).into_owned();
        let kilobytes =
            text.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
        kilobytes.map_or_else(|| "-".to_owned(), |kilobytes: u64| (kilobytes / 1024).to_string())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Milliseconds of each save.
fn measure(root: &Path, edits: Edits) -> anyhow::Result<Vec<f64>> {
    let posts: Vec<_> = OsSystem.walk(&root.join("posts")).files.into_iter().map(|file| file.path).collect();
    let step = posts.len() / SAVES;
    let mut times = Vec::new();
    for number in 0..SAVES {
        let at = match edits {
            Edits::OfOne => posts.len() / 2,
            Edits::OfMany => number * step,
        };
        let (source, page) = (&posts[at], page(root, &posts[at])?);
        let marker = format!("Edited {number} {edits:?}.");
        let text = String::from_utf8(OsSystem.read(source)?)? + "\n" + &marker + "\n";
        OsSystem.write_atomic(source, text.as_bytes())?;
        times.push(wait(&page, &marker)?.as_secs_f64() * 1000.0);
        // What is done after the bytes are on disk is over before the next save.
        thread::sleep(Duration::from_millis(300));
    }
    Ok(times)
}

/// Where the page of a post is.
fn page(root: &Path, post: &Path) -> anyhow::Result<PathBuf> {
    let slug = post.file_stem().and_then(|stem| stem.to_str()).context("a plain name")?;
    let walk = OsSystem.walk(&root.join("html"));
    let is_meant = |path: &Path| {
        path.ends_with(format!("{slug}/index.html")) && path.components().count() > root.components().count() + 3
    };
    let mut pages = walk.files.into_iter().map(|file| file.path).filter(|path| is_meant(path));
    pages.next().with_context(|| format!("no page for `{slug}`"))
}

/// Waits until a file holds a text.
fn wait(page: &Path, text: &str) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let mut known = None;
    loop {
        let stat = OsSystem.stat(page).ok();
        if stat != known {
            known = stat;
            if memmem(&OsSystem.read(page).unwrap_or_default(), text.as_bytes()) {
                return Ok(begun.elapsed());
            }
        }
        ensure!(begun.elapsed() < LIMIT, "`{}` never shows `{text}`", page.display());
        thread::sleep(Duration::from_micros(100));
    }
}

fn memmem(content: &[u8], text: &[u8]) -> bool {
    content.windows(text.len()).any(|window| window == text)
}
