//! A page of an archive.

use std::sync::Arc;

use bds_content::dates;
use bds_liquid::{Map, Object, Text, Value};
use jiff::civil::Date;

use super::Content;
use super::common::Common;
use super::post::{PostObject, Shown};
use super::template::{self, Target};
use crate::archives::{self, Archive, ArchiveKind};
use crate::db::Db;
use crate::files::SourceFile;
use crate::posts::{self, Name, Variant};
use crate::{routes, settings, templates};

/// Renders a page of an archive, counted from 1.
pub(super) fn render<'db>(db: &'db dyn Db, archive: Archive<'db>, number: usize) -> Content {
    let language = archive.tree(db).text(db);
    let target = Target::new(db, language);
    let shown = page_posts(db, archive, number);
    let mut found = Vec::new();
    let template = match archive.kind(db) {
        ArchiveKind::Category(key) => templates::of_category(db, Name::new(db, Arc::clone(key)), &mut found),
        _ => "post-list".into(),
    };
    let exists_in = |language: &str| {
        let pages = page_count(db, Archive::new(db, Name::new(db, language), archive.kind(db).clone()));
        number <= pages
    };
    let common = Common {
        target: target.clone(),
        language: Arc::clone(language),
        title: settings::page_title(db),
        path: page_path(db, archive, number),
        calendar: shown.first().map(|(variant, _)| (variant.post.date.year(), variant.post.date.month())),
        exists_in: &exists_in,
    };
    let mut content = template::render(&target, &template, &List { common, archive, number, shown });
    content.diagnostics.append(&mut found);
    content
}

/// What a page shows: the posts with their words, and whether each shows its title.
type Posts<'db> = Vec<(&'db Variant, bool)>;

fn page_posts<'db>(db: &'db dyn Db, archive: Archive<'db>, number: usize) -> Posts<'db> {
    let files = page_files(db, archive, number);
    let variants = files.iter().filter_map(|file| posts::variant(db, *file, archive.tree(db)));
    variants.map(|variant| (variant, settings::shows_title(db, &variant.post))).collect()
}

/// The posts of one page, so that it does not depend on those of the others.
#[salsa::tracked]
fn page_files<'db>(db: &'db dyn Db, archive: Archive<'db>, number: usize) -> Arc<[SourceFile]> {
    let size = settings::posts_per_page(db);
    archives::archive_posts(db, archive).iter().skip((number - 1) * size).take(size).copied().collect()
}

/// How many pages an archive has.
#[salsa::tracked(returns(copy))]
fn page_count<'db>(db: &'db dyn Db, archive: Archive<'db>) -> usize {
    archives::archive_posts(db, archive).len().div_ceil(settings::posts_per_page(db))
}

/// The address of a page of an archive in the main tree, not percent-encoded.
fn page_path<'db>(db: &'db dyn Db, archive: Archive<'db>, number: usize) -> String {
    let folder = routes::archive_folder(db, archive);
    if number > 1 { format!("/{folder}page/{number}/") } else { format!("/{folder}") }
}

/// The context of a page of an archive.
struct List<'c, 'db> {
    common: Common<'c, 'db>,
    archive: Archive<'db>,
    number: usize,
    shown: Posts<'db>,
}

impl<'db> Object<'db> for List<'_, 'db> {
    fn get(&self, key: &str) -> Option<Value<'db>> {
        let db = self.common.target.db;
        let pages = || page_count(db, self.archive);
        Some(match key {
            "archive_context" => self.archive_context(),
            "is_list_page" => (pages() > 1).into(),
            "is_first_page" => (self.number == 1).into(),
            "is_last_page" => (self.number >= pages()).into(),
            "has_prev_page" => (self.number > 1).into(),
            "has_next_page" => (self.number < pages()).into(),
            "prev_page_href" => self.href(self.number > 1, self.number.saturating_sub(1)).into(),
            "next_page_href" => self.href(self.number < pages(), self.number + 1).into(),
            "show_archive_range_heading" => (self.number > 1 && *self.archive.kind(db) != ArchiveKind::Root).into(),
            "min_date" => day(self.dates().min()),
            "max_date" => day(self.dates().max()),
            "day_blocks" => self.day_blocks(),
            "page_description" => settings::description(db).map_or(Value::Nil, Value::from),
            _ => return self.common.get(key),
        })
    }

    fn keys(&self) -> Vec<Text<'db>> {
        let own = [
            "archive_context",
            "is_list_page",
            "is_first_page",
            "is_last_page",
            "has_prev_page",
            "has_next_page",
            "prev_page_href",
            "next_page_href",
            "show_archive_range_heading",
            "min_date",
            "max_date",
            "day_blocks",
        ];
        own.map(Text::from).into_iter().chain(Common::keys()).collect()
    }
}

impl<'db> List<'_, 'db> {
    fn archive_context(&self) -> Value<'db> {
        let db = self.common.target.db;
        let name = || Arc::<str>::from(archives::archive_name(db, self.archive));
        let context = |kind: &'static str| Map::new().with("kind", kind);
        let number = i64::from;
        let mut context = match self.archive.kind(db) {
            ArchiveKind::Root => context("root"),
            ArchiveKind::Tag(_) => context("tag").with("name", name()),
            ArchiveKind::Category(key) => {
                let title = settings::category_title(db, Name::new(db, Arc::clone(key)));
                context("category").with("name", title.unwrap_or_else(name))
            }
            ArchiveKind::Year(year) => context("year").with("year", number(i32::from(*year))),
            ArchiveKind::Month(year, month) => {
                context("month").with("year", number(i32::from(*year))).with("month", number(i32::from(*month)))
            }
            ArchiveKind::Day(date) => context("day")
                .with("year", number(i32::from(date.year())))
                .with("month", number(i32::from(date.month())))
                .with("day", number(i32::from(date.day()))),
        };
        for key in ["name", "year", "month", "day"] {
            if context.get(key).is_none() {
                context.insert(key, Value::Nil);
            }
        }
        Value::object(context)
    }

    /// The address of another page, percent-encoded; empty when there is none.
    fn href(&self, is_there: bool, number: usize) -> String {
        if !is_there {
            return String::new();
        }
        let base = routes::archive_path(self.common.target.db, self.archive);
        if number > 1 { format!("{base}page/{number}/") } else { base }
    }

    fn dates(&self) -> impl Iterator<Item = Date> {
        self.shown.iter().map(|(variant, _)| variant.post.date)
    }

    /// Posts in a row with the same day make a block (format sheet §8, "Day blocks").
    fn day_blocks(&self) -> Value<'db> {
        let db = self.common.target.db;
        let blocks: Vec<_> = self.shown.chunk_by(|(a, _), (b, _)| a.post.date == b.post.date).collect();
        let last = blocks.len().saturating_sub(1);
        Value::array(blocks.into_iter().enumerate().map(|(number, posts)| {
            let shown = posts.iter().map(|(variant, show_title)| {
                Value::object(PostObject { db, variant, part: Shown::InList { with_title: *show_title } })
            });
            let block = Map::new()
                .with("date_label", dates::day_label(posts[0].0.post.date))
                .with("show_date_marker", true)
                .with("show_separator", number < last)
                .with("posts", Value::array(shown));
            Value::object(block)
        }))
    }
}

fn day<'db>(date: Option<Date>) -> Value<'db> {
    date.map_or(Value::Nil, |date| {
        let day = Map::new()
            .with("day", i64::from(date.day()))
            .with("month", i64::from(date.month()))
            .with("year", i64::from(date.year()));
        Value::object(day)
    })
}
