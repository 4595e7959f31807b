//! Filters on numbers. What is no number counts as 0; what is left out makes the result no number.

use super::{Call, Group};
use crate::error::FilterError;
use crate::value::{Value, format_number, from_number, to_number_or_zero};

pub(super) const FILTERS: Group = &[
    ("plus", plus),
    ("minus", minus),
    ("times", times),
    ("divided_by", divided_by),
    ("modulo", modulo),
    ("abs", abs),
    ("ceil", ceil),
    ("floor", floor),
    ("round", round),
    ("at_least", at_least),
    ("at_most", at_most),
];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

/// Works on whole numbers where all is whole and fits, else on doubles.
fn computed<'a>(
    call: &Call<'_, '_, 'a>,
    input: &Value<'a>,
    whole: fn(i64, i64) -> Option<i64>,
    any: fn(f64, f64) -> f64,
) -> Value<'a> {
    let argument = call.argument(0);
    if let (Value::Integer(left), Value::Integer(right)) = (input, &argument)
        && let Some(result) = whole(*left, *right)
    {
        return Value::Integer(result);
    }
    from_number(any(to_number_or_zero(input), number(call)))
}

/// The argument as a number; none at all is no number.
fn number(call: &Call<'_, '_, '_>) -> f64 {
    if call.arguments.is_empty() { f64::NAN } else { to_number_or_zero(&call.argument(0)) }
}

fn plus<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(computed(call, &input, i64::checked_add, |left, right| left + right))
}

fn minus<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(computed(call, &input, i64::checked_sub, |left, right| left - right))
}

fn times<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(computed(call, &input, i64::checked_mul, |left, right| left * right))
}

/// With `true` as second argument, without a fraction.
fn divided_by<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let quotient = to_number_or_zero(&input) / number(call);
    let is_whole = to_number_or_zero(&call.argument(1)) != 0.0;
    Ok(from_number(if is_whole { quotient.floor() } else { quotient }))
}

/// The remainder, with the sign of the divisor.
fn modulo<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let divisor = number(call);
    Ok(from_number((to_number_or_zero(&input) % divisor + divisor) % divisor))
}

fn abs<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(from_number(to_number_or_zero(&input).abs()))
}

fn ceil<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(from_number(to_number_or_zero(&input).ceil()))
}

fn floor<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(from_number(to_number_or_zero(&input).floor()))
}

/// To so many decimal places; halves go away from zero. The shifting is done on the digits, as 1.005 is no double.
fn round<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    const SAFE: f64 = 9_007_199_254_740_991.0;
    let value = to_number_or_zero(&input);
    let places = to_number_or_zero(&call.argument(0));
    let scaled = shifted(value.abs(), places);
    if scaled.is_nan() || scaled > SAFE {
        return Ok(from_number(value));
    }
    let rounded = shifted((scaled + 0.5).floor(), -places);
    Ok(from_number(if value < 0.0 { -rounded } else { rounded }))
}

fn shifted(number: f64, places: f64) -> f64 {
    let text = format_number(number);
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let power = power.parse().unwrap_or(0.0) + places;
    if power.fract() != 0.0 {
        return f64::NAN;
    }
    format!("{digits}e{power:.0}").parse().unwrap_or(f64::NAN)
}

fn at_least<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(bounded(call, &input, f64::max))
}

fn at_most<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(bounded(call, &input, f64::min))
}

fn bounded<'a>(call: &Call<'_, '_, 'a>, input: &Value<'a>, choose: fn(f64, f64) -> f64) -> Value<'a> {
    let value = to_number_or_zero(input);
    from_number(if call.arguments.is_empty() { value } else { choose(value, number(call)) })
}
