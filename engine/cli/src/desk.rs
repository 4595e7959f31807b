//! A project whose scripts are run by hand: its scripts, its options, and a runtime for them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bds_base::{OsSystem, System};
use bds_graph::{Options, Setup, Workspace};
use bds_macro_api::{Host, Job, JobOutcome, ScriptRuntime as _, Task};
use bds_macros_py::PythonRuntime;
use bds_project::config::Config;
use bds_project::layout;
use bds_scripts::collection::{Collection, Source};
use bds_store::Store;

use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::progress::Bar;
use crate::{find, setup};

/// A project whose scripts are run by hand.
pub(crate) struct Desk {
    pub(crate) root: PathBuf,
    pub(crate) config: Config,
    pub(crate) collection: Collection,
    pub(crate) runtime: Arc<PythonRuntime>,
}

impl Desk {
    /// Opens the project that was named, or the nearest one.
    pub(crate) fn open(project: Option<&Path>) -> Result<Self, Failure> {
        let root = find::project(project, &OsSystem)?;
        let config = setup::config(&root, &OsSystem)?;
        let out = setup::output_folder(None, &root, &config)?;
        let runtime = Arc::new(PythonRuntime::new(setup::runtime(&root, &out, &config, &OsSystem)?));
        Interrupt::watch()?.covers(&runtime, &Bar::new(false));
        Ok(Self { collection: Collection::read(&root, &OsSystem), root, config, runtime })
    }

    /// The script that is named.
    pub(crate) fn script(&self, name: &str) -> Result<&Source, Failure> {
        self.collection.find(name).ok_or_else(|| {
            let failure = Failure::new(format!("there is no script `{name}`"));
            match bds_project::nearest(name, self.collection.slugs(None)) {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure.hint("name a script by its slug, its id, or its file"),
            }
        })
    }

    /// Does something with a script, within the limits for what is no macro.
    pub(crate) fn run(&self, source: &Source, task: Task, host: &mut dyn Host) -> JobOutcome {
        let (limits, permissions) = self.config.limits_of_job(&source.script.slug);
        self.runtime.run(&Job { script: Arc::clone(&source.code), task, limits, permissions }, host)
    }

    /// The project as scripts see it. Drafts and what is dated in the future are there: work is done on them.
    pub(crate) fn workspace(&self) -> Workspace {
        let system: Arc<dyn System> = Arc::new(OsSystem);
        // A project that was never built gets no store by this.
        let folder = self.root.join(layout::STATE);
        let opened = folder.join("store.db").exists().then(|| Store::open(&folder).ok()).flatten();
        Workspace::open(Setup {
            root: self.root.clone(),
            system,
            runtime: Arc::clone(&self.runtime) as Arc<dyn bds_macro_api::MacroRuntime>,
            config: self.config.clone(),
            options: Options { drafts: true, future: true, base_url: None },
            now: setup::now(),
            store: Arc::new(opened.map_or_else(Store::in_memory, |opened| opened.store)),
            remember: true,
        })
    }
}
