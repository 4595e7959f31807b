use std::borrow::Cow;
use std::fmt::Write as _;

use super::autolink::Autolink;

/// A change of a text before it is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Edit {
    /// A bare address: it is taken out.
    Link(Autolink),
    /// A tilde: it is doubled.
    Tilde(usize),
}

impl Edit {
    /// Where it stands.
    pub(super) fn start(&self) -> usize {
        match self {
            Self::Link(link) => link.span.start,
            Self::Tilde(at) => *at,
        }
    }
}

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
    /// Takes the addresses out of a text, and doubles its tildes.
    pub(super) fn put(text: &'a str, edits: &[Edit]) -> (Cow<'a, str>, Self) {
        let none = Self { mark: '\0', links: Vec::new() };
        // A text that holds all 6,400 of them goes without links.
        let mark = ('\u{e000}'..='\u{f8ff}').find(|mark| edits.is_empty() || !text.contains(*mark));
        let Some(mark) = mark.filter(|_| !edits.is_empty()) else { return (Cow::Borrowed(text), none) };
        let mut out = String::with_capacity(text.len() + edits.len());
        let mut copied = 0;
        let mut links = Vec::new();
        for edit in edits {
            out.push_str(&text[copied..edit.start()]);
            copied = edit.start();
            match edit {
                Edit::Tilde(_) => out.push('~'),
                Edit::Link(link) => {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "{mark}{}{mark}", links.len());
                    links.push(Link { text: &text[link.span.range()], prefix: link.prefix });
                    copied = link.span.end;
                }
            }
        }
        out.push_str(&text[copied..]);
        (Cow::Owned(out), Self { mark, links })
    }

    /// Takes a text apart at the addresses that were taken out of it.
    pub(super) fn parts<'t, 's: 't>(&'s self, text: &'t str) -> impl Iterator<Item = Part<'t, 's>> {
        let pieces = text.split(self.mark).enumerate();
        pieces.filter_map(move |(at, piece)| {
            if at % 2 == 0 {
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
