//! Characters as `LiquidJS` sees them.

/// Whether JavaScript's `trim` and `\s` take it for white space.
pub(crate) fn is_space(character: char) -> bool {
    character == '\u{feff}' || character != '\u{85}' && character.is_whitespace()
}

/// Whether it separates words of a template, and goes where `{%-` and `-%}` trim.
pub(crate) fn is_blank(character: char) -> bool {
    matches!(character, '\t'..='\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Whether it can stand in a name.
pub(crate) fn is_word(character: char) -> bool {
    if character.is_ascii() {
        character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '?')
    } else {
        !is_blank(character) && !matches!(character, '\u{201c}' | '\u{201d}')
    }
}

/// The nearest of some names, if one is near enough to have been meant.
pub(crate) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > 64 {
        return None;
    }
    let scored = names.into_iter().map(|candidate| (strsim::osa_distance(name, candidate), candidate));
    scored
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3))
        .min()
        .map(|(_, candidate)| candidate)
}
