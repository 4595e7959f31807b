//! What is measured of one tool: a build from nothing, and builds after edits.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use bds_base::{OsSystem, System as _};
use serde::Serialize;

use super::blog::Blog;
use super::sample::{Sample, measure, median};
use super::tools::{EDITION, Tool};

/// The things that are measured, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scenario {
    Cold,
    NothingChanged,
    OneBody,
    OneTitle,
    OneMacro,
    OnePartial,
}

impl Scenario {
    pub(super) const ALL: [Self; 6] =
        [Self::Cold, Self::NothingChanged, Self::OneBody, Self::OneTitle, Self::OneMacro, Self::OnePartial];
}

/// What came of a tool.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) tool: &'static str,
    pub(super) version: String,
    /// Files of the site.
    pub(super) files: usize,
    /// The medians, and how often each was measured.
    pub(super) figures: BTreeMap<Scenario, (Sample, usize)>,
    /// After which edits the site did not show them.
    pub(super) stale: Vec<Scenario>,
}

/// A tool at work on its form of the blog.
pub(super) struct Round {
    tool: Tool,
    program: PathBuf,
    root: PathBuf,
    /// The post that is edited: its source, and its page.
    source: PathBuf,
    page: PathBuf,
    title: String,
    /// How many rounds have begun.
    number: usize,
    files: usize,
    samples: BTreeMap<Scenario, Vec<Sample>>,
    stale: Vec<Scenario>,
}

impl Round {
    /// Writes the blog into a new folder, as the tool wants it.
    pub(super) fn prepare(tool: Tool, program: &Path, blog: &Blog, root: &Path) -> anyhow::Result<Self> {
        let mut put = |path: &str, text: &str| Ok(OsSystem.write_atomic(&root.join(path), text.as_bytes())?);
        (tool.write)(blog, &mut put)?;
        let edited = blog.edited();
        Ok(Self {
            tool,
            program: program.to_owned(),
            root: root.to_owned(),
            source: root.join((tool.source)(edited)),
            page: root.join(tool.output).join(edited.address()).join("index.html"),
            title: edited.head.title.clone(),
            number: 0,
            files: 0,
            samples: BTreeMap::new(),
            stale: Vec::new(),
        })
    }

    pub(super) fn tool(&self) -> &Tool {
        &self.tool
    }

    /// What the tool has used up.
    pub(super) fn seconds(&self) -> f64 {
        self.samples.values().flatten().map(|sample| sample.wall).sum()
    }

    /// Measures each thing once.
    pub(super) fn run(&mut self) -> anyhow::Result<()> {
        self.number += 1;
        for scenario in Scenario::ALL {
            let shown = self.change(scenario)?;
            let mut command = (self.tool.command)(&self.program, &self.root);
            let sample = measure(command.current_dir(&self.root), &self.root.with_extension("log"))?;
            self.samples.entry(scenario).or_default().push(sample);
            let page = OsSystem.read(&self.page).with_context(|| format!("no page `{}`", self.page.display()))?;
            let page = String::from_utf8_lossy(&page).into_owned();
            ensure!(!page.contains("[[note") && !page.contains("{% note"), "the shortcode was not expanded:\n{page}");
            if shown.is_some_and(|shown| !page.contains(&shown)) && !self.stale.contains(&scenario) {
                self.stale.push(scenario);
            }
        }
        self.files = OsSystem.walk(&self.root.join(self.tool.output)).files.len();
        Ok(())
    }

    /// Does what the tool is then to notice. Gives what the page must show.
    fn change(&self, scenario: Scenario) -> anyhow::Result<Option<String>> {
        let number = self.number;
        let replace = |path: &Path, from: &str, to: &str| -> anyhow::Result<()> {
            let text = String::from_utf8(OsSystem.read(path)?)?;
            ensure!(text.contains(from), "`{}` holds no `{from}`", path.display());
            Ok(OsSystem.write_atomic(path, text.replacen(from, to, 1).as_bytes())?)
        };
        let edition = |path: &str, name: &str| -> anyhow::Result<Option<String>> {
            let (from, to) = (format!("{name}-{EDITION}-{}", number - 1), format!("{name}-{EDITION}-{number}"));
            replace(&self.root.join(path), &from, &to)?;
            Ok(Some(to))
        };
        match scenario {
            Scenario::Cold => self.forget().map(|()| None),
            Scenario::NothingChanged => Ok(None),
            Scenario::OneBody => {
                let text = String::from_utf8(OsSystem.read(&self.source)?)?;
                let sentence = format!("This was added in round {number}.");
                OsSystem.write_atomic(&self.source, format!("{text}\n{sentence}\n").as_bytes())?;
                Ok(Some(sentence))
            }
            Scenario::OneTitle => {
                let title = |number| if number == 0 { self.title.clone() } else { format!("{} {number}", self.title) };
                replace(&self.source, &title(number - 1), &title(number))?;
                Ok(Some(title(number)))
            }
            Scenario::OneMacro => edition(self.tool.shortcode, "note"),
            Scenario::OnePartial => edition(self.tool.partial, "footer"),
        }
    }

    /// Moves away what the tool has made. It is not deleted: right after that some file systems are slow to make new files,
    /// and this is no benchmark of theirs.
    fn forget(&self) -> anyhow::Result<()> {
        for name in std::iter::once(&self.tool.output).chain(self.tool.state) {
            let path = self.root.join(name);
            if OsSystem.stat(&path).is_ok() {
                let away = self.root.with_extension(format!("away-{}-{}", self.number, name.replace('/', "-")));
                std::fs::rename(&path, &away).with_context(|| path.display().to_string())?;
            }
        }
        Ok(())
    }

    pub(super) fn into_row(self) -> Row {
        let figures = self
            .samples
            .iter()
            .filter_map(|(scenario, samples)| median(samples).map(|median| (*scenario, (median, samples.len()))));
        Row {
            tool: self.tool.name,
            version: (self.tool.version)(&self.program),
            files: self.files,
            figures: figures.collect(),
            stale: self.stale,
        }
    }
}
