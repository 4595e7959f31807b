//! Language codes as the files of a project write them: `de`, `en-us`.

use std::sync::Arc;

/// Normalises a language code: trimmed and in lower case (format sheet §2). None when it is no code: two or three
/// letters, then parts of letters and digits, joined by `-`.
pub fn normalise(code: &str) -> Option<Arc<str>> {
    let code = code.trim().to_ascii_lowercase();
    is_code(&code).then(|| code.into())
}

/// Whether the second-last part of a file name says that the file is a translation: `de`, or `en-us` (format sheet
/// §1). Stricter than [`normalise`], so that `photo.jpg.meta` is not taken for one.
pub fn is_suffix(part: &str) -> bool {
    let letters = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    match part.split_once('-') {
        None => letters(part),
        Some((language, region)) => letters(language) && letters(region),
    }
}

fn is_code(code: &str) -> bool {
    let mut parts = code.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_trimmed_and_lower_case() {
        let check = |text: &str, code: Option<&str>| assert_eq!(normalise(text).as_deref(), code, "{text}");
        check(" DE ", Some("de"));
        check("en-US", Some("en-us"));
        check("zh-hant-tw", Some("zh-hant-tw"));
        check("gsw", Some("gsw"));
        check("german", None);
        check("d", None);
        check("de-", None);
        check("../x", None);
        check("", None);
    }

    #[test]
    fn suffixes_have_two_letters_and_perhaps_a_region() {
        assert!(is_suffix("de") && is_suffix("en-us"));
        assert!(!is_suffix("jpg") && !is_suffix("") && !is_suffix("d1") && !is_suffix("en-"));
    }
}
