//! The builds whose instructions are counted: of the blog of `cargo xtask corpus`, each in a process of its own.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, ensure};
use bds_base::{OsSystem, System as _};

use super::record::Counts;
use crate::corpus;

/// How many posts the blog has: so many that what is done for each outweighs the start of the process.
const POSTS: usize = 300;

/// The time that all sources have, in seconds since 1970, but for those that were edited.
const LONG_AGO: u64 = 1_600_000_000;

/// Counts the instructions of every build.
pub(super) fn count(bds: &Path) -> anyhow::Result<Counts> {
    let folder = tempfile::Builder::new().prefix("bds-count-").tempdir()?;
    let root = folder.path().join("blog");
    corpus::run(&corpus::Args::new(POSTS, root.clone()))?;
    for file in OsSystem.walk(&root).files {
        date(&file.path, LONG_AGO)?;
    }
    let posts: Vec<_> = OsSystem.walk(&root.join("posts")).files.into_iter().map(|file| file.path).collect();
    let post = posts.get(POSTS / 2).context("the corpus has posts")?;
    let script = root.join("scripts/note.py");
    let partial = root.join("templates/partials/site-footer.liquid");
    let mut counts = Counts::new();
    let mut count = |name: &str| -> anyhow::Result<()> {
        let instructions = run(bds, &root, folder.path()).with_context(|| name.to_owned())?;
        counts.insert(name.to_owned(), instructions);
        Ok(())
    };
    count("cold")?;
    count("nothing changed")?;
    edit(post, 1, |text| format!("{text}\nOne more sentence.\n"))?;
    count("one body")?;
    edit(post, 2, |text| text.replacen("title: ", "title: New ", 1))?;
    count("one title")?;
    edit(&script, 3, |text| text.replacen("<aside class", "<aside role=\"note\" class", 1))?;
    count("one macro")?;
    OsSystem.write_atomic(&partial, b"<footer>Weather, day by day.</footer>\n")?;
    date(&partial, LONG_AGO + 4)?;
    count("one partial")?;
    Ok(counts)
}

fn edit(path: &Path, seconds: u64, edit: impl Fn(&str) -> String) -> anyhow::Result<()> {
    let text = String::from_utf8(OsSystem.read(path)?)?;
    let edited = edit(&text);
    ensure!(edited != text, "`{}` holds nothing to edit", path.display());
    OsSystem.write_atomic(path, edited.as_bytes())?;
    date(path, LONG_AGO + seconds)
}

/// Files that look as old as they are are read again by the next build, those that look older are not: so the clock has no say.
fn date(path: &Path, seconds: u64) -> anyhow::Result<()> {
    let file = OpenOptions::new().append(true).open(path)?;
    Ok(file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))?)
}

/// Builds on one thread, and gives the number of instructions of the process; its workers are Python's affair.
fn run(bds: &Path, root: &Path, folder: &Path) -> anyhow::Result<u64> {
    let log = folder.join("valgrind.log");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(format!("--log-file={}", log.display())).arg(bds);
    command.args(["build", "--quiet", "-j1", "--now", "2035-01-01T00:00:00Z"]).arg(root);
    // The environment of a process is copied and searched; it is the same for all.
    command.env_clear();
    for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    let output = command.stdin(Stdio::null()).output().context("valgrind")?;
    let said = String::from_utf8_lossy(&OsSystem.read(&log)?).into_owned();
    ensure!(
        output.status.success(),
        "{command:?}: {}\n{}{said}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let collected = said.lines().find_map(|line| line.split_once("Collected : ")).context("callgrind counts")?;
    Ok(collected.1.trim().parse()?)
}
