//! Finding macro calls in Markdown, and putting their results in their place.

mod grammar;

use std::borrow::Cow;
use std::collections::BTreeMap;

use bds_base::Span;
use memchr::{memchr, memmem};

use crate::markdown::code_spans;

/// One call of a macro as it stands in Markdown: `[[gallery columns="3"]]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    /// Where it stands, brackets included.
    pub span: Span,
    /// The macro's name in lower case.
    pub name: String,
    /// Its parameters. Where a name stands twice, the last wins.
    pub params: BTreeMap<String, String>,
    /// Where the value of each parameter stands, without quotes: the keys are those of `params`.
    pub param_spans: BTreeMap<String, Span>,
}

/// Finds the macro calls of a Markdown text, in their order.
///
/// The grammar is that of format sheet §11.1: what its regular expressions find is found, with the same names and
/// values. Only what stands in code spans and code blocks is no call. Takes time in proportion to the text.
pub fn scan(markdown: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    if memmem::find(markdown.as_bytes(), b"[[").is_none() {
        return calls;
    }
    let mut candidates = Candidates::new(markdown);
    let Some(first) = candidates.next() else { return calls };
    let code = code_spans(markdown);
    let in_code = |offset: usize| {
        let before = code.partition_point(|code| code.start <= offset);
        before > 0 && offset < code[before - 1].end
    };
    let mut from = 0;
    for span in std::iter::once(first).chain(candidates) {
        if span.start >= from && !in_code(span.start) && !in_code(span.end - 1) {
            calls.push(grammar::call(markdown, span));
            from = span.end;
        }
    }
    calls
}

/// Puts texts in the place of stretches. The stretches must be in order and must not overlap; one that does, or that
/// does not lie on character boundaries, is left out.
///
/// HTML of several lines is put into one line where it does not begin a line: what follows a line break would be read
/// as Markdown there, so the second half of a tag would be shown as text.
pub fn expand<S: AsRef<str>>(text: &str, replacements: &[(Span, S)]) -> String {
    let grown: usize = replacements.iter().map(|(_, replacement)| replacement.as_ref().len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut copied = 0;
    for (span, replacement) in replacements {
        let Some(before) = text.get(copied..span.start) else { continue };
        if span.start <= span.end && text.is_char_boundary(span.end) {
            out.push_str(before);
            out.push_str(&fitted(text, span.start, replacement.as_ref()));
            copied = span.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// Elements in which line breaks are content.
const KEEPING: [&str; 4] = ["<pre", "<script", "<style", "<textarea"];

fn fitted<'r>(text: &str, start: usize, replacement: &'r str) -> Cow<'r, str> {
    let begins_line = text[..start].is_empty() || text[..start].ends_with('\n');
    let html = replacement.trim();
    if begins_line || !html.starts_with('<') || !html.contains('\n') {
        return replacement.into();
    }
    let lower = html.to_ascii_lowercase();
    if KEEPING.iter().any(|tag| lower.contains(tag)) {
        return replacement.into();
    }
    let lines: Vec<&str> = html.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ").into()
}

/// Iterates over every stretch that reads as a call, those inside code and inside one another included.
struct Candidates<'a> {
    text: &'a str,
    at: usize,
    /// The first `]` at or after `at`, or the end: kept, so that many openings before one closing cost one search.
    closing: usize,
}

impl<'a> Candidates<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, closing: 0 }
    }

    fn closing_after(&mut self, at: usize) -> usize {
        if self.closing < at {
            let bytes = self.text.as_bytes();
            self.closing = memchr(b']', &bytes[at..]).map_or(bytes.len(), |found| at + found);
        }
        self.closing
    }
}

impl Iterator for Candidates<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let bytes = self.text.as_bytes();
        while let Some(found) = memchr(b'[', &bytes[self.at..]) {
            let start = self.at + found;
            self.at = start + 1;
            if bytes.get(start + 1) != Some(&b'[') {
                continue;
            }
            let closing = self.closing_after(start + 2);
            if bytes[closing..].starts_with(b"]]") && grammar::is_call(&self.text[start + 2..closing]) {
                return Some(Span::new(start, closing + 2));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(markdown: &str) -> Vec<&str> {
        scan(markdown).iter().map(|call| &markdown[call.span.range()]).collect()
    }

    #[test]
    fn finds_what_reads_as_a_call() {
        let check = |markdown, expected: &[&str]| assert_eq!(written(markdown), expected, "{markdown}");
        check("a [[b]] c [[d e=1]]", &["[[b]]", "[[d e=1]]"]);
        check("[[a]][[b]]", &["[[a]]", "[[b]]"]);
        check("[[[a]]]", &["[[a]]"]);
        check("[[a [[b]]", &["[[a [[b]]"]);
        check("[[a\n  b='x\ny'\n]]", &["[[a\n  b='x\ny'\n]]"]);
        check("[[a ]]", &[]);
        check("[[a  ]]", &["[[a  ]]"]);
        check("[[a\u{a0}\u{feff}]] [[b\u{85}c]]", &["[[a\u{a0}\u{feff}]]"]);
        check("[[ä]] [[]] [[ a]] [[a-b]] [[a] ]] [[a b] c]]", &[]);
        check("[[Größe]] [[a ü=1]]", &["[[a ü=1]]"]);
        check("\\[[a]]", &["[[a]]"]);
    }

    #[test]
    fn leaves_code_as_it_is() {
        let check = |markdown, expected: &[&str]| assert_eq!(written(markdown), expected, "{markdown}");
        check("`[[a]]` [[b]] ``[[c]] ` ``", &["[[b]]"]);
        check("```toml\n[[a]]\n```\n[[b]]\n~~~\n[[c]]", &["[[b]]"]);
        check("x\n\n    [[a]]\n\n[[b]]", &["[[b]]"]);
        check("- x\n\n      [[a]]\n\n  [[b]]", &["[[b]]"]);
        check("> ```\n> [[a]]\n> ```\n> [[b]]", &["[[b]]"]);
        check("<div>\n    [[a]]\n</div>", &["[[a]]"]);
        check("`[[a ` x [[b]]", &["[[b]]"]);
        check("[[a `]]` b]]", &[]);
        check("[[a x=\"`b`\"]]", &["[[a x=\"`b`\"]]"]);
        check("` [[a]]", &["[[a]]"]);
        check("\\`[[a]]\\`", &["[[a]]"]);
    }

    #[test]
    fn parameters_are_those_of_the_original() {
        let check = |markdown, expected: &[(&str, &str)]| {
            let calls = scan(markdown);
            assert_eq!(calls.len(), 1, "{markdown}");
            let params: Vec<_> = calls[0].params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(params, expected, "{markdown}");
            for (name, span) in &calls[0].param_spans {
                assert_eq!(markdown[span.range()], calls[0].params[name], "{markdown}");
            }
            assert!(calls[0].param_spans.keys().eq(calls[0].params.keys()));
        };
        check("[[a b=\"1\" b=2]]", &[("b", "2")]);
        check("[[a b=\"it's\"]]", &[("b", "it")]);
        check("[[a b=\"x y]]", &[("b", "\"x")]);
        check("[[a bare b= c=1]]", &[("c", "1")]);
        check("[[a b='' c=\"\"d=1]]", &[("b", ""), ("c", ""), ("d", "1")]);
        check("[[a übc=1 b-c=2 =3]]", &[("bc", "1"), ("c", "2")]);
        check("[[a b==c d=e=f]]", &[("b", "=c"), ("d", "e=f")]);
        check("[[a b=\u{85}c\u{feff}d=1]]", &[("b", "\u{85}c"), ("d", "1")]);
        check("[[A_1 B=<i>]]", &[("B", "<i>")]);
        assert_eq!(scan("[[A_1]]")[0].name, "a_1");
    }

    #[test]
    fn agrees_with_the_recorded_calls() {
        #[derive(serde::Deserialize)]
        struct Case {
            name: String,
            source: String,
            r#macro: String,
            params: BTreeMap<String, String>,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../../tests/fixtures/parity/macros.json"))
            .expect("the fixture parses");
        assert_eq!(cases.len(), 150);
        for case in cases {
            let calls = scan(&case.source);
            assert_eq!(calls.len(), 1, "{}", case.name);
            assert_eq!(calls[0].span, Span::new(0, case.source.len()), "{}", case.name);
            assert_eq!((&calls[0].name, &calls[0].params), (&case.r#macro, &case.params), "{}", case.name);
        }
    }

    #[test]
    fn results_take_the_place_of_calls() {
        let text = "ä [[b]] c [[d]]";
        let spans: Vec<_> = scan(text).into_iter().map(|call| call.span).collect();
        assert_eq!(expand(text, &[(spans[0], "1"), (spans[1], "")]), "ä 1 c ");
        assert_eq!(expand(text, &[(spans[1], "2"), (spans[0], "1")]), "ä [[b]] c 2");
        let wrong = [Span::new(1, 3), Span::new(5, 4), Span::new(3, 99), Span::new(99, 100)];
        assert_eq!(expand(text, &wrong.map(|span| (span, "!"))), text);
    }

    #[test]
    fn html_of_several_lines_is_one_line_where_it_does_not_begin_one() {
        let check = |text: &str, html, expected: &str| {
            let calls: Vec<_> = scan(text).into_iter().map(|call| (call.span, html)).collect();
            assert_eq!(expand(text, &calls), expected, "{text}");
        };
        let html = "<div\n\tclass=\"a\"\n>\n\n\t<i>ü</i></div>\n";
        check("[[a]] b", html, &format!("{html} b"));
        check("x\n[[a]]", html, &format!("x\n{html}"));
        check("ü [[a]] b", html, "ü <div class=\"a\" > <i>ü</i></div> b");
        check("- [[a]]\n> [[a]]", "<b>\r\n</b>", "- <b> </b>\n> <b> </b>");
        check("  [[a]]", "<b\n>", "  <b >");
        check("- [[a]]", "<p>\n<PRE>1\n2</PRE></p>", "- <p>\n<PRE>1\n2</PRE></p>");
        check("b [[a]]", "c\n<b\n>", "b c\n<b\n>");
        check("b [[a]]", "<b>", "b <b>");
    }

    #[test]
    fn hostile_text_takes_no_more_time_than_its_length() {
        // Quadratic work on these would take minutes.
        for unit in ["[", "[[a ", "[[a b=", "`[[a ", "[[a `]]` ", "[[a b=\" ", "]["] {
            let text = unit.repeat(1 << 18);
            scan(&text);
            scan(&format!("{text}]]"));
        }
    }

    proptest! {
        #[test]
        fn spans_are_in_order_and_in_bounds(
            markdown in "(\\[\\[[a-z]{1,3}|\\]\\]|\\[|`|``|\n|    |> |- |~~~|ü|=\"|'|\\PC| x=y)*",
        ) {
            let mut from = 0;
            for call in scan(&markdown) {
                prop_assert!(from <= call.span.start && call.span.end <= markdown.len());
                prop_assert!(markdown[call.span.range()].starts_with("[["));
                prop_assert!(markdown[call.span.range()].ends_with("]]"));
                from = call.span.end;
            }
        }

        #[test]
        fn expanding_with_itself_changes_nothing(markdown in "(\\[\\[a|\\]\\]|`|ü| x='y'|\\PC)*") {
            let own: Vec<_> = scan(&markdown).iter().map(|call| (call.span, &markdown[call.span.range()])).collect();
            prop_assert_eq!(expand(&markdown, &own), markdown.clone());
        }
    }
}
