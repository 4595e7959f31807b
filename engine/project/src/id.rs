use std::collections::HashSet;
use std::sync::Arc;

use bds_base::{Fingerprint, SitePath};

/// Makes the id of a file that has none of its own, or whose own is taken: a UUID of version 8 (RFC 9562 §5.8), made
/// of the first 16 bytes of the blake3 hash of `bds-id`, the kind, the attempt and the path of the file. The same
/// file has the same id in every clone and in every build.
pub(crate) fn derived(kind: &str, path: &SitePath, taken: &mut HashSet<Arc<str>>) -> Arc<str> {
    for attempt in 0_u32.. {
        let id: Arc<str> = uuid(&Fingerprint::of(format!("bds-id\0{kind}\0{attempt}\0{path}"))).into();
        if taken.insert(id.clone()) {
            return id;
        }
    }
    unreachable!("no project has four billion files")
}

/// The UUID of version 8 (RFC 9562 §5.8) that is made of the first 16 bytes of a fingerprint.
pub fn uuid(fingerprint: &Fingerprint) -> String {
    let mut bytes: [u8; 16] = std::array::from_fn(|at| fingerprint.as_bytes()[at]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_that_depend_on_kind_and_path_only() {
        let path = SitePath::new("posts/2024/01/a.md").unwrap();
        let id = derived("post", &path, &mut HashSet::new());
        assert_eq!(id, derived("post", &path, &mut HashSet::new()));
        assert_ne!(id, derived("script", &path, &mut HashSet::new()));
        assert_eq!((id.len(), &id[14..15], &id[8..9]), (36, "8", "-"));
    }

    #[test]
    fn a_taken_id_is_not_given_again() {
        let path = SitePath::new("posts/2024/01/a.md").unwrap();
        let mut taken = HashSet::new();
        assert_ne!(derived("post", &path, &mut taken), derived("post", &path, &mut taken));
    }
}
