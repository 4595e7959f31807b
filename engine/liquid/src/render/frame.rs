use std::collections::BTreeMap;
use std::sync::Arc;

use super::layouts::Blocks;
use crate::value::Value;

/// The variables and counters that a template and what it includes share. A template that is rendered with `render` has
/// one of its own.
#[derive(Default)]
pub(super) struct Frame<'a> {
    /// Names that hold inside a tag: of loops, of included templates. The last is the innermost.
    pub(super) inner: Vec<(Arc<str>, Value<'a>)>,
    /// What `assign` and `capture` set.
    pub(super) assigned: BTreeMap<Arc<str>, Value<'a>>,
    /// What `increment` and `decrement` count. They begin at 0 whatever the host's variables are called.
    pub(super) counters: BTreeMap<Arc<str>, i64>,
    /// Which candidate of a `cycle` comes next.
    pub(super) cycles: BTreeMap<String, usize>,
    /// Where the last loop over a list ended, for `offset: continue`.
    pub(super) ends: BTreeMap<Arc<str>, Value<'a>>,
    /// What stands in the blocks of a layout.
    pub(super) blocks: Blocks,
    /// Whether the host's variables are hidden.
    pub(super) is_isolated: bool,
}

impl<'a> Frame<'a> {
    /// The frame of a template that sees only what it is given.
    pub(super) fn isolated() -> Self {
        Self { is_isolated: true, ..Self::default() }
    }

    /// What a name means here, before the host is asked.
    pub(super) fn get(&self, name: &str) -> Option<Value<'a>> {
        let inner = self.inner.iter().rev().find(|(known, _)| &**known == name).map(|(_, value)| value);
        let set = || self.assigned.get(name);
        let counted = || self.counters.get(name).map(|count| Value::Integer(*count));
        inner.or_else(set).cloned().or_else(counted)
    }

    /// Lets a name mean something until [`Frame::leave`].
    pub(super) fn bind(&mut self, name: Arc<str>, value: Value<'a>) {
        self.inner.push((name, value));
    }

    /// Gives a bound name another value.
    pub(super) fn rebind(&mut self, place: usize, value: Value<'a>) {
        if let Some((_, bound)) = self.inner.get_mut(place) {
            *bound = value;
        }
    }

    /// Where the bindings to come begin.
    pub(super) fn mark(&self) -> usize {
        self.inner.len()
    }

    /// Forgets the bindings since the mark.
    pub(super) fn leave(&mut self, mark: usize) {
        self.inner.truncate(mark);
    }
}
