//! A site in a temporary folder, edited and built by the real binary: "build, change a file, build again" as code
//! that reads so.
#![expect(clippy::disallowed_methods, reason = "tests set up, and look at, real files")]
#![expect(clippy::return_self_not_must_use, reason = "an assertion may be the last of a chain")]

mod binary;
mod build;
mod command;
mod edits;
mod soak;
mod terminal;
mod tree;
mod watching;
mod workers;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub use binary::bds;
pub use build::{Build, BuildCommand};
pub use command::{Bds, Run, Running};
pub use edits::{Author, Random};
pub use soak::{Soak, Tally};
pub use terminal::screen;
pub use tree::Tree;
pub use watching::{Holdings, Watch, copy_folder};

/// A project in a folder of its own, which goes when the value goes.
#[derive(Debug)]
pub struct Site {
    folder: TempDir,
}

/// The least that makes a folder a project.
const PROJECT: &str = r#"{
  "name": "Test Blog",
  "description": "A blog for tests",
  "mainLanguage": "en",
  "publicUrl": "https://blog.example",
  "blogLanguages": []
}"#;

impl Site {
    /// A project with a name, an address, one language and nothing else.
    pub fn new() -> Self {
        Self::empty().file("meta/project.json", PROJECT)
    }

    /// An empty folder.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// A copy of a project.
    pub fn copy_of(project: &Path) -> Self {
        let site = Self::empty();
        for (file, content) in Tree::read(project).files() {
            if !is_made(file) {
                site.write(file, content);
            }
        }
        // Macros list folders, and see empty ones, too.
        copy_folders(project, &site.path(""), "");
        site
    }

    /// Adds a file.
    #[must_use]
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    /// Adds a published post of 2024-05-`day`, with the front matter lines given beyond the necessary ones.
    #[must_use]
    pub fn post(self, slug: &str, day: u32, more: &str, body: &str) -> Self {
        self.file(&format!("posts/2024/05/{slug}.md"), post(slug, day, more, body))
    }

    /// Adds an enabled macro script.
    #[must_use]
    pub fn macro_script(self, slug: &str, code: &str) -> Self {
        self.file(&format!("scripts/{slug}.py"), macro_script(slug, code))
    }

    /// Writes a file now.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::write(path, content).expect("the file can be written");
    }

    /// Replaces text in a file, which must hold it.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "`{path}` holds no `{from}`:\n{text}");
        self.write(path, text.replace(from, to));
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).expect("the file can be removed");
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("`{path}` cannot be read: {error}"))
    }

    /// Whether a file or folder is there.
    pub fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// Where a file of the project lies; the project itself for `""`.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A page of the built site.
    pub fn page(&self, path: &str) -> String {
        self.read(&format!("html/{path}"))
    }

    /// The whole built site.
    pub fn output(&self) -> Tree {
        Tree::read(&self.path("html"))
    }

    /// Everything in the project that no build makes.
    pub fn sources(&self) -> Tree {
        Tree::read(self.folder.path()).without(is_made)
    }

    /// A build of it that is not yet run.
    pub fn command(&self) -> BuildCommand {
        BuildCommand::new(self.folder.path())
    }

    /// Keeps the folder when the value goes; says where it is.
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    /// Builds it, at a fixed time.
    pub fn build(&self) -> Build {
        self.command().run()
    }
}

/// Whether a file of a project is made by builds.
fn copy_folders(from: &Path, to: &Path, prefix: &str) {
    let entries = fs::read_dir(from).expect("the folder can be listed");
    for entry in entries.map(|entry| entry.expect("the folder can be listed")) {
        let name = format!("{prefix}{}/", entry.file_name().to_string_lossy());
        if entry.file_type().expect("the kind of a file is known").is_dir() && !is_made(&name) {
            let copy = to.join(entry.file_name());
            fs::create_dir_all(&copy).expect("it can be made");
            copy_folders(&entry.path(), &copy, &name);
        }
    }
}

fn is_made(file: &str) -> bool {
    file.starts_with("html/") || file.starts_with(".bds/")
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}

/// The text of a published post of 2024-05-`day`.
pub fn post(slug: &str, day: u32, more: &str, body: &str) -> String {
    let more = if more.is_empty() { String::new() } else { format!("{}\n", more.trim_end()) };
    format!(
        "---\nid: {slug}-id\ntitle: Title of {slug}\nslug: {slug}\nstatus: published\n\
         createdAt: '2024-05-{day:02}T10:00:00.000Z'\nupdatedAt: '2024-05-{day:02}T11:00:00.000Z'\n{more}---\n{body}\n"
    )
}

/// The text of an enabled macro script.
pub fn macro_script(slug: &str, code: &str) -> String {
    format!(
        "\"\"\"\n---\nid: \"{slug}-id\"\nslug: \"{slug}\"\ntitle: \"{slug}\"\nkind: \"macro\"\nentrypoint: \"render\"\n\
         enabled: true\nversion: 1\n---\n\"\"\"\n{code}\n"
    )
}

/// A project that lies in `tests/fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}
