//! The strings of rendered pages (format sheet §12), and the names of languages.

mod languages;

use std::collections::BTreeMap;

use serde::Serialize;

pub use languages::{flag, name};

/// The strings of all languages. The tables are given: this module knows none of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Strings {
    tables: BTreeMap<String, BTreeMap<String, String>>,
}

/// Says that a table of strings is not one.
#[derive(Debug, thiserror::Error)]
#[error("the strings of language `{language}` are no JSON object of texts")]
pub struct StringsError {
    /// The language whose table it is.
    pub language: String,
    /// What JSON says about it.
    #[source]
    pub source: serde_json::Error,
}

impl Strings {
    /// Reads tables: for each language its code and a JSON object of keys and texts. A language that comes twice has
    /// the keys of both tables, the later one's texts.
    pub fn from_json<'a>(tables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, StringsError> {
        let mut strings = Self::default();
        for (language, json) in tables {
            let table: BTreeMap<String, String> =
                serde_json::from_str(json).map_err(|source| StringsError { language: language.to_owned(), source })?;
            strings.tables.entry(primary(language)).or_default().extend(table);
        }
        Ok(strings)
    }

    /// Puts texts of a language over those that are there.
    pub fn extend(&mut self, language: &str, texts: impl IntoIterator<Item = (String, String)>) {
        self.tables.entry(primary(language)).or_default().extend(texts);
    }

    /// The language that a code stands for: the part before `-` or `_` in lower case, `en` when there is no table for
    /// it.
    pub fn normalize(&self, language: &str) -> String {
        Some(primary(language)).filter(|code| self.tables.contains_key(code)).unwrap_or_else(|| "en".to_owned())
    }

    /// The text of a key: in the language, else in English, else the key itself.
    pub fn lookup<'a>(&'a self, language: &str, key: &'a str) -> &'a str {
        self.find(language, key).unwrap_or(key)
    }

    /// The text of a key in the language or in English; none when neither has it.
    pub fn find(&self, language: &str, key: &str) -> Option<&str> {
        let in_table = |code: &str| self.tables.get(code).and_then(|table| table.get(key));
        in_table(&primary(language)).or_else(|| in_table("en")).map(String::as_str)
    }

    /// The name of a month, 1 to 12, as archives write it.
    pub fn month_name(&self, language: &str, month: i8) -> String {
        let key = format!("render.month.{month}");
        self.lookup(language, &key).to_owned()
    }

    /// All texts whose keys begin with `render.`, in a language, with the English ones where it has none.
    pub fn render_texts(&self, language: &str) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for code in ["en".to_owned(), primary(language)] {
            let table = self.tables.get(&code).into_iter().flatten();
            let rendered = table.filter(|(key, _)| key.starts_with("render."));
            texts.extend(rendered.map(|(key, text)| (key.clone(), text.clone())));
        }
        texts
    }

    /// The languages that have a table, in alphabetical order.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }
}

/// The part of a language code before `-` or `_`, in lower case: `de` of `de-AT`.
pub fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings() -> Strings {
        let english = r#"{"render.archive": "Archive", "render.month.4": "April", "render.x": "X", "other": "O"}"#;
        let german = r#"{"render.archive": "Archiv", "render.month.4": "Apr."}"#;
        Strings::from_json([("en", english), ("de", german)]).expect("tables of texts")
    }

    #[test]
    fn fall_back_to_english_and_to_the_key() {
        let strings = strings();
        let check = |language, key, expected: &str| assert_eq!(strings.lookup(language, key), expected, "{language}");
        for german in ["de", "DE", "de-AT", "de_ch"] {
            check(german, "render.archive", "Archiv");
        }
        check("de", "render.x", "X");
        check("de", "render.none", "render.none");
        check("pt", "render.archive", "Archive");
        check("", "render.archive", "Archive");
        assert_eq!((strings.normalize("de-AT"), strings.normalize("pt")), ("de".to_owned(), "en".to_owned()));
        assert_eq!(strings.month_name("de", 4), "Apr.");
        assert_eq!(strings.find("de", "render.none"), None);
    }

    #[test]
    fn all_render_texts_come_together() {
        let texts: Vec<_> =
            strings().render_texts("de-AT").into_iter().map(|(key, text)| format!("{key}={text}")).collect();
        assert_eq!(texts, ["render.archive=Archiv", "render.month.4=Apr.", "render.x=X"]);
    }

    #[test]
    fn a_table_that_is_none_is_named() {
        let error = Strings::from_json([("it", "[]")]).expect_err("no object");
        assert_eq!(error.language, "it");
    }
}
