//! The text of a post.

use std::fmt::Write as _;

use super::heads::Head;
use super::random::Random;
use super::words::{NOUNS, prose, word};

/// How many words a post has, headings, lists and code included, macro calls not.
const WORDS: usize = 350;

/// The body of the post with this number: 350 words.
pub(super) fn make(number: usize, heads: &[Head], random: &mut Random) -> String {
    let parts =
        [paragraph(60, random), heading(random), linked(heads, random), list(random), heading(random), code(random)];
    let used: usize = parts.iter().map(|part| words(part)).sum();
    let left = WORDS.saturating_sub(used + 40);
    let mut text = parts.join("\n\n");
    write!(text, "\n\n{}\n\n", paragraph(left / 2, random)).expect("strings take all");
    if number.is_multiple_of(5) {
        macros(number, random, &mut text);
    }
    write!(text, "{}\n\n", paragraph(left - left / 2, random)).expect("strings take all");
    let rest = WORDS
        .saturating_sub(words(&text.lines().filter(|line| !line.starts_with("[[")).collect::<Vec<_>>().join("\n")));
    text + &quote(rest, random) + "\n"
}

/// Counts words, marks of lists and headings left out.
fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| !matches!(*word, "-" | "##" | ">")).count()
}

fn paragraph(count: usize, random: &mut Random) -> String {
    let text = prose(count, random);
    // One emphasised word in a paragraph, two or three words in from the start.
    let mut words: Vec<&str> = text.split(' ').collect();
    let emphasised = format!("*{}*", words[2]);
    words[2] = &emphasised;
    words.join(" ")
}

fn heading(random: &mut Random) -> String {
    let mut heading = format!("{} {} {}", word(random), word(random), random.pick(&NOUNS));
    heading[..1].make_ascii_uppercase();
    format!("## {heading}")
}

/// A paragraph with two links to other posts, in two of the forms of format sheet §9.
fn linked(heads: &[Head], random: &mut Random) -> String {
    let (first, second) = (&heads[random.below(heads.len())], &heads[random.below(heads.len())]);
    let dated = second.created.strftime("%Y/%-m/%-d");
    format!(
        "{} [{}](/posts/{}) {} [{}](/{dated}/{}).",
        prose(30, random),
        first.title,
        first.slug,
        prose(20, random),
        second.title,
        second.slug
    )
}

fn list(random: &mut Random) -> String {
    let items: Vec<_> = (0..4).map(|_| format!("- {}", prose(8, random))).collect();
    items.join("\n")
}

fn code(random: &mut Random) -> String {
    let (name, other) = (random.pick(&NOUNS), random.pick(&NOUNS));
    format!(
        "```python\ndef {name}(days):\n    total = 0\n    for day in days:\n        total += day.{other}\n    return total\n```"
    )
}

/// The macro that the project brings itself, and in every fifth of these posts a built-in one too.
fn macros(number: usize, random: &mut Random, text: &mut String) {
    writeln!(text, "[[note kind=\"{}\" text=\"{}\"]]\n", random.pick(&["tip", "warning", "aside"]), prose(10, random))
        .expect("strings take all");
    if number.is_multiple_of(25) {
        let id = format!("{:011x}", random.next() & 0xFFF_FFFF_FFFF);
        writeln!(text, "[[youtube id=\"{id}\"]]\n").expect("strings take all");
    }
}

fn quote(count: usize, random: &mut Random) -> String {
    format!("> {}", prose(count.max(1), random))
}
