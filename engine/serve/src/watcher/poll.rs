//! Looking at every file now and then: works everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use bds_base::FileStat;

use super::{Order, Places, WatcherThread};
use crate::message::{Changes, Message};

/// Every file that is watched, as it looks.
type Snapshot = BTreeMap<PathBuf, FileStat>;

/// Looks this often, until it is over.
pub(super) fn run(thread: &WatcherThread, every: Duration, ready: &mpsc::Sender<()>) {
    let mut known = look(&thread.places);
    if thread.has_missed {
        // Not before the first look: what is saved between a build and that look would be seen by neither.
        let _ = thread.sender.send(Message::Rescan);
    }
    let _ = ready.send(());
    loop {
        match thread.orders.recv_timeout(every) {
            Ok(Order::End) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(Order::Anew | Order::Raw(_)) | Err(RecvTimeoutError::Timeout) => {}
        }
        let now = look(&thread.places);
        let changed = differences(&known, &now);
        known = now;
        if let Some(message) = message(&thread.places, changed)
            && thread.sender.send(message).is_err()
        {
            return;
        }
    }
}

fn look(places: &Places) -> Snapshot {
    let mut found = Snapshot::new();
    for folder in places.folders() {
        if folder.is_whole {
            let files = places.system().walk(&folder.path).files;
            found.extend(files.into_iter().map(|file| (file.path, file.stat)));
            continue;
        }
        let names = places.system().list(&folder.path).unwrap_or_default();
        let files = names.into_iter().map(|name| folder.path.join(name));
        let stats = files.filter_map(|path| Some((places.system().stat(&path).ok()?, path)));
        found.extend(stats.filter(|(stat, _)| !stat.is_dir).map(|(stat, path)| (path, stat)));
    }
    found
}

fn differences(before: &Snapshot, now: &Snapshot) -> BTreeSet<PathBuf> {
    let gone = before.keys().filter(|path| !now.contains_key(*path));
    let other = now.iter().filter(|(path, stat)| before.get(*path) != Some(stat)).map(|(path, _)| path);
    gone.chain(other).cloned().collect()
}

fn message(places: &Places, changed: BTreeSet<PathBuf>) -> Option<Message> {
    let mut paths = BTreeSet::new();
    for path in changed {
        match places.name(&path) {
            Ok(name) => paths.extend(name),
            Err(_) => return Some(Message::Rescan),
        }
    }
    (!paths.is_empty()).then(|| Message::Changed(Changes { paths, ..Changes::default() }))
}
