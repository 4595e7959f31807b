//! What a template works with.

mod array;
mod compare;
mod convert;
mod json;
mod number;
mod object;
mod text;

use std::fmt;

pub use array::Array;
pub(crate) use compare::{equals, is_same, less_than, order, order_ignoring_case};
pub(crate) use convert::{entries, items, print, script_text, to_text, write_joined};
pub(crate) use json::{to_json, write_json_string};
pub(crate) use number::{format_number, from_number, to_count, to_number, to_number_or_zero};
pub use object::{Map, Object, ObjectRef};
pub use text::Text;

/// A value of a template. Cloning one copies no text and no list.
///
/// `'a` is how long the host's data lives: text may be borrowed from it, and objects may hold a handle to it.
#[derive(Clone, Default)]
pub enum Value<'a> {
    /// There is no such thing: what a name gives that nobody defined. Prints as nothing.
    #[default]
    Undefined,
    /// Known, but nothing. Prints as nothing.
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(Text<'a>),
    /// A list.
    Array(Array<'a>),
    /// Things by name, asked for when they are used.
    Object(ObjectRef<'a>),
    /// One of the words that compare in their own way.
    Word(Word),
}

/// A word of the language that is no ordinary value: what matters is how it compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// `nil` or `null`: equal to whatever is nothing, and neither less nor greater than anything.
    Nil,
    /// `empty`: equal to a text, list or object with nothing in it.
    Empty,
    /// `blank`: equal to what is `empty`, `nil`, `false` or only white space.
    Blank,
}

impl<'a> Value<'a> {
    /// A list of these values.
    pub fn array(items: impl IntoIterator<Item = Value<'a>>) -> Self {
        Self::Array(items.into_iter().collect())
    }

    /// An object that is shared by whoever clones the value.
    pub fn object(object: impl Object<'a> + 'a) -> Self {
        Self::Object(ObjectRef::new(object))
    }

    /// Whether a condition holds for it: everything but `nil`, `false` and what is undefined. Empty text and zero hold.
    pub fn is_truthy(&self) -> bool {
        !matches!(self, Self::Undefined | Self::Nil | Self::Bool(false) | Self::Word(Word::Nil))
    }

    /// Whether JavaScript takes it for true, which some filters go by: zero and empty text are false, words are not.
    pub(crate) fn is_script_truthy(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Integer(number) => *number != 0,
            Self::Float(number) => *number != 0.0 && !number.is_nan(),
            Self::Word(_) => true,
            other => other.is_truthy(),
        }
    }

    /// Whether it is nothing: undefined or nil.
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Undefined | Self::Nil | Self::Word(Word::Nil))
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_array(&self) -> Option<&Array<'a>> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&ObjectRef<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "numbers of templates are doubles, as in LiquidJS")]
            Self::Integer(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// As text, the way that `{{ value }}` prints it.
    pub fn to_text(&self) -> Text<'a> {
        to_text(self)
    }

    /// How deep lists stand in it.
    pub(crate) fn nesting(&self) -> u32 {
        match self {
            Self::Array(array) => array.nesting(),
            Self::Object(object) => object.nesting(),
            _ => 0,
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined => f.write_str("Undefined"),
            Self::Nil => f.write_str("Nil"),
            Self::Bool(value) => value.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Array(items) => f.debug_list().entries(items.iter()).finish(),
            Self::Object(_) => f.write_str("Object"),
            Self::Word(word) => word.fmt(f),
        }
    }
}
