//! Three texts beside each other: what the user's work was made from, the work, and what is newest.
//!
//! What it was made from ships: older versions stay in bds. So a merge works after `git clone`, on every machine, and
//! nothing beside the file and its line in `meta/defaults.json` needs to be kept.

use bds_defaults::Shipped;
use bds_project::meta::DefaultEntry;
use diffy::{ConflictStyle, DiffOptions, MergeOptions};
use serde::Serialize;

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
        let state = standing(default, entry, found).state;
        let new_name = format!("version {}", wanted.number);
        let nothing = Self {
            slug: default.slug.clone(),
            state,
            from: None,
            to: wanted.number,
            yours: String::new(),
            new: String::new(),
            merged: None,
            conflict: None,
        };
        match Case::of(default, entry, found) {
            Case::Edited(entry, content) if default.version(entry.version).is_some() => {
                let base = default.version(entry.version).unwrap_or(wanted);
                let yours = text(content);
                let base_name = format!("version {}", base.number);
                let merge = (base.number != wanted.number).then(|| three_way(base.text, content, wanted.text));
                Self {
                    from: Some(base.number),
                    yours: patch(&base_name, base.text, "yours", &yours),
                    new: patch(&base_name, base.text, &new_name, wanted.text),
                    merged: merge.clone().and_then(Result::ok),
                    conflict: merge.and_then(Result::err).map(|text| named(&text, base.number, wanted.number)),
                    ..nothing
                }
            }
            Case::Edited(_, content) | Case::Own(content) => {
                Self { new: patch("yours", &text(content), &new_name, wanted.text), ..nothing }
            }
            Case::Shipped(version) => {
                let new = patch(&format!("version {}", version.number), version.text, &new_name, wanted.text);
                Self { from: Some(version.number), new, ..nothing }
            }
            Case::Absent | Case::Removed => {
                let used = entry.map_or(default.oldest(), |entry| default.nearest(entry.version));
                let new = patch(&format!("version {}", used.number), used.text, &new_name, wanted.text);
                Self { from: Some(used.number), new, ..nothing }
            }
            Case::Newer(_) | Case::Blocked(_) | Case::Taken(_) => nothing,
        }
    }
}

/// Makes in the user's work the changes between two versions. Where both have changed the same lines, the error is the
/// whole text with both of them. Bytes that are no text would not survive.
pub(super) fn three_way(base: &str, work: &[u8], new: &str) -> Result<String, String> {
    let is_text = std::str::from_utf8(work).is_ok();
    let work = text(work);
    if !is_text {
        return Err(work);
    }
    MergeOptions::new().set_conflict_style(ConflictStyle::Diff3).merge(base, &work, new)
}

fn text(content: &[u8]) -> String {
    String::from_utf8_lossy(&with_plain_line_ends(content)).into_owned()
}

fn patch(from_name: &str, from: &str, to_name: &str, to: &str) -> String {
    if from == to {
        return String::new();
    }
    let mut options = DiffOptions::new();
    options.set_original_filename(from_name.to_owned()).set_modified_filename(to_name.to_owned());
    options.create_patch(from, to).to_string()
}

/// Calls the sides of a conflict by their names.
fn named(conflict: &str, base: u32, new: u32) -> String {
    let line = |line: &str| match line.trim_end() {
        "<<<<<<< ours" => "<<<<<<< yours\n".to_owned(),
        "||||||| original" => format!("||||||| version {base}\n"),
        ">>>>>>> theirs" => format!(">>>>>>> version {new}\n"),
        _ => line.to_owned(),
    };
    conflict.split_inclusive('\n').map(line).collect()
}
