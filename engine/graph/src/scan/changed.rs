//! A scan of a few places only: whoever asks for it knows that nothing has changed elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use bds_base::{SitePath, is_temporary};
use bds_project::layout::{self, SourceKind};

use super::{Scanned, is_met, set_all_sets, set_mirrored, source_path, state};
use crate::db::{Database, Services};
use crate::files;

/// What a scan of some places met that is not as it was.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// Sources whose content matters: read again, new, or gone.
    pub(crate) texts: BTreeSet<SitePath>,
    /// Media and thumbnails: changed, new, or gone.
    pub(crate) mirrored: BTreeSet<SitePath>,
    /// Whether there are more sources or fewer.
    has_other_members: bool,
}

impl Touched {
    /// Takes what an earlier scan met, whose build did not come to its end.
    pub(crate) fn add(&mut self, earlier: Self) {
        self.texts.extend(earlier.texts);
        self.mirrored.extend(earlier.mirrored);
        self.has_other_members |= earlier.has_other_members;
    }
}

/// Looks at what lies at these paths and below them, and brings `scanned` up to date. None when only a whole scan can
/// tell how things are.
pub(crate) fn look_at(services: &Services, scanned: &mut Scanned, paths: &BTreeSet<SitePath>) -> Option<Touched> {
    // What is wrong with folders is only known of all of them together.
    if !scanned.diagnostics.is_empty() {
        return None;
    }
    let mut touched = Touched::default();
    for path in paths {
        let folder = path.as_str().split('/').next().filter(|folder| !folder.is_empty())?;
        if layout::SOURCE_FOLDERS.contains(&folder) {
            look_below(services, scanned, path, &mut touched)?;
        }
    }
    Some(touched)
}

fn look_below(services: &Services, scanned: &mut Scanned, path: &SitePath, touched: &mut Touched) -> Option<()> {
    let walk = services.system.walk(&services.path(path));
    if walk.errors.iter().any(|error| is_met(services, error)) {
        return None;
    }
    let (mut texts, mut mirrored) = (BTreeMap::new(), BTreeMap::new());
    for file in walk.files {
        if file.path.file_name().and_then(|name| name.to_str()).is_some_and(is_temporary) {
            continue;
        }
        let found = source_path(services, &file.path, &mut Vec::new())?;
        match layout::classify(&found) {
            Some(SourceKind::MediaFile | SourceKind::Thumbnail) => drop(mirrored.insert(found, file.stat)),
            Some(_) => drop(texts.insert(found, file.stat)),
            None if layout::SOURCE_FOLDERS.contains(&found.as_str()) => return None,
            None => {}
        }
    }
    for gone in below(&scanned.texts, path).filter(|known| !texts.contains_key(known)).collect::<Vec<_>>() {
        scanned.texts.remove(&gone);
        touched.has_other_members = true;
        touched.texts.insert(gone);
    }
    for gone in below(&scanned.mirrored, path).filter(|known| !mirrored.contains_key(known)).collect::<Vec<_>>() {
        scanned.mirrored.remove(&gone);
        touched.has_other_members = true;
        touched.mirrored.insert(gone);
    }
    for (found, stat) in texts {
        // A file in a folder that was named is as it was if it looks so; one that was named itself is not trusted.
        if found != *path && scanned.texts.get(&found).is_some_and(|(known, _)| *known == stat) {
            continue;
        }
        let now = state(services, None, &found, &stat);
        touched.has_other_members |= scanned.texts.insert(found.clone(), (stat, now)).is_none();
        touched.texts.insert(found);
    }
    for (found, stat) in mirrored {
        let before = scanned.mirrored.insert(found.clone(), stat);
        touched.has_other_members |= before.is_none();
        if before != Some(stat) {
            touched.mirrored.insert(found);
        }
    }
    Some(())
}

/// The keys of a map at a path and below it.
fn below<'a, T>(map: &'a BTreeMap<SitePath, T>, path: &'a SitePath) -> impl Iterator<Item = SitePath> + 'a {
    let at_or_after = map.range::<SitePath, _>(path..).map(|(known, _)| known);
    // Names such as `a.md` and `a-b` sort between `a` and `a/b`.
    at_or_after
        .take_while(|known| known.as_str().starts_with(path.as_str()))
        .filter(|known| known.is_in(path.as_str()))
        .cloned()
}

/// Sets the inputs to what was met, and looks again at what else is known at these paths.
pub(crate) fn apply(db: &mut Database, scanned: &Scanned, touched: &Touched, paths: &BTreeSet<SitePath>) {
    let there = || touched.texts.iter().filter_map(|path| scanned.texts.get_key_value(path));
    let mut outlines = files::outlines(db, there().map(|(path, (_, state))| (path, *state)));
    for (path, (_, state)) in there() {
        files::set_file(db, path, *state, outlines.remove(path));
    }
    files::look_again_at(db, paths, &|path| scanned.texts.contains_key(path));
    if touched.has_other_members {
        set_all_sets(db, scanned);
        set_mirrored(db, scanned);
    }
}
