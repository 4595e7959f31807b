//! The scripts of a project as people work on them: listed, made, changed, renamed, removed.
//!
//! In three steps, as everywhere here: [`Library::read`] looks, [`plan()`] decides on values alone, and
//! [`crate::change::make`] writes.

pub mod plan;
pub mod references;

use std::sync::Arc;

use bds_base::{Diagnostic, Fingerprint, SitePath};
use bds_project::layout;
use bds_project::script::{self, Script, ScriptFile};
use bds_project::{Parsed, date, nearest};
use bds_store::{FileClock, IndexKind, Seen};
use serde::Serialize;

use crate::Project;
use crate::index::entry::{kind_of, read};

pub use plan::{Refusal, Wish, plan};
pub use references::{Reference, references};

/// The scripts of a project, and the modules that they share.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Those that can be read, sorted by slug.
    pub scripts: Vec<Entry>,
    /// Those that cannot, sorted by path.
    pub unreadable: Vec<Unreadable>,
    /// What is wrong between them.
    pub diagnostics: Vec<Diagnostic>,
}

/// A script with its text.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The script.
    pub script: Arc<Script>,
    /// The whole text of its file.
    pub text: Arc<str>,
    /// Where its body begins in the text, in bytes.
    pub body_start: usize,
    /// The fingerprint of the bytes of its file.
    pub fingerprint: Fingerprint,
}

/// A file that is no script as long as its metadata cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unreadable {
    /// The file.
    pub file_path: SitePath,
    /// Why, as a phrase.
    pub reason: String,
}

/// A script as it is shown to programs: the names are those of the app (format sheet §13, `ScriptData`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScriptData {
    /// Its id.
    pub id: Arc<str>,
    /// Its slug.
    pub slug: Arc<str>,
    /// Its title.
    pub title: Arc<str>,
    /// `macro`, `utility` or `transform`; `module` for files without metadata.
    pub kind: &'static str,
    /// The function that is called.
    pub entrypoint: Arc<str>,
    /// Whether it is used.
    pub enabled: bool,
    /// How often it was changed through bds or the app.
    pub version: u64,
    /// Other names that mean the same macro.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub aliases: Arc<[Arc<str>]>,
    /// Its file.
    pub file_path: SitePath,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// Its code, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

impl Entry {
    /// The code: what follows the metadata.
    pub fn body(&self) -> &str {
        &self.text[self.body_start..]
    }

    /// What it is for, in a word.
    pub fn kind(&self) -> &'static str {
        if self.script.head.has_metadata { self.script.head.kind.name() } else { "module" }
    }

    /// As programs see it.
    pub fn data(&self, with_content: bool) -> ScriptData {
        let script = &*self.script;
        ScriptData {
            id: script.id.clone(),
            slug: script.slug.clone(),
            title: script.title.clone(),
            kind: self.kind(),
            entrypoint: script.head.entrypoint.clone(),
            enabled: script.head.enabled,
            version: script.head.version,
            aliases: script.head.aliases.clone(),
            file_path: script.path.clone(),
            created_at: date::format(script.created_at),
            updated_at: date::format(script.updated_at),
            content: with_content.then(|| self.body().to_owned()),
        }
    }
}

impl Library {
    /// Reads all scripts of a project.
    pub fn read(project: Project<'_>) -> Self {
        let mut files = Vec::new();
        let mut unreadable = Vec::new();
        for file in project.system.walk(&project.root.join(layout::SCRIPTS)).files {
            let Ok(path) = SitePath::from_root(project.root, &file.path) else { continue };
            if kind_of(&path) != Some(IndexKind::Scripts) {
                continue;
            }
            match project.system.read(&file.path) {
                Ok(bytes) => match read_script(&path, &bytes) {
                    Ok(read) => files.push((path, read)),
                    Err(reason) => unreadable.push(Unreadable { file_path: path, reason }),
                },
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => unreadable.push(Unreadable { file_path: path, reason: error.to_string() }),
            }
        }
        Self::of(files, unreadable)
    }

    fn of(files: Vec<(SitePath, ReadScript)>, unreadable: Vec<Unreadable>) -> Self {
        let heads = files.iter().map(|(path, read)| (path.clone(), read.file.head.clone()));
        let resolved = script::resolve(heads);
        let mut by_path: std::collections::BTreeMap<SitePath, ReadScript> = files.into_iter().collect();
        let scripts = resolved.scripts.into_iter().filter_map(|script| {
            let read = by_path.remove(&script.path)?;
            let body_start = read.file.body.start;
            Some(Entry { script, text: read.text, body_start, fingerprint: read.fingerprint })
        });
        Self { scripts: scripts.collect(), unreadable, diagnostics: resolved.diagnostics }
    }

    /// The script that people mean: by its slug in any case, its id, its file, or another of its names.
    pub fn find(&self, name: &str) -> Result<&Entry, Refusal> {
        let slug = script::slug(name);
        let wanted = name.trim().trim_start_matches("./");
        let by = |is: &dyn Fn(&Entry) -> bool| self.scripts.iter().find(|entry| is(entry));
        let found = by(&|entry| *entry.script.slug == *wanted)
            .or_else(|| by(&|entry| *entry.script.id == *wanted))
            .or_else(|| by(&|entry| entry.script.path.as_str() == wanted))
            .or_else(|| by(&|entry| *entry.script.slug == *slug))
            .or_else(|| by(&|entry| entry.script.head.aliases.iter().any(|alias| **alias == *slug)));
        found.ok_or_else(|| self.missing(name, wanted))
    }

    fn missing(&self, name: &str, wanted: &str) -> Refusal {
        let is_meant = |file: &&Unreadable| {
            file.file_path.as_str() == wanted || script::slug(file.file_path.stem()) == script::slug(name)
        };
        if let Some(file) = self.unreadable.iter().find(is_meant) {
            return Refusal::Unreadable { path: file.file_path.clone(), reason: file.reason.clone() };
        }
        let slugs = self.scripts.iter().map(|entry| &*entry.script.slug);
        Refusal::Unknown { name: name.to_owned(), near: nearest(name, slugs).map(str::to_owned) }
    }
}

struct ReadScript {
    file: ScriptFile,
    text: Arc<str>,
    fingerprint: Fingerprint,
}

/// Or why its metadata cannot be read, as the index sees it.
fn read_script(path: &SitePath, bytes: &[u8]) -> Result<ReadScript, String> {
    // What the file system says of it is not asked for here.
    let seen = Seen::new(&NO_STAT, FileClock::UNKNOWN);
    let entry = read(IndexKind::Scripts, path, bytes, seen);
    if let Some(reason) = entry.unreadable {
        return Err(reason);
    }
    let text = bds_project::decode(path, bytes).map_err(|diagnostic| diagnostic.message)?;
    let Parsed { value: file, .. } = script::parse(path, text);
    Ok(ReadScript { file, text: text.into(), fingerprint: entry.fingerprint })
}

const NO_STAT: bds_base::FileStat = bds_base::FileStat { size: 0, mtime_ns: 0, inode: 0, changed_ns: 0, is_dir: false };

#[cfg(test)]
mod tests;
