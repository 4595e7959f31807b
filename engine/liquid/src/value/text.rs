use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A text that is borrowed or shared: cloning it copies no characters.
#[derive(Clone)]
pub enum Text<'a> {
    /// Text that the host keeps.
    Borrowed(&'a str),
    /// Text that whoever clones it shares.
    Shared(Arc<str>),
}

impl Text<'_> {
    /// Its length as `LiquidJS` counts it: in UTF-16 units, so that an emoji counts as two.
    pub fn utf16_len(&self) -> usize {
        if self.is_ascii() { self.len() } else { self.chars().map(char::len_utf16).sum() }
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text<'_> {}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self::Borrowed(text)
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self::Shared(text.into())
    }
}

impl From<Arc<str>> for Text<'_> {
    fn from(text: Arc<str>) -> Self {
        Self::Shared(text)
    }
}

impl From<&Arc<str>> for Text<'_> {
    fn from(text: &Arc<str>) -> Self {
        Self::Shared(Arc::clone(text))
    }
}
