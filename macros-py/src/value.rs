//! JSON values as they cross the pipe: a flat sequence of tagged items, so that either side builds its own objects
//! from it without a tree in between.
//!
//! An item is a tag and what follows it; a list is its length and its items, a map its length and pairs of a text and
//! an item. Numbers and lengths are variable-length integers, seven bits a byte, low bits first.

use serde_json::{Map, Number, Value};

/// How deep lists and maps may nest. Deeper values are refused on both ways, so that no stack can overflow.
pub(crate) const MAX_DEPTH: usize = 100;

/// One step through an encoded value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Item<'a> {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(&'a str),
    /// As many items follow.
    List(usize),
    /// As many pairs of a text (without a tag) and an item follow.
    Map(usize),
}

/// Says that bytes are no encoded value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no value")]
pub(crate) struct NotAValue;

/// Encodes values.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// How many bytes there are so far.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn item(&mut self, item: Item<'_>) {
        match item {
            Item::Null => self.bytes.push(0),
            Item::Bool(value) => self.bytes.push(1 + u8::from(value)),
            Item::Int(value) => self.tagged(3, (value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned()),
            Item::UInt(value) => self.tagged(4, value),
            Item::Float(value) => {
                self.bytes.push(5);
                self.bytes.extend_from_slice(&value.to_le_bytes());
            }
            Item::Text(text) => {
                self.bytes.push(6);
                self.text(text);
            }
            Item::List(length) => self.tagged(7, length as u64),
            Item::Map(length) => self.tagged(8, length as u64),
        }
    }

    /// The key of a pair.
    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn json(&mut self, value: &Value) {
        match value {
            Value::Null => self.item(Item::Null),
            Value::Bool(value) => self.item(Item::Bool(*value)),
            Value::Number(number) => self.item(number_item(number)),
            Value::String(text) => self.item(Item::Text(text)),
            Value::Array(items) => {
                self.item(Item::List(items.len()));
                for item in items {
                    self.json(item);
                }
            }
            Value::Object(map) => self.json_map(map),
        }
    }

    pub(crate) fn json_map(&mut self, map: &Map<String, Value>) {
        self.item(Item::Map(map.len()));
        for (key, value) in map {
            self.text(key);
            self.json(value);
        }
    }

    fn tagged(&mut self, tag: u8, number: u64) {
        self.bytes.push(tag);
        self.number(number);
    }

    fn number(&mut self, mut number: u64) {
        loop {
            let low = number.to_le_bytes()[0] & 0x7f;
            number >>= 7;
            if number == 0 {
                return self.bytes.push(low);
            }
            self.bytes.push(low | 0x80);
        }
    }
}

fn number_item(number: &Number) -> Item<'static> {
    if let Some(value) = number.as_i64() {
        Item::Int(value)
    } else if let Some(value) = number.as_u64() {
        Item::UInt(value)
    } else {
        number.as_f64().map_or(Item::Null, Item::Float)
    }
}

/// Decodes values; whatever the bytes are, it neither panics nor takes more memory than they are long.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn item(&mut self) -> Result<Item<'a>, NotAValue> {
        Ok(match self.take(1)?[0] {
            0 => Item::Null,
            1 => Item::Bool(false),
            2 => Item::Bool(true),
            3 => {
                let number = self.number()?;
                Item::Int((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
            }
            4 => Item::UInt(self.number()?),
            5 => Item::Float(f64::from_le_bytes(self.take(8)?.try_into().map_err(|_| NotAValue)?)),
            6 => Item::Text(self.text()?),
            7 => Item::List(self.length(1)?),
            8 => Item::Map(self.length(2)?),
            _ => return Err(NotAValue),
        })
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, NotAValue> {
        let length = self.length(1)?;
        std::str::from_utf8(self.take(length)?).map_err(|_| NotAValue)
    }

    pub(crate) fn json(&mut self) -> Result<Value, NotAValue> {
        self.json_at(0)
    }

    fn json_at(&mut self, depth: usize) -> Result<Value, NotAValue> {
        if depth > MAX_DEPTH {
            return Err(NotAValue);
        }
        Ok(match self.item()? {
            Item::Null => Value::Null,
            Item::Bool(value) => Value::Bool(value),
            Item::Int(value) => value.into(),
            Item::UInt(value) => value.into(),
            Item::Float(value) => Number::from_f64(value).ok_or(NotAValue)?.into(),
            Item::Text(text) => text.into(),
            Item::List(length) => (0..length).map(|_| self.json_at(depth + 1)).collect::<Result<Vec<_>, _>>()?.into(),
            Item::Map(length) => {
                let pairs = (0..length).map(|_| Ok((self.text()?.to_owned(), self.json_at(depth + 1)?)));
                Value::Object(pairs.collect::<Result<_, _>>()?)
            }
        })
    }

    /// A number of things that take at least `least` bytes each.
    fn length(&mut self, least: usize) -> Result<usize, NotAValue> {
        let length = usize::try_from(self.number()?).map_err(|_| NotAValue)?;
        if length <= self.rest.len() / least { Ok(length) } else { Err(NotAValue) }
    }

    fn number(&mut self) -> Result<u64, NotAValue> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(NotAValue)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], NotAValue> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(NotAValue)?;
        self.rest = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn survive_the_pipe() {
        let value = json!({
            "null": null, "bool": [true, false], "ints": [0, -1, i64::MIN, i64::MAX, u64::MAX], "float": 0.1,
            "text": "füße \u{1f431}", "empty": [{}, [], ""],
        });
        let mut writer = Writer::default();
        writer.json(&value);
        assert_eq!(Reader::new(&writer.into_bytes()).json(), Ok(value));
    }

    #[test]
    fn are_refused_when_cut_short_or_false() {
        let mut writer = Writer::default();
        writer.json(&json!({"a": [1, "text", 0.5], "b": {"c": u64::MAX}}));
        let bytes = writer.into_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Reader::new(&bytes[..end]).json(), Err(NotAValue), "{end} bytes");
        }
        let huge_list = [7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert_eq!(Reader::new(&huge_list).json(), Err(NotAValue));
        assert_eq!(Reader::new(&[7, 1].repeat(1000)).json(), Err(NotAValue), "nests too deep");
    }
}
