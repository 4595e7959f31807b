//! What `bds build --explain` says: what was done with everything, and why.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{Because, Built, FileDecision, MacroDecision, MacroFate, PageDecision};

/// What a build did with everything, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explanation<'b> {
    /// The version of bds.
    pub version: &'static str,
    /// What was done with each macro call that was met, sorted. Calls in texts that were not rendered are not met.
    pub macros: &'b [MacroDecision],
    /// What was done with each page, sorted by file.
    pub pages: &'b [PageDecision],
    /// What was done with each output file, sorted by file. In a dry run it is what would be done.
    pub files: &'b [FileDecision],
}

impl Built {
    /// What was done with everything, and why.
    pub fn explanation(&self) -> Explanation<'_> {
        Explanation {
            version: env!("CARGO_PKG_VERSION"),
            macros: &self.macros,
            pages: &self.page_fates,
            files: &self.files,
        }
    }
}

impl Explanation<'_> {
    /// The same for people: a line for each macro call and file, and below it, indented, why.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for decision in self.macros {
            let MacroDecision { call, post, language, fate } = decision;
            line(&mut text, 0, format_args!("[[{call}]] in {post} ({language}): {fate}"));
            because(&mut text, fate.because());
        }
        let mut pages = self.pages.iter().peekable();
        for FileDecision { file, fate } in self.files {
            line(&mut text, 0, format_args!("{file}: {fate}"));
            while pages.next_if(|page| page.file < *file).is_some() {}
            if let Some(PageDecision { fate, .. }) = pages.next_if(|page| page.file == *file) {
                line(&mut text, 1, format_args!("{fate}"));
                because(&mut text, fate.because());
            }
        }
        text
    }
}

impl MacroFate {
    /// From what the call looked at to what was changed.
    pub fn because(&self) -> &[Because] {
        match self {
            Self::RanChanged(chain) => chain,
            Self::Reused | Self::RanNew | Self::RanVolatile(_) | Self::Failed(_) => &[],
        }
    }
}

fn because(text: &mut String, chain: &[Because]) {
    for step in chain {
        line(text, 1, format_args!("because {step}"));
    }
}

fn line(text: &mut String, indent: usize, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{:indent$}{line}", "", indent = indent * 2).expect("strings take all");
}
