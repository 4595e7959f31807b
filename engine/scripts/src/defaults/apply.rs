//! Writes what was decided.

use std::io;
use std::path::Path;

use bds_base::{Fingerprint, SitePath, System};
use bds_project::meta::DefaultsRecord;
use serde::Serialize;

use super::DefaultsError;
use super::plan::{Outcome, Step};
use super::state::Found;
use super::survey::{self, Survey, record_path};

/// What came of a step, or would come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Done {
    /// What people call the default.
    pub slug: String,
    /// Where its file lies, or would.
    pub path: SitePath,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Where the text lies that was replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<SitePath>,
}

impl Done {
    /// What would come of a step.
    pub(super) fn planned(step: Step<'_>) -> Self {
        let copy = step.replaced.as_ref().map(|text| copy_path(step.path(), text));
        Self { slug: step.default.slug.clone(), path: step.path().clone(), outcome: step.outcome, copy }
    }

    /// Whether it could not be done.
    pub fn is_fault(&self) -> bool {
        matches!(self.outcome, Outcome::Refused { .. } | Outcome::Conflict { .. })
    }
}

/// Writes files, then records them. A file that cannot be written costs its own step only.
pub(super) fn apply(
    root: &Path,
    system: &dyn System,
    survey: &Survey,
    steps: Vec<Step<'_>>,
) -> Result<Vec<Done>, DefaultsError> {
    let mut record = survey.record.clone();
    let changes_record = steps.iter().any(|step| step.entry.is_some());
    if changes_record && system.is_read_only(&record_path().to_path(root)) {
        let source = io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only");
        return Err(DefaultsError::File { path: record_path().to_string(), what: "written", source });
    }
    let done = steps.into_iter().map(|step| one(root, system, step, &mut record)).collect();
    if record != survey.record {
        let path = record_path();
        if survey::record(root, system)?.1 != survey.record_text {
            let source = io::Error::other("it has just been changed; do the same again");
            return Err(DefaultsError::File { path: path.to_string(), what: "written", source });
        }
        let written = system.write_atomic(&path.to_path(root), record.to_text().as_bytes());
        written.map_err(|source| DefaultsError::File { path: path.to_string(), what: "written", source })?;
    }
    Ok(done)
}

fn one(root: &Path, system: &dyn System, step: Step<'_>, record: &mut DefaultsRecord) -> Done {
    let entry = step.entry.clone();
    let written = write(root, system, &step);
    let mut done = Done::planned(step);
    match written {
        Ok(()) => drop(entry.map(|entry| record.entries.insert(done.path.clone(), entry))),
        Err(reason) => {
            done.outcome = Outcome::Refused { reason };
            done.copy = None;
        }
    }
    done
}

fn write(root: &Path, system: &dyn System, step: &Step<'_>) -> Result<(), String> {
    let Some(content) = &step.write else { return Ok(()) };
    let path = step.path().to_path(root);
    if !is_as_found(system, &path, &step.found) {
        return Err("it has just been changed; nothing was done with it".to_owned());
    }
    if let Some(replaced) = &step.replaced {
        hide_from_git(root, system);
        let copy = copy_path(step.path(), replaced).to_path(root);
        system.write_atomic(&copy, replaced).map_err(|error| format!("no copy of it can be kept: {error}"))?;
    }
    system.write_atomic(&path, content).map_err(|error| format!("it cannot be written: {error}"))
}

/// Whether nobody has touched a file since it was looked at.
fn is_as_found(system: &dyn System, path: &Path, found: &Found) -> bool {
    match (system.read(path), found) {
        (Ok(now), Found::File { content, .. }) => *now == **content,
        (Err(error), Found::Nothing) => error.kind() == io::ErrorKind::NotFound,
        _ => false,
    }
}

/// Where a text is kept that was replaced: one name for one text, so that doing it twice keeps it once.
fn copy_path(path: &SitePath, text: &[u8]) -> SitePath {
    let name = format!("{}/conflicts/{path}.{}", bds_store::FOLDER, Fingerprint::of(text).short());
    SitePath::new(name).expect("made of plain paths and digits")
}

/// The folder of what bds keeps for itself says so to git, where no build has made it yet.
fn hide_from_git(root: &Path, system: &dyn System) {
    let file = root.join(bds_store::FOLDER).join(".gitignore");
    if system.stat(&file).is_err() {
        // Without it the copy only shows up as a new file.
        let _ = system.write_atomic(&file, b"*\n");
    }
}
