//! Plain texts that a YAML reader takes for something else than text.

/// Whether a text that stands in YAML without quotes is read as no text by the app's reader, which follows YAML 1.1, or
/// by ours, which follows YAML 1.2. Forms with a colon are left out: a text with one is never written plain.
pub(crate) fn is_ambiguous(text: &str) -> bool {
    WORDS.contains(&text) || is_integer(text) || is_float(text) || is_day(text) || super::yaml::is_no_text(text)
}

/// Null, truth values (those of YAML 1.1 too), and the key that merges mappings.
const WORDS: &[&str] = &[
    "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE", "y", "Y", "yes", "Yes", "YES",
    "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF", "<<",
];

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// Whole numbers with base 2, 8, 10 or 16 and `_` between digits.
fn is_integer(text: &str) -> bool {
    let text = unsigned(text);
    match text.strip_prefix('0') {
        Some("") => true,
        Some(rest) => match (rest.strip_prefix('b'), rest.strip_prefix('x')) {
            (Some(digits), _) => are_digits(digits, 2),
            (_, Some(digits)) => are_digits(digits, 16),
            _ => are_digits(rest, 8),
        },
        None => !text.starts_with('_') && are_digits(text, 10),
    }
}

fn are_digits(text: &str, radix: u32) -> bool {
    let only_digits = text.chars().all(|character| character == '_' || character.is_digit(radix));
    only_digits && !text.ends_with('_') && text.contains(|character: char| character != '_')
}

/// `1.5`, `.5`, `1_000.`, `1e3`, `.inf`, `.nan`.
fn is_float(text: &str) -> bool {
    if text.ends_with('_') {
        return false;
    }
    let number = unsigned(text);
    if matches!(number, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = number.split_once(['e', 'E']).map_or((number, None), |(a, b)| (a, Some(b)));
    let is_exponent = |text: &str| {
        let digits = unsigned(text);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    exponent.is_none_or(is_exponent) && is_mantissa(mantissa, number.len() == text.len())
}

fn is_mantissa(text: &str, without_sign: bool) -> bool {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let spaced = |text: &str| text.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit());
    if whole.is_empty() {
        return without_sign && fraction.is_some_and(|fraction| !fraction.is_empty() && spaced(fraction));
    }
    let is_whole = whole == "0" || !whole.starts_with(['0', '_']) && spaced(whole);
    is_whole && fraction.is_none_or(spaced)
}

/// `2024-05-17`, also a day that no month has.
fn is_day(text: &str) -> bool {
    let digit_at = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(digit_at)
}
