//! The style sheets and browser scripts of the site.

use bds_base::SitePath;
use bds_defaults::Asset;

use crate::db::Db;

/// The files that the site has.
pub(crate) fn paths(_db: &dyn Db) -> impl Iterator<Item = &'static SitePath> {
    bds_defaults::assets().iter().map(|asset| &asset.path)
}

/// The content of one.
pub(crate) fn content(path: &SitePath) -> Option<&'static Asset> {
    bds_defaults::assets().iter().find(|asset| asset.path == *path)
}
