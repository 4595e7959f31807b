//! The loop: waits, gathers changes until they settle, has the site built, and has builds cancelled that are out of date.

use std::time::{Duration, Instant};

use crate::message::{Changes, Ending, Message};

/// Where messages come from.
pub trait Watcher {
    /// The next message; [`Message::Elapsed`] when there is none until then.
    fn next(&mut self, until: Option<Instant>) -> Message;

    /// The time.
    fn now(&self) -> Instant;

    /// The project's folder is another one now: what was watched is to be watched anew.
    fn begin_anew(&mut self);
}

/// What is built. Builds run elsewhere, one at a time: each comes to its end with a [`Message::Done`].
pub trait Site {
    /// Begins a build after these changes. Where they are none, it is because a post may be due.
    fn start(&mut self, changes: Changes);

    /// Ends the build that runs as soon as it can be ended. Said again and again until it has ended.
    fn cancel(&mut self);

    /// Whether the project is there.
    fn is_there(&self) -> bool;

    /// The project is gone; it is waited for. When it is there again, the next build begins from nothing.
    fn lose(&mut self);
}

/// How long nothing must happen after a file was written whole.
const QUIET: Duration = Duration::from_millis(2);

/// The same after something that is seldom the last: a file was opened, moved away, removed; or after many files.
const LONG_QUIET: Duration = Duration::from_millis(30);

/// How many files at once are taken for the beginning of more.
const STORM: usize = 8;

/// How long a build is put off at most.
const LONGEST: Duration = Duration::from_secs(1);

/// How many builds in a row are cancelled at once. The next ones are given time, so that a file that changes all the time
/// does not keep the site from being built.
const MOST_CANCELLED: u32 = 5;

/// How long the first of them is given, and each further one twice as long.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often that is doubled at most: to some quarter of an hour.
const MOST_DOUBLED: u32 = 8;

/// How often a build that was cancelled is told so: a macro may have begun in between.
const INSIST: Duration = Duration::from_millis(50);

/// How often a project that is gone is looked for.
const LOOK: Duration = Duration::from_millis(200);

/// How long is waited for a post to be due before its time is asked for again: the clock that counts here stands still
/// while the machine sleeps, and people set the other one.
const DUE: Duration = Duration::from_secs(30);

/// Watches until [`Message::Interrupt`]. The first build begins at once.
pub fn watch(watcher: &mut dyn Watcher, site: &mut dyn Site) {
    let mut state = State::new(watcher.now());
    loop {
        state.act(watcher, site);
        match watcher.next(state.deadline()) {
            Message::Changed(changes) => state.pending.add(changes, watcher.now()),
            Message::Rescan => state.pending.add(Changes::everything(), watcher.now()),
            Message::Gone => state.is_gone = true,
            Message::Elapsed => {}
            Message::Done { ending, due_in } => state.done(ending, due_in, watcher.now()),
            Message::Interrupt => {
                if state.running.is_some() {
                    site.cancel();
                }
                return;
            }
        }
    }
}

/// Changes that no build has seen.
#[derive(Debug, Default)]
struct Pending {
    changes: Changes,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Pending {
    fn add(&mut self, changes: Changes, now: Instant) {
        self.changes.add(changes);
        self.first.get_or_insert(now);
        self.last = Some(now);
    }

    /// When a build is to begin.
    fn ripe_at(&self) -> Option<Instant> {
        let is_restless = self.changes.unsettled || self.changes.everything || self.changes.paths.len() > STORM;
        let quiet = if is_restless { LONG_QUIET } else { QUIET };
        Some((self.last? + quiet).min(self.first? + LONGEST))
    }
}

#[derive(Debug)]
struct Running {
    changes: Changes,
    started: Instant,
    /// When it is told again that it is cancelled; none while it is not.
    insist_at: Option<Instant>,
}

#[derive(Debug)]
struct State {
    pending: Pending,
    /// What a build could not make good that failed.
    failed: Changes,
    running: Option<Running>,
    cancelled_in_a_row: u32,
    is_gone: bool,
    /// When the project is looked for again.
    look_at: Option<Instant>,
    due_at: Option<Instant>,
}

impl State {
    fn new(now: Instant) -> Self {
        let mut pending = Pending::default();
        // Whoever waits for the first build has been quiet long enough.
        pending.add(Changes::everything(), now.checked_sub(LONG_QUIET).unwrap_or(now));
        Self {
            pending,
            failed: Changes::default(),
            running: None,
            cancelled_in_a_row: 0,
            is_gone: false,
            look_at: None,
            due_at: None,
        }
    }

    /// When something is to be done even if nothing happens.
    fn deadline(&self) -> Option<Instant> {
        match &self.running {
            Some(Running { insist_at: Some(at), .. }) => Some(*at),
            Some(running) => Some(self.pending.ripe_at()?.max(self.cancellable_at(running))),
            None if self.is_gone => self.look_at,
            None => [self.pending.ripe_at(), self.due_at].into_iter().flatten().min(),
        }
    }

    /// From when on new changes cancel the build that runs. After some that were cancelled the next ones are given time,
    /// more each time, so that whoever saves again and again sees something; but a build that hangs is not waited for.
    fn cancellable_at(&self, running: &Running) -> Instant {
        match self.cancelled_in_a_row.checked_sub(MOST_CANCELLED) {
            Some(more) if !self.is_gone => running.started + PATIENCE * 2_u32.pow(more.min(MOST_DOUBLED)),
            _ => running.started,
        }
    }

    /// Does what is to be done now.
    fn act(&mut self, watcher: &mut dyn Watcher, site: &mut dyn Site) {
        let now = watcher.now();
        let is_past = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        let is_ripe = is_past(self.pending.ripe_at());
        let is_gone = self.is_gone;
        let may_cancel = self.running.as_ref().is_some_and(|running| self.cancellable_at(running) <= now);
        if let Some(running) = &mut self.running {
            let is_outdated = running.insist_at.is_none() && may_cancel && (is_ripe || is_gone);
            if is_outdated || is_past(running.insist_at) {
                running.insist_at = Some(now + INSIST);
                site.cancel();
            }
            return;
        }
        if self.is_gone {
            return self.look_for(now, watcher, site);
        }
        let is_due = is_past(self.due_at);
        if (is_ripe || is_due) && !site.is_there() {
            self.is_gone = true;
            return self.look_for(now, watcher, site);
        }
        if is_ripe {
            let mut changes = std::mem::take(&mut self.pending).changes;
            changes.add(std::mem::take(&mut self.failed));
            self.start(changes, now, site);
        } else if is_due {
            self.start(Changes::default(), now, site);
        }
    }

    fn start(&mut self, changes: Changes, now: Instant, site: &mut dyn Site) {
        self.due_at = None;
        self.running = Some(Running { changes: changes.clone(), started: now, insist_at: None });
        site.start(changes);
    }

    /// Looks whether the project is there again.
    fn look_for(&mut self, now: Instant, watcher: &mut dyn Watcher, site: &mut dyn Site) {
        match self.look_at {
            None => site.lose(),
            Some(at) if at > now => return,
            Some(_) => {}
        }
        self.look_at = Some(now + LOOK);
        if site.is_there() {
            self.is_gone = false;
            self.look_at = None;
            watcher.begin_anew();
            self.pending = Pending::default();
            self.pending.add(Changes::everything(), now);
        }
    }

    /// A build came to its end.
    fn done(&mut self, ending: Ending, due_in: Option<Duration>, now: Instant) {
        let Some(Running { changes, .. }) = self.running.take() else { return };
        self.due_at = due_in.map(|due_in| now + due_in.min(DUE));
        match ending {
            Ending::Built => self.cancelled_in_a_row = 0,
            Ending::Failed => {
                // A post that falls due mends nothing: only a change does.
                self.due_at = None;
                self.cancelled_in_a_row = 0;
                self.failed.add(changes);
            }
            Ending::Cancelled => {
                self.cancelled_in_a_row += 1;
                let unsettled = self.pending.changes.unsettled;
                self.pending.changes.add(Changes { unsettled, ..changes });
                self.pending.first.get_or_insert(now);
                self.pending.last.get_or_insert(now);
            }
        }
    }
}
