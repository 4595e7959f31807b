//! Makes the index and the files the same again, in the direction that somebody chose (format sheet §16).

use bds_base::{Fingerprint, SitePath};
use bds_project::media;
use bds_project::post::{self, PostDocument};
use bds_project::{script, template};
use bds_store::{Fields, IndexEntry, IndexKind, Pending};
use jiff::Timestamp;
use serde::Serialize;

use crate::Project;
use crate::change::{self, Keeping, Kept};
use crate::index::entry::differing;
use crate::index::survey::survey;
use crate::index::{Found, IndexChanges};
use crate::library::plan::to_millis;
use crate::sync::SyncError;

mod values;

/// Which side wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The index: files are written. What they held is kept as a conflict.
    ToFile,
    /// The files.
    ToIndex,
}

/// What is to be repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The kinds of files.
    pub kinds: Vec<IndexKind>,
    /// Which side wins.
    pub direction: Direction,
    /// The keys that are repaired; all where there are none.
    pub fields: Vec<String>,
    /// The files that are repaired; all where there are none.
    pub paths: Vec<SitePath>,
    /// Whether nothing is to be written.
    pub dry_run: bool,
    /// The time.
    pub now: Timestamp,
}

/// What came of one file, or would come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repaired {
    /// The kind of the file.
    pub kind: IndexKind,
    /// The file.
    pub path: SitePath,
    /// The keys that were repaired, sorted.
    pub fields: Vec<String>,
    /// What was done.
    #[serde(flatten)]
    pub done: Done,
    /// Where a copy of the file lies as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Kept,
}

/// What was done with one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "done", rename_all = "kebab-case")]
pub enum Done {
    /// The file says what the index said.
    Written,
    /// The index says what the file says.
    Taken,
    /// The index has a file that it did not have.
    Imported,
    /// The index has forgotten a file that is gone.
    Forgotten,
    /// Nothing.
    Refused {
        /// Why, as a phrase.
        reason: String,
    },
}

impl Repaired {
    fn new(kind: IndexKind, path: &SitePath, fields: Vec<String>, done: Done) -> Self {
        Self { kind, path: path.clone(), fields, done, copy: None }
    }

    /// Whether it could not be repaired.
    pub fn is_fault(&self) -> bool {
        matches!(self.done, Done::Refused { .. })
    }
}

/// Repairs what was asked for; says what came of each file, sorted by kind and path. Hold the project's lock.
pub fn repair(project: Project<'_>, request: &Request) -> Result<Vec<Repaired>, SyncError> {
    let mut repaired = Vec::new();
    let mut all_changes = Vec::new();
    for kind in &request.kinds {
        let index = project.store.index(*kind);
        let survey = survey(project, *kind, &index, &());
        let is_wanted = |path: &SitePath| request.paths.is_empty() || request.paths.contains(path);
        let mut changes = IndexChanges::default();
        let missing = index.keys().filter(|path| !survey.files.contains_key(*path) && survey.is_hidden(path).is_none());
        let mut paths: Vec<&SitePath> = survey.files.keys().chain(missing).filter(|path| is_wanted(path)).collect();
        paths.sort();
        for path in paths {
            let at = At { kind: *kind, path, known: index.get(path), found: survey.files.get(path) };
            repaired.extend(match request.direction {
                Direction::ToIndex => to_index(&at, request, &mut changes),
                Direction::ToFile => to_file(project, &at, request),
            });
        }
        all_changes.push((*kind, changes));
    }
    if !request.dry_run {
        project.store.update_index(&all_changes)?;
    }
    Ok(repaired)
}

/// A file from both sides.
struct At<'a> {
    kind: IndexKind,
    path: &'a SitePath,
    known: Option<&'a IndexEntry>,
    found: Option<&'a Found>,
}

impl At<'_> {
    /// The keys that differ and that are asked for.
    fn fields(&self, now: &IndexEntry, request: &Request) -> Vec<String> {
        let nothing = Fields::default();
        let known = self.known.map_or(&nothing, |known| &known.fields);
        let mut fields = differing(known, &now.fields);
        fields.retain(|field| request.fields.is_empty() || request.fields.contains(field));
        fields
    }

    fn refuse(&self, reason: &str) -> Repaired {
        Repaired::new(self.kind, self.path, Vec::new(), Done::Refused { reason: reason.to_owned() })
    }
}

fn to_index(at: &At<'_>, request: &Request, changes: &mut IndexChanges) -> Option<Repaired> {
    let (known, now) = match (at.known, at.found) {
        (_, Some(Found::Failed(reason))) => return Some(at.refuse(&format!("it cannot be read: {reason}"))),
        (None, Some(Found::Read(now))) => {
            changes.put.insert(at.path.clone(), (**now).clone());
            let fields = now.fields.keys().cloned().collect();
            return Some(Repaired::new(at.kind, at.path, fields, Done::Imported));
        }
        (Some(_), None) => {
            changes.remove.push(at.path.clone());
            return Some(Repaired::new(at.kind, at.path, Vec::new(), Done::Forgotten));
        }
        (Some(known), Some(Found::Read(now))) => (known, now),
        _ => return None,
    };
    if let Some(reason) = &now.unreadable {
        return Some(at.refuse(&format!("its metadata cannot be read: {reason}")));
    }
    let fields = at.fields(now, request);
    if request.fields.is_empty() {
        changes.put.insert(at.path.clone(), (**now).clone());
    } else if fields.is_empty() {
        return None;
    } else {
        // The rest still differs: the index goes on saying of which file it speaks.
        let mut taken = known.clone();
        copy_fields(&now.fields, &mut taken.fields, &fields);
        changes.put.insert(at.path.clone(), taken);
    }
    Some(Repaired::new(at.kind, at.path, fields, Done::Taken))
}

fn copy_fields(from: &Fields, to: &mut Fields, keys: &[String]) {
    for key in keys {
        match from.get(key) {
            Some(value) => drop(to.insert(key.clone(), value.clone())),
            None => drop(to.remove(key)),
        }
    }
}

fn to_file(project: Project<'_>, at: &At<'_>, request: &Request) -> Option<Repaired> {
    let (known, now) = match (at.known, at.found) {
        (_, Some(Found::Failed(reason))) => return Some(at.refuse(&format!("it cannot be read: {reason}"))),
        (Some(known), Some(Found::Read(now))) => (known, &**now),
        // Fields that were taken over one by one differ from a file that has not been touched since.
        (Some(known), Some(Found::Same | Found::Touched(_))) if known.unreadable.is_none() => return None,
        (Some(_), Some(_)) => return Some(at.refuse("its metadata cannot be read; mend the file by hand")),
        (Some(_), None) => return Some(at.refuse("the file is gone; the index does not know its text")),
        (None, _) => return None,
    };
    if now.unreadable.is_some() {
        return Some(at.refuse("its metadata cannot be read; mend the file by hand"));
    }
    let fields = at.fields(now, request);
    if fields.is_empty() {
        return None;
    }
    match written(project, at, known, &fields, request) {
        Ok((written, copy)) => Some(Repaired { copy, ..Repaired::new(at.kind, at.path, written, Done::Written) }),
        Err(reason) => Some(at.refuse(&reason)),
    }
}

fn written(
    project: Project<'_>,
    at: &At<'_>,
    known: &IndexEntry,
    fields: &[String],
    request: &Request,
) -> Result<(Vec<String>, Kept), String> {
    let bytes = project.system.read(&at.path.to_path(project.root)).map_err(|error| error.to_string())?;
    let text = bds_project::decode(at.path, &bytes).map_err(|diagnostic| diagnostic.message)?;
    let rewritten = rewrite(at.kind, at.path, text, &known.fields, fields, request.now);
    let rewritten = rewritten.ok_or("its metadata is written in a way that bds cannot change without a loss")?;
    if request.dry_run {
        return Ok((fields.to_vec(), None));
    }
    let base = Some(Fingerprint::of(&bytes));
    let change = Pending { path: at.path.clone(), moved_from: None, base, text: Some(rewritten) };
    let copy = change::make(project, &change, Keeping::Conflicts).map_err(|error| match &error {
        change::ChangeError::File { source, .. } => format!("{error}: {source}"),
        _ => error.to_string(),
    })?;
    Ok((fields.to_vec(), copy))
}

/// The text of a file that says under these keys what the index says. Scripts and templates get a new version and date,
/// as with every change.
fn rewrite(
    kind: IndexKind,
    path: &SitePath,
    text: &str,
    known: &Fields,
    fields: &[String],
    now: Timestamp,
) -> Option<String> {
    match kind {
        IndexKind::Scripts => {
            let mut head = (*script::parse(path, text).value.head).clone();
            values::into_script(&mut head, known, fields);
            head.version = head.version.max(values::version(known)) + 1;
            head.updated_at = head.updated_at.max(Some(to_millis(now)));
            script::rewrite(path, text, &head)
        }
        IndexKind::Templates => {
            let mut head = (*template::parse(path, text).value.head).clone();
            values::into_template(&mut head, known, fields);
            head.version = head.version.max(values::version(known)) + 1;
            head.updated_at = head.updated_at.max(Some(to_millis(now)));
            template::rewrite(path, text, &head)
        }
        IndexKind::Posts => {
            let mut document = post::parse(path, text).value?.document;
            match &mut document {
                PostDocument::Post(head) => values::into_post(std::sync::Arc::make_mut(head), known, fields),
                PostDocument::Translation(head) => {
                    values::into_translation(std::sync::Arc::make_mut(head), known, fields);
                }
            }
            post::rewrite(path, text, &document)
        }
        IndexKind::Media if media::is_translation(path) => {
            let mut translation = media::parse_sidecar_translation(path, text).value?;
            values::into_sidecar_translation(&mut translation, known, fields);
            media::rewrite_sidecar_translation(path, text, &translation)
        }
        IndexKind::Media => {
            let mut sidecar = media::parse_sidecar(path, text).value;
            values::into_sidecar(&mut sidecar, known, fields);
            media::rewrite_sidecar(path, text, &sidecar)
        }
    }
}
