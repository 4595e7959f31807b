//! The filters of the language.
#![expect(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "all filters have one signature")]

mod array;
mod base64;
mod date;
mod digest;
mod html;
mod math;
mod misc;
mod search;
mod slug;
mod sort;
mod string;
mod trim;
mod url;
mod words;

use bds_base::Span;

use crate::environment::Arguments;
use crate::error::FilterError;
use crate::limits::Budget;
use crate::render::{Renderer, Stop};
use crate::value::{Array, Text, Value, items, to_number};

/// A filter at work: its arguments, and the render that it is part of.
pub(crate) struct Call<'c, 'r, 'a> {
    pub(crate) renderer: &'c mut Renderer<'r, 'a>,
    pub(crate) arguments: &'c Arguments<'a>,
    pub(crate) span: Span,
}

/// A filter of the language.
pub(crate) type Builtin = for<'c, 'r, 'a> fn(&mut Call<'c, 'r, 'a>, Value<'a>) -> Result<Value<'a>, FilterError>;

/// The filter of this name.
pub(crate) fn find(name: &str) -> Option<Builtin> {
    GROUPS.iter().find_map(|group| group.iter().find(|(known, _)| *known == name)).map(|(_, filter)| *filter)
}

/// The names of all filters.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().flat_map(|group| group.iter().map(|(name, _)| *name))
}

/// Filters by name.
type Group = &'static [(&'static str, Builtin)];

const GROUPS: &[Group] = &[
    misc::FILTERS,
    html::FILTERS,
    url::FILTERS,
    string::FILTERS,
    trim::FILTERS,
    words::FILTERS,
    array::FILTERS,
    sort::FILTERS,
    search::FILTERS,
    math::FILTERS,
    date::FILTERS,
    base64::FILTERS,
    digest::FILTERS,
];

impl<'a> Call<'_, '_, 'a> {
    fn argument(&self, index: usize) -> Value<'a> {
        self.arguments.get(index)
    }

    /// The argument as text; empty if there is none.
    fn text(&self, index: usize) -> Text<'a> {
        self.argument(index).to_text()
    }

    /// The property that the first argument names, if it names one.
    fn property(&self) -> Option<Text<'a>> {
        Some(self.argument(0)).filter(Value::is_script_truthy).map(|value| value.to_text())
    }

    /// The argument as text, unless it is left out.
    fn text_or(&self, index: usize, default: &'static str) -> Text<'a> {
        match self.argument(index) {
            Value::Undefined => Text::Borrowed(default),
            value => value.to_text(),
        }
    }

    /// The argument as a number, unless it is left out; NaN if it is none.
    fn number_or(&self, index: usize, default: f64) -> f64 {
        match self.argument(index) {
            Value::Undefined => default,
            value => to_number(&value),
        }
    }

    fn budget(&self) -> &Budget {
        &self.renderer.budget
    }

    /// The items of a list, paid for.
    fn items(&self, value: &Value<'a>) -> Array<'a> {
        let items = items(value);
        self.budget().steps(items.len() as u64);
        items
    }

    /// Whether a text of this length may be made.
    fn may_make(&self, length: usize) -> bool {
        self.budget().holds(length) && self.budget().text(length)
    }
}

/// The end of a render within a filter. Its place is that of the filter, so only what it says is kept.
impl From<Stop> for FilterError {
    fn from(stop: Stop) -> Self {
        let error = stop.into_error();
        Self { message: error.message, hint: error.hint }
    }
}
