//! The content of files.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bds_base::{Diagnostic, Fingerprint, SitePath};

use crate::db::Db;
use crate::files::{FileState, SourceFile};
use crate::{codes, diagnostics};

/// Contents that the scan has read in order to hash them, until the query that wants them takes them: a cold build
/// reads every file once.
#[derive(Debug, Default)]
pub(crate) struct Fresh(Mutex<HashMap<Fingerprint, Vec<u8>>>);

impl Fresh {
    pub(crate) fn keep(&self, fingerprint: Fingerprint, content: Vec<u8>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(fingerprint, content);
    }

    /// A content that was read and not yet taken.
    pub(crate) fn peek(&self, fingerprint: Fingerprint) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&fingerprint).cloned()
    }

    /// Lets go of what nobody wanted.
    pub(crate) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = HashMap::new();
    }

    fn take(&self, fingerprint: Fingerprint) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&fingerprint)
    }
}

/// What texts are called among the queries that may hold for one build only.
const KIND: &str = "text";

/// The text of a file; none when it is not there. What keeps it from being read is a diagnostic.
#[salsa::tracked(lru = 512)]
pub(crate) fn source_text(db: &dyn Db, file: SourceFile) -> Result<Option<Arc<str>>, Box<Diagnostic>> {
    let path = file.path(db);
    match file.state(db) {
        FileState::Absent => Ok(None),
        FileState::Unreadable(kind) => Err(Box::new(diagnostics::unreadable(path.as_str(), kind).in_file(path))),
        FileState::Present(fingerprint) => read(db, path, fingerprint).map(Some),
    }
}

fn read(db: &dyn Db, path: &SitePath, fingerprint: Fingerprint) -> Result<Arc<str>, Box<Diagnostic>> {
    let services = db.services();
    services.unsteady.begin(db, KIND, || path.to_string());
    let content = match services.fresh.take(fingerprint) {
        Some(content) => content,
        None => services
            .system
            .read(&services.path(path))
            .map_err(|error| fail(db, path, diagnostics::unreadable(path.as_str(), error.kind()).in_file(path)))?,
    };
    if Fingerprint::of(&content) != fingerprint {
        let message = format!("`{path}` changed while the site was being built");
        return Err(fail(db, path, Diagnostic::error(codes::CHANGED, message).in_file(path).hint("build again")));
    }
    services.unsteady.settle(db, KIND, || path.to_string());
    bds_project::decode(path, &content).map(Arc::from)
}

/// Whoever needs the text goes on without it, so it is told here that it is missing.
fn fail(db: &dyn Db, path: &SitePath, diagnostic: Diagnostic) -> Box<Diagnostic> {
    db.services().unsteady.mark_urgent(db, KIND, path.as_str());
    db.services().work.text_failed(diagnostic.clone());
    Box::new(diagnostic)
}
