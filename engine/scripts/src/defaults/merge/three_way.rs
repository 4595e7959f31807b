//! Merging two changes of one text, line by line.
//!
//! What git and most libraries do is more careful: to them, changes of neighbouring lines meet. Here only those meet that
//! touch the same lines, for the metadata of a script are lines beside each other, and each version changes one of them.

use std::borrow::Cow;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What the sides are called where they meet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) base: &'a str,
    pub(super) ours: &'a str,
    pub(super) theirs: &'a str,
}

/// A stretch of the base that one side has changed, and the lines that it has in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    base: Range<usize>,
    side: Range<usize>,
}

/// One of the two sides.
struct Side<'t> {
    lines: Vec<&'t str>,
    edits: Vec<Edit>,
}

impl<'t> Side<'t> {
    fn new(base: &[&'t str], text: &'t str) -> Self {
        let lines = lines(text);
        let end = DiffOp::Equal { old_index: base.len(), new_index: lines.len(), len: 0 };
        let equal = capture_diff_slices(Algorithm::Myers, base, &lines).into_iter().chain([end]);
        let (mut at, mut edits) = ((0, 0), Vec::new());
        // Whatever lies between what is equal is one edit.
        for op in equal.filter(|op| matches!(op, DiffOp::Equal { .. })) {
            let (old, new) = (op.old_range(), op.new_range());
            if at != (old.start, new.start) {
                edits.push(Edit { base: at.0..old.start, side: at.1..new.start });
            }
            at = (old.end, new.end);
        }
        Self { lines, edits }
    }

    /// What this side has in the place of a stretch, in which these edits lie.
    fn within(&self, base: &[&'t str], stretch: &Range<usize>, edits: &[Edit]) -> String {
        let mut text = String::new();
        let mut at = stretch.start;
        for edit in edits {
            text.extend(base[at..edit.base.start].iter().copied());
            text.extend(self.lines[edit.side.clone()].iter().copied());
            at = edit.base.end;
        }
        text.extend(base[at..stretch.end].iter().copied());
        text
    }
}

/// Makes the changes of both sides. Where they touch the same lines, the error is the text with both of them.
///
/// Whether the last line has an end is merged by itself: an editor that takes it off changes no line, and what the other
/// side puts after it stays a line of its own.
pub(super) fn three_way(base: &str, ours: &str, theirs: &str, names: Names<'_>) -> Result<String, String> {
    let [base_ends, ours_ends, theirs_ends] = [base, ours, theirs].map(is_whole);
    let ends = if ours_ends == base_ends { theirs_ends } else { ours_ends };
    let mut merged = by_lines(&whole(base), &whole(ours), &whole(theirs), names)?;
    if !ends && merged.ends_with('\n') {
        merged.pop();
    }
    Ok(merged)
}

fn is_whole(text: &str) -> bool {
    text.is_empty() || text.ends_with('\n')
}

/// The text with an end at its last line.
fn whole(text: &str) -> Cow<'_, str> {
    if is_whole(text) { text.into() } else { format!("{text}\n").into() }
}

/// The same for texts whose last lines have ends.
fn by_lines(base: &str, ours: &str, theirs: &str, names: Names<'_>) -> Result<String, String> {
    let base = lines(base);
    let sides = [Side::new(&base, ours), Side::new(&base, theirs)];
    let (mut merged, mut at, mut is_conflict) = (String::new(), 0, false);
    let mut next = [0, 0];
    while let Some((stretch, until)) = meeting(&sides, next) {
        merged.extend(base[at..stretch.start].iter().copied());
        let [ours, theirs] = [0, 1].map(|side| {
            let edits = &sides[side].edits[next[side]..until[side]];
            (!edits.is_empty()).then(|| sides[side].within(&base, &stretch, edits))
        });
        match (ours, theirs) {
            (Some(ours), Some(theirs)) if ours != theirs => {
                is_conflict = true;
                let before = base[stretch.clone()].concat();
                merged.push_str(&conflict(&before, &ours, &theirs, names));
            }
            (ours, theirs) => merged.push_str(&ours.or(theirs).unwrap_or_default()),
        }
        (at, next) = (stretch.end, until);
    }
    merged.extend(base[at..].iter().copied());
    if is_conflict { Err(merged) } else { Ok(merged) }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The next stretch in which edits meet, or that of the next edit alone; and up to where its edits go on each side.
fn meeting(sides: &[Side<'_>; 2], from: [usize; 2]) -> Option<(Range<usize>, [usize; 2])> {
    let edit = |side: usize, at: usize| sides[side].edits.get(at).map(|edit| &edit.base);
    // What is put in before a line comes before what replaces the line.
    let first = [0, 1].into_iter().filter_map(|side| Some((edit(side, from[side])?, side)));
    let (stretch, side) = first.min_by_key(|(base, _)| (base.start, base.end))?;
    let (mut stretch, mut until) = (stretch.clone(), from);
    until[side] += 1;
    while let Some(side) =
        [0, 1].into_iter().find(|side| edit(*side, until[*side]).is_some_and(|it| touch(it, &stretch)))
    {
        let more = edit(side, until[side])?;
        stretch = stretch.start.min(more.start)..stretch.end.max(more.end);
        until[side] += 1;
    }
    Some((stretch, until))
}

/// Whether two stretches have a line in common. Of those that are between lines, one touches another between the same
/// lines, and a stretch that goes on before and after it.
fn touch(a: &Range<usize>, b: &Range<usize>) -> bool {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => a.start == b.start,
        (true, false) => b.start < a.start && a.start < b.end,
        (false, true) => a.start < b.start && b.start < a.end,
        (false, false) => a.start < b.end && b.start < a.end,
    }
}

fn conflict(base: &str, ours: &str, theirs: &str, names: Names<'_>) -> String {
    let Names { base: base_name, ours: ours_name, theirs: theirs_name } = names;
    format!("<<<<<<< {ours_name}\n{ours}||||||| {base_name}\n{base}=======\n{theirs}>>>>>>> {theirs_name}\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: Names<'_> = Names { base: "base", ours: "ours", theirs: "theirs" };

    #[track_caller]
    fn check(base: &str, ours: &str, theirs: &str, merged: Result<&str, &str>) {
        let found = three_way(base, ours, theirs, NAMES);
        assert_eq!(found.as_deref().map_err(String::as_str), merged, "{base:?} {ours:?} {theirs:?}");
        let turned = three_way(base, theirs, ours, NAMES);
        assert_eq!(turned.is_ok(), merged.is_ok());
    }

    #[test]
    fn lines_that_stand_side_by_side_are_not_the_same_line() {
        check("a\nb\n", "A\nb\n", "a\nB\n", Ok("A\nB\n"));
        check("a\nb\nc\n", "a\nx\nb\nc\n", "a\nb\ny\nc\n", Ok("a\nx\nb\ny\nc\n"));
        check("a\nb\nc\n", "a\nx\nb\nc\n", "a\nB\nc\n", Ok("a\nx\nB\nc\n"));
        check("a\nb\nc\n", "a\nb\nx\nc\n", "a\nB\nc\n", Ok("a\nB\nx\nc\n"));
        check("a\nb\nc\n", "b\nc\n", "a\nc\n", Ok("c\n"));
    }

    #[test]
    fn the_same_change_is_made_once() {
        check("a\nb\n", "A\nb\n", "A\nb\n", Ok("A\nb\n"));
        check("a\nb\n", "a\nb\nc\n", "a\nb\nc\n", Ok("a\nb\nc\n"));
        check("a\nb\nc\n", "A\nb\nc\n", "A\nb\nC\n", Ok("A\nb\nC\n"));
    }

    #[test]
    fn changes_of_the_same_lines_are_both_shown() {
        let both = "<<<<<<< ours\nA\n||||||| base\na\n=======\nB\n>>>>>>> theirs\nb\n";
        check("a\nb\n", "A\nb\n", "B\nb\n", Err(both));
        let ends = "a\n<<<<<<< ours\nc\n||||||| base\n=======\nd\n>>>>>>> theirs\n";
        check("a\n", "a\nc", "a\nd", Err(ends));
        check(
            "a\nb\nc\n",
            "x\n",
            "a\nB\nc\n",
            Err("<<<<<<< ours\nx\n||||||| base\na\nb\nc\n=======\na\nB\nc\n>>>>>>> theirs\n"),
        );
        check("", "a", "b", Err("<<<<<<< ours\na\n||||||| base\n=======\nb\n>>>>>>> theirs\n"));
    }

    #[test]
    fn an_end_that_is_taken_off_the_last_line_joins_no_lines() {
        check("a\nb\n", "a\nb", "a\nb\nc\n", Ok("a\nb\nc"));
        check("a\nb\n", "A\nb", "a\nb\nc\n", Ok("A\nb\nc"));
        check("a\nb", "a\nb\n", "a\nb\nc", Ok("a\nb\nc\n"));
        check("a\nb\n", "a\nb", "a\n", Ok("a"));
        check("a\n", "a", "", Ok(""));
    }

    fn text() -> impl Strategy<Value = String> {
        let lines = prop::collection::vec("[abc]\n", 0..8);
        (lines, any::<bool>()).prop_map(|(lines, is_whole)| {
            let text = lines.concat();
            if is_whole { text } else { text.trim_end().to_owned() }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_side_that_changes_nothing_has_no_say(base in text(), other in text()) {
            prop_assert_eq!(three_way(&base, &other, &base, NAMES), Ok(other.clone()));
            prop_assert_eq!(three_way(&base, &base, &other, NAMES), Ok(other.clone()));
            prop_assert_eq!(three_way(&base, &other, &other, NAMES), Ok(other));
        }

        #[test]
        fn no_line_comes_out_that_did_not_go_in(base in text(), ours in text(), theirs in text()) {
            if let Ok(merged) = three_way(&base, &ours, &theirs, NAMES) {
                prop_assert!(merged.lines().all(|line| line.len() == 1), "{:?}", merged);
            }
        }

        #[test]
        fn it_does_not_matter_who_is_who(base in text(), ours in text(), theirs in text()) {
            let (one, other) = (three_way(&base, &ours, &theirs, NAMES), three_way(&base, &theirs, &ours, NAMES));
            prop_assert_eq!(one.is_ok(), other.is_ok());
            if one.is_ok() {
                prop_assert_eq!(one, other);
            }
        }
    }
}
