//! Rewriting a head so that only the lines of what has changed differ.

use std::ops::Range;

use super::lines;

/// The lines of a key as they are written into a new file, their ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) key: &'static str,
    pub(crate) text: String,
}

/// The lines of a key in a head that is there; or lines that belong to none, such as comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) key: Option<String>,
    pub(crate) lines: Range<usize>,
}

/// The text of the blocks.
pub(crate) fn joined(blocks: &[Block]) -> String {
    blocks.iter().map(|block| block.text.as_str()).collect()
}

/// Changes a head that says what `before` says into one that says what `after` does. Lines of keys that say the same in
/// both stay as they are, and so do those of keys that neither knows.
///
/// A key that is new comes after the one before it in `after`. Where a key stands twice, the last one counts.
pub(crate) fn patch(head: &str, parts: &[Part], before: &[Block], after: &[Block]) -> String {
    let line_end = if head.contains("\r\n") { "\r\n" } else { "\n" };
    let mut pieces: Vec<(Option<&str>, String)> = Vec::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        let key = part.key.as_deref();
        let counts = !parts[at + 1..].iter().any(|later| later.key == part.key);
        let (old, new) = (key.and_then(|key| block(before, key)), key.and_then(|key| block(after, key)));
        match (old, new) {
            (Some(_), None) => {}
            (old, Some(new)) if old != Some(new) && counts => {
                pieces.push((key, new.text.replace('\n', line_end)));
            }
            _ => pieces.push((key, head[part.lines.clone()].to_owned())),
        }
    }
    for (at, new) in after.iter().enumerate() {
        let there = pieces.iter().any(|(key, _)| *key == Some(new.key));
        if there || block(before, new.key) == Some(new) {
            continue;
        }
        let earlier = |key: Option<&str>| after[..at].iter().any(|block| Some(block.key) == key);
        let place = pieces.iter().rposition(|(key, _)| earlier(*key)).map_or(0, |place| place + 1);
        pieces.insert(place, (Some(new.key), new.text.replace('\n', line_end)));
    }
    pieces.into_iter().map(|(_, text)| text).collect()
}

fn block<'b>(blocks: &'b [Block], key: &str) -> Option<&'b Block> {
    blocks.iter().find(|block| block.key == key)
}

/// The parts of a head of lines `key: value`, each a part of its own.
pub(crate) fn line_parts(text: &str, head: Range<usize>) -> Vec<Part> {
    let lines = lines(&text[..head.end], head.start);
    let part = lines.map(|line| {
        let content = line.content(text).trim();
        let key = content.split_once(':').map(|(key, _)| key.trim()).filter(|_| !content.starts_with('#'));
        Part { key: key.map(str::to_owned), lines: line.span.start - head.start..line.after - head.start }
    });
    part.collect()
}
