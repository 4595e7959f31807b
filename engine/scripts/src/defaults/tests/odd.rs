//! A disk that misbehaves.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use bds_base::{FileStat, OsSystem, System, Walk, WalkedFile};

/// The disk of this machine, changed in one respect.
#[derive(Debug, Default)]
pub(super) struct Odd {
    /// Names are the same in any case.
    pub(super) ignores_case: bool,
    /// The file that cannot be written.
    pub(super) refuses: Option<PathBuf>,
    /// The file that somebody else writes after it was read so many times.
    pub(super) is_changed: Option<(PathBuf, AtomicU32)>,
}

impl Odd {
    /// Where a path leads: to what is there under a name in another case, where there is something.
    fn real(&self, path: &Path) -> PathBuf {
        if !self.ignores_case {
            return path.to_owned();
        }
        path.iter().fold(PathBuf::new(), |folder, name| {
            let names = OsSystem.list(&folder).unwrap_or_default();
            let wanted = name.to_string_lossy().to_lowercase();
            let real = names.into_iter().find(|listed| listed.to_lowercase() == wanted);
            folder.join(real.map_or_else(|| name.to_owned(), Into::into))
        })
    }
}

impl System for Odd {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let content = OsSystem.read(&self.real(path));
        if let Some((changed, left)) = &self.is_changed
            && changed == path
            && left.fetch_sub(1, Ordering::Relaxed) == 1
        {
            OsSystem.write_atomic(path, b"changed meanwhile")?;
        }
        content
    }

    fn stat(&self, path: &Path) -> io::Result<FileStat> {
        OsSystem.stat(&self.real(path))
    }

    fn walk(&self, folder: &Path) -> Walk {
        let walk = OsSystem.walk(&self.real(folder));
        let back = |file: WalkedFile| WalkedFile {
            path: folder.join(file.path.strip_prefix(self.real(folder)).expect("below the folder")),
            ..file
        };
        Walk { files: walk.files.into_iter().map(back).collect(), errors: walk.errors }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        OsSystem.list(&self.real(folder))
    }

    fn write_atomic(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        if self.refuses.as_deref() == Some(path) {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "no space is left"));
        }
        OsSystem.write_atomic(&self.real(path), content)
    }

    fn link_or_copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        OsSystem.link_or_copy(from, to)
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        OsSystem.copy(from, to)
    }

    fn is_same_file(&self, a: &Path, b: &Path) -> bool {
        OsSystem.is_same_file(&self.real(a), &self.real(b))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        OsSystem.remove_file(&self.real(path))
    }

    fn remove_dir_if_empty(&self, path: &Path) -> io::Result<bool> {
        OsSystem.remove_dir_if_empty(&self.real(path))
    }
}
