//! A page of an archive.

use std::sync::Arc;

use bds_content::dates;
use bds_content::percent::encode_path;
use bds_liquid::{Map, Object, Text, Value};
use jiff::civil::Date;

use super::Content;
use super::common::Common;
use super::post::{PostObject, Shown};
use super::template::{self, Target};
use crate::archives::{self, Archive, ArchiveKind};
use crate::db::Db;
use crate::files::SourceFile;
use crate::lens::{Entry, Lens};
use crate::settings;

/// Renders a page of an archive, counted from 1.
pub(super) fn render<'db>(lens: &Lens<'db>, archive: Archive<'db>, number: usize) -> Content {
    let language = lens.text(lens.tree(archive));
    let target = Target::new(lens, language);
    let shown: Posts<'db> =
        lens.page_files(archive, number).iter().filter_map(|file| lens.entry(*file, lens.tree(archive))).collect();
    let (template, mut found) = match lens.kind(archive) {
        ArchiveKind::Category(key) => lens.template_of_category(key),
        _ => ("post-list".into(), Vec::new()),
    };
    let exists_in = |language: &str| {
        let twin = lens.archive(lens.name(language), lens.kind(archive).clone());
        number <= lens.page_count(twin)
    };
    let common = Common {
        target: target.clone(),
        language: Arc::clone(language),
        title: lens.frame().page_title.clone(),
        path: page_path(lens, archive, number),
        calendar: shown.first().map(|(entry, _)| entry.shown().date).map(|date| (date.year(), date.month())),
        exists_in: &exists_in,
    };
    let mut content = template::render(&target, &template, &List { common, archive, number, shown });
    content.diagnostics.append(&mut found);
    content
}

/// What a page shows: the posts with their words, and whether each shows its title.
type Posts<'db> = Vec<(Entry<'db>, bool)>;

/// The posts of one page, so that it does not depend on those of the others.
#[salsa::tracked]
pub(crate) fn page_files<'db>(db: &'db dyn Db, archive: Archive<'db>, number: usize) -> Arc<[SourceFile]> {
    let size = settings::posts_per_page(db);
    archives::archive_posts(db, archive).iter().skip((number - 1) * size).take(size).copied().collect()
}

/// How many pages an archive has.
#[salsa::tracked(returns(copy))]
pub(crate) fn page_count<'db>(db: &'db dyn Db, archive: Archive<'db>) -> usize {
    archives::archive_posts(db, archive).len().div_ceil(settings::posts_per_page(db))
}

/// The address of a page of an archive in the main tree, not percent-encoded.
fn page_path<'db>(lens: &Lens<'db>, archive: Archive<'db>, number: usize) -> String {
    let folder = lens.archive_folder(archive);
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
        let lens = &self.common.target.lens;
        let pages = || lens.page_count(self.archive);
        Some(match key {
            "archive_context" => self.archive_context(),
            "is_list_page" => (pages() > 1).into(),
            "is_first_page" => (self.number == 1).into(),
            "is_last_page" => (self.number >= pages()).into(),
            "has_prev_page" => (self.number > 1).into(),
            "has_next_page" => (self.number < pages()).into(),
            "prev_page_href" => self.href(self.number > 1, self.number.saturating_sub(1)).into(),
            "next_page_href" => self.href(self.number < pages(), self.number + 1).into(),
            "show_archive_range_heading" => (self.number > 1 && *lens.kind(self.archive) != ArchiveKind::Root).into(),
            "min_date" => day(self.dates().min()),
            "max_date" => day(self.dates().max()),
            "day_blocks" => self.day_blocks(),
            "page_description" => lens.frame().description.as_ref().map_or(Value::Nil, |text| Text::from(text).into()),
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
        let lens = &self.common.target.lens;
        let kind = lens.kind(self.archive);
        let name = || lens.spelling(kind.clone()).cloned().unwrap_or_default();
        let context = |kind: &'static str| Map::new().with("kind", kind);
        let number = i64::from;
        let mut context = match kind {
            ArchiveKind::Root => context("root"),
            ArchiveKind::Tag(_) => context("tag").with("name", name()),
            ArchiveKind::Category(key) => {
                let title = lens.category_title(key);
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
        let lens = &self.common.target.lens;
        let base = encode_path(&format!("/{}", lens.archive_folder(self.archive)));
        if number > 1 { format!("{base}page/{number}/") } else { base }
    }

    fn dates(&self) -> impl Iterator<Item = Date> {
        self.shown.iter().map(|(entry, _)| entry.shown().date)
    }

    /// Posts in a row with the same day make a block (format sheet §8, "Day blocks").
    fn day_blocks(&self) -> Value<'db> {
        let lens = &self.common.target.lens;
        let date = |entry: &Entry<'db>| entry.shown().date;
        let blocks: Vec<_> = self.shown.chunk_by(|(a, _), (b, _)| date(a) == date(b)).collect();
        let last = blocks.len().saturating_sub(1);
        Value::array(blocks.into_iter().enumerate().map(|(number, posts)| {
            let shown = posts.iter().map(|(entry, with_title)| {
                let part = Shown::InList { with_title: *with_title };
                Value::object(PostObject { lens: lens.clone(), entry: *entry, part })
            });
            let block = Map::new()
                .with("date_label", dates::day_label(date(&posts[0].0)))
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
