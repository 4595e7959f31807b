//! The part of the context that every page has (format sheet §10).

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use bds_content::i18n;
use bds_content::percent::encode_path;
use bds_liquid::{Array, Map, Object, Text, Value};

use super::maps::{MediaPaths, PostData, PostPaths};
use super::template::Target;
use crate::lens::Lens;
use crate::menu::Entry;

/// What the context of a page is made from. Each part is computed when the template asks for it.
pub(super) struct Common<'c, 'db> {
    /// What the page is rendered for.
    pub(super) target: Target<'db>,
    /// The language of the page: that of its tree, or of the one post that it shows.
    pub(super) language: Arc<str>,
    /// The title of the page.
    pub(super) title: Arc<str>,
    /// The address of the page inside its tree: `/2026/03/13/slug/`.
    pub(super) path: String,
    /// The year and month that the calendar opens at.
    pub(super) calendar: Option<(i16, i8)>,
    /// Whether the same address exists in another tree.
    pub(super) exists_in: &'c dyn Fn(&str) -> bool,
}

/// The names that [`Common::get`] answers to.
const KEYS: &[&str] = &[
    "page_title",
    "language",
    "current_language",
    "language_prefix",
    "blog_languages",
    "menu_items",
    "pico_stylesheet_href",
    "html_theme_attribute",
    "calendar_initial_year",
    "calendar_initial_month",
    "canonical_post_path_by_slug",
    "canonical_media_path_by_source_path",
    "post_data_json_by_id",
    "alternate_links",
    "site_name",
    "site_description",
    "canonical_url",
    "page_description",
    "og_image",
];

impl<'db> Target<'db> {
    /// A page in the tree of a language.
    pub(super) fn new(lens: &Lens<'db>, tree: &Arc<str>) -> Self {
        let prefix = lens.prefix(tree);
        Self { lens: lens.clone(), tree: lens.name(tree.clone()), prefix, found: Rc::new(RefCell::default()) }
    }
}

impl<'db> Common<'_, 'db> {
    /// The variable of this name; none when it is not one that every page has.
    pub(super) fn get(&self, key: &str) -> Option<Value<'db>> {
        let Target { lens, tree, prefix, .. } = &self.target;
        Some(match key {
            "page_title" => Text::from(&self.title).into(),
            "language" => Text::from(&self.language).into(),
            "current_language" => Text::from(lens.text(*tree)).into(),
            "language_prefix" => prefix.clone().into(),
            "blog_languages" => self.languages(),
            "menu_items" => menu_items(&lens.frame().menu),
            "pico_stylesheet_href" => Text::from(&lens.frame().stylesheet).into(),
            "html_theme_attribute" | "page_description" | "og_image" => Value::Nil,
            "calendar_initial_year" => self.calendar.map_or(Value::Nil, |(year, _)| i64::from(year).into()),
            "calendar_initial_month" => self.calendar.map_or(Value::Nil, |(_, month)| i64::from(month).into()),
            "canonical_post_path_by_slug" => Value::object(PostPaths(lens.clone())),
            "canonical_media_path_by_source_path" => Value::object(MediaPaths(lens.clone())),
            "post_data_json_by_id" => Value::object(PostData(lens.clone())),
            "alternate_links" => Value::array([]),
            "site_name" => lens.frame().name.as_ref().map_or(Value::Nil, |name| Text::from(name).into()),
            "site_description" => lens.frame().description.as_ref().map_or(Value::Nil, |text| Text::from(text).into()),
            "canonical_url" => self.canonical_url().map_or(Value::Nil, Value::from),
            _ => return None,
        })
    }

    /// The names of all variables.
    pub(super) fn keys() -> impl Iterator<Item = Text<'db>> {
        KEYS.iter().copied().map(Text::from)
    }

    /// The whole address of the page.
    pub(super) fn canonical_url(&self) -> Option<String> {
        let base = self.target.lens.frame().base_url.as_deref()?;
        Some(format!("{base}{}{}", self.target.prefix, encode_path(&self.path)))
    }

    /// The languages of the site; none when there is only one (format sheet §10).
    fn languages(&self) -> Value<'db> {
        let frame = self.target.lens.frame();
        let trees = &frame.trees;
        if trees.len() < 2 {
            return Value::array([]);
        }
        Value::array(trees.iter().map(|code| {
            let prefix = frame.prefix(code);
            let path = if (self.exists_in)(code) { encode_path(&self.path) } else { "/".to_owned() };
            let entry = Map::new()
                .with("code", Text::from(code))
                .with("flag", i18n::flag(code))
                .with("name", i18n::name(code).map_or(Value::Nil, Value::from))
                .with("href", format!("{prefix}{path}"))
                .with("href_prefix", prefix)
                .with("is_current", *code == *self.target.lens.text(self.target.tree));
            Value::object(entry)
        }))
    }
}

/// They lie in the frame as long as it stands, so that their place tells them from all others.
fn menu_items(entries: &[Entry]) -> Value<'_> {
    let items = entries.iter().map(|entry| Value::object(MenuItem(entry))).collect();
    Value::Array(Array::known_as(entries.as_ptr().addr(), items))
}

struct MenuItem<'db>(&'db Entry);

impl<'db> Object<'db> for MenuItem<'db> {
    fn get(&self, key: &str) -> Option<Value<'db>> {
        let Entry { title, href, children } = self.0;
        Some(match key {
            "title" => (&**title).into(),
            "href" => (&**href).into(),
            "has_children" => (!children.is_empty()).into(),
            "children" => menu_items(children),
            _ => return None,
        })
    }

    fn keys(&self) -> Vec<Text<'db>> {
        ["title", "href", "has_children", "children"].map(Text::from).into()
    }
}
