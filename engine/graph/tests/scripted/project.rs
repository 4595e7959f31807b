//! A project in a temporary folder, held in one workspace.
#![expect(clippy::disallowed_methods, reason = "tests set up, and look at, real files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bds_base::OsSystem;
use bds_graph::{Built, Options, Progress, QueryLog, Request, Setup, Step, Workspace};
use bds_project::config::Config;
use bds_store::Store;
use tempfile::TempDir;

use crate::runtime::ScriptedRuntime;

const PROJECT: &str =
    r#"{"name": "Test", "mainLanguage": "en", "publicUrl": "https://blog.example", "blogLanguages": ["de"]}"#;

pub(crate) struct Project {
    folder: TempDir,
    runtime: Arc<ScriptedRuntime>,
    log: QueryLog,
    workspace: Option<Workspace>,
}

impl Project {
    pub(crate) fn new(runtime: ScriptedRuntime) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = Self { folder, runtime: Arc::new(runtime), log: QueryLog::default(), workspace: None };
        project.write("meta/project.json", PROJECT);
        project
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn post(&self, slug: &str, day: u32, more: &str, body: &str) {
        let text = format!(
            "---\nid: {slug}-id\ntitle: Title of {slug}\nslug: {slug}\nstatus: published\ncreatedAt: '2024-05-{day:02}T10:00:00.000Z'\n{more}---\n{body}\n"
        );
        self.write(&format!("posts/2024/05/{slug}.md"), &text);
    }

    pub(crate) fn script(&self, slug: &str) {
        let text = format!("\"\"\"\n---\nid: \"{slug}-id\"\nslug: \"{slug}\"\nkind: \"macro\"\n---\n\"\"\"\n# code\n");
        self.write(&format!("scripts/{slug}.py"), &text);
    }

    pub(crate) fn page(&self, path: &str) -> String {
        fs::read_to_string(self.path("html").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.path("html").join(path).exists()
    }

    /// The next build is that of a new process.
    pub(crate) fn restart(&mut self) {
        self.workspace = None;
    }

    pub(crate) fn build(&mut self) -> Built {
        let workspace = self.workspace.get_or_insert_with(|| open(self.folder.path(), &self.runtime, &self.log));
        let request = Request { out: self.folder.path().join("html"), threads: 2, dry_run: false };
        workspace.build(&request, &Silent).unwrap()
    }

    /// The macros that ran since the last time.
    pub(crate) fn called(&self) -> Vec<String> {
        self.runtime.take_called()
    }

    /// The queries that ran since the last time.
    pub(crate) fn executed(&self) -> Vec<String> {
        self.log.take()
    }
}

fn open(root: &Path, runtime: &Arc<ScriptedRuntime>, log: &QueryLog) -> Workspace {
    let setup = Setup {
        root: root.to_owned(),
        system: Arc::new(OsSystem),
        runtime: Arc::clone(runtime) as _,
        config: Config::default(),
        options: Options::default(),
        now: "2024-06-01T12:00:00Z".parse().unwrap(),
        store: Arc::new(Store::open(&root.join(".bds")).unwrap().store),
        remember: true,
    };
    Workspace::with_log(setup, Some(log.clone()))
}

struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Step, _: usize) {}
    fn advance(&self) {}
}
