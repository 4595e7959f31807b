//! Looking at a project without building its site.

use std::path::Path;
use std::sync::Arc;

use bds_base::{Diagnostic, SitePath};
use bds_store::OutputFolder;

use super::live::let_posts_appear;
use super::{BuildError, Progress, Request, Workspace};
use crate::db::Db as _;
use crate::lineage::Lineage;
use crate::rehearsal::Stage;
use crate::{check, routes, scan};

impl Workspace {
    /// What the pages of an output folder are made from, as the last build made them. Looks at the sources, renders nothing.
    pub fn lineage(&mut self, out: &Path, threads: usize) -> Result<Lineage<'_>, BuildError> {
        self.look(threads)?;
        let folder = OutputFolder::new(&self.db.services().root, out);
        Ok(Lineage::new(&self.db, self.store.outputs(&folder)))
    }

    /// What scripts see of the project that run outside of a build. Looks at the sources first.
    pub fn stage(&mut self, threads: usize) -> Result<Stage<'_>, BuildError> {
        self.look(threads)?;
        Ok(Stage::new(&self.db))
    }

    /// Looks at the sources.
    pub(super) fn look(&mut self, threads: usize) -> Result<(), BuildError> {
        let pool = self.threads(threads)?;
        self.take_packages();
        let known = self.remember.then(|| self.store.files());
        let services = self.db.shared_services();
        self.scanned = pool.install(|| scan::scan(&services, known.as_deref()));
        scan::apply(&mut self.db, &self.scanned);
        let_posts_appear(&mut self.db, self.now);
        Ok(())
    }
}

impl Workspace {
    /// Says what is wrong with the site: all that a build says, and what is wrong with it as a whole, such as links that
    /// lead nowhere. Writes nothing.
    pub fn check(&mut self, request: &Request, progress: &dyn Progress) -> Result<Vec<Diagnostic>, BuildError> {
        let built = self.build(&Request { dry_run: true, ..request.clone() }, progress)?;
        let pool = self.threads(request.threads)?;
        let routes = Arc::clone(routes::routes(&self.db));
        let outputs = self.store.outputs(&OutputFolder::new(&self.db.services().root, &request.out));
        let is_owned = |file: &SitePath| outputs.contains_key(file);
        Ok(check::check(&self.db, &pool, &routes, &request.out, &is_owned, built.diagnostics))
    }
}
