//! Events of the system, by notify, whose types go no further than this file and the orders of its thread.

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use notify::event::{AccessKind, AccessMode, MetadataKind, ModifyKind, RenameMode};
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::places::Folder;
use super::{Order, WatcherThread};
use crate::message::{Changes, Message};

/// Watches until it is over, or until events cannot come any more: why, as the beginning of a sentence.
pub(super) fn run(
    thread: &mut WatcherThread,
    own: &mpsc::Sender<Order>,
    ready: &mpsc::Sender<()>,
) -> Result<(), String> {
    let mut watcher = begin(thread, own)?;
    let _ = ready.send(());
    loop {
        let said = match thread.orders.recv() {
            Ok(Order::Raw(said)) if !said.as_ref().is_ok_and(Event::need_rescan) => said,
            // Of what was lost, some may have been folders that have to be watched.
            Ok(Order::Raw(_) | Order::Anew) => {
                watcher = begin(thread, own)?;
                if thread.sender.send(Message::Rescan).is_err() {
                    return Ok(());
                }
                continue;
            }
            Ok(Order::End) | Err(_) => return Ok(()),
        };
        let message = match said {
            Ok(event) => {
                follow(thread, &mut watcher, &event)?;
                message(thread, &event)
            }
            Err(error) if is_limit(&error) => return Err(limit(thread)),
            Err(_) => Some(Message::Rescan),
        };
        if message.is_some_and(|message| thread.sender.send(message).is_err()) {
            return Ok(());
        }
    }
}

fn begin(thread: &WatcherThread, own: &mpsc::Sender<Order>) -> Result<RecommendedWatcher, String> {
    let own = own.clone();
    let said = move |said: notify::Result<Event>| {
        // Every file that bds reads makes an event; they end here.
        if !said.as_ref().is_ok_and(is_of_a_reader) {
            let _ = own.send(Order::Raw(said));
        }
    };
    let failed = |error: &notify::Error| if is_limit(error) { limit(thread) } else { refusal(error) };
    // Behind a link, a file would be told of by one of its names only.
    let config = Config::default().with_follow_symlinks(false);
    let mut watcher = RecommendedWatcher::new(said, config).map_err(|error| failed(&error))?;
    watch(&mut watcher, thread.places.watched()).map_err(|error| failed(&error))?;
    Ok(watcher)
}

fn watch(watcher: &mut RecommendedWatcher, folders: Vec<Folder>) -> notify::Result<()> {
    for Folder { path, is_whole } in folders {
        let mode = if is_whole { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        match watcher.watch(&path, mode) {
            // What has gone since it was listed has nothing to watch.
            Err(error) if !is_gone(&error) => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Watches a folder, or what a link leads to, that appears before anybody looks at what is in it: nothing that happens there is missed.
fn follow(thread: &WatcherThread, watcher: &mut RecommendedWatcher, event: &Event) -> Result<(), String> {
    let appears = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(RenameMode::To)));
    for path in event.paths.iter().filter(|_| appears) {
        match watch(watcher, thread.places.watched_of(path)) {
            Err(error) if is_limit(&error) => return Err(limit(thread)),
            _ => {}
        }
    }
    Ok(())
}

/// Whether somebody only looks at a file.
fn is_of_a_reader(event: &Event) -> bool {
    matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}

/// What an event means.
fn message(thread: &WatcherThread, event: &Event) -> Option<Message> {
    if is_end_of(event, thread.places.root()) {
        return Some(Message::Gone);
    }
    // A rename is told three times: what it was, what it is, and both.
    if matches!(event.kind, EventKind::Modify(ModifyKind::Name(RenameMode::Both))) && !cfg!(target_os = "windows") {
        return None;
    }
    let mut changes = Changes::default();
    for path in &event.paths {
        match thread.places.names(path) {
            Ok(names) => changes.paths.extend(names),
            Err(_) => return Some(Message::Rescan),
        }
    }
    changes.unsettled = !is_complete(event.kind);
    (!changes.is_empty()).then_some(Message::Changed(changes))
}

/// Whether the project's folder is removed or moved away.
fn is_end_of(event: &Event, root: &Path) -> bool {
    let is_end = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)));
    is_end && event.paths.iter().any(|path: &PathBuf| path == root)
}

/// Whether a file has its content after this: it was closed, or moved to its place, or is read as it is.
fn is_complete(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(RenameMode::To) | ModifyKind::Metadata(MetadataKind::Any))
    )
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound => true,
        notify::ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

/// Whether the system watches no more for this user.
fn is_limit(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => true,
        // `EMFILE`: too many watchers.
        notify::ErrorKind::Io(error) => error.raw_os_error() == Some(24),
        _ => false,
    }
}

fn limit(thread: &WatcherThread) -> String {
    let allowed = |name: &str| {
        let path = Path::new("/proc/sys/fs/inotify").join(name);
        let text = thread.places.system().read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        text.map_or_else(String::new, |text| format!(" (now {})", text.trim()))
    };
    format!(
        "The system watches no more folders for this user: raise fs.inotify.max_user_watches{} or \
         fs.inotify.max_user_instances{} with sysctl, and begin anew",
        allowed("max_user_watches"),
        allowed("max_user_instances")
    )
}

fn refusal(error: &notify::Error) -> String {
    format!("The system does not tell of changes in the project ({error}): see what keeps it from that, and begin anew")
}
