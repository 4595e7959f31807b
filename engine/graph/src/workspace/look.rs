//! Looking at a project without building its site.

use std::path::Path;

use bds_store::OutputFolder;

use super::{BuildError, Workspace};
use crate::db::Db as _;
use crate::lineage::Lineage;
use crate::scan;

impl Workspace {
    /// What the pages of an output folder are made from, as the last build made them. Looks at the sources, renders nothing.
    pub fn lineage(&mut self, out: &Path, threads: usize) -> Result<Lineage<'_>, BuildError> {
        self.look(threads)?;
        let folder = OutputFolder::new(&self.db.services().root, out);
        Ok(Lineage::new(&self.db, self.store.outputs(&folder)))
    }

    /// Looks at the sources.
    pub(super) fn look(&mut self, threads: usize) -> Result<(), BuildError> {
        let pool = self.threads(threads)?;
        self.take_packages();
        let known = self.remember.then(|| self.store.files());
        let services = self.db.shared_services();
        self.scanned = pool.install(|| scan::scan(&services, known.as_deref()));
        scan::apply(&mut self.db, &self.scanned);
        Ok(())
    }
}
