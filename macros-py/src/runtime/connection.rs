use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bds_base::Fingerprint;
use bds_macro_api::{Answer, Frame, HostRequest};
use serde_json::{Map, Value};

use super::kept::{Kept, Packed};
use crate::os::{self, Channel, DumpPipe, Process, Received};
use crate::protocol::{Attempt, Done, FromWorker, Inbox, PROTOCOL, Ready, Request, Setup, ToWorker, frame};
use crate::value::Reader;
use crate::{WorkerCommand, worker};

/// How long a worker may take to start Python.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// One thread's connection to one worker of its own.
#[derive(Debug)]
pub(super) struct Connection {
    channel: Channel,
    body: Body,
    inbox: RefCell<Inbox>,
    /// Which content of each script the worker has.
    known: RefCell<BTreeMap<String, Fingerprint>>,
    /// The translations that the worker had last: most calls have the same.
    translations: RefCell<Option<BTreeMap<String, String>>>,
    /// The answers that the worker keeps.
    kept: Kept,
    /// What the last call was told apart by.
    nonce: Cell<u64>,
    alive: Cell<bool>,
    /// What the worker said when it was ready.
    pub(super) ready: Ready,
}

/// Where the worker runs.
#[derive(Debug)]
enum Body {
    Process(Arc<Process>, DumpPipe),
    /// In a thread of this process.
    Thread,
}

/// What a worker says, or does not say.
#[derive(Debug)]
pub(super) enum Event {
    /// A request, and where the script asks, if that was told.
    Request(HostRequest, Option<Frame>),
    Print(String),
    Done(Box<Done>),
    Settled,
    Probed(Vec<Attempt>),
    TimedOut,
    /// It has ended.
    Gone,
    /// It no longer speaks the protocol.
    Broken,
}

/// A worker that is starting.
#[derive(Debug)]
pub(super) struct Starting {
    channel: Channel,
    body: Body,
}

impl Starting {
    /// Starts a process.
    pub(super) fn process(command: &WorkerCommand, environment: &[(String, String)]) -> io::Result<Self> {
        let (process, channel, dump) = os::spawn(command, environment)?;
        Ok(Self { channel, body: Body::Process(Arc::new(process), dump) })
    }

    /// Starts a thread.
    pub(super) fn thread() -> io::Result<Self> {
        let (channel, theirs) = Channel::pair()?;
        worker::spawn_thread(theirs)?;
        Ok(Self { channel, body: Body::Thread })
    }

    /// The process, if it is one.
    pub(super) fn process_handle(&self) -> Option<Arc<Process>> {
        match &self.body {
            Body::Process(process, _) => Some(Arc::clone(process)),
            Body::Thread => None,
        }
    }

    /// Tells it what it must know and waits until it is ready. Otherwise says why it is not.
    pub(super) fn finish(self, setup: Setup) -> Result<Connection, String> {
        let Self { channel, body } = self;
        let mut inbox = Inbox::default();
        // A worker that ended before it read this has said nothing: that is told below.
        let _ = channel.send(&frame(&ToWorker::Setup(setup)));
        let deadline = Instant::now() + START_TIMEOUT;
        let first = loop {
            if let Some(first) = inbox.next().map_err(|error| error.to_string())? {
                break first;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match channel.receive(&mut inbox, Some(left)) {
                Ok(Received::Some) => {}
                Ok(Received::TimedOut) if !left.is_zero() => {}
                Ok(Received::TimedOut) => {
                    return Err(format!("the worker was not ready after {} s", START_TIMEOUT.as_secs()));
                }
                Ok(Received::Closed) => return Err(format!("the worker {} before it was ready", body.end())),
                Err(error) => return Err(error.to_string()),
            }
        };
        match postcard::from_bytes(&first) {
            Ok(FromWorker::Ready(ready)) if ready.protocol == PROTOCOL => Ok(Connection {
                channel,
                body,
                inbox: RefCell::new(inbox),
                known: RefCell::default(),
                translations: RefCell::default(),
                kept: Kept::default(),
                nonce: Cell::new(RandomState::new().hash_one(0)),
                alive: Cell::new(true),
                ready,
            }),
            Ok(FromWorker::Unable(reason)) => Err(reason),
            Ok(_) | Err(_) => Err("the worker is of another version than this program".to_owned()),
        }
    }
}

impl Body {
    /// Ends the worker and says how it ended.
    fn end(&self) -> String {
        match self {
            Self::Process(process, _) => process.end().unwrap_or_else(|| "ended".to_owned()),
            Self::Thread => "ended".to_owned(),
        }
    }
}

impl Connection {
    /// Whether it can take another call.
    pub(super) fn is_alive(&self) -> bool {
        self.alive.get()
            && match &self.body {
                Body::Process(process, _) => process.is_running(),
                Body::Thread => true,
            }
    }

    /// Whether the worker must be sent this content of a script; from now on it counts as having it.
    pub(super) fn learns(&self, file: &str, fingerprint: Fingerprint) -> bool {
        self.known.borrow_mut().insert(file.to_owned(), fingerprint) != Some(fingerprint)
    }

    /// Whether the worker must be sent these translations; from now on it counts as having them.
    pub(super) fn learns_translations(&self, translations: &BTreeMap<String, String>) -> bool {
        let mut last = self.translations.borrow_mut();
        let is_new = last.as_ref() != Some(translations);
        if is_new {
            *last = Some(translations.clone());
        }
        is_new
    }

    /// Does not count on the worker to have what the last call brought: it keeps nothing that it could not take in.
    pub(super) fn unlearns(&self, file: &str) {
        self.known.borrow_mut().remove(file);
        self.translations.replace(None);
    }

    /// What the next call is told apart by from all others.
    pub(super) fn next_nonce(&self) -> u64 {
        self.nonce.set(RandomState::new().hash_one(self.nonce.get()));
        self.nonce.get()
    }

    /// Makes an answer ready to be sent: whole, or by its name when the worker has it. What is packed must be sent.
    pub(super) fn pack(&self, answer: &Answer) -> Packed {
        self.kept.pack(answer)
    }

    /// Says something, and gives the number of bytes. What cannot be said shows when the answer is missing.
    pub(super) fn send(&self, message: &ToWorker<'_>) -> u64 {
        let frame = frame(message);
        if self.channel.send(&frame).is_err() {
            self.end();
        }
        frame.len() as u64
    }

    /// The next thing that the worker says within `patience`.
    pub(super) fn receive(&self, patience: Duration) -> Event {
        let deadline = Instant::now() + patience;
        let mut inbox = self.inbox.borrow_mut();
        loop {
            match inbox.next() {
                Ok(Some(bytes)) => return event(&bytes).unwrap_or(Event::Broken),
                Ok(None) => {}
                Err(_) => return Event::Broken,
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.channel.receive(&mut inbox, Some(left)) {
                Ok(Received::TimedOut) if left.is_zero() => return Event::TimedOut,
                Ok(Received::Some | Received::TimedOut) => {}
                Ok(Received::Closed) | Err(_) => return Event::Gone,
            }
        }
    }

    /// Has the worker try what no script may do. Gives nothing when it did not live to tell.
    pub(super) fn attempts(&self, patience: Duration) -> Vec<Attempt> {
        self.send(&ToWorker::Probe);
        match self.receive(patience) {
            Event::Probed(attempts) => attempts,
            _ => Vec::new(),
        }
    }

    /// Tells the script to stop.
    pub(super) fn stop(&self) {
        match &self.body {
            Body::Process(process, _) => process.stop(),
            Body::Thread => worker::stop_thread(self.ready.thread),
        }
    }

    /// Asks the worker to write where it is, which it does from within whatever it does.
    pub(super) fn ask_place(&self) {
        if let Body::Process(process, _) = &self.body {
            process.dump();
        }
    }

    /// What the worker wrote about where it is, when it was asked or when it died, if it comes within `patience`.
    pub(super) fn place(&self, patience: Duration) -> String {
        match &self.body {
            Body::Process(_, dump) => dump.drain(patience),
            Body::Thread => String::new(),
        }
    }

    /// Ends the worker and says how it ended.
    pub(super) fn end(&self) -> String {
        self.alive.set(false);
        self.body.end()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.end();
    }
}

fn event(bytes: &[u8]) -> Option<Event> {
    Some(match postcard::from_bytes(bytes).ok()? {
        FromWorker::Request(Request::Field(name)) => Event::Request(HostRequest::PostField(name.to_owned()), None),
        FromWorker::Request(Request::Api { method, arguments, at }) => {
            Event::Request(HostRequest::Api { method: method.to_owned(), arguments: map(arguments)? }, at)
        }
        FromWorker::Print(text) => Event::Print(text.to_owned()),
        FromWorker::Done(done) => Event::Done(Box::new(done)),
        FromWorker::Settled => Event::Settled,
        FromWorker::Probed(attempts) => Event::Probed(attempts),
        FromWorker::Ready(_) | FromWorker::Unable(_) => return None,
    })
}

/// An encoded map.
pub(super) fn map(bytes: &[u8]) -> Option<Map<String, Value>> {
    match Reader::new(bytes).json() {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}
