//! Builds of one and the same blog, by `bds` and by other generators of sites.

mod blog;
mod round;
mod sample;
mod table;
mod tools;

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use bds_base::{OsSystem, System as _};

use crate::workspace::release_binary;
use blog::Blog;
use round::Round;
use table::Table;
use tools::Tool;

/// The comparison with other generators of sites. Any of these options asks for it.
#[derive(Debug, clap::Args)]
pub(crate) struct Comparison {
    /// Compare with other generators of sites
    #[arg(long)]
    peers: bool,
    /// How many posts the blogs have
    #[arg(long, value_delimiter = ',', value_name = "N,N")]
    posts: Vec<usize>,
    /// Those to compare with; all that are found on the PATH when none is named. `none` for `bds` alone
    #[arg(long, value_delimiter = ',', value_name = "NAME,NAME")]
    against: Vec<String>,
    /// How often each thing is measured; the median counts. One that takes long is measured less often
    #[arg(long, value_name = "N")]
    runs: Option<usize>,
    /// Write every figure to this file, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// How often each thing is measured, unless said otherwise.
const RUNS: usize = 5;

/// A tool that has used up so many seconds is not asked again.
const BUDGET: f64 = 120.0;

impl Comparison {
    /// Whether the comparison was asked for.
    pub(super) fn are_meant(&self) -> bool {
        let Self { peers, posts, against, runs, json } = self;
        *peers || !posts.is_empty() || !against.is_empty() || runs.is_some() || json.is_some()
    }
}

pub(super) fn run(args: &Comparison) -> anyhow::Result<bool> {
    let bds = release_binary()?;
    let peers = chosen(&args.against)?;
    let sizes = if args.posts.is_empty() { &[1000, 10_000][..] } else { &args.posts };
    let mut tables = Vec::new();
    for &posts in sizes {
        ensure!(posts >= 10, "a blog of {posts} posts shows nothing");
        let table = compare(posts, &bds, &peers, args.runs.unwrap_or(RUNS))?;
        println!("{table}");
        tables.push(table);
    }
    if let Some(file) = &args.json {
        let text = serde_json::to_string_pretty(&tables)? + "\n";
        OsSystem.write_atomic(file, text.as_bytes()).with_context(|| file.display().to_string())?;
    }
    Ok(true)
}

/// The peers that were asked for, or else those that are there, each with its program.
fn chosen(names: &[String]) -> anyhow::Result<Vec<(Tool, PathBuf)>> {
    let mut chosen = Vec::new();
    for name in names.iter().filter(|name| *name != "none") {
        let known = || tools::PEERS.iter().map(|tool| tool.name).collect::<Vec<_>>().join(", ");
        let tool = tools::PEERS.iter().find(|tool| tool.name == name);
        let tool = tool.with_context(|| format!("`{name}` is not known; known are {}", known()))?;
        let program = tools::find(tool.program).with_context(|| format!("`{}` is not on the PATH", tool.program))?;
        chosen.push((*tool, program));
    }
    if names.is_empty() {
        let found = tools::PEERS.iter().filter_map(|tool| Some((*tool, tools::find(tool.program)?)));
        chosen.extend(found);
    }
    Ok(chosen)
}

/// Measures all tools, one after the other in each round, so that what else the machine does falls upon all alike.
fn compare(posts: usize, bds: &std::path::Path, peers: &[(Tool, PathBuf)], runs: usize) -> anyhow::Result<Table> {
    let folder = tempfile::Builder::new().prefix("bds-bench-").tempdir()?;
    let blog = Blog::new(posts);
    let ours = (tools::OURS, bds.to_owned());
    let mut rounds = Vec::new();
    for (tool, program) in std::iter::once(&ours).chain(peers) {
        rounds.push(Round::prepare(*tool, program, &blog, &folder.path().join(tool.name))?);
    }
    for _ in 0..runs {
        for round in rounds.iter_mut().filter(|round| round.seconds() < BUDGET) {
            round.run().with_context(|| round.tool().name)?;
        }
    }
    Ok(Table::new(posts, rounds.into_iter().map(Round::into_row).collect()))
}
