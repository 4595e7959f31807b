use std::fmt::Write as _;

use anyhow::Context as _;
use bds_macro_api::Limits;
use bds_project::config::MacroLimits;
use serde_json::Value;

/// What one call may use up: each key of `bds.toml`, what it is when the file does not say it, what it counts.
pub(super) fn table() -> anyhow::Result<String> {
    let schema = schemars::schema_for!(MacroLimits).to_value();
    let usual = serde_json::to_value(Limits::default())?;
    let mut table = "\n| key | without it | |\n|---|---|---|\n".to_owned();
    for (name, key) in schema["properties"].as_object().context("limits have keys")? {
        let number = usual.get(name).and_then(Value::as_u64).with_context(|| format!("`{name}` is no limit"))?;
        let doc = key["description"].as_str().with_context(|| format!("`{name}` has no description"))?;
        writeln!(table, "| `{name}` | {} | {doc} |", grouped(number))?;
    }
    Ok(table)
}

/// A number as people read it: `16,777,216`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let numbers = [0, 999, 1000, 10_000, 16_777_216];
        assert_eq!(numbers.map(grouped), ["0", "999", "1,000", "10,000", "16,777,216"]);
    }
}
