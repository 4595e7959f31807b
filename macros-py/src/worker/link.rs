//! The worker's end of the pipe.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use pyo3::prelude::*;

use super::errors::{BdsApiError, BdsStopped};
use super::kept::{Encoded, Kept};
use super::paths::Paths;
use super::{calls, native, scripts, values};
use crate::os::{Channel, Received};
use crate::protocol::{Answer, FromWorker, Inbox, Request, Sent, ToWorker, frame};

/// How many bytes of one message are much.
const MUCH: usize = 1 << 20;

thread_local! {
    static LINK: RefCell<Option<Rc<Link>>> = const { RefCell::new(None) };
}

/// What a thread that runs calls holds.
pub(super) struct Link {
    channel: Channel,
    inbox: RefCell<Inbox>,
    pub(super) paths: Arc<Paths>,
    /// Whether this process belongs to scripts alone: then its memory can be limited, and signals stop it.
    pub(super) is_process: bool,
    process_id: u32,
    /// The answers that the host wants to have kept.
    kept: Kept,
    /// How much memory scripts may take now, in megabytes.
    memory: Cell<Option<u64>>,
    /// How much memory this process may take now, in bytes: that, and what is kept.
    enforced: Cell<Option<u64>>,
}

impl Link {
    pub(super) fn new(channel: Channel, inbox: Inbox, paths: Paths, is_process: bool) -> Rc<Self> {
        let process_id = crate::os::process_id();
        let (inbox, paths) = (RefCell::new(inbox), Arc::new(paths));
        let link = Rc::new(Self {
            channel,
            inbox,
            paths,
            is_process,
            process_id,
            kept: Kept::default(),
            memory: Cell::new(None),
            enforced: Cell::new(None),
        });
        LINK.set(Some(Rc::clone(&link)));
        link
    }

    /// The link of the running thread; none in threads that scripts started.
    pub(super) fn current() -> Option<Rc<Self>> {
        LINK.try_with(|link| link.borrow().clone()).ok().flatten()
    }

    /// Says something to the host. There is nobody to tell when that fails: the next receive ends this worker.
    pub(super) fn send(&self, message: &FromWorker<'_>) {
        if crate::os::process_id() != self.process_id {
            // A copy that a script forked off: what it has to say would be taken for ours.
            crate::os::leave(0);
        }
        let _ = self.channel.send(&frame(message));
    }

    /// Waits for the host to say something; none when it is gone.
    fn receive(&self, py: Python<'_>) -> Option<Vec<u8>> {
        loop {
            if let Some(frame) = self.inbox.borrow_mut().next().ok()? {
                self.limit_memory(self.memory.get());
                return Some(frame);
            }
            let mut inbox = self.inbox.borrow_mut();
            let inbox = &mut *inbox;
            let channel = &self.channel;
            if inbox.lacks() > MUCH {
                // What is on its way is not yet the script's.
                self.enforce(None);
            }
            match py.detach(|| channel.receive(inbox, None)) {
                Ok(Received::Some | Received::TimedOut) => {}
                Ok(Received::Closed) | Err(_) => return None,
            }
        }
    }

    /// Runs calls until the host is gone.
    pub(super) fn serve(&self, py: Python<'_>) {
        while let Some(frame) = self.receive(py) {
            match postcard::from_bytes(&frame) {
                Ok(ToWorker::Run(run)) => self.send(&FromWorker::Done(scripts::run(py, self, &run))),
                Ok(ToWorker::Settle) => self.settle(py),
                Ok(ToWorker::Probe) => self.send(&FromWorker::Probed(crate::os::attempts())),
                // An answer that nobody waits for any more, or nonsense.
                Ok(ToWorker::Answer(_) | ToWorker::Setup(_)) => {}
                Err(_) => return,
            }
        }
    }

    /// Notices a stop signal that came too late, and forgets it.
    fn settle(&self, py: Python<'_>) {
        let _too_late = py.check_signals();
        if let Some(outer) = calls::current() {
            // It was meant for a call inside of this one.
            outer.goes_on();
        }
        self.send(&FromWorker::Settled);
    }

    /// Asks the host for something, and runs what it wants to have run before it answers.
    pub(super) fn request<'py>(&self, py: Python<'py>, request: Request<'_>) -> PyResult<Bound<'py, PyAny>> {
        self.tell_printed(false);
        self.send(&FromWorker::Request(request));
        while let Some(frame) = self.receive(py) {
            match postcard::from_bytes(&frame) {
                Ok(ToWorker::Run(run)) => self.send(&FromWorker::Done(scripts::run(py, self, &run))),
                Ok(ToWorker::Settle) => self.settle(py),
                Ok(ToWorker::Answer(Answer::Value(sent))) => match self.take(sent) {
                    Some(value) => return values::decode(py, &value),
                    None => break,
                },
                Ok(ToWorker::Answer(Answer::Error(message))) => return Err(BdsApiError::new_err(message.to_owned())),
                Ok(ToWorker::Answer(Answer::Stop)) => {
                    native::stops(py);
                    return Err(BdsStopped::new_err("the call is over"));
                }
                Ok(ToWorker::Setup(_) | ToWorker::Probe) | Err(_) => break,
            }
        }
        if self.is_process {
            crate::os::leave(0);
        }
        Err(BdsStopped::new_err("the host is gone"))
    }

    /// Takes in a value that the host sent. None when the host is wrong about what is kept here.
    pub(super) fn take<'a>(&self, sent: Sent<'a>) -> Option<Encoded<'a>> {
        let is_new = matches!(sent, Sent::Keep { .. });
        if is_new {
            self.enforce(None);
        }
        let value = self.kept.take(sent);
        if is_new {
            self.limit_memory(self.memory.get());
        }
        value
    }

    /// Whether this process is there for scripts alone.
    pub(super) fn is_process(&self) -> bool {
        self.is_process
    }

    /// Tells the host what the innermost call has printed.
    pub(super) fn tell_printed(&self, is_end: bool) {
        if let Some(text) = calls::current().and_then(|call| call.unprinted(is_end)) {
            self.send(&FromWorker::Print(&text));
        }
    }

    /// Limits the memory of this process, if it is ours to limit. Gives the limit before.
    pub(super) fn limit_memory(&self, megabytes: Option<u64>) -> Option<u64> {
        let before = self.memory.replace(megabytes);
        self.enforce(
            megabytes.map(|megabytes| megabytes.saturating_mul(1 << 20).saturating_add(self.kept.bytes() as u64)),
        );
        before
    }

    fn enforce(&self, bytes: Option<u64>) {
        if self.is_process && self.enforced.replace(bytes) != bytes {
            crate::os::limit_memory(bytes);
        }
    }
}
