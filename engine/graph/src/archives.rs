//! Which posts are listed where, and in which order.

use std::collections::BTreeMap;
use std::sync::Arc;

use bds_project::slug;
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::db::Db;
use crate::files::SourceFile;
use crate::inputs::Site;
use crate::posts::{self, Name, Post};
use crate::settings;

/// Posts in the order of lists: the newest first.
pub(crate) type Listing = Arc<[SourceFile]>;

/// What an archive collects.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum ArchiveKind {
    /// Everything.
    Root,
    /// A category, by its key (trimmed, lower case).
    Category(Arc<str>),
    /// A tag, by its key.
    Tag(Arc<str>),
    /// A year.
    Year(i16),
    /// A month of a year.
    Month(i16, i8),
    /// A day.
    Day(Date),
}

/// An archive of one language tree.
#[salsa::interned(debug)]
pub(crate) struct Archive<'db> {
    /// The tree's language.
    #[returns(copy)]
    pub(crate) tree: Name<'db>,
    /// What it collects.
    pub(crate) kind: ArchiveKind,
}

/// All archives of a tree; those without posts do not exist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Archives {
    /// All posts that lists show.
    pub(crate) root: Listing,
    /// The others.
    pub(crate) others: BTreeMap<ArchiveKind, Listing>,
    /// How categories and tags are written, by their archive.
    pub(crate) names: BTreeMap<ArchiveKind, Arc<str>>,
}

/// Groups the posts of a tree (format sheet §8: `renderInLists`, ordering).
#[salsa::tracked]
pub(crate) fn archives<'db>(db: &'db dyn Db, tree: Name<'db>) -> Arc<Archives> {
    let files = posts::tree_posts(db, tree);
    let listed = files.iter().filter_map(|file| posts::post(db, *file)).filter(|post| settings::is_listed(db, post));
    Arc::new(group(listed, &|kind| settings::spelling(db, kind)))
}

/// The posts of one archive, so that a page of it does not depend on the others.
#[salsa::tracked]
pub(crate) fn archive_posts<'db>(db: &'db dyn Db, archive: Archive<'db>) -> Listing {
    let archives = archives(db, archive.tree(db));
    match archive.kind(db) {
        ArchiveKind::Root => archives.root.clone(),
        kind => archives.others.get(kind).cloned().unwrap_or_default(),
    }
}

/// Whether the site has an archive: it is wanted, and there are posts in it.
#[salsa::tracked(returns(copy))]
pub(crate) fn archive_exists<'db>(db: &'db dyn Db, archive: Archive<'db>) -> bool {
    is_wanted(db, archive.kind(db)) && !archive_posts(db, archive).is_empty()
}

/// How the name of a category or tag is written, in all trees alike: as in the project's settings, or else as in the
/// newest post of the main tree's archive. None when neither knows it.
#[salsa::tracked(returns(as_ref))]
pub(crate) fn spelling<'db>(db: &'db dyn Db, archive: Archive<'db>) -> Option<Arc<str>> {
    let main = Name::new(db, settings::main_language(db));
    let kind = archive.kind(db);
    archives(db, main).names.get(kind).cloned().or_else(|| settings::spelling(db, kind))
}

/// The name of the archive of a category or tag.
pub(crate) fn archive_name<'db>(db: &'db dyn Db, archive: Archive<'db>) -> &'db str {
    spelling(db, archive).map_or("", |name| name)
}

/// The archive of a kind in the main tree.
pub(crate) fn in_main_tree(db: &dyn Db, kind: ArchiveKind) -> Archive<'_> {
    Archive::new(db, Name::new(db, settings::main_language(db)), kind)
}

/// Whether this kind of archive is wanted (`[archives]` of `bds.toml`).
pub(crate) fn is_wanted(db: &dyn Db, kind: &ArchiveKind) -> bool {
    let wanted = &Site::get(db).config(db).archives;
    match kind {
        ArchiveKind::Root => wanted.root,
        ArchiveKind::Category(_) => wanted.category,
        ArchiveKind::Tag(_) => wanted.tag,
        ArchiveKind::Year(_) => wanted.year,
        ArchiveKind::Month(..) => wanted.month,
        ArchiveKind::Day(_) => wanted.day,
    }
}

fn group<'a>(
    posts: impl Iterator<Item = &'a Arc<Post>>,
    spelling: &dyn Fn(&ArchiveKind) -> Option<Arc<str>>,
) -> Archives {
    let mut groups = Groups::default();
    let (mut categories, mut tags) = (FxHashMap::default(), FxHashMap::default());
    let mut root = Vec::new();
    let mut names = BTreeMap::new();
    let mut last = None;
    for post in posts {
        root.push(post.file);
        let mut add = |known: &mut FxHashMap<&'a str, usize>, name: &'a Arc<str>, kind: fn(Arc<str>) -> ArchiveKind| {
            let place = *known.entry(&**name).or_insert_with(|| {
                let kind = kind(slug::key(name).into());
                names.entry(kind.clone()).or_insert_with(|| spelling(&kind).unwrap_or_else(|| name.trim().into()));
                groups.place(kind)
            });
            groups.add(place, post.file);
        };
        post.categories.iter().for_each(|name| add(&mut categories, name, ArchiveKind::Category));
        post.tags.iter().for_each(|name| add(&mut tags, name, ArchiveKind::Tag));
        let date = post.date;
        // Posts come by their dates, so that most are of the day of the one before.
        let places = match last {
            Some((day, places)) if day == date => places,
            _ => {
                let month = ArchiveKind::Month(date.year(), date.month());
                [ArchiveKind::Year(date.year()), month, ArchiveKind::Day(date)].map(|kind| groups.place(kind))
            }
        };
        last = Some((date, places));
        for place in places {
            groups.add(place, post.file);
        }
    }
    let others = groups.lists.into_iter().map(|(kind, files)| (kind, files.into())).collect();
    Archives { root: root.into(), others, names }
}

/// Lists while they grow.
#[derive(Default)]
struct Groups {
    lists: Vec<(ArchiveKind, Vec<SourceFile>)>,
    places: FxHashMap<ArchiveKind, usize>,
}

impl Groups {
    fn place(&mut self, kind: ArchiveKind) -> usize {
        *self.places.entry(kind).or_insert_with_key(|kind| {
            self.lists.push((kind.clone(), Vec::new()));
            self.lists.len() - 1
        })
    }

    /// A post that names a tag twice is listed once.
    fn add(&mut self, place: usize, file: SourceFile) {
        let (_, files) = &mut self.lists[place];
        if files.last() != Some(&file) {
            files.push(file);
        }
    }
}
