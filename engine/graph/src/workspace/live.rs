//! Building again and again in one process: only what has changed is looked at.

use std::collections::BTreeSet;

use bds_base::SitePath;
use bds_project::post::Status;
use bds_store::{FileClock, FileEntry, FileTable, Seen};
use jiff::Timestamp;
use salsa::{Durability, Setter as _};

use super::left::Left;
use super::{BuildError, Progress, Request, Workspace};
use crate::cancellation::Cancellation;
use crate::db::{Database, Db as _};
use crate::files::FileState;
use crate::inputs::Site;
use crate::lens::Question;
use crate::posts;
use crate::report::Built;
use crate::routes::Routes;
use crate::scan::changed::{self, Touched};

/// What a build looks at.
#[derive(Debug)]
pub(super) enum Scope {
    /// All sources, all pages, all files of the output.
    Everything,
    /// Sources that are known to have changed, and all pages.
    Changed(Touched),
    /// The pages that can hang on the words of some posts.
    Words(Box<Left>),
}

impl Scope {
    pub(super) fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    /// Whether a media file may have changed.
    pub(super) fn has_media(&self, source: &SitePath) -> bool {
        match self {
            Self::Everything => true,
            Self::Changed(touched) => touched.mirrored.contains(source),
            Self::Words(_) => false,
        }
    }

    /// Whether a file of the output that was not looked at is still there, and ours.
    pub(super) fn leaves(&self, file: &SitePath, routes: &Routes) -> bool {
        !self.is_everything() && routes.has(file)
    }

    /// This, and what an earlier build has not made good.
    fn and(self, owed: Option<Self>) -> Self {
        match (self, owed) {
            (scope, None) => scope,
            (Self::Changed(mut touched), Some(Self::Changed(earlier))) => {
                touched.add(earlier);
                Self::Changed(touched)
            }
            _ => Self::Everything,
        }
    }
}

impl Workspace {
    /// Prepares to be built again and again. The file of a page that cannot be rendered then stays as it was made last.
    pub fn stay_live(&mut self) {
        self.is_live = true;
    }

    /// Builds after changes at these paths of the project and below them, and nowhere else. The output folder is taken
    /// to be as the last build left it. What was not touched is not in [`Built::files`].
    pub fn update(
        &mut self,
        paths: &BTreeSet<SitePath>,
        cancellation: &Cancellation,
        request: &Request,
        progress: &dyn Progress,
    ) -> Result<Built, BuildError> {
        let owes_everything = self.owed.as_ref().is_some_and(Scope::is_everything);
        if !self.has_built || owes_everything {
            return self.build_unless(cancellation, request, progress);
        }
        let pool = self.threads(request.threads)?;
        let begun = self.begin(request, cancellation);
        let services = self.db.shared_services();
        let Some(touched) = changed::look_at(&services, &mut self.scanned, paths) else {
            return self.build_unless(cancellation, request, progress);
        };
        let before = self.before();
        changed::apply(&mut self.db, &self.scanned, &touched, paths);
        let scope = Scope::Changed(touched).and(self.owed.take());
        self.make(scope, &before, &pool, request, &begun, progress)
    }

    /// The files that were written or removed by builds which did not come to their end, since this was asked last.
    pub fn take_unfinished(&mut self) -> BTreeSet<SitePath> {
        std::mem::take(&mut self.unfinished)
    }

    /// Says what time it is. Costs nothing while nothing depends on it: nobody asked for the time.
    pub fn come_to(&mut self, now: Timestamp) {
        let services = self.db.services();
        let is_asked = services.ledger.was_asked(&Question::Now) || !services.unsteady.is_empty();
        if is_asked || !self.has_built {
            self.set_now(now);
        }
        self.now = now;
    }

    /// When the next post is due; none when there is none.
    pub fn next_due(&self) -> Option<Timestamp> {
        if !self.has_built || Site::get(&self.db).options(&self.db).future {
            return None;
        }
        let awaited = posts::catalogue(&self.db).all().filter(|post| post.status != Status::Archived);
        awaited.map(|post| post.created_at).filter(|due| *due > self.now).min()
    }

    /// The file table after a build.
    pub(super) fn known_files(&self, scope: &Scope, clock: FileClock) -> FileTable {
        let Scope::Changed(touched) = scope else { return self.file_table(clock) };
        let mut table = (*self.store.files()).clone();
        for path in &touched.texts {
            match self.scanned.texts.get(path) {
                Some((stat, FileState::Present(fingerprint))) => {
                    table.insert(path.clone(), FileEntry { seen: Seen::new(stat, clock), fingerprint: *fingerprint });
                }
                _ => drop(table.remove(path)),
            }
        }
        table
    }
}

/// Shows the posts that are due by now, and no others.
pub(super) fn let_posts_appear(db: &mut Database, now: Timestamp) {
    let site = Site::get(db);
    let until = site.shown_until(db);
    let is_between = |at: Timestamp| at > until.min(now) && at <= until.max(now);
    if until != now && posts::catalogue(db).all().any(|post| is_between(post.created_at)) {
        site.set_shown_until(db).with_durability(Durability::HIGH).to(now);
    }
}
