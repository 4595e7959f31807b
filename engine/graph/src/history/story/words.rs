//! Stories for people.

use std::fmt::{Display, Write as _};

use super::{CallStory, Chapter, Story};
use crate::report::{Because, MacroFate, PageFate};

impl Story {
    /// The same for people.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}: {}\n", self.file, owner(&self.owner));
        if !matches!(self.owner.as_str(), "asset" | "media") {
            chapters(&mut text, self.latest.as_ref(), self.rendered.as_ref(), "rendered", PageFate::because);
        }
        for call in &self.macros {
            let CallStory { call, post, language, latest, ran } = call;
            writeln!(text, "[[{call}]] in {post} ({language})").expect("strings take all");
            chapters(&mut text, latest.as_ref(), ran.as_ref(), "run", MacroFate::because);
        }
        text
    }
}

fn chapters<F: Display>(
    text: &mut String,
    latest: Option<&Chapter<F>>,
    ran: Option<&Chapter<F>>,
    what: &str,
    because: fn(&F) -> &[Because],
) {
    let is_new = |ran: &&Chapter<F>| latest.is_none_or(|latest| latest.build != ran.build);
    for Chapter { build, started, fate } in latest.into_iter().chain(ran.filter(is_new)) {
        writeln!(text, "  build {build} of {started}: {fate}").expect("strings take all");
        for step in because(fate) {
            writeln!(text, "    because {step}").expect("strings take all");
        }
    }
    if ran.is_none() {
        writeln!(text, "  it was {what} before the builds that are remembered").expect("strings take all");
    }
}

/// What owns a file, as one would say it.
pub(crate) fn owner(owner: &str) -> String {
    let (kind, rest) = owner.split_once(' ').unwrap_or((owner, ""));
    let (tree, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    match kind {
        "post" => format!("the page of {rest} for `{tree}`"),
        "page" => format!("the page of {rest} at the top of the site, for `{tree}`"),
        "translation" => format!("the `{tree}` translation of {rest}"),
        "list" => match rest.rsplit_once(' ') {
            Some((list, number)) => format!("page {number} of {list} for `{tree}`"),
            None => format!("{rest} for `{tree}`"),
        },
        "rss" | "atom" => format!("a feed for `{tree}`"),
        "not-found" => format!("the page for what is not found, for `{tree}`"),
        "asset" => "a file that ships with bds".to_owned(),
        "media" => "the same as the file of this name in the project".to_owned(),
        kind => format!("the {kind}"),
    }
}
