//! What a build is about to write, noted before it does, so that a build that is killed leaves no file without an owner.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bds_base::{Fingerprint, OsSystem, SitePath, System as _};
use serde::{Deserialize, Serialize};

use crate::seal::{seal, unseal};
use crate::{OutputFolder, StoreError};

/// What builds that did not come to their end were about to write into one output folder. Each file holds the last of
/// its intents that was carried out, or, if none was, what it held before.
pub type Intents = BTreeMap<SitePath, Vec<Intent>>;

/// What a build was about to make of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The fingerprint as in [`OutputRecord`](crate::OutputRecord).
    pub fingerprint: Fingerprint,
    /// The owner as in [`OutputRecord`](crate::OutputRecord).
    pub owner: String,
}

/// The notes of all output folders, in memory and in a file beside the database.
///
/// A file of its own and not a table, because a note has to be with the system before each single write: an appended
/// line costs a few microseconds, a transaction a hundred times that. It is not synced: a process that is killed loses
/// nothing, a power failure can leave files without an owner.
#[derive(Debug)]
pub(crate) struct Journal {
    path: Option<PathBuf>,
    /// Open from the first note on.
    file: Option<File>,
    /// How many bytes of the file are whole notes.
    whole: u64,
    folders: BTreeMap<OutputFolder, Arc<Intents>>,
}

/// A note as it lies in the file: its length in four bytes, then this, sealed.
#[derive(Serialize, Deserialize)]
struct Note {
    folder: String,
    file: SitePath,
    intent: Intent,
}

/// The name of the file in the folder of the store.
const NAME: &str = "intents";

/// Under which notes are sealed; with the version of their form. Notes of another one are not read.
const KEY: &[u8] = b"intent/1";

impl Journal {
    /// Reads the notes in the folder of a store. What cannot be read was never noted.
    pub(crate) fn open(folder: Option<&Path>) -> Self {
        let path = folder.map(|folder| folder.join(NAME));
        let content = path.as_ref().and_then(|path| OsSystem.read(path).ok()).unwrap_or_default();
        let mut journal = Self { path, file: None, whole: 0, folders: BTreeMap::new() };
        let mut rest = content.as_slice();
        while let Some(Note { folder, file, intent }) = first_note(&mut rest) {
            journal.keep(&OutputFolder::known_as(folder), &file, &intent);
        }
        journal.whole = (content.len() - rest.len()) as u64;
        journal
    }

    /// What was noted of a folder.
    pub(crate) fn of(&self, folder: &OutputFolder) -> Arc<Intents> {
        self.folders.get(folder).cloned().unwrap_or_default()
    }

    /// Notes what is about to be written. When this returns, the note outlives the process.
    pub(crate) fn note(&mut self, folder: &OutputFolder, file: &SitePath, intent: &Intent) -> Result<(), StoreError> {
        if self.has(folder, file, intent) {
            return Ok(());
        }
        self.append(&line(folder, file, intent))?;
        self.keep(folder, file, intent);
        Ok(())
    }

    fn append(&mut self, line: &[u8]) -> Result<(), StoreError> {
        let Some(path) = &self.path else { return Ok(()) };
        let unwritable = |source| StoreError::Unwritable { path: path.clone(), source };
        let mut file = match self.file.take() {
            Some(opened) => opened,
            None => open_at(path, self.whole).map_err(unwritable)?,
        };
        // A file that could not be written whole is opened anew, and loses what is not whole.
        file.write_all(line).map_err(unwritable)?;
        self.file = Some(file);
        self.whole += line.len() as u64;
        Ok(())
    }

    /// Forgets what was noted of a folder: all of it is in the table of outputs now.
    pub(crate) fn settle(&mut self, folder: &OutputFolder) -> Result<(), StoreError> {
        if self.folders.remove(folder).is_none() {
            return Ok(());
        }
        self.file = None;
        let Some(path) = &self.path else { return Ok(()) };
        let rest: Vec<u8> = self.folders.iter().flat_map(|(folder, intents)| lines(folder, intents)).collect();
        self.whole = rest.len() as u64;
        let settled = if rest.is_empty() { OsSystem.remove_file(path) } else { OsSystem.write_atomic(path, &rest) };
        match settled {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::Unwritable { path: path.clone(), source })
            }
            _ => Ok(()),
        }
    }

    fn has(&self, folder: &OutputFolder, file: &SitePath, intent: &Intent) -> bool {
        let of_file = self.folders.get(folder).and_then(|intents| intents.get(file));
        of_file.is_some_and(|intents| intents.contains(intent))
    }

    /// Keeps a note in memory.
    fn keep(&mut self, folder: &OutputFolder, file: &SitePath, intent: &Intent) {
        let intents = Arc::make_mut(self.folders.entry(folder.clone()).or_default());
        intents.entry(file.clone()).or_default().push(intent.clone());
    }
}

/// Opens the file behind what is whole of it.
fn open_at(path: &Path, whole: u64) -> io::Result<File> {
    let file = OpenOptions::new().append(true).create(true).open(path)?;
    file.set_len(whole)?;
    Ok(file)
}

fn lines(folder: &OutputFolder, intents: &Intents) -> Vec<u8> {
    let all = intents.iter().flat_map(|(file, intents)| intents.iter().map(move |intent| (file, intent)));
    all.flat_map(|(file, intent)| line(folder, file, intent)).collect()
}

fn line(folder: &OutputFolder, file: &SitePath, intent: &Intent) -> Vec<u8> {
    let note = Note { folder: folder.as_str().to_owned(), file: file.clone(), intent: intent.clone() };
    let sealed = seal(KEY, &note);
    let length = u32::try_from(sealed.len()).expect("a path is shorter than four gigabytes");
    [&length.to_le_bytes()[..], &sealed].concat()
}

/// Takes the first note off the content of a file; none when what is left is no whole note.
fn first_note(content: &mut &[u8]) -> Option<Note> {
    let (length, rest) = content.split_first_chunk::<4>()?;
    let (sealed, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    let note = unseal(KEY, sealed)?;
    *content = rest;
    Some(note)
}
