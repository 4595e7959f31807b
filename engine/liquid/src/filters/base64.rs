//! `base64_encode` and `base64_decode`.

use super::{Call, Group};
use crate::error::FilterError;
use crate::value::Value;

pub(super) const FILTERS: Group = &[("base64_encode", encode), ("base64_decode", decode)];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let text = input.to_text();
    let mut out = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    Ok(out.into())
}

/// Bytes that are no UTF-8 become replacement characters.
fn decode<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let text = input.to_text();
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let mut digits = digits.as_slice();
    if digits.len().is_multiple_of(4) {
        digits = digits.strip_suffix(b"==").or_else(|| digits.strip_suffix(b"=")).unwrap_or(digits);
    }
    let invalid = || FilterError::new("this is no base64");
    if digits.len() % 4 == 1 {
        return Err(invalid());
    }
    let mut out = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for chunk in digits.chunks(4) {
        let mut bits: u32 = 0;
        for place in 0..4 {
            let digit = match chunk.get(place) {
                Some(digit) => DIGITS.iter().zip(0..).find(|(known, _)| *known == digit).ok_or_else(invalid)?.1,
                None => 0,
            };
            bits = bits << 6 | digit;
        }
        let [_, bytes @ ..] = bits.to_be_bytes();
        out.extend_from_slice(&bytes[..chunk.len() - 1]);
    }
    Ok(String::from_utf8_lossy(&out).into_owned().into())
}
