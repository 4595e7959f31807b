//! The thread that builds.

use std::io;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use bds_base::System;
use bds_graph::Cancellation;
use bds_macro_api::MacroRuntime;
use bds_serve::{Changes, Message, Sender, Site};

use crate::commands::watch::session::Session;
use crate::find;

/// What the thread is told.
enum Order {
    Build(Changes, Cancellation),
    /// The project is gone.
    Lose,
}

/// What has to end when the build that runs is cancelled.
#[derive(Debug, Clone, Default)]
pub(super) struct Running(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    cancellation: Cancellation,
    runtime: Option<Arc<dyn MacroRuntime>>,
}

impl Running {
    /// Says what runs the macros from now on.
    pub(super) fn on(&self, runtime: Option<Arc<dyn MacroRuntime>>) {
        self.state().runtime = runtime;
    }

    fn begin(&self) -> Cancellation {
        let cancellation = Cancellation::default();
        self.state().cancellation = cancellation.clone();
        cancellation
    }

    fn cancel(&self) {
        let runtime = {
            let state = self.state();
            state.cancellation.cancel();
            state.runtime.clone()
        };
        if let Some(runtime) = runtime {
            runtime.end_calls();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Builds in a thread of its own.
pub(super) struct Background {
    root: PathBuf,
    system: Arc<dyn System>,
    running: Running,
    orders: mpsc::Sender<Order>,
    thread: JoinHandle<()>,
}

/// Deep templates and Markdown take stack, here as on the threads that render.
const STACK_BYTES: usize = 16 << 20;

impl Background {
    /// Starts the thread. How builds end is sent to `messages`.
    pub(super) fn begin(session: Session, messages: Sender) -> io::Result<Self> {
        let (orders, received) = mpsc::channel();
        let (root, system, running) = (session.root().to_owned(), session.system(), session.running());
        let builder = thread::Builder::new().name("builder".to_owned()).stack_size(STACK_BYTES);
        let thread = builder.spawn(move || work(session, &received, &messages))?;
        Ok(Self { root, system, running, orders, thread })
    }

    /// Waits until the thread has ended. Where it ended by a panic, that goes on here.
    pub(super) fn end(self) {
        drop(self.orders);
        if let Err(panic) = self.thread.join() {
            resume_unwind(panic);
        }
    }
}

fn work(mut session: Session, orders: &Receiver<Order>, messages: &Sender) {
    let _last = LastWords(messages);
    for order in orders {
        match order {
            Order::Build(changes, cancellation) => {
                let (ending, due_in) = session.build(&changes, &cancellation);
                if messages.send(Message::Done { ending, due_in }).is_err() {
                    return;
                }
            }
            Order::Lose => session.lose(),
        }
    }
}

/// Ends the loop when the thread ends, in whatever way: nobody would answer it.
struct LastWords<'a>(&'a Sender);

impl Drop for LastWords<'_> {
    fn drop(&mut self) {
        let _ = self.0.send(Message::Interrupt);
    }
}

impl Site for Background {
    fn start(&mut self, changes: Changes) {
        // A thread that has ended has said so.
        let _ = self.orders.send(Order::Build(changes, self.running.begin()));
    }

    fn cancel(&mut self) {
        self.running.cancel();
    }

    fn is_there(&self) -> bool {
        find::is_project(&self.root, &*self.system)
    }

    fn lose(&mut self) {
        let _ = self.orders.send(Order::Lose);
    }
}
