//! Texts as the app writes them into YAML: byte for byte what js-yaml 3 makes of them, which its gray-matter uses.

use std::fmt::Write as _;

use super::ambiguous::is_ambiguous;

/// Writes a text as a value whose further lines, if it needs any, stand `indent` columns from the left.
///
/// Plain where no reader can take it for anything else; in single quotes where one could; in double quotes where a
/// character has to be escaped; as a block where it has several lines (`|`), or one that is too long (`>`).
pub(crate) fn scalar(text: &str, indent: usize) -> String {
    let width = (LINE - indent).max(NARROWEST);
    match style(text, width) {
        Style::Plain => text.to_owned(),
        Style::Single => format!("'{}'", text.replace('\'', "''")),
        Style::Double => double_quoted(text),
        Style::Literal => block('|', text, text, indent),
        Style::Folded => block('>', text, &folded(text, width), indent),
    }
}

/// The columns of a line.
const LINE: usize = 80;
/// The columns that a deep value has at least.
const NARROWEST: usize = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

fn style(text: &str, width: usize) -> Style {
    if text.chars().any(|character| character != '\n' && !is_printable(character)) {
        return Style::Double;
    }
    if text.split('\n').any(|line| !line.starts_with(' ') && line.chars().count() > width) {
        return Style::Folded;
    }
    if text.contains('\n') {
        return Style::Literal;
    }
    if is_plain(text) && !is_ambiguous(text) { Style::Plain } else { Style::Single }
}

/// Characters that need no escape. Those beyond the basic plane do, since js-yaml 3 looks at halves of surrogate pairs.
fn is_printable(character: char) -> bool {
    match character {
        '\u{2028}' | '\u{2029}' | '\u{feff}' => false,
        ' '..='~' | '\u{a1}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' => true,
        _ => false,
    }
}

fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(|first| !" -?:,[]{}#&*!|=>'\"%@`".contains(first));
    let mut before = None;
    let inside = text.chars().all(|character| {
        let after_word = before.is_some_and(|before| before != ' ');
        before = Some(character);
        !",[]{}:".contains(character) && (character != '#' || after_word)
    });
    begins && inside && !text.ends_with(' ')
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        if let Some((_, escape)) = ESCAPES.iter().find(|(escaped, _)| *escaped == character) {
            quoted.push('\\');
            quoted.push(*escape);
        } else if is_printable(character) {
            quoted.push(character);
        } else {
            let written = match u32::from(character) {
                code @ ..=0xff => write!(quoted, "\\x{code:02X}"),
                code @ ..=0xffff => write!(quoted, "\\u{code:04X}"),
                code => write!(quoted, "\\U{code:08X}"),
            };
            written.expect("a string takes all that is written");
        }
    }
    quoted.push('"');
    quoted
}

/// The characters that have an escape of one letter (YAML 1.2 §5.7).
const ESCAPES: &[(char, char)] = &[
    ('\0', '0'),
    ('\u{7}', 'a'),
    ('\u{8}', 'b'),
    ('\t', 't'),
    ('\n', 'n'),
    ('\u{b}', 'v'),
    ('\u{c}', 'f'),
    ('\r', 'r'),
    ('\u{1b}', 'e'),
    ('"', '"'),
    ('\\', '\\'),
    ('\u{85}', 'N'),
    ('\u{a0}', '_'),
    ('\u{2028}', 'L'),
    ('\u{2029}', 'P'),
];

/// A block of lines, its last line end left to whoever puts it into a mapping.
fn block(mark: char, text: &str, lines: &str, indent: usize) -> String {
    let depth = if text.trim_start_matches('\n').starts_with(' ') { "2" } else { "" };
    let end = match text.strip_suffix('\n') {
        None => "-",
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => "+",
        Some(_) => "",
    };
    let mut block = format!("{mark}{depth}{end}\n");
    for line in lines.split_inclusive('\n') {
        if line != "\n" {
            block.extend(std::iter::repeat_n(' ', indent));
        }
        block.push_str(line);
    }
    if block.ends_with('\n') {
        block.pop();
    }
    block
}

/// Breaks lines that are too long. A break that is meant is one more empty line then, except beside lines that begin
/// with a space, which stay as they are (YAML 1.2 §8.1.3).
fn folded(text: &str, width: usize) -> String {
    let mut folded = String::with_capacity(text.len() + text.len() / width + 1);
    let mut stays = text.starts_with(['\n', ' ']);
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            folded.push('\n');
        }
        if at > 0 && !line.is_empty() {
            let indented = line.starts_with(' ');
            if !stays && !indented {
                folded.push('\n');
            }
            stays = indented;
        }
        fold_line(line, width, &mut folded);
    }
    folded
}

/// Breaks a line at the last space that is in its width, or else at the first one after it.
fn fold_line(line: &str, width: usize, folded: &mut String) {
    if line.starts_with(' ') {
        folded.push_str(line);
        return;
    }
    let mut start = Place::default();
    let mut last = start;
    for next in breaks(line) {
        if next.column - start.column > width {
            let end = if last.column > start.column { last } else { next };
            folded.push_str(&line[start.byte..end.byte]);
            folded.push('\n');
            start = Place { byte: end.byte + 1, column: end.column + 1 };
        }
        last = next;
    }
    let length = line.chars().count();
    if length - start.column > width && last.column > start.column {
        folded.push_str(&line[start.byte..last.byte]);
        folded.push('\n');
        start.byte = last.byte + 1;
    }
    folded.push_str(&line[start.byte..]);
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    byte: usize,
    /// In characters.
    column: usize,
}

/// The spaces that a line can be broken at: those before anything but a space.
fn breaks(line: &str) -> impl Iterator<Item = Place> {
    let mut characters = line.char_indices().enumerate().peekable();
    std::iter::from_fn(move || {
        loop {
            let (column, (byte, character)) = characters.next()?;
            let before_word = characters.peek().is_some_and(|(_, (_, next))| *next != ' ');
            if character == ' ' && before_word {
                return Some(Place { byte, column });
            }
        }
    })
}

#[cfg(test)]
mod tests;
