use bds_base::{Diagnostic, LineIndex, Place, SitePath};

use crate::codes;

/// What a reader makes of a file: as much of its value as could be saved, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed<T> {
    /// What the file says.
    pub value: T,
    /// What is wrong with the file, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Takes the bytes of a file as text. A byte order mark is no part of the text that the readers see.
///
/// # Errors
/// The first byte that is not UTF-8, with its line and column.
pub fn decode<'b>(path: &SitePath, bytes: &'b [u8]) -> Result<&'b str, Box<Diagnostic>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)),
        Err(error) => Err(Box::new(not_utf8(path, bytes, error.valid_up_to()))),
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

fn not_utf8(path: &SitePath, bytes: &[u8], at: usize) -> Diagnostic {
    let valid = std::str::from_utf8(&bytes[..at]).unwrap_or_default();
    let valid = valid.strip_prefix(BYTE_ORDER_MARK).unwrap_or(valid);
    let position = LineIndex::new(valid).position(valid, valid.len());
    let looks_like_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let encoding = if looks_like_utf16 { "UTF-16" } else { "another encoding" };
    Diagnostic::error(codes::NOT_UTF8, format!("the byte 0x{:02x} is not valid UTF-8", bytes[at]))
        .at(Place::at(path.clone(), position))
        .hint(format!("the file seems to be in {encoding}; save it as UTF-8"))
}

#[cfg(test)]
mod tests {
    use bds_base::Position;

    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        let path = SitePath::new("posts/a.md").unwrap();
        assert_eq!(decode(&path, "\u{feff}---".as_bytes()), Ok("---"));
        assert_eq!(decode(&path, b""), Ok(""));
    }

    #[test]
    fn the_first_bad_byte_is_told_with_line_and_column() {
        let path = SitePath::new("posts/a.md").unwrap();
        let error = decode(&path, b"one\nt\xc3\xbc\xfcx\xff").unwrap_err();
        assert_eq!(error.place.and_then(|place| place.start), Some(Position::new(2, 3)));
        assert_eq!(error.message, "the byte 0xfc is not valid UTF-8");
        let cut = decode(&path, b"\xef\xbb\xbf\xc3").unwrap_err();
        assert_eq!(cut.place.and_then(|place| place.start), Some(Position::new(1, 1)));
    }
}
