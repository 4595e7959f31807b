//! What was done: counted and written down where it is done, from any thread. No query reads it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use bds_base::Diagnostic;
use bds_macro_api::{Outcome, RuntimeUnavailable, ScriptCounters, Tally};
use serde::Serialize;

use crate::report::{MacroDecision, Printed};

/// What was done since the database was made.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pages_rendered: AtomicU64,
    macro_uses: AtomicU64,
    macro_calls: AtomicU64,
    macro_errors: AtomicU64,
    log: Mutex<Log>,
    /// What scripts cost since this was taken last, by slug.
    scripts: Mutex<BTreeMap<String, Tally>>,
    unavailable: OnceLock<RuntimeUnavailable>,
}

/// What was done with macro calls since the log was taken last.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// With the numbers of the calls in the ledger.
    pub(crate) macros: Vec<(MacroDecision, u32)>,
    /// Why texts could not be read that were needed.
    pub(crate) texts: Vec<Diagnostic>,
    pub(crate) printed: Vec<Printed>,
}

/// Where the numbers stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Pages whose query ran.
    pub pages_rendered: u64,
    /// Macro calls whose result was looked for: in texts that were rendered, or to prove that one is still good.
    pub macro_uses: u64,
    /// Macros that the runtime ran.
    pub macro_calls: u64,
    /// Those of them that failed.
    pub macro_errors: u64,
}

impl Work {
    pub(crate) fn page_rendered(&self) {
        self.pages_rendered.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn macro_met(&self, script: &str) {
        self.macro_uses.fetch_add(1, Ordering::Relaxed);
        self.tally(script, Tally::met);
    }

    pub(crate) fn macro_called(&self, script: &str, outcome: &Outcome) {
        self.macro_calls.fetch_add(1, Ordering::Relaxed);
        self.macro_errors.fetch_add(u64::from(outcome.result.is_err()), Ordering::Relaxed);
        self.tally(script, |tally| tally.ran(outcome));
    }

    fn tally(&self, script: &str, count: impl FnOnce(&mut Tally)) {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        match scripts.get_mut(script) {
            Some(tally) => count(tally),
            None => count(scripts.entry(script.to_owned()).or_default()),
        }
    }

    /// Takes what scripts cost, by slug.
    pub(crate) fn take_scripts(&self) -> BTreeMap<String, ScriptCounters> {
        let scripts = std::mem::take(&mut *self.scripts.lock().unwrap_or_else(PoisonError::into_inner));
        scripts.into_iter().map(|(slug, tally)| (slug, tally.counters())).collect()
    }

    pub(crate) fn text_failed(&self, why: Diagnostic) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).texts.push(why);
    }

    /// Whether a text that was needed could not be read since the log was taken last.
    pub(crate) fn is_without_a_text(&self) -> bool {
        !self.log.lock().unwrap_or_else(PoisonError::into_inner).texts.is_empty()
    }

    pub(crate) fn macro_decided(&self, decision: MacroDecision, number: u32, printed: Option<Printed>) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.macros.push((decision, number));
        log.printed.extend(printed);
    }

    /// Takes the log, in an order that does not depend on threads.
    pub(crate) fn take_log(&self) -> Log {
        let mut log = std::mem::take(&mut *self.log.lock().unwrap_or_else(PoisonError::into_inner));
        log.macros.sort();
        log.printed.sort();
        log
    }

    /// Says that no macro can run at all; the build gives up.
    pub(crate) fn give_up(&self, unavailable: RuntimeUnavailable) {
        self.unavailable.get_or_init(|| unavailable);
    }

    /// Why the build gave up, if it did.
    pub(crate) fn given_up(&self) -> Option<&RuntimeUnavailable> {
        self.unavailable.get()
    }

    /// Where the numbers stand.
    pub(crate) fn counts(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            pages_rendered: read(&self.pages_rendered),
            macro_uses: read(&self.macro_uses),
            macro_calls: read(&self.macro_calls),
            macro_errors: read(&self.macro_errors),
        }
    }
}

impl Counts {
    /// What was done since `earlier`.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            pages_rendered: self.pages_rendered - earlier.pages_rendered,
            macro_uses: self.macro_uses - earlier.macro_uses,
            macro_calls: self.macro_calls - earlier.macro_calls,
            macro_errors: self.macro_errors - earlier.macro_errors,
        }
    }

    /// Macro calls whose result was there already.
    pub fn macro_cache_hits(self) -> u64 {
        self.macro_uses.saturating_sub(self.macro_calls)
    }
}
