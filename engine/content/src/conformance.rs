//! Holds the Markdown of this crate against recorded documents (`tests/fixtures/parity/markdown.json` and files of the
//! same kind), compared as trees.

mod dom;

use serde::Deserialize;

use crate::markdown;

/// The result of one recorded document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The document's name.
    pub name: String,
    /// The recorded HTML, as a tree in text form: one node a line.
    pub expected: String,
    /// Our HTML, in the same form.
    pub actual: String,
    /// Whether the two are equal.
    pub passed: bool,
}

/// Renders each document of a file of cases and compares: a JSON array of `{name, markdown, expected_html}`.
pub fn markdown(json: &str) -> Result<Vec<Outcome>, serde_json::Error> {
    let cases: Vec<Case> = serde_json::from_str(json)?;
    Ok(cases.into_iter().map(Case::run).collect())
}

#[derive(Deserialize)]
struct Case {
    name: String,
    markdown: String,
    expected_html: String,
}

impl Case {
    fn run(self) -> Outcome {
        let expected = dom::outline(&self.expected_html);
        let actual = dom::outline(&markdown::to_html(&self.markdown));
        Outcome { name: self.name, passed: expected == actual, expected, actual }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Case by case, why we differ.
    const DEVIATIONS: &str = include_str!("../../../tests/fixtures/parity/deviations-markdown.json");

    #[test]
    fn recorded_documents_are_equal_but_for_the_listed_ones() {
        let outcomes =
            markdown(include_str!("../../../tests/fixtures/parity/markdown.json")).expect("the fixture parses");
        let deviations: BTreeMap<String, String> = serde_json::from_str(DEVIATIONS).expect("a JSON object of texts");
        let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.passed).collect();
        for outcome in &failed {
            let Outcome { name, expected, actual, .. } = outcome;
            assert!(deviations.contains_key(name), "{name}\n--- expected\n{expected}\n--- actual\n{actual}");
        }
        assert_eq!(failed.len(), deviations.len(), "a listed deviation is none any more");
        assert!(outcomes.len() - failed.len() >= 57);
    }
}
