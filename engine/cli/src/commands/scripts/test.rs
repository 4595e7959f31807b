mod call;
mod fixture;
mod tests;

use std::path::PathBuf;

use clap_complete::ArgValueCompleter;

use super::Common;
use crate::commands::completions;
use crate::desk::Desk;
use crate::exit::ExitStatus;
use crate::failure::Failure;

/// Runs the tests in scripts, or calls a macro and shows what it does.
///
/// Tests are functions whose names begin with `test`, methods of the same kind in classes whose names begin with `Test`, and the examples in docstrings (doctest). Each runs by itself, with `bds_api.testing` to stand in for the project. With --call, or whatever describes a call, the macro is called once, as a build would call it: its HTML goes to stdout; what it printed, warned of, asked for and looked at, to stderr.
#[derive(Debug, clap::Args)]
pub(super) struct Test {
    /// Which scripts [default: all]
    #[arg(value_name = "SCRIPT", add = ArgValueCompleter::new(completions::scripts))]
    scripts: Vec<String>,

    /// Call the macro instead.
    #[arg(long)]
    call: bool,

    /// A parameter of the call; can be given again and again.
    #[arg(short, long = "param", value_name = "NAME=VALUE", value_parser = parse_param, add = ArgValueCompleter::new(completions::parameters))]
    params: Vec<(String, String)>,

    /// The post that the call stands in: a slug, an id, or a file. Drafts count, too.
    #[arg(long, value_name = "POST", add = ArgValueCompleter::new(completions::posts))]
    post: Option<String>,

    /// The language of the page that the call stands on [default: that of the post]
    #[arg(long, value_name = "CODE")]
    language: Option<String>,

    /// A JSON file with the call: `params`, `post` (the fields of a post that need not be there), and `answers` (of methods, by name: `posts.get_all`).
    #[arg(long, value_name = "FILE", conflicts_with = "post")]
    fixture: Option<PathBuf>,
}

fn parse_param(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Runs `bds scripts test`.
pub(super) fn run(args: &Test, common: &Common) -> Result<ExitStatus, Failure> {
    let desk = Desk::open(common.project.as_deref())?;
    let describes_a_call = !args.params.is_empty() || [&args.post, &args.language].iter().any(|it| it.is_some());
    if !args.call && !describes_a_call && args.fixture.is_none() {
        return tests::run(&desk, &args.scripts, common.is_json());
    }
    match args.scripts.as_slice() {
        [script] => call::run(&desk, script, args, common.is_json()),
        _ => Err(Failure::new("a call is of one macro").hint("`bds scripts test MACRO --call`")),
    }
}
