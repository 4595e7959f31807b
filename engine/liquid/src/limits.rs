use std::cell::Cell;

use crate::pieces::Cost;

/// What one render may use, so that no template can overflow the stack, hang, or eat the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many templates may be rendered inside each other.
    pub depth: u32,
    /// How many bytes one page, or any text that a filter makes, may have.
    pub output_bytes: usize,
    /// How many steps may be taken: tags rendered, items of lists looked at.
    pub steps: u64,
    /// How many bytes of text filters may read and make altogether.
    pub text_bytes: u64,
}

impl Default for Limits {
    /// 64 templates deep, 64 MiB of output, 10 million steps, 1 GiB through filters.
    fn default() -> Self {
        Self { depth: 64, output_bytes: 64 << 20, steps: 10_000_000, text_bytes: 1 << 30 }
    }
}

/// How deep lists may stand in each other.
pub(crate) const LIST_NESTING: u32 = 48;

/// What is left of the limits. Whoever spends asks for leave first; the renderer looks at [`Budget::spent`] after each
/// tag and filter, so that code in between need only stop, not report.
#[derive(Debug)]
pub(crate) struct Budget {
    steps: Cell<u64>,
    text_bytes: Cell<u64>,
    output_bytes: usize,
    spent: Cell<Option<&'static str>>,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            steps: Cell::new(limits.steps),
            text_bytes: Cell::new(limits.text_bytes),
            output_bytes: limits.output_bytes,
            spent: Cell::new(None),
        }
    }

    /// What turning one value into text may use where no render is at hand.
    pub(crate) fn of_one_value() -> Self {
        Self::new(&Limits { steps: 1_000_000, ..Limits::default() })
    }

    /// Takes one step, if one is left.
    pub(crate) fn step(&self) -> bool {
        self.steps(1)
    }

    /// Takes some steps, if that many are left.
    pub(crate) fn steps(&self, count: u64) -> bool {
        let left = self.steps.get().checked_sub(count);
        self.steps.set(left.unwrap_or(0));
        self.check(left.is_some(), "it takes too many steps")
    }

    /// Says that so many bytes go through a filter.
    pub(crate) fn text(&self, bytes: usize) -> bool {
        let left = self.text_bytes.get().checked_sub(bytes as u64);
        self.text_bytes.set(left.unwrap_or(0));
        self.check(left.is_some(), "it works on too much text")
    }

    /// What is left of steps and text.
    pub(crate) fn left(&self) -> Cost {
        Cost { steps: self.steps.get(), text_bytes: self.text_bytes.get() }
    }

    /// Takes what making a piece took, and what printing its text after `printed` bytes takes. If so much is not left,
    /// nothing is taken: making the piece then shows where it ends.
    pub(crate) fn take(&self, cost: Cost, printed: usize, text: usize) -> bool {
        let left = self.left();
        let is_left = left.steps >= cost.steps
            && left.text_bytes >= cost.text_bytes
            && printed.saturating_add(text) <= self.output_bytes
            && self.spent.get().is_none();
        if is_left {
            self.steps.set(left.steps - cost.steps);
            self.text_bytes.set(left.text_bytes - cost.text_bytes);
        }
        is_left
    }

    /// Whether a text of this length may be made.
    pub(crate) fn holds(&self, length: usize) -> bool {
        self.check(length <= self.output_bytes, "it makes too much text")
    }

    /// Whether lists may stand so deep in each other.
    pub(crate) fn nests(&self, levels: u32) -> bool {
        self.check(levels <= LIST_NESTING, "it puts lists too deep into each other")
    }

    /// Which limit was passed.
    pub(crate) fn spent(&self) -> Option<&'static str> {
        self.spent.get()
    }

    fn check(&self, is_left: bool, reason: &'static str) -> bool {
        if !is_left && self.spent.get().is_none() {
            self.spent.set(Some(reason));
        }
        is_left
    }
}
