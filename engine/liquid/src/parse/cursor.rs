use bds_base::Span;

use crate::text::{is_blank, is_word};

/// Reads the words of a tag or output from left to right.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'s> {
    source: &'s str,
    position: usize,
    end: usize,
}

impl<'s> Cursor<'s> {
    /// Reads `source` within the span, whose ends must stand between characters.
    pub(crate) fn new(source: &'s str, span: Span) -> Self {
        Self { source, position: span.start, end: span.end.max(span.start) }
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn source(&self) -> &'s str {
        self.source
    }

    pub(crate) fn rest(&self) -> &'s str {
        &self.source[self.position..self.end]
    }

    /// What was read since `start`.
    pub(crate) fn since(&self, start: usize) -> &'s str {
        &self.source[start..self.position]
    }

    pub(crate) fn span_since(&self, start: usize) -> Span {
        Span::new(start, self.position)
    }

    /// The place of the next character.
    pub(crate) fn here(&self) -> Span {
        Span::new(self.position, self.position + self.peek().map_or(0, char::len_utf8))
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.position >= self.end
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    pub(crate) fn bump(&mut self) {
        self.position += self.peek().map_or(0, char::len_utf8);
    }

    pub(crate) fn rewind(&mut self, position: usize) {
        self.position = position;
    }

    pub(crate) fn skip_blank(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start_matches(is_blank).len();
    }

    /// Steps over the character if it is next.
    pub(crate) fn take(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.bump();
        }
        is_next
    }

    /// Steps over the text if it is next.
    pub(crate) fn take_text(&mut self, wanted: &str) -> bool {
        let is_next = self.rest().starts_with(wanted);
        if is_next {
            self.position += wanted.len();
        }
        is_next
    }

    /// Goes past the next `wanted`, or to the end; says whether there was one.
    pub(crate) fn skip_past(&mut self, wanted: &str) -> bool {
        let found = self.rest().find(wanted);
        self.position = found.map_or(self.end, |at| self.position + at + wanted.len());
        found.is_some()
    }

    /// The name that stands next, after blanks; empty if there is none.
    pub(crate) fn identifier(&mut self) -> &'s str {
        self.skip_blank();
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches(is_word).len();
        self.position += length;
        &rest[..length]
    }

    /// The word that stands next, stepped over, if it is one of these. After a letter there must be no further one.
    pub(crate) fn take_word_of<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        let rest = self.rest();
        let (word, meaning) = words.iter().find(|(word, _)| {
            rest.strip_prefix(word).is_some_and(|after| !word.ends_with(is_word) || !after.starts_with(is_word))
        })?;
        self.position += word.len();
        Some(*meaning)
    }

    /// The number that stands next, stepped over.
    pub(crate) fn number(&mut self) -> Option<&'s str> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let mut length = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
        let (mut has_digit, mut has_point) = (false, false);
        loop {
            match bytes.get(length) {
                Some(b'0'..=b'9') => has_digit = true,
                Some(b'.') if bytes.get(length + 1) != Some(&b'.') => {
                    if has_point || !has_digit {
                        return None;
                    }
                    has_point = true;
                }
                _ => break,
            }
            length += 1;
        }
        if !has_digit || rest[length..].starts_with(is_word) {
            return None;
        }
        self.position += length;
        Some(&rest[..length])
    }

    /// The quoted text that stands next, stepped over: what is between the quotes, and whether the second one is there.
    pub(crate) fn quoted(&mut self) -> Option<(&'s str, bool)> {
        let quote = self.peek().filter(|character| matches!(character, '"' | '\''))?;
        let rest = self.rest();
        let mut is_escaped = false;
        for (at, character) in rest.char_indices().skip(1) {
            if character == quote && !is_escaped {
                self.position += at + 1;
                return Some((&rest[1..at], true));
            }
            is_escaped = !is_escaped && character == '\\';
        }
        self.position = self.end;
        Some((&rest[1..], false))
    }
}
