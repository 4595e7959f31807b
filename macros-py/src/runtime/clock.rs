use std::time::{Duration, Instant};

use bds_macro_api::Limits;

/// Counts the time of one call: the script's own, which stands still while the engine answers, and all of it.
#[derive(Debug)]
pub(super) struct Clock {
    own: Duration,
    total: Duration,
    begun: Instant,
    /// What the script used up before the last request.
    spent: Duration,
    /// Since when it has been running again; none while the engine works.
    running: Option<Instant>,
}

impl Clock {
    pub(super) fn start(limits: &Limits) -> Self {
        let now = Instant::now();
        Self {
            own: Duration::from_millis(limits.timeout_ms),
            total: Duration::from_millis(limits.total_ms),
            begun: now,
            spent: Duration::ZERO,
            running: Some(now),
        }
    }

    /// The engine begins to work.
    pub(super) fn pause(&mut self) {
        if let Some(since) = self.running.take() {
            self.spent += since.elapsed();
        }
    }

    /// The script's own time until now.
    pub(super) fn own_time(&self) -> Duration {
        self.spent + self.running.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// The time until now in which it waited for the engine.
    pub(super) fn host_time(&self) -> Duration {
        self.begun.elapsed().saturating_sub(self.own_time())
    }

    /// The script goes on.
    pub(super) fn resume(&mut self) {
        self.running = Some(Instant::now());
    }

    /// How long the script may go on; zero when it may not.
    pub(super) fn left(&self) -> Duration {
        let own = self.own.saturating_sub(self.own_time());
        own.min(self.total.saturating_sub(self.begun.elapsed()))
    }

    /// Which limit was reached, as a phrase.
    pub(super) fn verdict(&self) -> String {
        if self.begun.elapsed() >= self.total {
            format!("took longer than {} ms in all, waiting for the engine included", self.total.as_millis())
        } else {
            format!("took longer than {} ms", self.own.as_millis())
        }
    }
}
