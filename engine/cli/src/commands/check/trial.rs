//! Builds of the same site that must come to the same, each in a process of its own.

use std::path::Path;
use std::process::{Command, Stdio};

use bds_project::layout;
use bds_store::{OutputFolder, Store};
use jiff::Timestamp;
use tempfile::TempDir;

use super::compare::{Difference, Files, differences, files};
use crate::failure::Failure;
use crate::output;

/// What is built.
pub(super) struct Options<'a> {
    pub(super) root: &'a Path,
    pub(super) out: &'a Path,
    pub(super) now: Timestamp,
    pub(super) drafts: bool,
    pub(super) future: bool,
    pub(super) base_url: Option<&'a str>,
}

/// A build under other circumstances.
struct Circumstances {
    name: &'static str,
    jobs: &'static str,
    hash_seed: &'static str,
    env: &'static [(&'static str, &'static str)],
}

const CIRCUMSTANCES: [Circumstances; 4] = [
    Circumstances { name: "one thread", jobs: "1", hash_seed: "0", env: &[("TZ", "UTC")] },
    Circumstances { name: "eight threads", jobs: "8", hash_seed: "0", env: &[("TZ", "UTC")] },
    Circumstances {
        name: "another time zone and hash seed",
        jobs: "2",
        hash_seed: "4294967295",
        env: &[("TZ", "Pacific/Kiritimati")],
    },
    Circumstances {
        name: "another language of the machine",
        jobs: "3",
        hash_seed: "0",
        env: &[("TZ", "America/St_Johns"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")],
    },
];

/// Builds with what is remembered, and from nothing, and compares. Says whether both are the same.
pub(super) fn truth(options: &Options<'_>) -> Result<bool, Failure> {
    build(options, options.out, |command| command)?;
    let clean = folder()?;
    build(options, clean.path(), |command| command.arg("--no-state"))?;
    let found = differences(&ours(options)?, &files(clean.path()))?;
    let differing = found.iter().map(|(file, difference)| match difference {
        Difference::OnlyFirst => format!("{file}: a build from nothing has no such file\n"),
        Difference::OnlySecond => format!("{file}: only a build from nothing has it\n"),
        Difference::Content => format!("{file}: a build from nothing has another content\n"),
    });
    output::data(&differing.collect::<String>());
    output::status(&match found.len() {
        0 => "A build from nothing gives the same, byte for byte.".to_owned(),
        count => format!(
            "A build from nothing gives something else in {count} files. `bds why FILE` says what bds believes of one."
        ),
    });
    Ok(found.is_empty())
}

/// Builds from nothing under various circumstances, and compares. Says whether all are the same.
pub(super) fn deterministic(options: &Options<'_>) -> Result<bool, Failure> {
    let built = CIRCUMSTANCES.iter().map(|circumstances| {
        let out = folder()?;
        build(options, out.path(), |command| {
            let Circumstances { jobs, hash_seed, .. } = circumstances;
            command.args(["--no-state", "-j", *jobs, "--hash-seed", *hash_seed]).envs(circumstances.env.iter().copied())
        })?;
        Ok(out)
    });
    let built = built.collect::<Result<Vec<TempDir>, Failure>>()?;
    let trees: Vec<Files> = built.iter().map(|out| files(out.path())).collect();
    let mut is_same = true;
    for (tree, circumstances) in trees.iter().zip(&CIRCUMSTANCES).skip(1) {
        let found = differences(&trees[0], tree)?;
        is_same &= found.is_empty();
        let line = |(file, _): &(_, _)| format!("{file}: differs with {}\n", circumstances.name);
        output::data(&found.iter().map(line).collect::<String>());
    }
    output::status(if is_same {
        "Threads, hash seed, time zone and language of the machine make no difference."
    } else {
        "The site depends on more than its sources. A macro that uses chance or the clock is the usual reason."
    });
    Ok(is_same)
}

/// The files of the output folder that are ours: others may lie there, too.
fn ours(options: &Options<'_>) -> Result<Files, Failure> {
    let opened = Store::open(&options.root.join(layout::STATE))?;
    let outputs = opened.store.outputs(&OutputFolder::new(options.root, options.out));
    let mut tree = files(options.out);
    tree.retain(|file, _| outputs.contains_key(file));
    Ok(tree)
}

/// Runs a build. That something is wrong with the content is no matter: it must be the same each time.
fn build(options: &Options<'_>, out: &Path, with: impl FnOnce(&mut Command) -> &mut Command) -> Result<(), Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("build").arg(options.root).arg("--out").arg(out);
    command.args(["--now", &options.now.to_string(), "--quiet", "--message-format", "short"]);
    command.args(options.drafts.then_some("--drafts")).args(options.future.then_some("--future"));
    if let Some(url) = options.base_url {
        command.args(["--base-url", url]);
    }
    let done = with(&mut command).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    match done.status.code() {
        Some(0 | 1) => Ok(()),
        _ => Err(Failure::new(format!(
            "the site cannot be built:\n{}",
            String::from_utf8_lossy(&done.stderr).trim_end()
        ))),
    }
}

fn folder() -> Result<TempDir, Failure> {
    tempfile::Builder::new().prefix("bds-check-").tempdir().map_err(Failure::from)
}
