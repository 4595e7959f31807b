use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The files of a folder with their content, by relative path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree(BTreeMap<String, Vec<u8>>);

impl Tree {
    /// Reads a folder; one that is not there is empty.
    pub fn read(folder: &Path) -> Self {
        let mut tree = Self::default();
        tree.add(folder, "");
        tree
    }

    fn add(&mut self, folder: &Path, prefix: &str) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries {
            let entry = entry.expect("the folder can be listed");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().expect("the kind of a file is known");
            if kind.is_dir() {
                self.add(&entry.path(), &format!("{name}/"));
            } else if kind.is_symlink() {
                let target = fs::read_link(entry.path()).expect("a link can be read");
                self.0.insert(name, format!("-> {}", target.display()).into_bytes());
            } else {
                // While a build runs, files come and go.
                match fs::read(entry.path()) {
                    Ok(content) => drop(self.0.insert(name, content)),
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => panic!("{name} cannot be read: {error}"),
                }
            }
        }
    }

    /// The tree less some files.
    #[must_use]
    pub fn without(mut self, unwanted: impl Fn(&str) -> bool) -> Self {
        self.0.retain(|path, _| !unwanted(path));
        self
    }

    /// Whether a file is in it.
    pub fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// The paths, sorted.
    pub fn paths(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// The paths that are in only one of two trees, or differ.
    pub fn differences<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let mut paths: Vec<_> = self.0.keys().chain(other.0.keys()).map(String::as_str).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.retain(|path| self.0.get(*path) != other.0.get(*path));
        paths
    }

    /// The files with their content, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, content)| (path.as_str(), content.as_slice()))
    }
}
