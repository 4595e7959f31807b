//! A difference that a person can read.

use similar::TextDiff;

/// How much is shown on either side of the first byte that differs.
const AROUND: usize = 40;

/// The lines that differ, and where the first difference is: lines of HTML are long, and a blank is easily missed.
pub(super) fn difference(expected: &str, actual: &str) -> String {
    let lines = TextDiff::from_lines(expected, actual).unified_diff().header("expected", "actual").to_string();
    let at = expected.bytes().zip(actual.bytes()).take_while(|(a, b)| a == b).count();
    let (wanted, got) = (around(expected, at), around(actual, at));
    format!("{lines}first difference at byte {at}:\n  expected {wanted:?}\n  actual   {got:?}\n")
}

/// What stands around a byte, cut at characters.
fn around(text: &str, at: usize) -> &str {
    let start = text.floor_char_boundary(at.saturating_sub(AROUND));
    let end = text.ceil_char_boundary((at + AROUND).min(text.len()));
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_blank_is_shown_where_it_is() {
        let shown = difference("<a>\n<b c=\"d\" e=\"ü\">\n", "<a>\n<b c=\"d\"e=\"ü\">\n");
        assert!(shown.contains("-<b c=\"d\" e=\"ü\">\n+<b c=\"d\"e=\"ü\">\n"), "{shown}");
        assert!(shown.contains("first difference at byte 12:\n"), "{shown}");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        let long = "ü".repeat(100);
        difference(&long, &format!("x{long}"));
        difference(&long, &long[..99 * 2]);
        difference("", "é");
    }
}
