//! `sha256` and `hmac_sha256`.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Call, Group};
use crate::error::FilterError;
use crate::value::Value;

pub(super) const FILTERS: Group = &[("sha256", sha256), ("hmac_sha256", hmac_sha256)];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

/// How many bytes SHA-256 works on at a time, which is what HMAC pads its key to.
const BLOCK: usize = 64;

fn sha256<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(hexadecimal(&Sha256::digest(input.to_text().as_bytes())).into())
}

/// With the key of the argument (RFC 2104).
fn hmac_sha256<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let key = call.text(0);
    let mut padded = [0; BLOCK];
    if key.len() > BLOCK {
        let digest = Sha256::digest(key.as_bytes());
        padded[..digest.len()].copy_from_slice(&digest);
    } else {
        padded[..key.len()].copy_from_slice(key.as_bytes());
    }
    let inner = Sha256::new_with_prefix(padded.map(|byte| byte ^ 0x36)).chain_update(input.to_text().as_bytes());
    let outer = Sha256::new_with_prefix(padded.map(|byte| byte ^ 0x5c)).chain_update(inner.finalize());
    Ok(hexadecimal(&outer.finalize()).into())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a string cannot fail");
        out
    })
}
