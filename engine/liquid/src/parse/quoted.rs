use std::sync::Arc;

/// What a quoted text means: `\n` and its like, `\u00e9`, `\101`, and a backslash before any other character, which
/// then stands for itself.
pub(crate) fn unescape(text: &str) -> Arc<str> {
    if !text.contains('\\') {
        return text.into();
    }
    let mut out: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        if character == '\\' {
            rest = escape(rest, &mut out);
        } else {
            out.extend_from_slice(character.encode_utf16(&mut [0; 2]));
        }
    }
    String::from_utf16_lossy(&out).into()
}

/// Takes what follows a backslash, and gives back the rest. It works on UTF-16 units since `\ud83c\udf89` is one emoji.
fn escape<'t>(rest: &'t str, out: &mut Vec<u16>) -> &'t str {
    let Some(character) = rest.chars().next() else { return rest };
    let after = &rest[character.len_utf8()..];
    let simple = match character {
        'b' => Some(8),
        'f' => Some(12),
        'n' => Some(10),
        'r' => Some(13),
        't' => Some(9),
        'v' => Some(11),
        _ => None,
    };
    match (simple, character) {
        (Some(unit), _) => {
            out.push(unit);
            after
        }
        (None, 'u') => digits(after, 16, 4, out),
        (None, '0'..='7') => digits(rest, 8, 3, out),
        (None, _) => {
            out.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            after
        }
    }
}

fn digits<'t>(text: &'t str, radix: u32, most: usize, out: &mut Vec<u16>) -> &'t str {
    let count = text.chars().take(most).take_while(|character| character.is_digit(radix)).count();
    let unit = u16::from_str_radix(&text[..count], radix).unwrap_or(0);
    out.push(unit);
    &text[count..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_mean_what_they_mean_in_javascript() {
        for (text, expected) in [
            (r"plain", "plain"),
            (r"a\nb\tc", "a\nb\tc"),
            (r"\'\\", r"'\"),
            (r"\u00e9\u65e5", "é日"),
            (r"\ud83c\udf89", "🎉"),
            (r"\101\7", "A\u{7}"),
            (r"\ü", "ü"),
            (r"\u", "\0"),
            ("end\\", "end"),
        ] {
            assert_eq!(&*unescape(text), expected);
        }
    }
}
