use super::primary;

/// The flag that stands for a language in the switcher (format sheet §8.2); empty for one that is not listed here.
pub fn flag(language: &str) -> &'static str {
    entry(language).map_or("", |(_, _, flag)| flag)
}

/// The name of a language in that language; none for one that is not listed here.
pub fn name(language: &str) -> Option<&'static str> {
    entry(language).map(|(_, name, _)| *name)
}

fn entry(language: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let code = primary(language);
    LANGUAGES.iter().find(|(known, _, _)| *known == code)
}

/// Code, name, flag. The first five have strings; the others are languages that blogs are written in.
const LANGUAGES: &[(&str, &str, &str)] = &[
    ("de", "Deutsch", "🇩🇪"),
    ("en", "English", "🇬🇧"),
    ("fr", "Français", "🇫🇷"),
    ("it", "Italiano", "🇮🇹"),
    ("es", "Español", "🇪🇸"),
    ("cs", "Čeština", "🇨🇿"),
    ("da", "Dansk", "🇩🇰"),
    ("el", "Ελληνικά", "🇬🇷"),
    ("fi", "Suomi", "🇫🇮"),
    ("hu", "Magyar", "🇭🇺"),
    ("ja", "日本語", "🇯🇵"),
    ("ko", "한국어", "🇰🇷"),
    ("nb", "Norsk bokmål", "🇳🇴"),
    ("nl", "Nederlands", "🇳🇱"),
    ("no", "Norsk", "🇳🇴"),
    ("pl", "Polski", "🇵🇱"),
    ("pt", "Português", "🇵🇹"),
    ("ro", "Română", "🇷🇴"),
    ("ru", "Русский", "🇷🇺"),
    ("sv", "Svenska", "🇸🇪"),
    ("tr", "Türkçe", "🇹🇷"),
    ("uk", "Українська", "🇺🇦"),
    ("zh", "中文", "🇨🇳"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_flags_and_names() {
        assert_eq!((flag("de-AT"), name("DE")), ("🇩🇪", Some("Deutsch")));
        assert_eq!((flag("xx"), name("")), ("", None));
    }
}
