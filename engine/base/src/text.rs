use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A stretch of a text, in bytes: `start` included, `end` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Where it begins.
    pub start: usize,
    /// Where it has ended.
    pub end: usize,
}

impl Span {
    /// The stretch from `start` to before `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The same stretch in a text that has `by` more bytes before it.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start + by, self.end + by)
    }

    /// As a range, to index a text with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A place in a text as people count: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, counted in characters (Unicode scalar values).
    pub column: u32,
}

impl Position {
    /// The place in this line and column, both counted from 1.
    pub fn new(line: u32, column: u32) -> Self {
        Self { line, column }
    }
}

/// A stretch of a text as people count: `start` included, `end` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stretch {
    /// Where it begins.
    pub start: Position,
    /// Where it has ended.
    pub end: Position,
}

/// Finds lines and columns of byte offsets in one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Looks for the line ends of `text`.
    pub fn new(text: &str) -> Self {
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The position of byte `offset` of `text`, which must be the text that the index was made of. Offsets past the
    /// end, or inside a character, count as the nearest place before.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let column = text[self.starts[line]..offset].chars().count() + 1;
        Position::new(to_u32(line + 1), to_u32(column))
    }
}

fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_people_do() {
        let text = "äb\n\nc";
        let index = LineIndex::new(text);
        let at = |offset| {
            let position = index.position(text, offset);
            (position.line, position.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(2), (1, 2));
        assert_eq!(at(1), (1, 1), "inside a character");
        assert_eq!(at(4), (2, 1));
        assert_eq!(at(5), (3, 1));
        assert_eq!(at(99), (3, 2));
    }
}
