//! How a default stands in a project.

use std::borrow::Cow;
use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};
use bds_defaults::{Shipped, Version};
use bds_project::meta::DefaultEntry;
use serde::Serialize;

/// What is where the file of a default belongs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Found {
    /// Nothing.
    #[default]
    Nothing,
    /// A file.
    File {
        /// Its content.
        content: Arc<[u8]>,
        /// Why it is not to be written, as a phrase; none when it may be.
        guard: Option<&'static str>,
    },
    /// Something that no file can take the place of; the words go after "there is".
    Blocked(String),
    /// Nothing, but this file of the project has the name of the default, or its path in another case.
    Taken(SitePath),
}

impl Found {
    /// A file that may be written.
    pub fn file(content: impl AsRef<[u8]>) -> Self {
        Self::File { content: content.as_ref().into(), guard: None }
    }

    /// What the content of a file is known by. Line ends do not count: git changes them on some machines.
    pub fn fingerprint(content: &[u8]) -> Fingerprint {
        Fingerprint::of(with_plain_line_ends(content))
    }
}

/// The content with `\n` at the end of each line.
pub(super) fn with_plain_line_ends(content: &[u8]) -> Cow<'_, [u8]> {
    if !content.windows(2).any(|pair| pair == b"\r\n") {
        return Cow::Borrowed(content);
    }
    let mut plain = Vec::with_capacity(content.len());
    for (at, byte) in content.iter().enumerate() {
        if *byte != b'\r' || content.get(at + 1) != Some(&b'\n') {
            plain.push(*byte);
        }
    }
    Cow::Owned(plain)
}

/// A text with the line ends that a file has now, which are `\r\n` where all of them are: what is put into a file changes
/// no line that it does not mean.
pub(super) fn with_line_ends_of<'t>(file: &[u8], text: &'t str) -> Cow<'t, str> {
    let mut lines = file.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")).peekable();
    let are_carried = lines.peek().is_some() && lines.all(|line| line.ends_with(b"\r\n"));
    if are_carried { text.replace('\n', "\r\n").into() } else { text.into() }
}

/// How a default stands in a project, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is no file of the project, and never was: it is taken from bds.
    Missing,
    /// The file is as it ships, in the version that is wanted.
    Current,
    /// The file is as it ships, in another version than is wanted.
    Outdated,
    /// The file is the user's work on one that shipped.
    Modified,
    /// The user has removed the file: it is taken from bds, and does not come back.
    Removed,
    /// The project wants this version and no other.
    Pinned,
    /// What is there was not made by this bds, and is left alone.
    Unknown,
}

impl State {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Current => "current",
            Self::Outdated => "outdated",
            Self::Modified => "modified",
            Self::Removed => "removed",
            Self::Pinned => "pinned",
            Self::Unknown => "unknown",
        }
    }
}

/// How a default stands in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// What people call it.
    pub slug: String,
    /// `script`, `template` or `strings`.
    pub kind: String,
    /// Where its file lies, or would.
    pub path: SitePath,
    /// In a word.
    pub state: State,
    /// The version that the project has, or that its file was made from; none where that is not known.
    pub version: Option<u32>,
    /// The newest version.
    pub newest: u32,
    /// Whether the project wants its version and no other.
    pub pinned: bool,
    /// What more there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What is known of a default in a project, for deciding.
#[derive(Debug, Clone, Copy)]
pub(super) enum Case<'a> {
    /// No file, and there never was one.
    Absent,
    /// No file any more.
    Removed,
    /// A file as it ships.
    Shipped(&'a Version),
    /// A file as another bds wrote it, in a version that this one has with another text, or not at all.
    Written(&'a DefaultEntry, &'a [u8]),
    /// The user's work on the version that the entry says, if that still ships.
    Edited(&'a DefaultEntry, &'a [u8]),
    /// A file of the user's own, of which nothing is recorded.
    Own(&'a [u8]),
    /// A file that a newer bds wrote, or that is the user's work on one.
    Newer(&'a DefaultEntry),
    /// No file can be there.
    Blocked(&'a str),
    /// Another file has the name.
    Taken(&'a SitePath),
}

impl<'a> Case<'a> {
    pub(super) fn of(default: &'a Shipped, entry: Option<&'a DefaultEntry>, found: &'a Found) -> Self {
        let content = match found {
            Found::Blocked(what) => return Self::Blocked(what),
            Found::Taken(by) => return Self::Taken(by),
            Found::Nothing if entry.is_some_and(|entry| entry.fingerprint.is_some()) => return Self::Removed,
            Found::Nothing => return Self::Absent,
            Found::File { content, .. } => content,
        };
        if let Some(version) = default.version_of(Found::fingerprint(content)) {
            return Self::Shipped(version);
        }
        match entry.filter(|entry| entry.fingerprint.is_some()) {
            Some(entry) if entry.version > default.newest().number => Self::Newer(entry),
            Some(entry) if entry.fingerprint == Some(Found::fingerprint(content)) => Self::Written(entry, content),
            Some(entry) => Self::Edited(entry, content),
            None => Self::Own(content),
        }
    }
}

/// The version that is wanted of a default: the one that it is pinned to, or else the newest. None when it is pinned to
/// one that this bds does not have.
pub(super) fn wanted<'a>(default: &'a Shipped, entry: Option<&DefaultEntry>) -> Option<&'a Version> {
    match entry.filter(|entry| entry.pinned) {
        Some(pinned) => default.version(pinned.version),
        None => Some(default.newest()),
    }
}

/// How a default stands, given what is recorded of it and what was found.
pub fn standing(default: &Shipped, entry: Option<&DefaultEntry>, found: &Found) -> Standing {
    let newest = default.newest().number;
    let pinned = entry.is_some_and(|entry| entry.pinned);
    let used = entry.map_or(default.oldest().number, |entry| default.nearest(entry.version).number);
    let file_is = |state: State| if pinned && state == State::Current { State::Pinned } else { state };
    let (state, version, note) = match Case::of(default, entry, found) {
        Case::Absent => (if pinned { State::Pinned } else { State::Missing }, Some(used), None),
        Case::Removed => (State::Removed, Some(used), None),
        Case::Shipped(version) if wanted(default, entry).is_none_or(|wanted| wanted.number == version.number) => {
            (file_is(State::Current), Some(version.number), None)
        }
        Case::Shipped(version) => (State::Outdated, Some(version.number), None),
        Case::Written(entry, _) if wanted(default, entry.into()).is_none_or(|it| it.number == entry.version) => {
            (file_is(State::Current), Some(entry.version), Some("as another bds wrote it".to_owned()))
        }
        Case::Written(entry, _) => (State::Outdated, Some(entry.version), Some("as another bds wrote it".to_owned())),
        Case::Edited(entry, _) => (State::Modified, Some(entry.version), offer(default, entry)),
        Case::Own(_) => (State::Unknown, None, Some("the file is not made from one that ships".to_owned())),
        Case::Newer(entry) => (State::Unknown, Some(entry.version), Some("the file is of a newer bds".to_owned())),
        Case::Blocked(what) => (State::Unknown, None, Some(format!("there is {what}"))),
        Case::Taken(by) => (State::Unknown, None, Some(format!("`{by}` has its name"))),
    };
    let (slug, path, kind) = (default.slug.clone(), default.path.clone(), default.kind.to_string());
    Standing { slug, kind, path, state, version, newest, pinned, note }
}

fn offer(default: &Shipped, entry: &DefaultEntry) -> Option<String> {
    let newest = default.newest().number;
    (!entry.pinned && entry.version < newest)
        .then(|| format!("version {newest} is there: `bds defaults diff {}`", default.slug))
}
