use std::borrow::Cow;
use std::fmt::Write as _;

use super::autolink::Autolink;

/// Bare addresses that were taken out of a text, so that nothing in them is read as Markdown: each leaves its number
/// between two marks, a private-use character that the text does not hold.
pub(super) struct Placeholders<'a> {
    mark: char,
    links: Vec<Link<'a>>,
}

/// One address that was taken out.
pub(super) struct Link<'a> {
    /// The address as written.
    pub(super) text: &'a str,
    /// What its link puts before it.
    pub(super) prefix: &'static str,
}

/// A part of a text from which addresses were taken out.
pub(super) enum Part<'a, 'l> {
    /// Text between addresses.
    Text(&'a str),
    /// An address.
    Link(&'l Link<'l>),
}

impl<'a> Placeholders<'a> {
    /// Takes the addresses out of a text.
    pub(super) fn put(text: &'a str, links: Vec<Autolink>) -> (Cow<'a, str>, Self) {
        let none = Self { mark: '\0', links: Vec::new() };
        if links.is_empty() {
            return (Cow::Borrowed(text), none);
        }
        // A text that holds all 6,400 of them goes without links.
        let Some(mark) = ('\u{e000}'..='\u{f8ff}').find(|mark| !text.contains(*mark)) else {
            return (Cow::Borrowed(text), none);
        };
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for (number, link) in links.iter().enumerate() {
            out.push_str(&text[copied..link.span.start]);
            // Writing to a string cannot fail.
            let _ = write!(out, "{mark}{number}{mark}");
            copied = link.span.end;
        }
        out.push_str(&text[copied..]);
        let links = links.iter().map(|link| Link { text: &text[link.span.range()], prefix: link.prefix }).collect();
        (Cow::Owned(out), Self { mark, links })
    }

    /// Takes a text apart at the addresses that were taken out of it.
    pub(super) fn parts<'t, 's: 't>(&'s self, text: &'t str) -> impl Iterator<Item = Part<'t, 's>> {
        // Without links there is no mark in any text, and the whole text is one part.
        let pieces = text.split(self.mark).enumerate();
        pieces.filter_map(move |(at, piece)| {
            if at % 2 == 0 || self.links.is_empty() {
                return (!piece.is_empty()).then_some(Part::Text(piece));
            }
            piece.parse::<usize>().ok().and_then(|number| self.links.get(number)).map(Part::Link)
        })
    }

    /// Whether no address was taken out.
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Puts the addresses back as they were written.
    pub(super) fn restore<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_empty() || !text.contains(self.mark) {
            return Cow::Borrowed(text);
        }
        let restored = self.parts(text).map(|part| match part {
            Part::Text(text) => text,
            Part::Link(link) => link.text,
        });
        Cow::Owned(restored.collect())
    }
}
