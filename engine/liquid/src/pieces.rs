//! What `render` tags printed, kept to be printed again: on many pages the same partials get the same arguments.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::template::Template;
use crate::value::Value;

/// Keeps what partials printed, for all renders that the host lets share it.
///
/// A partial sees its arguments and what it asks the host for: other templates, filters, the time. Equal arguments make
/// equal texts as long as the host's answers are the same. So it is the host who must know for how long a piece is good,
/// and what making it looked at: between [`begin`](Pieces::begin) and [`end`](Pieces::end) it does.
pub trait Pieces {
    /// Hands the piece under this key, if there is one, to `print`, which says whether it was of use.
    fn reuse(&self, key: &PieceKey, print: &mut dyn FnMut(&Piece) -> bool) -> bool;

    /// A piece is about to be made. Pieces can be made inside each other.
    fn begin(&self);

    /// The piece that was begun last is made; `piece` gives it, unless it is of no use to others, because something was
    /// wrong.
    fn end(&self, key: PieceKey, piece: Option<&dyn Fn() -> Piece>);
}

/// What a partial printed.
#[derive(Debug)]
pub struct Piece {
    text: Box<str>,
    /// What it took of the limits.
    pub(crate) cost: Cost,
    /// Kept as long as the piece: its key names it by its place in memory.
    _template: Template,
}

/// What making a piece took of the [`Limits`](crate::Limits).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) steps: u64,
    pub(crate) text_bytes: u64,
}

impl Piece {
    pub(crate) fn new(text: &str, cost: Cost, template: &Template) -> Self {
        Self { text: text.into(), cost, _template: template.clone() }
    }

    /// What was printed.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The longest key. Whoever gets more to print prints something of its own.
const KEY_BYTES: usize = 256;

/// All that decides what a partial prints, but for what it asks the host: the template, how deep it stands, its
/// arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PieceKey(Box<[u8]>);

impl PieceKey {
    /// None where the arguments say too much, or nothing by which they could be told from others.
    pub(crate) fn of(
        template: &Template,
        depth: (u32, u32),
        arguments: &BTreeMap<Arc<str>, Value<'_>>,
    ) -> Option<Self> {
        let mut bytes = Vec::with_capacity(KEY_BYTES);
        bytes.extend_from_slice(&template.address().to_le_bytes());
        bytes.extend_from_slice(&depth.0.to_le_bytes());
        bytes.extend_from_slice(&depth.1.to_le_bytes());
        let mut lists = 0;
        for (name, value) in arguments {
            put_text(&mut bytes, name)?;
            lists += u32::from(matches!(value, Value::Array(_)));
            put(&mut bytes, value)?;
        }
        // Two equal lists can be one and the same list or not, which templates can tell.
        (lists < 2).then(|| Self(bytes.into()))
    }
}

fn put(bytes: &mut Vec<u8>, value: &Value<'_>) -> Option<()> {
    match value {
        Value::Undefined => bytes.push(0),
        Value::Nil => bytes.push(1),
        Value::Bool(value) => bytes.extend([2, u8::from(*value)]),
        Value::Integer(number) => {
            bytes.push(3);
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        Value::Float(number) => {
            bytes.push(4);
            bytes.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        Value::Text(text) => {
            bytes.push(5);
            put_text(bytes, text)?;
        }
        Value::Word(word) => bytes.extend([6, *word as u8]),
        Value::Array(items) if items.is_empty() => bytes.push(7),
        Value::Array(items) => {
            bytes.push(8);
            bytes.extend_from_slice(&items.identity()?.to_le_bytes());
        }
        Value::Object(_) => return None,
    }
    Some(())
}

fn put_text(bytes: &mut Vec<u8>, text: &str) -> Option<()> {
    if bytes.len() + text.len() > KEY_BYTES {
        return None;
    }
    bytes.extend_from_slice(&u16::try_from(text.len()).ok()?.to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
    Some(())
}
