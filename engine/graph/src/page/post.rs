//! `post`: a post as templates see it (format sheet §10).

use bds_content::dates;
use bds_liquid::{Object, Text, Value};

use crate::db::Db;
use crate::posts::{Variant, body};

/// How much of a post a page shows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shown {
    /// All of it; its title is that of the page.
    Whole,
    /// What lists show: the excerpt where the title is shown and there is one, else the whole text (format sheet §8, "List
    /// content").
    InList {
        /// Whether the title is shown.
        with_title: bool,
    },
}

/// A post on a page.
pub(super) struct PostObject<'db> {
    pub(super) db: &'db dyn Db,
    pub(super) variant: &'db Variant,
    pub(super) part: Shown,
}

/// The names that [`PostObject`] answers to.
const KEYS: [&str; 11] = [
    "id",
    "slug",
    "title",
    "content",
    "show_title",
    "language",
    "excerpt",
    "author",
    "date_label",
    "date_iso",
    "updated_iso",
];

impl<'db> Object<'db> for PostObject<'db> {
    fn get(&self, key: &str) -> Option<Value<'db>> {
        let Variant { post, language, title, excerpt, .. } = self.variant;
        let shows_title = matches!(self.part, Shown::InList { with_title: true });
        Some(match key {
            "id" => Text::from(&post.id).into(),
            "slug" => Text::from(&post.slug).into(),
            "title" => Text::from(title).into(),
            "content" => match excerpt.as_ref().filter(|_| shows_title) {
                Some(excerpt) => Text::from(excerpt).into(),
                None => Text::from(body(self.db, self.variant.words)).into(),
            },
            "show_title" => shows_title.into(),
            "language" => Text::from(language).into(),
            "excerpt" => excerpt.as_ref().map_or(Value::Nil, |text| Text::from(text).into()),
            "author" => post.author.as_ref().map_or(Value::Nil, |text| Text::from(text).into()),
            "date_label" => dates::day_label(post.date).into(),
            "date_iso" => dates::iso_millis(post.created_at).into(),
            "updated_iso" => dates::iso_millis(post.updated_at).into(),
            _ => return None,
        })
    }

    fn keys(&self) -> Vec<Text<'db>> {
        KEYS.map(Text::from).into()
    }
}
