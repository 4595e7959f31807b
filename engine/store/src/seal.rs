//! Records as they lie in the database: postcard, and a checksum over key and content. `SQLite` has no checksums of
//! its own, and a wrong fingerprint in a table would be a wrong page.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// How many bytes of blake3 stand at the end of a record: enough against accidents.
const CHECK: usize = 8;

/// Packs a record that is stored under `key`.
pub(crate) fn seal<T: Serialize>(key: &[u8], value: &T) -> Vec<u8> {
    close(key, postcard::to_stdvec(value).expect("records are plain data, which always serialises"))
}

/// Packs bytes that are stored under `key`.
pub(crate) fn close(key: &[u8], mut record: Vec<u8>) -> Vec<u8> {
    let check = check(key, &record);
    record.extend_from_slice(&check);
    record
}

/// Unpacks a record; none when it is not what was stored under this key.
pub(crate) fn unseal<T: DeserializeOwned>(key: &[u8], record: &[u8]) -> Option<T> {
    postcard::from_bytes(open(key, record)?).ok()
}

/// Unpacks bytes; none when they are not what was stored under this key.
pub(crate) fn open<'r>(key: &[u8], record: &'r [u8]) -> Option<&'r [u8]> {
    let (content, found) = record.split_at_checked(record.len().checked_sub(CHECK)?)?;
    (found == check(key, content)).then_some(content)
}

/// From how many bytes on a hasher that is fed with pieces costs less than putting them together.
const LONG: usize = 4096;

/// In one piece, if it is short: hashing a few bytes at once is twice as fast as a hasher that is fed with pieces.
fn check(key: &[u8], content: &[u8]) -> [u8; CHECK] {
    let mut check = [0; CHECK];
    if content.len() > LONG {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(key.len() as u64).to_le_bytes()).update(key).update(content);
        check.copy_from_slice(&hasher.finalize().as_bytes()[..CHECK]);
        return check;
    }
    let mut whole = Vec::with_capacity(8 + key.len() + content.len());
    whole.extend_from_slice(&(key.len() as u64).to_le_bytes());
    whole.extend_from_slice(key);
    whole.extend_from_slice(content);
    check.copy_from_slice(&blake3::hash(&whole).as_bytes()[..CHECK]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_records_are_sealed_as_short_ones_are() {
        for length in [LONG - 1, LONG, LONG + 1, 3 * LONG] {
            let content = vec![7; length];
            let whole = [&3_u64.to_le_bytes()[..], b"key", &content].concat();
            assert_eq!(check(b"key", &content), blake3::hash(&whole).as_bytes()[..CHECK], "{length} bytes");
        }
    }

    #[test]
    fn a_record_opens_only_whole_and_under_its_key() {
        let record = seal(b"posts/a.md", &(7_u64, "text"));
        assert_eq!(unseal(b"posts/a.md", &record), Some((7_u64, "text".to_owned())));
        assert_eq!(unseal::<(u64, String)>(b"posts/b.md", &record), None);
        for at in 0..record.len() {
            let mut damaged = record.clone();
            damaged[at] ^= 1;
            assert_eq!(unseal::<(u64, String)>(b"posts/a.md", &damaged), None, "byte {at}");
            assert_eq!(unseal::<(u64, String)>(b"posts/a.md", &record[..at]), None, "cut at {at}");
        }
    }
}
