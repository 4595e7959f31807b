use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bds_base::{FileStat, Fingerprint, OsSystem, SitePath, System as _};
use bds_macro_api::Read;

use super::super::calls::Call;
use super::super::guard;

/// How long a file must have been as it is before its time and size prove that its content is the same: file systems
/// round times, some to two seconds.
const SETTLED: Duration = Duration::from_secs(2);

thread_local! {
    static SEEN: RefCell<BTreeMap<SitePath, Seen>> = RefCell::default();
}

/// A file whose content was hashed.
#[derive(Debug, Clone, Copy)]
struct Seen {
    stat: FileStat,
    /// When it was first seen with these properties.
    since: Instant,
    hashed: Instant,
    fingerprint: Fingerprint,
}

/// Whether a read would give the same now.
pub(super) fn holds(call: &Call, read: &Read) -> bool {
    let stat = |site: &SitePath| OsSystem.stat(&site.to_path(&call.paths.root));
    match read {
        Read::File(site, fingerprint) => fingerprint_of(call, site) == Some(*fingerprint),
        Read::Missing(site) => stat(site).is_err(),
        Read::Exists(site) => stat(site).is_ok(),
        Read::Folder(site, _) => guard::look_at(call, site.clone()) == *read,
        // Installed packages do not change under a running build.
        Read::Package(..) => true,
    }
}

/// The fingerprint of the content of a file; none when it cannot be read.
pub(super) fn fingerprint_of(call: &Call, site: &SitePath) -> Option<Fingerprint> {
    let path = site.to_path(&call.paths.root);
    let stat = OsSystem.stat(&path).ok()?;
    let known = SEEN.with_borrow(|seen| seen.get(site).copied()).filter(|seen| seen.stat == stat);
    if let Some(seen) = known
        && seen.hashed.duration_since(seen.since) >= SETTLED
    {
        return Some(seen.fingerprint);
    }
    let hashed = Instant::now();
    let fingerprint = Fingerprint::of(OsSystem.read(&path).ok()?);
    let since = known.map_or(hashed, |seen| seen.since);
    SEEN.with_borrow_mut(|seen| seen.insert(site.clone(), Seen { stat, since, hashed, fingerprint }));
    Some(fingerprint)
}
