//! What `bds why` tells of a page after the fact.

mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use bds_base::SitePath;
use bds_content::percent;
use bds_store::{OutputTable, Run, Store};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Chronicle, Known, call_name};
use crate::ledger::Ledger;
use crate::lens::Question;
use crate::macros::written;
use crate::report::{MacroDecision, MacroFate, PageFate};

/// How many builds are looked at.
const BUILDS: usize = 200;

/// What is known of the pages of one output folder, and of why they are as they are.
#[derive(Debug)]
pub struct Past {
    outputs: Arc<OutputTable>,
    ledger: Ledger,
    builds: Vec<(Run, Option<Chronicle>)>,
}

/// Why a page is as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Story {
    /// Its file, relative to the output folder.
    #[schemars(with = "String")]
    pub file: SitePath,
    /// What it shows, such as `post en posts/2024/05/a.md`.
    pub owner: String,
    /// What the latest build did with it; none when that is not known, or it is no page.
    pub latest: Option<Chapter<PageFate>>,
    /// The latest build that rendered it, and why; none when that is longer ago than builds are remembered.
    pub rendered: Option<Chapter<PageFate>>,
    /// The macro calls in the texts that it shows, as far as they were asked for.
    pub macros: Vec<CallStory>,
}

/// Why a macro call came to what it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CallStory {
    /// The call: name and parameters, as `gallery columns="3"`.
    pub call: String,
    /// The post that it stands in.
    #[schemars(with = "String")]
    pub post: SitePath,
    /// The language of the tree that it was rendered for.
    pub language: String,
    /// What the latest build did with it; none when that is not known.
    pub latest: Option<Chapter<MacroFate>>,
    /// The latest build that ran it, and why; none when that is longer ago than builds are remembered.
    pub ran: Option<Chapter<MacroFate>>,
}

/// What one build did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Chapter<F> {
    /// The number of the build.
    pub build: u64,
    /// The time that it was for.
    pub started: String,
    /// What it did, and why.
    pub fate: F,
}

impl Past {
    /// Reads what a store knows of an output folder.
    pub fn read(store: &Arc<Store>, outputs: Arc<OutputTable>) -> Self {
        let runs = store.runs(BUILDS).into_iter();
        let builds = runs.map(|run| (Chronicle::of_run(&run), run)).map(|(chronicle, run)| (run, chronicle)).collect();
        Self { outputs, ledger: Ledger::new(Arc::clone(store), true), builds }
    }

    /// The files of the site that somebody may mean by a text: an output file, an address with or without `base`, or
    /// a post, which can have several. Empty when there are none.
    pub fn find(&self, wanted: &str, base: Option<&str>) -> Vec<SitePath> {
        let below_base = base.and_then(|base| wanted.strip_prefix(base.trim_end_matches('/')));
        let address = below_base.unwrap_or(wanted).split(['?', '#']).next().unwrap_or_default();
        let decoded = percent::decode(address);
        for name in [wanted, &decoded] {
            let name = name.trim_matches('/');
            let index = if name.is_empty() { "index.html".to_owned() } else { format!("{name}/index.html") };
            for file in [name, index.as_str()] {
                if let Some((file, _)) = SitePath::new(file).ok().and_then(|file| self.outputs.get_key_value(&file)) {
                    return vec![file.clone()];
                }
            }
        }
        let files = self.outputs.iter().filter(|(_, record)| self.is_of(&record.owner, wanted));
        files.map(|(file, _)| file.clone()).collect()
    }

    /// Whether a page is that of a post, or shows its words: those of a translation lie in another file.
    fn is_of(&self, owner: &str, post: &str) -> bool {
        let kind = owner.split(' ').next().unwrap_or_default();
        let is_single = matches!(kind, "post" | "page" | "translation");
        let shows = |asked: &Question| matches!(asked, Question::Rendered(place, _) if place.words.as_str() == post);
        is_single && (owner.ends_with(&format!(" {post}")) || self.asked_by(owner).iter().any(|asked| shows(asked)))
    }

    /// Why a file of the site is as it is, and, of the macro calls that it shows, those of this name. None when the site
    /// has no such file.
    pub fn story(&self, file: &SitePath, macro_name: Option<&str>) -> Option<Story> {
        let owner = self.outputs.get(file)?.owner.clone();
        let is_page = !matches!(owner.as_str(), "asset" | "media");
        let [latest, rendered] = self.chapters(
            |chronicle| match chronicle.pages.fate(file.as_str()) {
                Known::Ran(fate) => Some(fate.clone()),
                Known::Reused => is_page.then_some(PageFate::Reused),
                Known::Unknown => None,
            },
            |fate| is_page && *fate != PageFate::Reused,
        );
        let macros = macro_name.map(|name| self.calls(&owner, name)).unwrap_or_default();
        let (latest, rendered) = if is_page { (latest, rendered) } else { (None, None) };
        Some(Story { file: file.clone(), owner, latest, rendered, macros })
    }

    fn calls(&self, owner: &str, wanted: &str) -> Vec<CallStory> {
        let texts = self.asked_by(owner).into_iter().filter(|asked| matches!(**asked, Question::Rendered(..)));
        let calls: BTreeSet<_> = texts.flat_map(|text| self.asked_for(&text)).collect();
        let calls = calls.into_iter().filter_map(|call| match &*call {
            Question::Macro { name, params, place } if name == wanted => Some(MacroDecision {
                call: written(name, params),
                post: place.post.clone(),
                language: place.language.to_string(),
                fate: MacroFate::Reused,
            }),
            _ => None,
        });
        calls.map(|call| self.call(call)).collect()
    }

    fn call(&self, call: MacroDecision) -> CallStory {
        let name = call_name(&call);
        let [latest, ran] = self.chapters(
            |chronicle| match chronicle.macros.fate(&name) {
                Known::Ran(fate) => Some(fate.clone()),
                Known::Reused => Some(MacroFate::Reused),
                Known::Unknown => None,
            },
            |fate| *fate != MacroFate::Reused,
        );
        let MacroDecision { call, post, language, .. } = call;
        CallStory { call, post, language, latest, ran }
    }

    /// What the latest build did, and the latest in which something ran.
    fn chapters<F: Clone>(
        &self,
        fate: impl Fn(&Chronicle) -> Option<F>,
        ran: impl Fn(&F) -> bool,
    ) -> [Option<Chapter<F>>; 2] {
        let known = self.builds.iter().filter_map(|(run, chronicle)| Some((run, chronicle.as_ref()?)));
        let mut chapters = known.map(|(run, chronicle)| {
            let fate = fate(chronicle)?;
            Some(Chapter { build: run.number, started: run.run.started.clone(), fate })
        });
        let latest = chapters.next().flatten();
        let is_one = |chapter: &Chapter<F>| ran(&chapter.fate);
        let last = latest.clone().filter(is_one).or_else(|| chapters.flatten().find(is_one));
        [latest, last]
    }

    fn asked_by(&self, owner: &str) -> Vec<Arc<Question>> {
        self.asked_for(&Question::Page(owner.to_owned()))
    }

    /// What was asked for when something was made.
    fn asked_for(&self, question: &Question) -> Vec<Arc<Question>> {
        let entry = self.ledger.known(question).and_then(|number| self.ledger.entry(number));
        let reads = entry.iter().flat_map(|entry| entry.reads.iter());
        reads.map(|read| self.ledger.question(read.question)).collect()
    }
}
