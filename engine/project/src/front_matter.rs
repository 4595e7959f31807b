//! The head of a file between two lines `---`, and what follows it.

pub(crate) mod patch;
pub(crate) mod scalar;
pub(crate) mod yaml;

mod ambiguous;

use bds_base::Span;

/// How a text is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Division {
    /// The text does not begin with a fence: all of it is body.
    NoHead,
    /// The text begins with a fence that has no second one.
    Unclosed {
        /// The line of the first fence.
        fence: Span,
    },
    /// The lines between the fences, with their line ends, and all that follows the second.
    Divided { head: Span, body: Span },
}

/// Divides a text at its fences: lines that hold `---` and nothing else but white space at their end.
pub(crate) fn divide(text: &str) -> Division {
    let mut lines = lines(text, 0);
    let Some(first) = lines.next().filter(|line| is_fence(line.content(text))) else { return Division::NoHead };
    match lines.find(|line| is_fence(line.content(text))) {
        Some(second) => Division::Divided {
            head: Span::new(first.after, second.span.start),
            body: Span::new(second.after, text.len()),
        },
        None => Division::Unclosed { fence: first.span },
    }
}

/// One line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// Without its end.
    pub(crate) span: Span,
    /// Where the next one begins.
    pub(crate) after: usize,
}

impl Line {
    pub(crate) fn content<'t>(&self, text: &'t str) -> &'t str {
        &text[self.span.range()]
    }
}

/// The lines of `text` from byte `from` on; they end in LF or CRLF.
pub(crate) fn lines(text: &str, from: usize) -> impl Iterator<Item = Line> {
    text[from..].split_inclusive('\n').scan(from, |start, line| {
        let content = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        let span = Span::new(*start, *start + content.len());
        *start += line.len();
        Some(Line { span, after: *start })
    })
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == "---"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let parts = match divide(text) {
            Division::Divided { head, body } => Some((&text[head.range()], &text[body.range()])),
            _ => None,
        };
        assert_eq!(parts, expected, "{text:?}");
    }

    #[test]
    fn fences_divide_head_and_body() {
        check("---\na: 1\n---\nbody\n", Some(("a: 1\n", "body\n")));
        check("---\r\na: 1\r\n---\r\n\r\nbody", Some(("a: 1\r\n", "\r\nbody")));
        check("---\n---\n", Some(("", "")));
        check("--- \na\n---", Some(("a\n", "")));
        check("---\na\n---\nb\n---\nc", Some(("a\n", "b\n---\nc")));
    }

    #[test]
    fn without_two_fences_nothing_is_divided() {
        assert_eq!(divide("text\n---\n"), Division::NoHead);
        assert_eq!(divide(""), Division::NoHead);
        assert_eq!(divide("----\n---\n"), Division::NoHead);
        assert_eq!(divide("---\r\na"), Division::Unclosed { fence: Span::new(0, 3) });
        assert_eq!(divide("---\n --- \n"), Division::Unclosed { fence: Span::new(0, 3) });
    }
}
