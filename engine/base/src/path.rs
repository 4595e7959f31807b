use std::borrow::Borrow;
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Names a file inside a root folder: relative, `/`-separated, without `.`, `..` or empty parts.
///
/// Used for sources (relative to the project) and for output (relative to the output folder) alike, so that no
/// result depends on where on a machine a project lies. Cheap to clone. The root itself is the empty path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SitePath(Arc<str>);

/// Says why a text is no [`SitePath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SitePathError {
    /// The path has a part that is empty, `.` or `..`, or a back slash.
    #[error("`{0}` is not a plain relative path")]
    NotPlain(String),
    /// The path is not UTF-8.
    #[error("the path `{}` is not valid UTF-8", .0.display())]
    NotUtf8(PathBuf),
    /// The path does not lie below the root.
    #[error("`{}` lies outside `{}`", .path.display(), .root.display())]
    Outside {
        /// The path that was given.
        path: PathBuf,
        /// The folder that it should lie in.
        root: PathBuf,
    },
}

impl SitePath {
    /// Checks and takes a relative path.
    pub fn new(path: impl AsRef<str>) -> Result<Self, SitePathError> {
        let path = path.as_ref();
        if is_plain(path) { Ok(Self(path.into())) } else { Err(SitePathError::NotPlain(path.to_owned())) }
    }

    /// Names `path` relative to `root`.
    pub fn from_root(root: &Path, path: &Path) -> Result<Self, SitePathError> {
        if let Some(path) = plainly_below(root, path) {
            return Ok(Self(path.into()));
        }
        let outside = || SitePathError::Outside { path: path.to_owned(), root: root.to_owned() };
        let relative = path.strip_prefix(root).map_err(|_| outside())?;
        let mut text = String::new();
        for component in relative.components() {
            let Component::Normal(part) = component else { return Err(outside()) };
            let part = part.to_str().ok_or_else(|| SitePathError::NotUtf8(path.to_owned()))?;
            if !text.is_empty() {
                text.push('/');
            }
            text.push_str(part);
        }
        Self::new(text)
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the file lies when the root is `root`.
    pub fn to_path(&self, root: &Path) -> PathBuf {
        if self.0.is_empty() { root.to_owned() } else { root.join(&*self.0) }
    }

    /// The last part: the file name.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The file name without what follows its last dot; a leading dot does not count.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(dot) if dot > 0 => &name[..dot],
            _ => name,
        }
    }

    /// What follows the last dot of the file name, as written; none when there is no such dot.
    pub fn extension(&self) -> Option<&str> {
        let name = self.file_name();
        name.rfind('.').filter(|&dot| dot > 0).map(|dot| &name[dot + 1..])
    }

    /// The folder that the file lies in; none for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        Some(Self(self.0.rfind('/').map_or_else(|| "".into(), |slash| self.0[..slash].into())))
    }

    /// The path of something in this folder.
    pub fn join(&self, rest: impl AsRef<str>) -> Result<Self, SitePathError> {
        let rest = rest.as_ref();
        if self.0.is_empty() { Self::new(rest) } else { Self::new(format!("{}/{rest}", self.0)) }
    }

    /// Whether the path is `folder` or lies below it. The empty path is above everything.
    pub fn is_in(&self, folder: &str) -> bool {
        folder.is_empty() || self.0.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Whether a path is relative, without parts that are empty, `.` or `..`, and without characters that no part can hold.
/// In one pass: there are tens of thousands of them in every build.
fn is_plain(path: &str) -> bool {
    let (mut length, mut dots) = (0_usize, 0_usize);
    for byte in path.bytes() {
        match byte {
            b'\\' | 0 => return false,
            b'/' if length == dots && length <= 2 => return false,
            b'/' => (length, dots) = (0, 0),
            _ => {
                length += 1;
                dots += usize::from(byte == b'.');
            }
        }
    }
    path.is_empty() || length != dots || length > 2
}

/// What of a path stands behind its root, where both are written alike and nothing has to be put right.
fn plainly_below<'p>(root: &Path, path: &'p Path) -> Option<&'p str> {
    let below = path.to_str()?.strip_prefix(root.to_str()?)?.strip_prefix('/')?;
    (!below.is_empty() && is_plain(below)).then_some(below)
}

impl Serialize for SitePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SitePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PlainPath;

        impl Visitor<'_> for PlainPath {
            type Value = SitePath;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a plain relative path")
            }

            fn visit_str<E: Error>(self, path: &str) -> Result<SitePath, E> {
                SitePath::new(path).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(PlainPath)
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Borrow<str> for SitePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for SitePath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SitePath {
    type Error = SitePathError;

    fn try_from(path: String) -> Result<Self, Self::Error> {
        Self::new(path)
    }
}

impl From<SitePath> for String {
    fn from(path: SitePath) -> Self {
        path.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SitePath {
        SitePath::new(text).expect("a plain path")
    }

    #[test]
    fn refuses_what_leaves_the_root() {
        for bad in ["/", "/etc", "a/../b", "a//b", "./a", "a/", "a\\b", "a\0b", ".", "..", "a/.", "a/.."] {
            assert_eq!(SitePath::new(bad), Err(SitePathError::NotPlain(bad.to_owned())));
        }
    }

    #[test]
    fn takes_what_only_looks_like_leaving_the_root() {
        for good in ["", "...", "a/.../b", ".a/..b", "a./b..", "a b/ä"] {
            let json = serde_json::to_string(&path(good)).expect("a text");
            assert_eq!(serde_json::from_str::<SitePath>(&json).expect("the same text"), path(good));
        }
        assert!(serde_json::from_str::<SitePath>("\"../a\"").is_err());
    }

    #[test]
    fn takes_names_apart() {
        let file = path("media/2005/11/a.b.jpg");
        assert_eq!((file.file_name(), file.stem(), file.extension()), ("a.b.jpg", "a.b", Some("jpg")));
        assert_eq!(file.parent(), Some(path("media/2005/11")));
        assert_eq!((path(".hidden").stem(), path(".hidden").extension()), (".hidden", None));
        assert_eq!(path("top").parent(), Some(path("")));
        assert_eq!(path("").parent(), None);
    }

    #[test]
    fn knows_its_folders() {
        assert!(path("posts/2024/a.md").is_in("posts"));
        assert!(!path("posts-old/a.md").is_in("posts"));
        assert!(path("posts").is_in(""));
    }

    #[test]
    fn is_relative_to_its_root() {
        let root = Path::new("/blog");
        assert_eq!(SitePath::from_root(root, Path::new("/blog/posts/a.md")), Ok(path("posts/a.md")));
        // However the two are written.
        for (root, file) in
            [("/blog/", "/blog/posts/a.md"), ("/blog", "/blog//posts/./a.md"), ("/blog/.", "/blog/posts/a.md")]
        {
            assert_eq!(SitePath::from_root(Path::new(root), Path::new(file)), Ok(path("posts/a.md")), "{root}, {file}");
        }
        assert_eq!(SitePath::from_root(root, root), Ok(path("")));
        assert!(matches!(SitePath::from_root(root, Path::new("/blog-2/a.md")), Err(SitePathError::Outside { .. })));
        assert!(matches!(SitePath::from_root(root, Path::new("/other/a.md")), Err(SitePathError::Outside { .. })));
        assert_eq!(path("posts/a.md").to_path(root), Path::new("/blog/posts/a.md"));
    }
}
