//! Three texts beside each other: what the user's work was made from, the work, and what is newest.
//!
//! What it was made from ships: older versions stay in bds. So a merge works after `git clone`, on every machine, and
//! nothing beside the file and its line in `meta/defaults.json` needs to be kept.

mod three_way;

use bds_defaults::{Shipped, Version};
use bds_project::meta::DefaultEntry;
use serde::Serialize;
use similar::TextDiff;

use self::three_way::{Names, three_way};
use super::state::{Case, Found, State, standing, wanted, with_plain_line_ends};

/// What a project has of a default beside what ships.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What people call the default.
    pub slug: String,
    /// How it stands.
    pub state: State,
    /// The version that the file was made from; none where that is not known, or does not ship.
    pub from: Option<u32>,
    /// The version that is wanted.
    pub to: u32,
    /// What the user changed in the version that the file was made from, as a patch; empty for nothing.
    pub yours: String,
    /// What the wanted version changes in it, as a patch; empty for nothing. Where it is not known what the file was made
    /// from, what it would change in the file.
    pub new: String,
    /// The file with both changes; none where nothing is to be merged, and where the two change the same lines.
    pub merged: Option<String>,
    /// The file with both changes, and both texts where they change the same lines, between lines `<<<<<<< yours` and
    /// `>>>>>>> version N`; none where they do not.
    pub conflict: Option<String>,
}

impl Comparison {
    /// Compares.
    pub fn of(default: &Shipped, entry: Option<&DefaultEntry>, found: &Found) -> Self {
        let wanted = wanted(default, entry).unwrap_or(default.newest());
        let nothing = Self {
            slug: default.slug.clone(),
            state: standing(default, entry, found).state,
            from: None,
            to: wanted.number,
            yours: String::new(),
            new: String::new(),
            merged: None,
            conflict: None,
        };
        match Case::of(default, entry, found) {
            Case::Edited(entry, content) => match default.version(entry.version) {
                Some(base) => nothing.beside(base, content, wanted),
                None => nothing.instead(content, wanted),
            },
            Case::Written(entry, content) => Self { from: Some(entry.version), ..nothing.instead(content, wanted) },
            Case::Own(content) => nothing.instead(content, wanted),
            Case::Shipped(version) => nothing.between(version, wanted),
            Case::Absent | Case::Removed => {
                let used = entry.map_or(default.oldest(), |entry| default.nearest(entry.version));
                nothing.between(used, wanted)
            }
            Case::Newer(_) | Case::Blocked(_) | Case::Taken(_) => nothing,
        }
    }

    /// With the user's work on a version, and another version.
    fn beside(self, base: &Version, work: &[u8], wanted: &Version) -> Self {
        let yours = patch((&name(base), base.text), (YOURS, &text(work)));
        let (merged, conflict) = match merged(base, work, wanted) {
            _ if base.number == wanted.number => (None, None),
            Ok(merged) => (Some(merged), None),
            Err(conflict) => (None, Some(conflict)),
        };
        Self { yours, merged, conflict, ..self.between(base, wanted) }
    }

    /// With a version that another takes the place of.
    fn between(self, version: &Version, wanted: &Version) -> Self {
        let new = patch((&name(version), version.text), (&name(wanted), wanted.text));
        Self { from: Some(version.number), new, ..self }
    }

    /// With a text of the user's that a version would take the place of.
    fn instead(self, work: &[u8], wanted: &Version) -> Self {
        Self { new: patch((YOURS, &text(work)), (&name(wanted), wanted.text)), ..self }
    }
}

/// Makes in the user's work the changes between two versions. Where both have changed the same lines, the error is the
/// whole text with both of them. Bytes that are no text would not survive.
pub(super) fn merged(base: &Version, work: &[u8], new: &Version) -> Result<String, String> {
    let (base_name, new_name) = (name(base), name(new));
    let names = Names { base: &base_name, ours: YOURS, theirs: &new_name };
    let is_text = std::str::from_utf8(work).is_ok();
    let work = text(work);
    if is_text { three_way(base.text, &work, new.text, names) } else { Err(work) }
}

const YOURS: &str = "yours";

fn name(version: &Version) -> String {
    format!("version {}", version.number)
}

fn text(content: &[u8]) -> String {
    String::from_utf8_lossy(&with_plain_line_ends(content)).into_owned()
}

/// Empty where nothing differs.
fn patch((from_name, from): (&str, &str), (to_name, to): (&str, &str)) -> String {
    TextDiff::from_lines(from, to).unified_diff().header(from_name, to_name).to_string()
}
