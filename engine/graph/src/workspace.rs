//! A project held in memory, and the build of its site.

mod left;
mod live;
mod look;
mod outcome;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bds_base::{SitePath, System};
use bds_macro_api::{MacroRuntime, RuntimeUnavailable};
use bds_project::config::{Config, MediaMode};
use bds_store::{
    BuildRecord, FileClock, FileEntry, FileTable, NewRun, OutputFolder, OutputTable, Seen, ShelfChanges, Store,
    StoreError,
};
use jiff::Timestamp;
use rayon::ThreadPool;
use rayon::prelude::*;
use salsa::{Database as _, Durability, Setter as _};

use crate::cancellation::{Cancellation, Current};
use crate::db::{Database, Db as _, QueryLog, Services};
use crate::diagnostics;
use crate::files::{FileState, Files};
use crate::heads::Heads;
use crate::history::{self, Chronicle};
use crate::inputs::{Options, Site};
use crate::ledger::Ledger;
use crate::macros::nesting::Nesting;
use crate::pieces::Pieces;
use crate::report::{Built, FileDecision, FileFate};
use crate::rest::{self, Rest};
use crate::routes::{self, Routes};
use crate::scan::{self, Scanned};
use crate::text::Fresh;
use crate::traces::Traces;
use crate::unsteady::Unsteady;
use crate::why::portrait::Portrait;
use crate::why::{Before, Teller};
use crate::work::{Counts, Log, Work};
use crate::workspace::live::{Scope, let_posts_appear};
use crate::workspace::outcome::{Looks, Outcome};
use crate::writer::{WriteError, Writer, Written, obstacles};

/// What a workspace is made of.
#[derive(Debug)]
pub struct Setup {
    /// The project's folder.
    pub root: PathBuf,
    /// The disk.
    pub system: Arc<dyn System>,
    /// What runs the macros.
    pub runtime: Arc<dyn MacroRuntime>,
    /// What `bds.toml` says.
    pub config: Config,
    /// What the command line says about the content.
    pub options: Options,
    /// The time that the site is built for.
    pub now: Timestamp,
    /// What survives the process.
    pub store: Arc<Store>,
    /// Whether anything but the owners of output files is taken from the store, and added to it.
    pub remember: bool,
}

/// How a build is to be done; changes nothing about its result.
#[derive(Debug, Clone)]
pub struct Request {
    /// The output folder.
    pub out: PathBuf,
    /// How many threads render.
    pub threads: usize,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// Whether it is to be told of each page and macro call why it was made or reused.
    pub at_length: bool,
}

/// Is told how far a build has come. Called from many threads.
pub trait Progress: Sync {
    /// A step of so many parts begins.
    fn begin(&self, step: Step, parts: usize);
    /// A part is done.
    fn advance(&self);
}

/// The steps of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Sources are looked at.
    Scan,
    /// Pages are rendered and written.
    Render,
}

/// Why a site could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// It was cancelled. The output folder holds whole files, some of them older than others; the next build mends that.
    #[error("the build was cancelled")]
    Cancelled,
    /// A file of the output could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Macros are needed, and nothing can run them.
    #[error(transparent)]
    Runtime(#[from] RuntimeUnavailable),
    /// The store could not be written.
    #[error("what the build did cannot be remembered")]
    Store(#[from] StoreError),
    /// The threads could not be started.
    #[error("the threads of the build cannot be started")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Where things stood when a build began.
struct Begun {
    at: Instant,
    counts: Counts,
    clock: FileClock,
}

/// A project held in memory. Building it again does only what has changed since.
#[derive(Debug)]
pub struct Workspace {
    db: Database,
    store: Arc<Store>,
    remember: bool,
    scanned: Scanned,
    /// Whether all pages have been asked for.
    has_built: bool,
    /// The threads of the last build. A runtime can hold on to what belongs to a thread, such as a worker process: they
    /// live on, for the next build, until the runtime, which the database holds, has ended what it has to end.
    pool: Option<Arc<ThreadPool>>,
    /// Whether it is built again and again.
    is_live: bool,
    /// What builds that did not come to their end have not made good.
    owed: Option<Scope>,
    /// The files of the last build that came to its end.
    made: Option<Arc<Routes>>,
    /// What builds that did not come to their end have done to the output.
    unfinished: BTreeSet<SitePath>,
    /// The time that the next build is for.
    now: Timestamp,
}

/// Deep templates and Markdown take stack; two megabytes, the default, are few.
const STACK_BYTES: usize = 16 << 20;

impl Workspace {
    /// Takes a project. Nothing is read before the first build.
    pub fn open(setup: Setup) -> Self {
        Self::with_log(setup, None)
    }

    /// The same, with a log of the queries that are executed.
    pub fn with_log(setup: Setup, log: Option<QueryLog>) -> Self {
        let Setup { root, system, runtime, config, options, now, store, remember } = setup;
        let traces = Traces::new(Arc::clone(&store), remember);
        let services = Services {
            root,
            system,
            runtime,
            traces,
            ledger: Ledger::new(Arc::clone(&store), remember),
            heads: Heads::new(Arc::clone(&store), remember),
            fresh: Fresh::default(),
            files: Files::default(),
            unsteady: Unsteady::default(),
            pieces: Pieces::default(),
            nesting: Nesting::default(),
            work: Work::default(),
            cancellation: Current::default(),
        };
        let db = match log {
            Some(log) => Database::with_log(services, log),
            None => Database::new(services),
        };
        let nothing = || Arc::from([]);
        let config = Arc::new(config);
        let _ = Site::builder(
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            Arc::from([]),
            config,
            options,
            Arc::default(),
            now,
            now,
        )
        .durability(Durability::HIGH)
        .now_durability(Durability::LOW)
        .new(&db);
        Self {
            db,
            store,
            remember,
            scanned: Scanned::default(),
            has_built: false,
            pool: None,
            is_live: false,
            owed: None,
            made: None,
            unfinished: BTreeSet::new(),
            now,
        }
    }

    /// Says that another time has come.
    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
        let site = Site::get(&self.db);
        if site.now(&self.db) != now {
            site.set_now(&mut self.db).to(now);
        }
    }

    /// The time by the clock of the project's file system, which is asked by writing; a dry run writes nothing.
    fn clock(&self, request: &Request) -> FileClock {
        if request.dry_run { FileClock::UNKNOWN } else { self.store.clock() }
    }

    /// Looks at which packages are installed.
    fn take_packages(&mut self) {
        let site = Site::get(&self.db);
        let packages = self.db.services().runtime.packages();
        if **site.packages(&self.db) != packages {
            site.set_packages(&mut self.db).with_durability(Durability::HIGH).to(Arc::new(packages));
        }
    }

    /// The threads that build: those of the last build, if there are as many as wanted.
    fn threads(&mut self, wanted: usize) -> Result<Arc<ThreadPool>, BuildError> {
        if let Some(pool) = self.pool.as_ref().filter(|pool| pool.current_num_threads() == wanted) {
            return Ok(Arc::clone(pool));
        }
        let builder = rayon::ThreadPoolBuilder::new().num_threads(wanted).stack_size(STACK_BYTES);
        let pool = Arc::new(builder.thread_name(|number| format!("bds-{number}")).build()?);
        self.pool = Some(Arc::clone(&pool));
        Ok(pool)
    }

    /// Looks at the sources and makes the output folder hold the site.
    pub fn build(&mut self, request: &Request, progress: &dyn Progress) -> Result<Built, BuildError> {
        self.build_unless(&Cancellation::default(), request, progress)
    }

    /// The same, unless it is cancelled.
    pub fn build_unless(
        &mut self,
        cancellation: &Cancellation,
        request: &Request,
        progress: &dyn Progress,
    ) -> Result<Built, BuildError> {
        let pool = self.threads(request.threads)?;
        let begun = self.begin(request, cancellation);
        progress.begin(Step::Scan, 0);
        let known = self.remember.then(|| self.store.files());
        let services = self.db.shared_services();
        let folder = OutputFolder::new(&services.root, &request.out);
        let (store, out) = (Arc::clone(&self.store), folder.clone());
        // Wanted after the scan, and there by then.
        pool.spawn(move || drop(store.outputs(&out)));
        self.scanned = pool.install(|| scan::scan(&services, known.as_deref()));
        // Without a store on disk there was no lock either, and another process may be just about to write.
        if !request.dry_run && self.store.folder().is_some() {
            self.scanned.clear_leftovers(&services);
        }
        let left = self.left(request, &folder, known.as_deref());
        if let Some(left) = left.as_ref().filter(|left| left.is_at_rest()) {
            let system = Arc::clone(&services.system);
            let media = &self.scanned.mirrored;
            let writer = Writer::new(&*system, &self.store, &request.out, &folder, media, request.dry_run);
            if pool.install(|| left.is_left(&services, &self.scanned, &writer)) {
                return self.at_rest(left, request, &folder, &begun);
            }
        }
        let left = left.filter(|left| !left.is_at_rest());
        // It is wanted soon, and takes as long to read as it takes until then.
        pool.spawn(move || services.ledger.prepare());
        let before = self.before();
        let is_left = self.take_in(&pool, request, &folder, left.as_ref());
        let scope = match left.filter(|_| is_left) {
            Some(left) => Scope::Words(Box::new(left)),
            None => Scope::Everything,
        };
        self.make(scope, &before, &pool, request, &begun, progress)
    }

    fn begin(&mut self, request: &Request, cancellation: &Cancellation) -> Begun {
        self.db.services().cancellation.set(cancellation);
        let begun = Begun { at: Instant::now(), counts: self.db.services().work.counts(), clock: self.clock(request) };
        if self.db.services().unsteady.take_urgent() {
            // What depends on files that did not hold still is made again, even if they are now as they were.
            self.db.synthetic_write(Durability::LOW);
        }
        self.take_packages();
        begun
    }

    /// Makes the output folder hold the site, as far as it can differ.
    fn make(
        &mut self,
        scope: Scope,
        before: &Before,
        pool: &ThreadPool,
        request: &Request,
        begun: &Begun,
        progress: &dyn Progress,
    ) -> Result<Built, BuildError> {
        self.has_built = !matches!(scope, Scope::Words(_));
        self.owed = None;
        let_posts_appear(&mut self.db, self.now);
        let folder = OutputFolder::new(&self.db.services().root, &request.out);
        let system = Arc::clone(&self.db.services().system);
        let store = Arc::clone(&self.store);
        let writer = Writer::new(&*system, &store, &request.out, &folder, &self.scanned.mirrored, request.dry_run);
        let routes = Arc::clone(routes::routes(&self.db));
        let made = self.made.take().filter(|made| !scope.is_everything() && Arc::ptr_eq(made, &routes));
        let has_same_files = made.is_some() || matches!(scope, Scope::Words(_));
        let may_have_ghosts = !has_same_files || writer.is_unfinished();
        let mut outcome = Outcome::new(self.is_live, may_have_ghosts);
        let done = self.output(&scope, pool, &routes, &writer, &mut outcome, progress);
        self.db.services().fresh.clear();
        self.db.services().pieces.clear();
        if let Err(error) = done {
            if !request.dry_run {
                self.unfinished.extend(outcome.changed().cloned());
                // What came of the build is of use to the next. If it cannot be remembered, the build failed before.
                let scripts = self.db.services().work.take_scripts();
                let outputs = outcome.unfinished(&writer, self.store.clock());
                let report = serde_json::json!({ "scripts": scripts });
                let _ = self.commit(&scope, &folder, outputs, begun, report, None);
            }
            self.db.services().work.take_log();
            self.owed = Some(scope);
            return Err(error);
        }

        let blocked = obstacles::diagnostics(&outcome.obstacles, &request.out, &self.db.services().root);
        let Log { macros, printed, texts } = self.db.services().work.take_log();
        let has_texts_missing = !texts.is_empty();
        let settings = Portrait::take(&self.db);
        let teller = Teller::new(&self.db, &self.scanned, before, &settings);
        let (page_fates, macros) = (teller.pages(&routes, &mut outcome.made), teller.macros(macros));
        let pages = std::mem::take(&mut outcome.diagnostics).into_iter().chain(blocked).chain(texts).collect();
        let found = diagnostics::gather(&self.db, &self.scanned, &routes, pages);
        let counts = self.db.services().work.counts().since(begun.counts);
        let scripts = self.db.services().work.take_scripts();
        let files = outcome.files.iter().map(|(file, fate)| FileDecision { file: file.clone(), fate: *fate }).collect();
        let mut built = Built {
            diagnostics: found,
            files,
            page_fates,
            macros,
            printed,
            counts,
            scripts,
            pages: routes.pages.len(),
        };
        let calls = if matches!(scope, Scope::Changed(_)) { BTreeMap::new() } else { rest::calls(&self.db) };
        let unmet = match &scope {
            Scope::Words(_) => left::count_in(&calls, &writer, &mut built),
            Scope::Everything | Scope::Changed(_) => 0,
        };
        if !request.dry_run {
            let is_settled = outcome.obstacles.is_empty();
            let is_failed = |file: &FileDecision| matches!(file.fate, FileFate::Failed | FileFate::Kept);
            let is_whole = !has_texts_missing && !built.files.iter().any(is_failed);
            let rest = || Rest::after(&self.db, &self.scanned, &built.diagnostics, built.pages, calls);
            let rest = match &scope {
                Scope::Everything if is_settled && is_whole => rest(),
                Scope::Words(left) if is_settled && is_whole => rest().map(|rest| left.next(rest)),
                _ => None,
            };
            let chronicle = Chronicle::of(&built.page_fates, &built.macros, unmet, &built.files).to_json();
            let report = serde_json::json!({ "scripts": built.scripts, history::KEY: chronicle });
            let outputs = outcome.outputs(&writer, self.store.clock(), |file| scope.leaves(file, &routes));
            let ledger = &self.db.services().ledger;
            if self.remember && !matches!(scope, Scope::Changed(_)) && ledger.is_overgrown() {
                ledger.sweep(&self.store, &outputs);
            }
            if let Err(error) = self.commit(&scope, &folder, outputs, begun, report, rest.as_ref()) {
                // What was done is known to nobody, so nothing is taken for done.
                self.owed = Some(Scope::Everything);
                return Err(error);
            }
            if is_settled {
                self.store.settle(&folder)?;
                self.made = Some(routes);
            }
            if self.is_live {
                self.store.let_go_of_traces();
            }
        }
        Ok(built)
    }

    /// Makes the output folder hold the site. What was done is in `outcome`, however it ends.
    fn output(
        &self,
        scope: &Scope,
        pool: &ThreadPool,
        routes: &Routes,
        writer: &Writer<'_>,
        outcome: &mut Outcome,
        progress: &dyn Progress,
    ) -> Result<(), BuildError> {
        writer.clear_leftovers();
        if outcome.may_have_ghosts {
            outcome::make_room(writer, routes, outcome)?;
        }
        self.pull(scope, pool, routes, writer, outcome, progress)?;
        if let Some(unavailable) = self.db.services().work.given_up() {
            return Err(unavailable.clone().into());
        }
        if self.db.services().cancellation.is_cancelled() {
            return Err(BuildError::Cancelled);
        }
        self.mirror(scope, routes, writer, outcome)?;
        if outcome.may_have_ghosts {
            outcome::remove_ghosts(writer, routes, outcome)?;
        }
        Ok(())
    }

    /// Renders every page that can differ, each thread with a handle of its own, and writes what does.
    fn pull(
        &self,
        scope: &Scope,
        pool: &ThreadPool,
        routes: &Routes,
        writer: &Writer<'_>,
        outcome: &mut Outcome,
        progress: &dyn Progress,
    ) -> Result<(), BuildError> {
        let pages: Vec<_> = match scope {
            Scope::Words(left) => left.pages(&self.db, routes, outcome),
            Scope::Everything | Scope::Changed(_) => routes.pages.iter().collect(),
        };
        progress.begin(Step::Render, pages.len());
        let looks = if matches!(scope, Scope::Changed(_)) { Looks::AtPages } else { Looks::AtFiles };
        let is_nothing = |written: &Result<_, _>| matches!(written, Ok(Some(Written { record: None, .. })));
        let outcome = Mutex::new(outcome);
        let db = self.db.clone();
        pool.install(|| {
            pages.into_par_iter().with_min_len(8).try_for_each_with(db, |db, (file, route)| {
                if db.services().is_over() {
                    return Ok(());
                }
                let (written, found) = outcome::pull_page(db, writer, file, route, looks);
                let made = db.stash().take_fate();
                if looks == Looks::AtPages && found.is_empty() && made.is_none() && is_nothing(&written) {
                    return Ok(());
                }
                let mut outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner);
                outcome.made.extend(made.map(|fate| (file.clone(), fate)));
                if looks == Looks::AtPages && is_nothing(&written) {
                    outcome.diagnostics.extend_from_slice(found);
                    return Ok(());
                }
                outcome.take(writer, file, written, found)?;
                progress.advance();
                Ok::<_, BuildError>(())
            })
        })
    }

    /// Links or copies media and thumbnails.
    fn mirror(
        &self,
        scope: &Scope,
        routes: &Routes,
        writer: &Writer<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), BuildError> {
        let is_link = Site::get(&self.db).config(&self.db).output.media == MediaMode::Link;
        for (file, source) in routes.mirrors.iter().filter(|(_, source)| scope.has_media(source)) {
            let Some(stat) = self.scanned.mirrored.get(source) else { continue };
            // Copies of large files take their time.
            if self.db.services().cancellation.is_cancelled() {
                return Err(BuildError::Cancelled);
            }
            let written = writer.mirror(file, &self.db.services().path(source), stat, is_link);
            outcome.take(writer, file, written.map(Some), &[])?;
        }
        Ok(())
    }

    /// Remembers what was done since the build began, in one transaction.
    fn commit(
        &self,
        scope: &Scope,
        folder: &OutputFolder,
        outputs: OutputTable,
        begun: &Begun,
        report: serde_json::Value,
        rest: Option<&Rest>,
    ) -> Result<(), BuildError> {
        let changes = self.db.services().traces.take_changes();
        self.store.commit(BuildRecord {
            run: self.run(begun, report),
            files: self.remember.then(|| Arc::new(self.known_files(scope, begun.clock))),
            outputs: Some((folder.clone(), Arc::new(outputs))),
            shelves: self.remember.then(|| self.shelves(folder, rest)),
            traces: changes.made,
            used: changes.used,
            trace_limit: None,
        })?;
        Ok(())
    }

    /// What a build has to say of itself.
    fn run(&self, begun: &Begun, report: serde_json::Value) -> NewRun {
        let counts = self.db.services().work.counts().since(begun.counts);
        NewRun {
            started: self.now.to_string(),
            duration_ms: u64::try_from(begun.at.elapsed().as_millis()).unwrap_or(u64::MAX),
            counters: serde_json::to_value(counts).expect("numbers always serialise"),
            report,
        }
    }

    fn shelves(&self, folder: &OutputFolder, rest: Option<&Rest>) -> Vec<ShelfChanges> {
        let services = self.db.services();
        let files = || self.scanned.heads().collect();
        let settings = Portrait::take(&self.db).changes(Portrait::load(&self.store).as_ref());
        let ledger = services.ledger.take_changes().into_iter();
        ledger.chain([services.heads.take_changes(&files), settings, Rest::changes(rest, folder)]).collect()
    }

    /// What the last build knew.
    fn before(&self) -> Before {
        if self.remember {
            Before { files: self.store.files(), settings: Portrait::load(&self.store) }
        } else {
            Before { files: Arc::default(), settings: None }
        }
    }

    fn file_table(&self, scanned_at: FileClock) -> FileTable {
        let present = self.scanned.texts.iter().filter_map(|(path, (stat, state))| match state {
            FileState::Present(fingerprint) => {
                Some((path.clone(), FileEntry { seen: Seen::new(stat, scanned_at), fingerprint: *fingerprint }))
            }
            FileState::Absent | FileState::Unreadable(_) => None,
        });
        present.collect()
    }
}
