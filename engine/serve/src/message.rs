//! All that can happen while a project is watched.

use std::collections::BTreeSet;
use std::time::Duration;

use bds_base::SitePath;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Files or folders of the project changed.
    Changed(Changes),
    /// Changes may have been missed: everything has to be looked at.
    Rescan,
    /// The project's folder is gone, or another one is in its place.
    Gone,
    /// Nothing happened until the time that was given.
    Elapsed,
    /// The build that was started came to its end.
    Done {
        /// In which way.
        ending: Ending,
        /// How long it is until a post is due; none when there is none.
        due_in: Option<Duration>,
    },
    /// It is over.
    Interrupt,
}

/// How a build ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The output folder holds the site.
    Built,
    /// It was cancelled before it was through.
    Cancelled,
    /// It could not be done. What is in the way has to change first.
    Failed,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The files and folders, relative to the project. Whatever lies below a folder may have changed with it.
    pub paths: BTreeSet<SitePath>,
    /// Whether anything else may have changed, too.
    pub everything: bool,
    /// Whether more is to be expected: a file that is still open, or was taken away to be replaced.
    pub unsettled: bool,
}

impl Changes {
    /// One file whose content is complete.
    pub fn settled(path: SitePath) -> Self {
        Self { paths: BTreeSet::from([path]), ..Self::default() }
    }

    /// One file or folder to which more will happen, most likely.
    pub fn unsettled(path: SitePath) -> Self {
        Self { unsettled: true, ..Self::settled(path) }
    }

    /// Nobody knows what.
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty() && !self.everything
    }

    /// Takes other changes in addition. What was said last of how settled things are holds.
    pub fn add(&mut self, later: Self) {
        self.paths.extend(later.paths);
        self.everything |= later.everything;
        self.unsettled = later.unsettled;
    }
}
