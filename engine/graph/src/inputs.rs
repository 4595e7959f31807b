//! The inputs besides files.

use std::collections::BTreeMap;
use std::sync::Arc;

use bds_base::SitePath;
use bds_project::config::Config;
use bds_project::layout::SourceKind;
use jiff::Timestamp;

use crate::files::SourceFile;

/// The project as a whole. There is one.
#[salsa::input(singleton)]
pub(crate) struct Site {
    /// Posts and translations, sorted by path; so are the other sets.
    pub(crate) posts: Arc<[SourceFile]>,
    /// Sidecars of media, and their translations.
    pub(crate) sidecars: Arc<[SourceFile]>,
    /// Scripts.
    pub(crate) scripts: Arc<[SourceFile]>,
    /// Templates.
    pub(crate) templates: Arc<[SourceFile]>,
    /// Media files and thumbnails.
    pub(crate) mirrored: Arc<[SitePath]>,
    /// What `bds.toml` says.
    pub(crate) config: Arc<Config>,
    /// What the command line says.
    pub(crate) options: Options,
    /// The installed packages that scripts can import: version by name.
    pub(crate) packages: Arc<BTreeMap<String, String>>,
    /// The time that the site is built for.
    #[returns(copy)]
    pub(crate) now: Timestamp,
    /// Posts that are dated later are not shown. It is another time than that of the build as long as no post lies between
    /// the two: to most of the site no time passes.
    #[returns(copy)]
    pub(crate) shown_until: Timestamp,
}

/// What the command line says about the content of the site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Whether posts dated in the future are shown.
    pub future: bool,
    /// The site's address, instead of the project's own.
    pub base_url: Option<String>,
}

/// Sources by kind, while they are gathered.
#[derive(Debug, Default)]
pub(crate) struct FileSets {
    pub(crate) posts: Vec<SourceFile>,
    pub(crate) sidecars: Vec<SourceFile>,
    pub(crate) scripts: Vec<SourceFile>,
    pub(crate) templates: Vec<SourceFile>,
}

impl FileSets {
    /// Where files of a kind are gathered. Those about the project itself are known by their names and in no set.
    pub(crate) fn of(&mut self, kind: SourceKind) -> Option<&mut Vec<SourceFile>> {
        match kind {
            SourceKind::Post => Some(&mut self.posts),
            SourceKind::MediaSidecar | SourceKind::MediaSidecarTranslation => Some(&mut self.sidecars),
            SourceKind::Script => Some(&mut self.scripts),
            SourceKind::Template => Some(&mut self.templates),
            SourceKind::MediaFile | SourceKind::Thumbnail | SourceKind::Meta(_) | SourceKind::Strings => None,
        }
    }
}
