//! A project in a temporary folder, held in one workspace.
#![expect(clippy::disallowed_methods, reason = "tests set up, and look at, real files")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use bds_base::{Diagnostic, OsSystem, SitePath, System};
use bds_graph::{
    BuildError, Built, Cancellation, Dependents, FileFate, Lineage, Options, Progress, QueryLog, Request, Setup, Step,
    Workspace,
};
use bds_project::config::{self, Config};
use bds_store::Store;
use tempfile::TempDir;

use crate::runtime::ScriptedRuntime;

pub(crate) const TWO_LANGUAGES: &str =
    r#"{"name": "Test", "mainLanguage": "en", "publicUrl": "https://blog.example", "blogLanguages": ["de"]}"#;
pub(crate) const ONE_LANGUAGE: &str = r#"{"name": "Test", "mainLanguage": "en", "publicUrl": "https://blog.example"}"#;

/// The folder that is built into.
pub(crate) const OUT: &str = "html";

pub(crate) struct Project {
    folder: TempDir,
    runtime: Arc<ScriptedRuntime>,
    log: QueryLog,
    workspace: Option<Workspace>,
    pub(crate) config: Config,
    pub(crate) options: Options,
    pub(crate) system: Arc<dyn System>,
    pub(crate) threads: usize,
    /// The time of builds.
    pub(crate) now: String,
    /// Whether nothing survives a process.
    forgets: bool,
    /// When it is built again and again: the sources at the last build.
    live: Option<BTreeMap<String, Vec<u8>>>,
}

impl Project {
    /// A project in English, with a German tree.
    pub(crate) fn new(runtime: ScriptedRuntime) -> Self {
        let folder = tempfile::tempdir().unwrap();
        runtime.work_in(folder.path());
        let project = Self {
            folder,
            runtime: Arc::new(runtime),
            log: QueryLog::default(),
            workspace: None,
            config: Config::default(),
            options: Options::default(),
            system: Arc::new(OsSystem),
            threads: 2,
            now: "2024-06-01T12:00:00Z".to_owned(),
            forgets: false,
            live: None,
        };
        project.write("meta/project.json", TWO_LANGUAGES);
        project
    }

    /// A project in English only, without macros of its own.
    pub(crate) fn plain() -> Self {
        let project = Self::new(ScriptedRuntime::default());
        project.write("meta/project.json", ONE_LANGUAGE);
        project
    }

    /// The same sources in a fresh folder, never built.
    pub(crate) fn fresh_copy(&self) -> Self {
        let copy = Self::new(self.runtime.twin());
        fs::remove_file(copy.path("meta/project.json")).unwrap();
        for (path, content) in files_in(self.folder.path(), &|path| !path.starts_with(OUT) && !path.starts_with(".bds"))
        {
            copy.write_bytes(&path, &content);
        }
        Self {
            config: self.config.clone(),
            options: self.options.clone(),
            now: self.now.clone(),
            forgets: true,
            ..copy
        }
    }

    /// What `bds.toml` says.
    pub(crate) fn configure(&mut self, toml: &str) {
        self.config = config::parse(toml).unwrap();
        self.restart();
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        self.write_bytes(path, content.as_bytes());
    }

    /// Writes a file, and gives it the time that it had.
    pub(crate) fn write_undated(&self, path: &str, content: &str) {
        let time = fs::metadata(self.path(path)).unwrap().modified().unwrap();
        self.write(path, content);
        fs::OpenOptions::new().append(true).open(self.path(path)).unwrap().set_modified(time).unwrap();
    }

    fn write_bytes(&self, path: &str, content: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Replaces a piece of a source, which must be there.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "`{from}` is not in {path}: {text}");
        self.write(path, &text.replacen(from, to, 1));
    }

    /// Gives a file another time and leaves its content.
    pub(crate) fn touch(&self, path: &str) {
        let file = fs::OpenOptions::new().append(true).open(self.path(path)).unwrap();
        let earlier = file.metadata().unwrap().modified().unwrap() - Duration::from_hours(1);
        file.set_modified(earlier).unwrap();
    }

    /// A post of May 2024.
    pub(crate) fn post(&self, slug: &str, day: u32, more: &str, body: &str) {
        let text = format!(
            "---\nid: {slug}-id\ntitle: Title of {slug}\nslug: {slug}\nstatus: published\ncreatedAt: '2024-05-{day:02}T10:00:00.000Z'\n{more}---\n{body}\n"
        );
        self.write(&post_file(slug), &text);
    }

    /// The translation of a post.
    pub(crate) fn translation(&self, slug: &str, language: &str, body: &str) {
        let text = format!(
            "---\ntranslationFor: {slug}-id\nlanguage: {language}\ntitle: Title of {slug} ({language})\n---\n{body}\n"
        );
        self.write(&format!("posts/2024/05/{slug}.{language}.md"), &text);
    }

    /// An enabled macro script.
    pub(crate) fn script(&self, slug: &str) {
        let text = format!("\"\"\"\n---\nid: \"{slug}-id\"\nslug: \"{slug}\"\nkind: \"macro\"\n---\n\"\"\"\n# code\n");
        self.write(&format!("scripts/{slug}.py"), &text);
    }

    /// A media file with its sidecar.
    pub(crate) fn media(&self, name: &str, more: &str) {
        let text = format!(
            "---\nid: {name}-id\noriginalName: \"{name}.jpg\"\nmimeType: image/jpeg\nsize: 3\ncreatedAt: 2024-05-01T10:00:00.000Z\n{more}---"
        );
        self.write(&format!("media/2024/05/{name}.jpg"), "jpg");
        self.write(&format!("media/2024/05/{name}.jpg.meta"), &text);
    }

    /// A page of the site.
    pub(crate) fn page(&self, path: &str) -> String {
        self.read(&format!("{OUT}/{path}"))
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.path(OUT).join(path).exists()
    }

    /// Every file of the output with its content.
    pub(crate) fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        files_in(&self.path(OUT), &|_| true)
    }

    /// The paths of the output, without the shipped styles and browser scripts.
    pub(crate) fn routes(&self) -> Vec<String> {
        let is_own = |path: &String| !path.starts_with("assets/") && !path.starts_with("images/");
        self.tree().into_keys().filter(is_own).collect()
    }

    /// Every file of the output with the time that it was written at.
    pub(crate) fn times(&self) -> BTreeMap<String, SystemTime> {
        let time = |path: &String| fs::metadata(self.path(OUT).join(path)).unwrap().modified().unwrap();
        self.tree().into_keys().map(|path| (path.clone(), time(&path))).collect()
    }

    /// From now on scripts can import a package in this version.
    pub(crate) fn install(&self, name: &str, version: &str) {
        self.runtime.install(name, version);
    }

    /// The next build is that of a new process.
    pub(crate) fn restart(&mut self) {
        self.workspace = None;
        self.live = self.live.take().map(|_| BTreeMap::new());
    }

    pub(crate) fn build(&mut self) -> Built {
        self.build_so(false).unwrap()
    }

    /// A build that cannot be done.
    pub(crate) fn aborted_build(&mut self) -> BuildError {
        self.build_so(false).unwrap_err()
    }

    /// A build whose process is killed by its disk. The next build is that of a new process.
    pub(crate) fn killed_build(&mut self) {
        let ended = catch_unwind(AssertUnwindSafe(|| self.build_so(false)));
        assert!(ended.is_err(), "the build came to its end");
        self.restart();
    }

    /// Says what a build would do.
    pub(crate) fn dry_run(&mut self) -> Built {
        self.build_so(true).unwrap()
    }

    fn build_so(&mut self, dry_run: bool) -> Result<Built, BuildError> {
        let request = Request { out: self.path(OUT), threads: self.threads, dry_run, at_length: false };
        if self.live.is_some() {
            let changed = self.changed();
            return self.workspace().update(&changed, &Cancellation::default(), &request, &Silent);
        }
        self.workspace().build(&request, &Silent)
    }

    fn workspace(&mut self) -> &mut Workspace {
        if self.workspace.is_none() {
            self.workspace = Some(self.open());
        }
        let workspace = self.workspace.as_mut().unwrap();
        if self.live.is_some() {
            workspace.stay_live();
        }
        workspace
    }

    /// From now on only what has changed is looked at.
    pub(crate) fn stay_live(&mut self) {
        self.live = Some(BTreeMap::new());
    }

    /// Builds after changes of these files, until it is cancelled.
    pub(crate) fn update(&mut self, paths: &[&str], cancellation: &Cancellation) -> Result<Built, BuildError> {
        let request = Request { out: self.path(OUT), threads: self.threads, dry_run: false, at_length: false };
        let paths = paths.iter().map(|path| SitePath::new(*path).unwrap()).collect();
        self.workspace().update(&paths, cancellation, &request, &Silent)
    }

    /// When the next post is due.
    pub(crate) fn next_due(&mut self) -> Option<String> {
        self.workspace().next_due().map(|due| due.to_string())
    }

    /// Another time comes.
    pub(crate) fn come_to(&mut self, now: &str) {
        now.clone_into(&mut self.now);
        self.workspace().come_to(now.parse().unwrap());
    }

    /// The sources that differ from those at the last build.
    fn changed(&mut self) -> BTreeSet<SitePath> {
        let is_source = |path: &Path| !path.starts_with(OUT) && !path.starts_with(".bds");
        let now = files_in(self.folder.path(), &is_source);
        let before = self.live.replace(now.clone()).unwrap_or_default();
        let paths: BTreeSet<_> = before.keys().chain(now.keys()).collect();
        let differing = paths.into_iter().filter(|path| before.get(*path) != now.get(*path));
        differing.map(|path| SitePath::new(path.as_str()).unwrap()).collect()
    }

    /// The pages that an edit of a file would rebuild.
    pub(crate) fn dependents(&mut self, file: &str) -> Dependents {
        self.lineage().dependents(&SitePath::new(file).unwrap())
    }

    /// What is wrong with the site as a whole.
    pub(crate) fn check(&mut self) -> Vec<Diagnostic> {
        if self.workspace.is_none() {
            self.workspace = Some(self.open());
        }
        let request = Request { out: self.path(OUT), threads: self.threads, dry_run: true, at_length: true };
        self.workspace.as_mut().unwrap().check(&request, &Silent).unwrap()
    }

    /// What pages are made from.
    pub(crate) fn lineage(&mut self) -> Lineage<'_> {
        if self.workspace.is_none() {
            self.workspace = Some(self.open());
        }
        let (out, threads) = (self.path(OUT), self.threads);
        self.workspace.as_mut().unwrap().lineage(&out, threads).unwrap()
    }

    fn open(&self) -> Workspace {
        let root = self.folder.path();
        let store = if self.forgets { Store::in_memory() } else { Store::open(&root.join(".bds")).unwrap().store };
        let setup = Setup {
            root: root.to_owned(),
            system: Arc::clone(&self.system),
            runtime: Arc::clone(&self.runtime) as _,
            config: self.config.clone(),
            options: self.options.clone(),
            now: self.now.parse().unwrap(),
            store: Arc::new(store),
            remember: true,
        };
        Workspace::with_log(setup, Some(self.log.clone()))
    }

    /// Says whether anything can run macros.
    pub(crate) fn can_run_macros(&self, can: bool) {
        self.runtime.is_missing.store(!can, Ordering::Relaxed);
    }

    /// The macros that ran since the last time, sorted: slug and post.
    pub(crate) fn called(&self) -> Vec<String> {
        self.runtime.take_called()
    }

    /// The queries that ran since the last time, with how often each did.
    pub(crate) fn executed(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for query in self.log.take() {
            *counts.entry(query).or_default() += 1;
        }
        counts
    }
}

/// Where [`Project::post`] puts a post.
pub(crate) fn post_file(slug: &str) -> String {
    format!("posts/2024/05/{slug}.md")
}

/// The files that a build did this to.
pub(crate) fn files(built: &Built, fate: impl Fn(&FileFate) -> bool) -> Vec<String> {
    built.files.iter().filter(|decision| fate(&decision.fate)).map(|decision| decision.file.to_string()).collect()
}

/// The files that a build wrote.
pub(crate) fn written(built: &Built) -> Vec<String> {
    files(built, |fate| matches!(fate, FileFate::Written(_)))
}

/// The files that a build removed.
pub(crate) fn removed(built: &Built) -> Vec<String> {
    files(built, |fate| *fate == FileFate::Removed)
}

/// Diagnostics as lines: severity, code, place, message, hints, steps.
pub(crate) fn lines(diagnostics: &[Diagnostic]) -> String {
    let line = |found: &Diagnostic| {
        let place = found.place.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let mut line = format!("{}[{}] {place}: {}\n", found.severity, found.code, found.message);
        line.extend(found.hints.iter().map(|hint| format!("  hint: {hint}\n")));
        line.extend(found.trace.iter().map(|step| match &step.place {
            Some(place) => format!("  {} at {place}\n", step.message),
            None => format!("  {}\n", step.message),
        }));
        line
    };
    diagnostics.iter().map(line).collect()
}

/// All files below a folder that are wanted, by their paths in it.
fn files_in(root: &Path, is_wanted: &dyn Fn(&Path) -> bool) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.map(Result::unwrap) {
            let path = entry.path();
            let relative = path.strip_prefix(root).unwrap().to_owned();
            if !is_wanted(&relative) {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else {
                found.insert(relative.to_str().unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Step, _: usize) {}
    fn advance(&self) {}
}
