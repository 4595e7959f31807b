use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use std::thread;
use std::time::Duration;

use bds_macros_py::PythonRuntime;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::output;
use crate::progress::Bar;

/// How long the workers may take to be gone. They are killed, which takes no time unless the machine is in trouble.
const PATIENCE: Duration = Duration::from_millis(500);

/// Ends the process when Ctrl-C or `kill` says so, whatever its threads and workers do, and what scripts have started
/// with it.
///
/// The signal alone would end the process, too, but a program that a script has started would go on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    has_come: AtomicBool,
    build: Mutex<Option<(Weak<PythonRuntime>, Bar)>>,
}

impl Interrupt {
    /// Watches for it from now on.
    pub(crate) fn watch() -> io::Result<Self> {
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        let interrupt = Self::default();
        let watching = interrupt.clone();
        thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
            if let Some(signal) = signals.forever().next() {
                watching.end(signal);
            }
        })?;
        Ok(interrupt)
    }

    /// Says what has to end with the process.
    pub(crate) fn covers(&self, runtime: &Arc<PythonRuntime>, bar: &Bar) {
        *self.0.build.lock().unwrap_or_else(PoisonError::into_inner) = Some((Arc::downgrade(runtime), bar.clone()));
    }

    /// Stops here if it has come: what a build without workers came to is no result.
    pub(crate) fn stop_here_if_it_has_come(&self) {
        while self.0.has_come.load(Ordering::SeqCst) {
            thread::park();
        }
    }

    fn end(&self, signal: i32) -> ! {
        self.0.has_come.store(true, Ordering::SeqCst);
        let build = self.0.build.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((runtime, bar)) = build {
            bar.finish();
            if let Some(runtime) = runtime.upgrade() {
                stop(runtime);
            }
        }
        output::status("Interrupted.");
        // As shells count signals. Nothing is cleaned up: a script may hang in this process, too.
        signal_hook::low_level::exit(128 + signal)
    }
}

/// Ends the workers, and waits for that no longer than it may take.
fn stop(runtime: Arc<PythonRuntime>) {
    let (done, is_done) = mpsc::channel();
    let stopping = thread::Builder::new().spawn(move || {
        runtime.stop_workers();
        let _ = done.send(());
    });
    if stopping.is_ok() {
        let _ = is_done.recv_timeout(PATIENCE);
    }
}
