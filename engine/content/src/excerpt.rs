//! Short texts out of long ones: summaries for feeds, descriptions for `<meta>`.

use std::borrow::Cow;

use crate::tags::{Piece, Pieces};
use crate::{html, markdown};

/// The first paragraph of rendered HTML that says something, its tags included: the summary of a post without an
/// excerpt. A paragraph of only an image says nothing. None when there is no such paragraph.
pub fn first_paragraph(html: &str) -> Option<&str> {
    let mut start = None;
    let mut has_text = false;
    for piece in Pieces::new(html) {
        match piece {
            Piece::Text(text) => has_text |= !text.trim().is_empty(),
            Piece::Tag(tag) if tag.name.eq_ignore_ascii_case("p") => match start.take() {
                Some(start) if tag.is_end && has_text => return Some(&html[start..tag.span.end]),
                _ if !tag.is_end => (start, has_text) = (Some(tag.span.start), false),
                _ => {}
            },
            Piece::Tag(_) | Piece::Hidden(_) => {}
        }
    }
    None
}

/// Describes rendered HTML in one line of text: its first paragraph, or else all of it, of at most `limit` characters.
pub fn description(html: &str, limit: usize) -> String {
    shorten(&html::text_of(first_paragraph(html).unwrap_or(html)), limit).into_owned()
}

/// Describes Markdown as [`description`] does.
pub fn plain(markdown: &str, limit: usize) -> String {
    description(&markdown::to_html(markdown), limit)
}

/// Cuts a text between two words, so that it has at most `limit` characters with the `…` at its end; within the first
/// word where that alone is too long. A text that is short enough stays.
pub fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    if text.char_indices().nth(limit).is_none() {
        return Cow::Borrowed(text);
    }
    let end = text.char_indices().nth(limit.saturating_sub(1)).map_or(text.len(), |(end, _)| end);
    let kept = &text[..end];
    let ends_word = text[end..].starts_with(char::is_whitespace);
    let kept = if ends_word { kept } else { kept.rsplit_once(char::is_whitespace).map_or(kept, |(words, _)| words) };
    Cow::Owned(format!("{}…", kept.trim_end_matches(|last: char| last.is_whitespace() || ",;:–—-".contains(last))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_paragraph_says_something() {
        let check = |html, expected| assert_eq!(first_paragraph(html), expected, "{html}");
        check("<h1>T</h1>\n<p><img></p>\n<p>a <b>b</b></p><p>c</p>", Some("<p>a <b>b</b></p>"));
        check("<!-- <p>x</p> --><ul><li><p class=y>ü</p></li></ul>", Some("<p class=y>ü</p>"));
        check("<p>open<p>closed</p>", Some("<p>closed</p>"));
        check("<p>open", None);
        check("", None);
    }

    #[test]
    fn texts_are_cut_between_words() {
        let check = |text, limit, expected: &str| assert_eq!(shorten(text, limit), expected, "{text} {limit}");
        check("one two three", 13, "one two three");
        check("one two three", 12, "one two…");
        check("one two three", 8, "one two…");
        check("one two, three", 9, "one two…");
        check("ünïcödé", 4, "ünï…");
        check("ab", 1, "…");
        check("ab", 0, "…");
    }

    #[test]
    fn descriptions_are_plain() {
        assert_eq!(plain("# T\n\nSome *text* & `code`\nhere.\n\nMore.", 160), "Some text & code here.");
        assert_eq!(plain("- a\n- b", 160), "a b");
    }

    proptest! {
        #[test]
        fn shortened_texts_are_short(text in "\\PC*", limit in 1_usize..40) {
            prop_assert!(shorten(&text, limit).chars().count() <= limit);
        }
    }
}
