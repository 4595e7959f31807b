//! A world in which time passes only when the loop waits.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bds_base::SitePath;
use bds_serve::{Changes, Ending, Message, Site, Watcher, watch};

/// How things are. Times are milliseconds.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// How long a build takes.
    pub(crate) build: u64,
    /// How long it takes a build to end that was cancelled.
    pub(crate) cancelling: u64,
    /// How builds end that are not cancelled, in order; the others well.
    pub(crate) endings: Vec<Ending>,
    /// How long after the first build a post is due.
    pub(crate) due_in: Option<u64>,
    /// From when to when the project is gone.
    pub(crate) gone: Option<(u64, u64)>,
    /// When it is over.
    pub(crate) end: u64,
}

impl Default for World {
    fn default() -> Self {
        Self { build: 10, cancelling: 5, endings: Vec::new(), due_in: None, gone: None, end: 5000 }
    }
}

impl World {
    /// Runs a script; what the site and the watcher were told, with the time of each.
    pub(crate) fn run(self, script: Vec<(u64, Message)>) -> Vec<String> {
        let state = State {
            now: 0,
            script: script.into(),
            running: None,
            is_cancelled: false,
            builds: 0,
            told: Vec::new(),
            world: self,
        };
        let shared = Shared { begin: Instant::now() + Duration::from_hours(1), state: Rc::new(RefCell::new(state)) };
        watch(&mut shared.clone(), &mut shared.clone());
        std::mem::take(&mut shared.state.borrow_mut().told)
    }
}

/// A file that was written whole.
pub(crate) fn changed(path: &str) -> Message {
    Message::Changed(Changes::settled(SitePath::new(path).expect("a plain path")))
}

/// A file that is about to be written.
pub(crate) fn opened(path: &str) -> Message {
    Message::Changed(Changes::unsettled(SitePath::new(path).expect("a plain path")))
}

struct State {
    now: u64,
    script: VecDeque<(u64, Message)>,
    /// When the build that runs ends.
    running: Option<u64>,
    is_cancelled: bool,
    builds: usize,
    told: Vec<String>,
    world: World,
}

impl State {
    fn tell(&mut self, what: &str) {
        let line = format!("{} {what}", self.now);
        self.told.push(line);
    }

    fn done(&mut self) -> Message {
        self.running = None;
        let ending = if self.is_cancelled {
            Ending::Cancelled
        } else {
            self.world.endings.get(self.builds - 1).copied().unwrap_or(Ending::Built)
        };
        self.tell(&format!("{ending:?}").to_lowercase());
        let due_in = self.world.due_in.take().map(Duration::from_millis);
        Message::Done { ending, due_in }
    }
}

#[derive(Clone)]
struct Shared {
    begin: Instant,
    state: Rc<RefCell<State>>,
}

impl Watcher for Shared {
    fn next(&mut self, until: Option<Instant>) -> Message {
        let mut state = self.state.borrow_mut();
        let until =
            until.map(|until| u64::try_from(until.saturating_duration_since(self.begin).as_millis()).expect("small"));
        let scripted = state.script.front().map(|(at, _)| *at);
        let end = state.world.end;
        let next = [until, scripted, state.running, Some(end)].into_iter().flatten().min().expect("there is an end");
        state.now = state.now.max(next);
        if state.running == Some(next) {
            return state.done();
        }
        if scripted == Some(next) {
            return state.script.pop_front().expect("it was looked at just now").1;
        }
        if until == Some(next) { Message::Elapsed } else { Message::Interrupt }
    }

    fn now(&self) -> Instant {
        self.begin + Duration::from_millis(self.state.borrow().now)
    }

    fn begin_anew(&mut self) {
        self.state.borrow_mut().tell("anew");
    }
}

impl Site for Shared {
    fn start(&mut self, changes: Changes) {
        let mut state = self.state.borrow_mut();
        assert_eq!(state.running, None, "one build at a time");
        let paths: Vec<_> = changes.paths.iter().map(SitePath::as_str).collect();
        let what = match paths.as_slice() {
            _ if changes.everything => "everything".to_owned(),
            [] => "nothing".to_owned(),
            paths => paths.join(" "),
        };
        state.tell(&format!("start {what}"));
        state.builds += 1;
        state.is_cancelled = false;
        state.running = Some(state.now + state.world.build);
    }

    fn cancel(&mut self) {
        let mut state = self.state.borrow_mut();
        state.tell("cancel");
        if !std::mem::replace(&mut state.is_cancelled, true) {
            state.running = Some(state.now + state.world.cancelling);
        }
    }

    fn is_there(&self) -> bool {
        let state = self.state.borrow();
        state.world.gone.is_none_or(|(from, until)| state.now < from || state.now >= until)
    }

    fn lose(&mut self) {
        self.state.borrow_mut().tell("lose");
    }
}
