use std::collections::BTreeMap;

/// The metadata at the top of a shipped template or script: `key: value` lines between two lines `---`.
///
/// Reads only what our own files hold; users' files are read by the reader of projects (format sheet §5 and §6).
#[derive(Debug, Default)]
pub(crate) struct Header {
    values: BTreeMap<&'static str, &'static str>,
}

impl Header {
    /// Takes the header off a file; what is left is the body.
    pub(crate) fn split(source: &'static str) -> (Self, &'static str) {
        let start = source.strip_prefix("\"\"\"\n").unwrap_or(source);
        let Some((header, body)) = start.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) else {
            return (Self::default(), source);
        };
        let values = header.lines().filter_map(|line| line.split_once(": ")).collect();
        (Self { values }, body)
    }

    /// The value of a key without its quotes; empty when there is none.
    pub(crate) fn text(&self, key: &str) -> &'static str {
        self.values.get(key).map_or("", |value| value.trim_matches('"'))
    }

    /// The version; none in a file that has no metadata.
    pub(crate) fn version(&self) -> Option<u32> {
        self.text("version").parse().ok()
    }

    /// The values of a key that holds a list: `["a", "b"]`.
    pub(crate) fn list(&self, key: &str) -> Vec<&'static str> {
        let inner = self.text(key).trim_start_matches('[').trim_end_matches(']');
        inner.split(',').map(|item| item.trim().trim_matches('"')).filter(|item| !item.is_empty()).collect()
    }
}
