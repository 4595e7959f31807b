//! What pages are made from, down to files, and which pages an edit of a file would rebuild.
//!
//! Both are read from the ledger: they are true of the pages as the last build made them.

mod dependents;
mod sources;

use std::collections::BTreeMap;
use std::sync::Arc;

use bds_base::SitePath;
use bds_project::layout::MetaKind;
use bds_store::OutputTable;

use crate::db::{Database, Db};
use crate::lens::Question;
use crate::needs::{self, Kind, Need, Of, Part};
use crate::{settings, traces};

pub use dependents::{Dependent, Dependents, How};
pub use sources::{Node, NodeKind, Sources};

/// What is known of what the pages of one output folder are made from.
#[derive(Debug)]
pub struct Lineage<'w> {
    db: &'w Database,
    outputs: Arc<OutputTable>,
}

/// Something that a page is made from, or a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    /// A file of the site.
    Output(SitePath),
    /// The answer to a question, by its number in the ledger.
    Asked(u32),
    /// A field of the post that a macro call stands in: call, question.
    Field(u32, u32),
    /// A file of the project.
    Source(SitePath),
    /// What is in a folder of the project.
    Folder(SitePath),
    /// What is put together from all files of a kind.
    Every(Kind),
    /// What everything depends on of the project's own settings.
    Settings,
    /// Something that is made anew in every build, and why.
    Unsteady(String),
}

/// What something is made from, and which part of it matters.
type Made = Vec<(Thing, Part)>;

impl<'w> Lineage<'w> {
    pub(crate) fn new(db: &'w Database, outputs: Arc<OutputTable>) -> Self {
        Self { db, outputs }
    }

    /// What something is made from, one step down.
    fn made_from(&self, thing: &Thing) -> Made {
        match thing {
            Thing::Output(file) => self.output(file),
            Thing::Asked(number) => self.asked(*number),
            Thing::Field(call, seen) => self.field(*call, *seen),
            Thing::Settings => [needs::project_file(), needs::config_file()].map(source).into(),
            Thing::Source(_) | Thing::Folder(_) | Thing::Every(_) | Thing::Unsteady(_) => Vec::new(),
        }
    }

    fn output(&self, file: &SitePath) -> Made {
        let Some(record) = self.outputs.get(file) else { return Vec::new() };
        match record.owner.as_str() {
            "media" => vec![source(file.clone())],
            "asset" => Vec::new(),
            "sitemap" | "calendar" => {
                let meta = MetaKind::ALL.into_iter().map(|kind| source(settings::meta_path(kind)));
                let all = [(Thing::Every(Kind::Posts), Part::Head), (Thing::Settings, Part::Whole)];
                meta.chain(all).collect()
            }
            owner => {
                let ledger = &self.db.services().ledger;
                let number = ledger.known(&Question::Page(owner.to_owned()));
                number.map_or_else(|| unknown("the page"), |number| self.entry(number, "the page"))
            }
        }
    }

    fn asked(&self, number: u32) -> Made {
        let question = self.db.services().ledger.question(number);
        let needs = needs::of(self.db, &question).into_iter().map(thing);
        match &*question {
            Question::Rendered(..) => self.entry(number, "the text"),
            Question::Macro { .. } => needs.chain(self.call(number)).collect(),
            _ => needs.collect(),
        }
    }

    /// What a page or text was made from.
    fn entry(&self, number: u32, what: &str) -> Made {
        match self.db.services().ledger.entry(number) {
            Some(entry) => entry.reads.iter().map(|read| (Thing::Asked(read.question), Part::Whole)).collect(),
            None => unknown(what),
        }
    }

    /// What a macro call looked at.
    fn call(&self, number: u32) -> Made {
        let ledger = &self.db.services().ledger;
        let Some(entry) = ledger.call(number) else { return unknown("the macro call") };
        let is_field = |question: &Question| match question {
            Question::Seen(name) => matches!(traces::Question::read(name), Some(traces::Question::PostField(_))),
            _ => false,
        };
        let reads = entry.reads.iter().map(|read| {
            if is_field(&ledger.question(read.question)) {
                Thing::Field(number, read.question)
            } else {
                Thing::Asked(read.question)
            }
        });
        let nested = entry.nested.iter().map(|call| Thing::Asked(*call));
        let passing = entry.passing.iter().map(|why| Thing::Unsteady(format!("it could not be remembered: {why}")));
        reads.chain(nested).chain(passing).map(|thing| (thing, Part::Whole)).collect()
    }

    fn field(&self, call: u32, seen: u32) -> Made {
        let ledger = &self.db.services().ledger;
        match (&*ledger.question(call), &*ledger.question(seen)) {
            (Question::Macro { place, .. }, Question::Seen(name)) => match traces::Question::read(name) {
                Some(traces::Question::PostField(field)) => {
                    needs::of_field(place, &field).into_iter().map(thing).collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// A thing as one would name it.
    fn name(&self, thing: &Thing) -> String {
        let ledger = &self.db.services().ledger;
        match thing {
            Thing::Output(file) | Thing::Source(file) => file.to_string(),
            Thing::Asked(number) | Thing::Field(_, number) => ledger.question(*number).to_string(),
            Thing::Folder(folder) => format!("{folder}/"),
            Thing::Every(kind) => kind.to_string(),
            Thing::Settings => "the settings that everything depends on".to_owned(),
            Thing::Unsteady(why) => why.clone(),
        }
    }

    /// Everything that these are made from, with what each is made from, one step down.
    fn all_below(&self, tops: impl IntoIterator<Item = Thing>) -> BTreeMap<Thing, Made> {
        let mut below: BTreeMap<Thing, Made> = BTreeMap::new();
        let mut open: Vec<_> = tops.into_iter().collect();
        while let Some(thing) = open.pop() {
            if below.contains_key(&thing) {
                continue;
            }
            let mut made = self.made_from(&thing);
            made.sort();
            made.dedup();
            open.extend(made.iter().map(|(thing, _)| thing.clone()));
            below.insert(thing, made);
        }
        below
    }
}

fn source(path: SitePath) -> (Thing, Part) {
    (Thing::Source(path), Part::Whole)
}

fn unknown(what: &str) -> Made {
    vec![(Thing::Unsteady(format!("it is not known what {what} was made from")), Part::Whole)]
}

fn thing(Need { of, part }: Need) -> (Thing, Part) {
    let thing = match of {
        Of::File(path) => Thing::Source(path),
        Of::Folder(path) => Thing::Folder(path),
        Of::Every(kind) => Thing::Every(kind),
        Of::Settings => Thing::Settings,
    };
    (thing, part)
}
