//! `sitemap.xml` (format sheet §8.4).

use std::sync::Arc;

use bds_content::percent::encode_path;
use bds_content::sitemap::{ChangeFreq, Url, sitemap};
use jiff::Timestamp;

use crate::archives::{self, Archive, ArchiveKind, Archives};
use crate::db::Db;
use crate::files::SourceFile;
use crate::posts::{self, Name};
use crate::{routes, settings};

/// Lists the pages of the main tree, with their twins in the other trees.
pub(super) fn render(db: &dyn Db) -> String {
    let main = Name::new(db, settings::main_language(db));
    let Some(base) = settings::base_url(db) else { return String::new() };
    let archives = archives::archives(db, main);
    let mut writer = Writer { db, main, base, is_multilingual: settings::trees(db).len() > 1, urls: Vec::new() };
    writer.root(archives);
    writer.posts();
    let kinds: [fn(&ArchiveKind) -> bool; 5] = [
        |kind| matches!(kind, ArchiveKind::Year(_)),
        |kind| matches!(kind, ArchiveKind::Month(..)),
        |kind| matches!(kind, ArchiveKind::Day(_)),
        |kind| matches!(kind, ArchiveKind::Category(_)),
        |kind| matches!(kind, ArchiveKind::Tag(_)),
    ];
    for is_kind in kinds {
        let mut of_kind: Vec<_> = archives.others.iter().filter(|(kind, _)| is_kind(kind)).collect();
        if of_kind.first().is_some_and(|(kind, _)| is_dated(kind)) {
            of_kind.reverse();
        }
        for (kind, posts) in of_kind {
            writer.archive(kind, posts, &archives.root);
        }
    }
    sitemap(&writer.urls, writer.is_multilingual)
}

fn is_dated(kind: &ArchiveKind) -> bool {
    matches!(kind, ArchiveKind::Year(_) | ArchiveKind::Month(..) | ArchiveKind::Day(_))
}

struct Writer<'db> {
    db: &'db dyn Db,
    main: Name<'db>,
    base: Arc<str>,
    is_multilingual: bool,
    urls: Vec<Url>,
}

impl Writer<'_> {
    fn root(&mut self, archives: &Archives) {
        if !archives::is_wanted(self.db, &ArchiveKind::Root) {
            return;
        }
        let lastmod = self.newest(&archives.root);
        self.add("/", lastmod, ChangeFreq::Daily, 10, &|_| true);
        for page in 2..=self.pages(&archives.root) {
            let db = self.db;
            let has_page = |tree: Name<'_>| {
                let listed = archives::archive_posts(db, Archive::new(db, tree, ArchiveKind::Root));
                page <= listed.len().div_ceil(settings::posts_per_page(db))
            };
            self.add(&format!("/page/{page}/"), lastmod, ChangeFreq::Daily, 9, &has_page);
        }
    }

    /// In the order of lists; with several languages, those that must not be translated come last.
    fn posts(&mut self) {
        let db = self.db;
        let shown = posts::tree_posts(db, self.main).iter().filter_map(|file| posts::post(db, *file));
        let mut shown: Vec<_> = shown.collect();
        if self.is_multilingual {
            shown.sort_by_key(|post| post.do_not_translate);
        }
        for post in &shown {
            let path = routes::post_path(post);
            self.add(&path, Some(post.updated_at), ChangeFreq::Monthly, 8, &|_| !post.do_not_translate);
        }
        for post in shown.iter().filter(|post| post.is_page()) {
            let path = format!("/{}/", post.slug);
            self.add(&path, Some(post.updated_at), ChangeFreq::Weekly, 7, &|_| !post.do_not_translate);
        }
    }

    fn archive(&mut self, kind: &ArchiveKind, posts: &[SourceFile], listed: &[SourceFile]) {
        if !archives::is_wanted(self.db, kind) {
            return;
        }
        let (changefreq, priority) = match kind {
            ArchiveKind::Day(_) => (ChangeFreq::Monthly, 4),
            ArchiveKind::Year(_) | ArchiveKind::Month(..) => (ChangeFreq::Monthly, 5),
            _ => (ChangeFreq::Weekly, 6),
        };
        let lastmod = if is_dated(kind) && !self.is_multilingual { self.latest(posts) } else { self.newest(listed) };
        let archive = Archive::new(self.db, self.main, kind.clone());
        let folder = format!("/{}", routes::archive_folder(self.db, archive));
        let db = self.db;
        let exists = |tree: Name<'_>| archives::archive_exists(db, Archive::new(db, tree, kind.clone()));
        self.add(&folder, lastmod, changefreq, priority, &exists);
        if self.is_multilingual {
            return;
        }
        for page in 2..=self.pages(posts) {
            self.add(&format!("{folder}page/{page}/"), lastmod, changefreq, priority - 1, &|_| true);
        }
    }

    /// How many pages a list of these posts has.
    fn pages(&self, listed: &[SourceFile]) -> usize {
        listed.len().div_ceil(settings::posts_per_page(self.db))
    }

    /// When the newest of these posts was changed.
    fn newest(&self, listed: &[SourceFile]) -> Option<Timestamp> {
        listed.first().and_then(|file| posts::post(self.db, *file)).map(|post| post.updated_at)
    }

    /// When any of these posts was changed last.
    fn latest(&self, listed: &[SourceFile]) -> Option<Timestamp> {
        listed.iter().filter_map(|file| posts::post(self.db, *file)).map(|post| post.updated_at).max()
    }

    /// Adds a page of the main tree, with those of its twins that are there.
    fn add(
        &mut self,
        path: &str,
        lastmod: Option<Timestamp>,
        changefreq: ChangeFreq,
        priority: u8,
        exists_in: &dyn Fn(Name<'_>) -> bool,
    ) {
        let path = encode_path(path);
        let loc = format!("{}{path}", self.base);
        let alternates = if self.is_multilingual { self.alternates(&path, &loc, exists_in) } else { Vec::new() };
        self.urls.push(Url { loc, lastmod, changefreq, priority, alternates });
    }

    /// Every language in which the page is there, and `x-default` if there is a choice.
    fn alternates(&self, path: &str, loc: &str, exists_in: &dyn Fn(Name<'_>) -> bool) -> Vec<(String, String)> {
        let main = self.main.text(self.db);
        let trees = settings::trees(self.db).iter();
        let there = trees.filter(|tree| *tree == main || exists_in(Name::new(self.db, Arc::clone(tree))));
        let mut twins: Vec<_> = there
            .map(|tree| (tree.to_string(), format!("{}{}{path}", self.base, settings::prefix(self.db, tree))))
            .collect();
        if twins.len() > 1 {
            twins.push(("x-default".to_owned(), loc.to_owned()));
        }
        twins
    }
}
