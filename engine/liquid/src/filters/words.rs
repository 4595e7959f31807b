//! Filters on words.

use super::{Call, Group};
use crate::error::FilterError;
use crate::text::is_space;
use crate::value::{Value, script_text, write_joined};

pub(super) const FILTERS: Group =
    &[("number_of_words", number_of_words), ("array_to_sentence_string", array_to_sentence)];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

/// How many words; with the mode `cjk` (or `auto`, if there are any) each Chinese, Japanese or Korean character is one.
fn number_of_words<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let text = input.to_text();
    let mode = call.text(0);
    let counts_characters = &*mode == "cjk" || &*mode == "auto" && text.contains(is_cjk);
    let spaced = || text.split(is_space).filter(|word| !word.is_empty());
    let count = if counts_characters {
        let characters = text.chars().filter(|character| is_cjk(*character)).count();
        let runs = spaced().flat_map(|word| word.split(is_cjk)).filter(|run| !run.is_empty()).count();
        characters + runs
    } else {
        spaced().count()
    };
    Ok(count.into())
}

fn is_cjk(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{3400}'..='\u{4dbf}' | '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}')
}

/// `a, b, and c`.
fn array_to_sentence<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let items = call.items(&input);
    let connector = call.text_or(0, "and");
    let text = |item: &Value<'a>| script_text(item, call.budget());
    Ok(match &items[..] {
        [] => Value::from(""),
        [only] => only.clone(),
        [first, second] => format!("{} {connector} {}", text(first), text(second)).into(),
        [start @ .., last] => {
            let mut out = String::new();
            write_joined(start, ", ", &mut out, call.budget());
            format!("{out}, {connector} {}", text(last)).into()
        }
    })
}

/// The parts between runs of white space, with an empty one at an end that is white space.
pub(super) fn split_at_spaces(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_space) {
        parts.push(&rest[..at]);
        rest = rest[at..].trim_start_matches(is_space);
    }
    parts.push(rest);
    parts
}
