//! `post`: a post as templates see it (format sheet §10).

use bds_content::dates;
use bds_liquid::{Object, Text, Value};

use crate::lens::{Entry, Lens};

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
    pub(super) lens: Lens<'db>,
    pub(super) entry: Entry<'db>,
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
        let shown = self.entry.shown();
        let shows_title = matches!(self.part, Shown::InList { with_title: true });
        Some(match key {
            "id" => Text::from(shown.id).into(),
            "slug" => Text::from(shown.slug).into(),
            "title" => Text::from(shown.title).into(),
            "content" => match shown.excerpt.filter(|_| shows_title) {
                Some(excerpt) => Text::from(excerpt).into(),
                None => Text::from(self.lens.body(shown.words)).into(),
            },
            "show_title" => shows_title.into(),
            "language" => Text::from(shown.language).into(),
            "excerpt" => shown.excerpt.map_or(Value::Nil, |text| Text::from(text).into()),
            "author" => shown.author.map_or(Value::Nil, |text| Text::from(text).into()),
            "date_label" => dates::day_label(shown.date).into(),
            "date_iso" => dates::iso_millis(shown.created_at).into(),
            "updated_iso" => dates::iso_millis(shown.updated_at).into(),
            _ => return None,
        })
    }

    fn keys(&self) -> Vec<Text<'db>> {
        KEYS.map(Text::from).into()
    }
}
