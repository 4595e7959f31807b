//! What the posts are made of.

use super::random::Random;

pub(super) const ADJECTIVES: [&str; 20] = [
    "quiet", "copper", "northern", "hollow", "bright", "winter", "paper", "salted", "distant", "green", "borrowed",
    "early", "mossy", "patient", "silver", "narrow", "amber", "wooden", "restless", "late",
];

pub(super) const NOUNS: [&str; 20] = [
    "harbour", "lantern", "valley", "compass", "orchard", "engine", "letter", "river", "garden", "signal", "window",
    "mountain", "station", "kettle", "archive", "meadow", "bridge", "notebook", "weather", "island",
];

const PLAIN: [&str; 120] = [
    "the",
    "a",
    "and",
    "of",
    "to",
    "in",
    "with",
    "on",
    "for",
    "from",
    "that",
    "this",
    "it",
    "was",
    "is",
    "were",
    "had",
    "one",
    "some",
    "more",
    "than",
    "then",
    "when",
    "where",
    "while",
    "because",
    "after",
    "before",
    "again",
    "still",
    "almost",
    "never",
    "often",
    "walked",
    "found",
    "carried",
    "opened",
    "turned",
    "measured",
    "wrote",
    "built",
    "painted",
    "followed",
    "remembered",
    "counted",
    "looked",
    "stayed",
    "began",
    "crossed",
    "kept",
    "light",
    "water",
    "stone",
    "paper",
    "morning",
    "evening",
    "hour",
    "street",
    "field",
    "wind",
    "rain",
    "snow",
    "road",
    "house",
    "table",
    "map",
    "clock",
    "colour",
    "shadow",
    "voice",
    "hand",
    "story",
    "question",
    "answer",
    "corner",
    "edge",
    "line",
    "circle",
    "small",
    "large",
    "warm",
    "cold",
    "slow",
    "quick",
    "old",
    "new",
    "long",
    "short",
    "open",
    "simple",
    "clear",
    "soft",
    "heavy",
    "over",
    "under",
    "between",
    "beside",
    "around",
    "through",
    "along",
    "without",
    "toward",
    "every",
    "another",
    "few",
    "many",
    "only",
    "just",
    "even",
    "there",
    "here",
    "how",
    "what",
    "who",
    "as",
    "by",
    "at",
    "into",
    "so",
    "but",
];

/// `count` words of prose in sentences of eight to fifteen words.
pub(super) fn prose(count: usize, random: &mut Random) -> String {
    let mut text = String::with_capacity(count * 7);
    let mut left = count;
    while left > 0 {
        let length = (8 + random.below(8)).min(left);
        // What is left over would be a sentence of two words: this one takes it along.
        let length = if left - length < 3 { left } else { length };
        sentence(length, random, &mut text);
        left -= length;
    }
    text
}

fn sentence(length: usize, random: &mut Random, text: &mut String) {
    if !text.is_empty() {
        text.push(' ');
    }
    let start = text.len();
    for position in 0..length {
        if position > 0 {
            text.push(' ');
        }
        text.push_str(word(random));
    }
    text[start..=start].make_ascii_uppercase();
    text.push('.');
}

/// A word: mostly a plain one, now and then one that posts have in common.
pub(super) fn word(random: &mut Random) -> &'static str {
    match random.below(8) {
        0 => random.pick(&NOUNS),
        1 => random.pick(&ADJECTIVES),
        _ => random.pick(&PLAIN),
    }
}
