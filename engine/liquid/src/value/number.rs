//! Numbers as JavaScript has them, since templates were written for it: one kind of number, printed without a needless
//! fraction, and texts that read as numbers.

use super::{Value, Word, script_text};
use crate::limits::Budget;

/// Doubles hold every whole number up to here.
const SAFE: f64 = 9_007_199_254_740_992.0;

/// As text: `1` for 1.0, the shortest digits that read back, an exponent below a millionth and from 1e21 on.
pub(crate) fn format_number(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&number.abs()) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
        _ => text,
    }
}

/// The number as a value: whole numbers that a double holds exactly are integers.
pub(crate) fn from_number<'a>(number: f64) -> Value<'a> {
    if number.fract() == 0.0 && number.abs() < SAFE {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
        Value::Integer(number as i64)
    } else {
        Value::Float(number)
    }
}

/// What the value is as a number: NaN if it is none.
pub(crate) fn to_number(value: &Value<'_>) -> f64 {
    match value {
        Value::Nil | Value::Bool(false) | Value::Word(Word::Nil | Word::Empty | Word::Blank) => 0.0,
        Value::Bool(true) => 1.0,
        Value::Integer(_) | Value::Float(_) => value.as_f64().unwrap_or(f64::NAN),
        Value::Text(text) => parse(text),
        Value::Array(_) => parse(&script_text(value, &Budget::of_one_value())),
        Value::Undefined | Value::Object(_) => f64::NAN,
    }
}

/// What the filters on numbers take it for: zero if it is no number.
pub(crate) fn to_number_or_zero(value: &Value<'_>) -> f64 {
    let number = to_number(value);
    if number.is_nan() { 0.0 } else { number }
}

/// The number without its fraction, as a place in a list; zero if it is no number.
pub(crate) fn to_count(number: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "the cast goes to the nearest number that there is")]
    let whole = number as i64;
    whole
}

fn parse(text: &str) -> f64 {
    let text = text.trim_matches(crate::text::is_space);
    match text {
        "" => return 0.0,
        "Infinity" | "+Infinity" => return f64::INFINITY,
        "-Infinity" => return f64::NEG_INFINITY,
        _ => {}
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        let digits = text.get(..2).filter(|start| start.eq_ignore_ascii_case(prefix)).and(text.get(2..));
        if let Some(digits) = digits {
            return parse_radix(digits, radix);
        }
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) {
        text.parse().unwrap_or(f64::NAN)
    } else {
        f64::NAN
    }
}

fn parse_radix(digits: &str, radix: u32) -> f64 {
    if digits.is_empty() {
        return f64::NAN;
    }
    digits
        .chars()
        .try_fold(0.0, |number, digit| Some(number * f64::from(radix) + f64::from(digit.to_digit(radix)?)))
        .unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_as_in_javascript() {
        for (number, expected) in [
            (1.0, "1"),
            (-0.0, "0"),
            (3.5, "3.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e+21"),
            (1.5e-7, "1.5e-7"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (0.000_001, "0.000001"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(format_number(number), expected);
        }
    }

    #[test]
    fn texts_read_as_numbers_as_in_javascript() {
        for (text, expected) in [
            ("", 0.0),
            (" 12 ", 12.0),
            ("1e3", 1000.0),
            ("0x1F", 31.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("+5", 5.0),
            ("-Infinity", f64::NEG_INFINITY),
        ] {
            assert_eq!(to_number(&Value::from(text)).total_cmp(&expected), std::cmp::Ordering::Equal, "{text}");
        }
        for text in ["inf", "nan", "12px", "0x", "1_000", "é", "1 2"] {
            assert!(to_number(&Value::from(text)).is_nan(), "{text}");
        }
    }
}
