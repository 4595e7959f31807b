//! The one door to the disk. Everything that reads or writes files goes through [`System`], so that a test can count,
//! forbid or falsify what happens there; `clippy.toml` keeps it so.
#![expect(clippy::disallowed_methods, reason = "this is the door that the rule points to")]

mod walk;

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::SystemTime;

pub use walk::{BadLink, Link, Walk, WalkError, WalkedFile};

/// What the file system says of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStat {
    /// Its length in bytes.
    pub size: u64,
    /// When its content was last changed, in nanoseconds since 1970; 0 where that is not known.
    pub mtime_ns: i128,
    /// When its content, or what the file system keeps of it, was last changed, in nanoseconds since 1970; 0 where that is not
    /// known. Unlike the modification time no program can put it back.
    pub changed_ns: i128,
    /// Its inode number; 0 where there is none.
    pub inode: u64,
    /// Whether it is a folder.
    pub is_dir: bool,
}

/// Reads and writes files.
pub trait System: fmt::Debug + Send + Sync {
    /// The content of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What the file system says of a file or folder; links are followed.
    fn stat(&self, path: &Path) -> io::Result<FileStat>;

    /// All files below a folder. A folder that is not there holds none.
    fn walk(&self, folder: &Path) -> Walk;

    /// The symbolic links in a folder and below it, sorted; what lies behind a link is not looked at.
    fn links(&self, folder: &Path) -> Vec<Link> {
        let _ = folder;
        Vec::new()
    }

    /// The names in one folder, sorted.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// Writes a file whole or not at all, and makes the folders that it needs: a reader, or a crash, sees either the
    /// old content or the new.
    fn write_atomic(&self, path: &Path, content: &[u8]) -> io::Result<()>;

    /// Makes `to` a second name of the file `from`, or a copy where the file system has no second names. What was at
    /// `to` is replaced in one step.
    fn link_or_copy(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Copies a file in one step, replacing what was there. The copy has the time of the original, where the file system
    /// can keep it: the two can be told to belong together without being read.
    fn copy(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Whether both names belong to the same file on disk.
    fn is_same_file(&self, a: &Path, b: &Path) -> bool;

    /// Whether the permissions of a file say that it is not to be written. One that is not there can be written.
    ///
    /// Renaming another file over it would go through all the same: whoever writes users' files asks first.
    fn is_read_only(&self, path: &Path) -> bool {
        let _ = path;
        false
    }

    /// Whether a path is a symbolic link, wherever it leads.
    fn is_link(&self, path: &Path) -> bool {
        let _ = path;
        false
    }

    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder if it is empty; says whether it was.
    fn remove_dir_if_empty(&self, path: &Path) -> io::Result<bool>;
}

/// The disk of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsSystem;

impl System for OsSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn stat(&self, path: &Path) -> io::Result<FileStat> {
        fs::metadata(path).map(|metadata| file_stat(&metadata))
    }

    fn walk(&self, folder: &Path) -> Walk {
        walk::walk(folder)
    }

    fn links(&self, folder: &Path) -> Vec<Link> {
        walk::links(folder)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    fn write_atomic(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        replace(path, |temporary| temporary.as_file_mut().write_all(content))
    }

    fn link_or_copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        let folder = parent(to)?;
        fs::create_dir_all(folder)?;
        let made = temporary().make_in(folder, |name| fs::hard_link(from, name));
        match made {
            Ok(link) => link.into_temp_path().persist(to).map_err(|error| error.error),
            Err(_) => self.copy(from, to),
        }
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut source = fs::File::open(from)?;
        replace(to, |temporary| {
            io::copy(&mut source, temporary.as_file_mut())?;
            // A copy with another time is a copy.
            let _ = source.metadata()?.modified().and_then(|time| temporary.as_file().set_modified(time));
            Ok(())
        })
    }

    fn is_same_file(&self, a: &Path, b: &Path) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let identity = |path| fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()));
            matches!((identity(a), identity(b)), (Ok(a), Ok(b)) if a == b)
        }
        #[cfg(not(unix))]
        {
            matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
        }
    }

    fn is_read_only(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly())
    }

    fn is_link(&self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir_if_empty(&self, path: &Path) -> io::Result<bool> {
        match fs::remove_dir(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// How the temporary files begin that an interrupted write can leave behind.
const TEMPORARY_PREFIX: &str = ".bds-tmp-";

/// How many letters and digits follow.
const TEMPORARY_RANDOM: usize = 6;

/// Whether a file is called as those are that an interrupted write can leave behind. People do not call files so.
pub fn is_temporary(name: &str) -> bool {
    name.strip_prefix(TEMPORARY_PREFIX)
        .is_some_and(|rest| rest.len() == TEMPORARY_RANDOM && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX).rand_bytes(TEMPORARY_RANDOM);
    builder
}

/// Fills a new file beside `path` and renames it into place.
fn replace(path: &Path, fill: impl FnOnce(&mut tempfile::NamedTempFile) -> io::Result<()>) -> io::Result<()> {
    let folder = parent(path)?;
    fs::create_dir_all(folder)?;
    let mut builder = temporary();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder)?;
    fill(&mut temporary)?;
    if let Ok(before) = fs::metadata(path) {
        // Who may read and run a file is not for us to change.
        temporary.as_file().set_permissions(before.permissions())?;
    }
    temporary.persist(path).map(drop).map_err(|error| error.error)
}

fn parent(path: &Path) -> io::Result<&Path> {
    path.parent().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a root cannot be written"))
}

fn file_stat(metadata: &fs::Metadata) -> FileStat {
    let since_1970 = metadata.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    #[cfg(unix)]
    let (inode, changed_ns) = {
        use std::os::unix::fs::MetadataExt;
        (metadata.ino(), i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec()))
    };
    #[cfg(not(unix))]
    let (inode, changed_ns) = (0, 0);
    FileStat {
        size: metadata.len(),
        mtime_ns: since_1970.map_or(0, |duration| duration.as_nanos().cast_signed()),
        changed_ns,
        inode,
        is_dir: metadata.is_dir(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_whole_files_into_new_folders() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let file = root.path().join("a/b/c.txt");
        OsSystem.write_atomic(&file, b"one").expect("written");
        OsSystem.write_atomic(&file, b"two").expect("written again");
        assert_eq!(OsSystem.read(&file).expect("read"), b"two");
        assert_eq!(OsSystem.list(&root.path().join("a/b")).expect("listed"), ["c.txt"]);
    }

    #[test]
    fn links_replace_what_was_there() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let (from, to) = (root.path().join("from"), root.path().join("out/to"));
        OsSystem.write_atomic(&from, b"image").expect("written");
        OsSystem.write_atomic(&to, b"old").expect("written");
        OsSystem.link_or_copy(&from, &to).expect("linked");
        assert!(OsSystem.is_same_file(&from, &to));
        OsSystem.write_atomic(&to, b"new").expect("written");
        assert_eq!(OsSystem.read(&from).expect("read"), b"image", "writing the output leaves the source alone");
    }

    #[test]
    fn a_copy_has_the_time_of_its_original() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let (from, to) = (root.path().join("from"), root.path().join("out/to"));
        OsSystem.write_atomic(&from, b"image").expect("written");
        let file = fs::OpenOptions::new().append(true).open(&from).expect("opened");
        file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000)).expect("set");
        OsSystem.copy(&from, &to).expect("copied");
        assert_eq!(OsSystem.stat(&to).expect("there").mtime_ns, 1_000_000_000_000_000);
        assert_eq!(OsSystem.read(&to).expect("read"), b"image");
    }

    #[test]
    fn temporary_files_are_known_by_their_names_and_nothing_else_is() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let made = temporary().tempfile_in(root.path()).expect("made");
        let name = made.path().file_name().and_then(|name| name.to_str()).expect("a name");
        assert!(is_temporary(name), "{name}");
        for other in
            [".bds-tmp-", ".bds-tmp-notes-", ".bds-tmp-a.b.cd", "bds-tmp-abcdef", ".bds-tmp-abcdefg", ".bds-tmp-äöü"]
        {
            assert!(!is_temporary(other), "{other}");
        }
    }

    #[test]
    fn walks_in_order_and_misses_nothing() {
        let root = tempfile::tempdir().expect("a temporary folder");
        for name in ["b.md", "a/z.md", "a-b.md"] {
            OsSystem.write_atomic(&root.path().join(name), b"").expect("written");
        }
        let walk = OsSystem.walk(root.path());
        let names: Vec<_> = walk.files.iter().map(|file| file.path.strip_prefix(root.path()).expect("below")).collect();
        assert_eq!(names, [Path::new("a/z.md"), Path::new("a-b.md"), Path::new("b.md")]);
        assert!(OsSystem.walk(&root.path().join("absent")).files.is_empty());
    }
}
