//! What notices changes: events of the system where they come, a look at every file now and then where they do not.

mod events;
mod links;
mod network;
mod places;
mod poll;

use std::io;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::message::Message;
use crate::watch::Watcher;
pub use places::Places;

/// Where messages are sent to.
pub type Sender = mpsc::Sender<Message>;

/// How changes are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By events of the system, or, where they cannot come, by looking.
    ByThemselves,
    /// By looking this often.
    Poll(Duration),
}

/// How often is looked where events cannot come and nobody said how often.
pub const POLL: Duration = Duration::from_secs(1);

/// What the thread that watches is told.
enum Order {
    /// What notify has to say.
    Raw(notify::Result<notify::Event>),
    /// Watch anew.
    Anew,
    /// End.
    End,
}

/// A project that is watched, until this goes.
#[derive(Debug)]
pub struct Watching {
    orders: mpsc::Sender<Order>,
    thread: Option<JoinHandle<()>>,
}

impl Watching {
    /// Watches from now on: what changes after this returns is noticed. `tell` gets a sentence when events cannot come
    /// and what can be done about it; from another thread, perhaps later.
    pub fn begin(places: Places, how: How, sender: Sender, tell: impl Fn(&str) + Send + 'static) -> io::Result<Self> {
        let (orders, received) = mpsc::channel();
        let (ready, is_ready) = mpsc::channel();
        let own = orders.clone();
        let last_words = LastWords(sender.clone());
        let thread = thread::Builder::new().name("watcher".to_owned()).spawn(move || {
            let _last_words = last_words;
            let mut thread =
                WatcherThread { places, orders: received, sender, tell: Box::new(tell), has_missed: false };
            let every = match how {
                How::Poll(every) => every,
                How::ByThemselves => match thread.by_events(&own, &ready) {
                    Some(every) => every,
                    None => return,
                },
            };
            poll::run(&thread, every, &ready);
        })?;
        // Nobody waits for longer than it takes: the thread says so, or ends.
        let _ = is_ready.recv();
        Ok(Self { orders, thread: Some(thread) })
    }

    /// Watches anew: another folder is in the place of the one that was watched.
    pub fn begin_anew(&self) {
        let _ = self.orders.send(Order::Anew);
    }
}

impl Watching {
    fn stop(&mut self) -> thread::Result<()> {
        let _ = self.orders.send(Order::End);
        self.thread.take().map_or(Ok(()), JoinHandle::join)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

/// Ends the loop if the thread panics: nobody would notice anything any more.
struct LastWords(Sender);

impl Drop for LastWords {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.0.send(Message::Interrupt);
        }
    }
}

/// The thread that watches.
struct WatcherThread {
    places: Places,
    orders: Receiver<Order>,
    sender: Sender,
    tell: Box<dyn Fn(&str) + Send>,
    /// Whether changes may have been missed.
    has_missed: bool,
}

impl WatcherThread {
    /// Watches by events until it is over. How often to look, if events cannot come.
    fn by_events(&mut self, own: &mpsc::Sender<Order>, ready: &mpsc::Sender<()>) -> Option<Duration> {
        let kinds =
            || self.places.folders().into_iter().find_map(|folder| Some((network::kind(&folder.path)?, folder)));
        if let Some((kind, folder)) = kinds() {
            let name = folder.path.display();
            (self.tell)(&format!(
                "`{name}` lies on {kind}, where changes made elsewhere are not told: the project is looked at every {} ms. \
                 Say how often with --poll=MS.",
                POLL.as_millis()
            ));
            return Some(POLL);
        }
        match events::run(self, own, ready) {
            Ok(()) => None,
            Err(reason) => {
                self.has_missed = true;
                (self.tell)(&format!("{reason}. Until then the project is looked at every {} ms.", POLL.as_millis()));
                Some(POLL)
            }
        }
    }
}

/// The messages of a project that is watched, in their order.
#[derive(Debug)]
pub struct Inbox {
    messages: Receiver<Message>,
    watching: Option<Watching>,
}

impl Inbox {
    /// An empty one, and where to send messages to.
    pub fn new() -> (Self, Sender) {
        let (sender, messages) = mpsc::channel();
        (Self { messages, watching: None }, sender)
    }

    /// Takes what notices changes.
    pub fn watch(&mut self, watching: Watching) {
        self.watching = Some(watching);
    }

    /// Ends it. Where it has ended by a panic, that goes on here.
    pub fn end(mut self) {
        if let Some(Err(panic)) = self.watching.as_mut().map(Watching::stop) {
            resume_unwind(panic);
        }
    }
}

impl Watcher for Inbox {
    fn next(&mut self, until: Option<Instant>) -> Message {
        let received = match until {
            Some(until) => self.messages.recv_timeout(until.saturating_duration_since(self.now())),
            None => self.messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        received.unwrap_or_else(|error| match error {
            RecvTimeoutError::Timeout => Message::Elapsed,
            RecvTimeoutError::Disconnected => Message::Interrupt,
        })
    }

    fn now(&self) -> Instant {
        Instant::now()
    }

    fn begin_anew(&mut self) {
        if let Some(watching) = &self.watching {
            watching.begin_anew();
        }
    }
}
