//! The index beside the files, key by key (format sheet §16).

use std::collections::BTreeMap;

use bds_base::SitePath;
use bds_store::{Fields, IndexEntry, IndexKind, IndexTable};
use serde::Serialize;
use serde_json::Value;

use crate::Project;
use crate::index::entry::{differing, json};
use crate::index::survey::{Watcher, survey};
use crate::index::{Found, Survey};

/// How the index and the files differ.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Comparison {
    /// Files that both have and that differ, or that only the index has; sorted by kind and path.
    pub items: Vec<Item>,
    /// Files that only the disk has.
    pub orphans: Vec<Orphan>,
    /// The keys that differ, those of most files first.
    pub fields: Vec<Group>,
    /// What could not be looked at.
    pub unseen: Vec<Hidden>,
}

/// A file that the index has, and that is not as the index has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its kind.
    pub kind: IndexKind,
    /// The file.
    pub path: SitePath,
    /// What identifies it, as far as the index knows.
    #[serde(flatten)]
    pub name: Name,
    /// Whether there is no such file any more.
    pub missing: bool,
    /// Why its metadata cannot be read; none when it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// The keys that differ.
    pub differences: BTreeMap<String, Sides>,
    /// Whether what stands below the metadata differs.
    pub body: bool,
}

/// What a file is called by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Name {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The id of what it is the translation of.
    #[serde(rename = "translationFor", skip_serializing_if = "Option::is_none")]
    pub translation_for: Option<String>,
    /// Its language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// What both sides say under a key; null where one says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sides {
    /// The index.
    pub index: Value,
    /// The file.
    pub file: Value,
}

/// A file that the index does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Orphan {
    /// Its kind.
    pub kind: IndexKind,
    /// The file.
    pub path: SitePath,
    /// What identifies it.
    #[serde(flatten)]
    pub name: Name,
}

/// A key, and the files in which it differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The key; `body` for what stands below the metadata.
    pub field: String,
    /// The files.
    pub paths: Vec<SitePath>,
}

/// Something that cannot be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// Where it is.
    pub path: SitePath,
    /// Why, as a phrase.
    pub reason: String,
}

impl Comparison {
    /// Whether the index is as the files are.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.orphans.is_empty()
    }
}

/// Compares the index of these kinds with the files as they are now. Writes nothing.
pub fn compare(project: Project<'_>, kinds: &[IndexKind], watcher: &dyn Watcher) -> Comparison {
    let mut comparison = Comparison::default();
    for kind in kinds {
        let index = project.store.index(*kind);
        let survey = survey(project, *kind, &index, watcher);
        compare_kind(&index, &survey, &mut comparison);
    }
    comparison.fields = groups(&comparison.items);
    comparison
}

/// The same on values.
pub fn compare_kind(index: &IndexTable, survey: &Survey, comparison: &mut Comparison) {
    let kind = survey.kind;
    for (path, known) in index {
        match survey.files.get(path) {
            Some(Found::Read(now)) => comparison.items.extend(item(kind, path, known, Some(now))),
            Some(Found::Same | Found::Touched(_)) => comparison.items.extend(item(kind, path, known, Some(known))),
            None if survey.is_hidden(path).is_none() => comparison.items.extend(item(kind, path, known, None)),
            Some(Found::Failed(_)) | None => {}
        }
    }
    for (path, found) in &survey.files {
        match found {
            Found::Read(entry) if !index.contains_key(path) => {
                comparison.orphans.push(Orphan { kind, path: path.clone(), name: name(&entry.fields) });
            }
            Found::Failed(reason) => {
                comparison.unseen.push(Hidden { path: path.clone(), reason: reason.clone() });
            }
            _ => {}
        }
    }
    let unseen = survey.unseen.iter();
    comparison.unseen.extend(unseen.map(|at| Hidden { path: at.path.clone(), reason: at.reason.clone() }));
}

/// None where both say the same. A file whose metadata cannot be read says nothing, so all that the index knows differs.
fn item(kind: IndexKind, path: &SitePath, known: &IndexEntry, now: Option<&IndexEntry>) -> Option<Item> {
    let unreadable = now.and_then(|now| now.unreadable.clone());
    let nothing = Fields::default();
    let said = now.filter(|_| unreadable.is_none()).map_or(&nothing, |now| &now.fields);
    let keys = differing(&known.fields, said);
    let sides = keys.into_iter().map(|key| {
        let sides = Sides { index: json(known.fields.get(&key)), file: json(said.get(&key)) };
        (key, sides)
    });
    let differences: BTreeMap<_, _> = sides.collect();
    let body = unreadable.is_none() && now.is_some_and(|now| now.body != known.body);
    let is_same = differences.is_empty() && !body && now.is_some() && unreadable.is_none();
    let item = Item {
        kind,
        path: path.clone(),
        name: name(&known.fields),
        missing: now.is_none(),
        unreadable,
        differences,
        body,
    };
    (!is_same).then_some(item)
}

fn name(fields: &Fields) -> Name {
    let text = |key: &str| json(fields.get(key)).as_str().map(str::to_owned);
    Name {
        id: text("id"),
        slug: text("slug"),
        title: text("title"),
        translation_for: text("translationFor"),
        language: text("language").filter(|_| fields.contains_key("translationFor")),
    }
}

/// The keys that differ, those of most files first.
fn groups(items: &[Item]) -> Vec<Group> {
    let mut by_field: BTreeMap<&str, Vec<SitePath>> = BTreeMap::new();
    for item in items.iter().filter(|item| !item.missing) {
        let body = item.body.then_some("body");
        for field in item.differences.keys().map(String::as_str).chain(body) {
            by_field.entry(field).or_default().push(item.path.clone());
        }
    }
    let mut groups: Vec<_> =
        by_field.into_iter().map(|(field, paths)| Group { field: field.to_owned(), paths }).collect();
    groups.sort_by(|a, b| (b.paths.len(), &a.field).cmp(&(a.paths.len(), &b.field)));
    groups
}
