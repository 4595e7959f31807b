//! A built site that a command looks at, without building it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bds_base::{OsSystem, SitePath, System};
use bds_graph::{Options, Past, Setup, Workspace};
use bds_macros_py::PythonRuntime;
use bds_project::config::Config;
use bds_project::{layout, meta};
use bds_store::{OutputFolder, Store};

use crate::failure::Failure;
use crate::{find, output, setup, sources};

/// Which site a command looks at.
#[derive(Debug, clap::Args)]
pub(crate) struct Where {
    /// The project's folder [default: the nearest one at or above the current folder]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,

    /// Where the site went [default: `[output] dir` of bds.toml, or `html` in the project]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A site that was built.
pub(crate) struct Site {
    root: PathBuf,
    out: PathBuf,
    config: Config,
    store: Arc<Store>,
}

impl Site {
    /// Opens what earlier builds remember of a site. A project that was never built gets no store by being looked at.
    pub(crate) fn open(at: &Where) -> Result<Self, Failure> {
        let root = find::project(at.project.as_deref(), &OsSystem)?;
        let config = setup::config(&root, &OsSystem)?;
        let out = setup::output_folder(at.out.as_deref(), &root, &config)?;
        let folder = root.join(layout::STATE);
        if !folder.join("store.db").exists() {
            return Err(Failure::new("nothing is known of this site: it was never built")
                .hint("`bds build` builds it, and remembers why"));
        }
        let opened =
            Store::open(&folder).map_err(|error| Failure::new(format!("the store cannot be read: {error}")))?;
        if let Some(notice) = opened.notice {
            output::status(&notice.to_string());
        }
        sources::follow_if_free(&root, &OsSystem, &opened.store);
        Ok(Self { root, out, config, store: Arc::new(opened.store) })
    }

    /// What is known of its pages.
    pub(crate) fn past(&self) -> Past {
        Past::read(&self.store, self.store.outputs(&OutputFolder::new(&self.root, &self.out)))
    }

    /// Its sources, in memory.
    pub(crate) fn workspace(&self) -> Result<Workspace, Failure> {
        let system: Arc<dyn System> = Arc::new(OsSystem);
        let runtime = PythonRuntime::new(setup::runtime(&self.root, &self.out, &self.config, &*system)?);
        Ok(Workspace::open(Setup {
            root: self.root.clone(),
            system,
            runtime: Arc::new(runtime),
            config: self.config.clone(),
            options: Options::default(),
            now: setup::now(),
            store: Arc::clone(&self.store),
            remember: true,
        }))
    }

    /// Where it went.
    pub(crate) fn out(&self) -> &Path {
        &self.out
    }

    /// The files of the site that are meant by a file, an address, or a post.
    pub(crate) fn pages(&self, past: &Past, wanted: &str) -> Result<Vec<SitePath>, Failure> {
        let below = |folder: &Path| {
            let path = find::resolve(Path::new(wanted)).ok()?;
            SitePath::from_root(folder, &path).ok().filter(|path| !path.as_str().is_empty())
        };
        let names = [below(&self.out), below(&self.root)];
        let names = names.iter().flatten().map(SitePath::as_str).chain([wanted]);
        let base = self.base();
        let found = names.map(|name| past.find(name, base.as_deref())).find(|found| !found.is_empty());
        found.ok_or_else(|| {
            Failure::new(format!("the site has no page `{wanted}`")).hint(
                "name an output file, an address or a post; `bds rdeps FILE` tells what is made from any other file",
            )
        })
    }

    /// A file of the project, named from here or from the project's folder. It need not be there.
    pub(crate) fn source(&self, wanted: &Path) -> Result<SitePath, Failure> {
        let from_here = find::resolve(wanted).ok().and_then(|path| SitePath::from_root(&self.root, &path).ok());
        let is_there = |path: &SitePath| path.to_path(&self.root).exists();
        let from_root = SitePath::from_root(&self.root, &self.root.join(wanted)).ok();
        let known = from_here.clone().filter(is_there).or_else(|| from_root.clone().filter(is_there));
        known
            .or(from_root)
            .or(from_here)
            .ok_or_else(|| Failure::new(format!("`{}` is no file of the project", wanted.display())))
    }

    /// The address of the site, if the project says one.
    fn base(&self) -> Option<String> {
        let path = SitePath::new(layout::PROJECT_FILE).expect("the names of our own files are plain paths");
        let bytes = OsSystem.read(&path.to_path(&self.root)).ok()?;
        let project = meta::parse_project(&path, &String::from_utf8_lossy(&bytes)).value;
        project.public_url.map(|url| url.to_string())
    }
}
