//! What the differences between the disk and the index mean, decided on values alone.

use std::collections::{BTreeMap, BTreeSet};

use bds_base::{Fingerprint, SitePath};
use serde::Serialize;

use crate::index::entry::differing;
use crate::index::{FieldValue, Found, IndexChanges, IndexEntry, IndexTable, Survey, Written};

/// What has happened to a file since it was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "difference", rename_all = "kebab-case")]
pub enum Difference {
    /// It is new.
    Added,
    /// It was written.
    Edited(Edit),
    /// It has another name, and may have been written, too.
    Renamed {
        /// The name that it had.
        from: SitePath,
        /// What else differs.
        #[serde(flatten)]
        edit: Edit,
    },
    /// It is gone.
    Deleted,
    /// It was written, and its metadata cannot be read now.
    Unreadable {
        /// Why, as a phrase.
        reason: String,
    },
}

impl Difference {
    /// The word for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Edited(_) => "edited",
            Self::Renamed { .. } => "renamed",
            Self::Deleted => "deleted",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}

/// What differs in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Edit {
    /// The keys of its metadata that say something else, sorted.
    pub fields: Vec<String>,
    /// Whether what stands below the metadata differs.
    pub body: bool,
}

impl Edit {
    fn between(before: &IndexEntry, after: &IndexEntry) -> Self {
        Self { fields: differing(&before.fields, &after.fields), body: before.body != after.body }
    }
}

/// A file to which something has happened, and what is done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The file.
    pub path: SitePath,
    /// What has happened.
    pub difference: Difference,
    /// What bds had written there, where that is lost in the file.
    pub keep: Option<Keep>,
}

/// A text that bds wrote and that is in no file any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// Somebody else has written the file without having seen it: changed on both sides.
    InConflicts(String),
    /// The file was deleted.
    InTrash(String),
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// What has happened, sorted by path.
    pub steps: Vec<Step>,
    /// What changes in the index: what the steps say, and times of files that were only touched.
    pub changes: IndexChanges,
    /// Files that are there and cannot be read, with the reason. What is known of them stays.
    pub failed: BTreeMap<SitePath, String>,
}

/// Decides what the index becomes, and what is kept. The file wins, whatever the index has; what cannot be looked at
/// stays as it is known.
pub fn plan(index: &IndexTable, survey: &Survey) -> Plan {
    plan_of(index, survey, &|_| true)
}

/// The same, where only these files were looked at.
pub fn plan_of(index: &IndexTable, survey: &Survey, was_looked_at: &dyn Fn(&SitePath) -> bool) -> Plan {
    let mut plan = Plan::default();
    let is_gone =
        |path: &SitePath| was_looked_at(path) && !survey.files.contains_key(path) && survey.is_hidden(path).is_none();
    let mut gone: BTreeMap<&SitePath, &IndexEntry> = index.iter().filter(|(path, _)| is_gone(path)).collect();
    let new = |(path, found): (&SitePath, &Found)| matches!(found, Found::Read(_)) && !index.contains_key(path);
    let mut names = Names::of(&gone, survey.files.iter().filter(|(path, found)| new((path, found))).count());
    for (path, found) in &survey.files {
        match (found, index.get(path)) {
            (Found::Read(entry), Some(before)) => plan.edited(path, before, entry),
            (Found::Read(entry), None) => match names.take(entry, &mut gone) {
                Some((from, before)) => plan.renamed(path, from, before, entry),
                None => plan.added(path, entry),
            },
            (Found::Touched(seen), Some(before)) => {
                plan.changes.put.insert(path.clone(), IndexEntry { seen: *seen, ..before.clone() });
            }
            (Found::Failed(reason), _) => drop(plan.failed.insert(path.clone(), reason.clone())),
            (Found::Same, _) | (Found::Touched(_), None) => {}
        }
    }
    for (path, before) in gone {
        plan.deleted(path, before);
    }
    plan.steps.sort_by(|a, b| a.path.cmp(&b.path));
    plan.changes.remove.sort();
    plan
}

impl Plan {
    fn added(&mut self, path: &SitePath, entry: &IndexEntry) {
        let difference = unreadable(entry).unwrap_or(Difference::Added);
        self.step(path, difference, None);
        self.changes.put.insert(path.clone(), entry.clone());
    }

    fn edited(&mut self, path: &SitePath, before: &IndexEntry, entry: &IndexEntry) {
        let difference = unreadable(entry).unwrap_or_else(|| Difference::Edited(Edit::between(before, entry)));
        self.step(path, difference, overtaken(before, entry).map(Keep::InConflicts));
        self.changes.put.insert(path.clone(), remembering(entry, before));
    }

    fn renamed(&mut self, path: &SitePath, from: &SitePath, before: &IndexEntry, entry: &IndexEntry) {
        let edit = Edit::between(before, entry);
        let difference = unreadable(entry).unwrap_or(Difference::Renamed { from: from.clone(), edit });
        self.step(path, difference, overtaken(before, entry).map(Keep::InConflicts));
        let written = before.written.clone().filter(|_| before.fingerprint == entry.fingerprint);
        self.changes.put.insert(path.clone(), IndexEntry { written, ..remembering(entry, before) });
        self.changes.remove.push(from.clone());
    }

    fn deleted(&mut self, path: &SitePath, before: &IndexEntry) {
        let keep = before.written.as_ref().map(|written| Keep::InTrash(written.text.clone()));
        self.step(path, Difference::Deleted, keep);
        self.changes.remove.push(path.clone());
    }

    fn step(&mut self, path: &SitePath, difference: Difference, keep: Option<Keep>) {
        self.steps.push(Step { path: path.clone(), difference, keep });
    }
}

fn unreadable(entry: &IndexEntry) -> Option<Difference> {
    entry.unreadable.clone().map(|reason| Difference::Unreadable { reason })
}

/// What is known of a file whose metadata cannot be read is what it said last.
fn remembering(entry: &IndexEntry, before: &IndexEntry) -> IndexEntry {
    if entry.unreadable.is_none() {
        return entry.clone();
    }
    IndexEntry { fields: before.fields.clone(), ..entry.clone() }
}

/// What bds wrote, where the file is now one that was made without it: what it took the place of, or one of an earlier
/// version.
fn overtaken(before: &IndexEntry, now: &IndexEntry) -> Option<String> {
    let Written { text, base } = before.written.as_ref().filter(|_| before.fingerprint != now.fingerprint)?;
    let version = |entry: &IndexEntry| match entry.fields.get("version") {
        Some(FieldValue::Number(version)) => Some(*version),
        _ => None,
    };
    let is_restored = base.is_some_and(|base| base == now.fingerprint);
    let is_older = matches!((version(before), version(now)), (Some(before), Some(now)) if now < before);
    // Metadata that bds wrote and that is not there any more was not seen either.
    let is_without = before.fields.contains_key("version") && version(now).is_none();
    (is_restored || is_older || is_without).then(|| text.clone())
}

/// The files that are gone, by what a file of another name is known by.
struct Names<'i> {
    by_id: BTreeMap<&'i str, &'i SitePath>,
    by_content: BTreeMap<Fingerprint, BTreeSet<&'i SitePath>>,
}

impl<'i> Names<'i> {
    /// Nothing is looked for when there is nothing new.
    fn of(gone: &BTreeMap<&'i SitePath, &'i IndexEntry>, new: usize) -> Self {
        let mut names = Self { by_id: BTreeMap::new(), by_content: BTreeMap::new() };
        for (path, entry) in gone.iter().filter(|_| new > 0) {
            if let Some(id) = entry.text("id") {
                names.by_id.entry(id).or_insert(path);
            }
            names.by_content.entry(entry.fingerprint).or_default().insert(path);
        }
        names
    }

    /// The file that a new one was: of those that are gone, the one with its id, or else with its content.
    fn take(
        &mut self,
        entry: &IndexEntry,
        gone: &mut BTreeMap<&'i SitePath, &'i IndexEntry>,
    ) -> Option<(&'i SitePath, &'i IndexEntry)> {
        let by_id = entry.text("id").and_then(|id| self.by_id.get(id).copied()).filter(|path| gone.contains_key(path));
        let by_content =
            || self.by_content.get(&entry.fingerprint)?.iter().copied().find(|path| gone.contains_key(path));
        let from = by_id.or_else(by_content)?;
        gone.remove_entry(from)
    }
}
