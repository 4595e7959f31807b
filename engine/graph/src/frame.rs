//! What is the same on all pages.

use std::sync::Arc;

use serde::Serialize;

use crate::db::Db;
use crate::inputs::Site;
use crate::menu::{self, Entry};
use crate::settings;

/// The settings that pages show, and the menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Frame {
    /// The name of the site; none when the project has none.
    pub(crate) name: Option<Arc<str>>,
    /// What the site is about.
    pub(crate) description: Option<Arc<str>>,
    /// The title of lists.
    pub(crate) page_title: Arc<str>,
    /// The address of the site, without a slash at its end.
    pub(crate) base_url: Option<Arc<str>>,
    /// The language of the main tree.
    pub(crate) main_language: Arc<str>,
    /// The languages that have a tree, the main one first.
    pub(crate) trees: Arc<[Arc<str>]>,
    /// The style sheet of the theme.
    pub(crate) stylesheet: Arc<str>,
    /// Whether translations stand beside posts in the main tree.
    pub(crate) has_translations: bool,
    /// The menu.
    pub(crate) menu: Arc<[Entry]>,
}

/// Puts it together. Stays equal when settings change that pages do not show.
#[salsa::tracked]
pub(crate) fn frame(db: &dyn Db) -> Frame {
    Frame {
        name: settings::name(db),
        description: settings::description(db),
        page_title: settings::page_title(db),
        base_url: settings::base_url(db),
        main_language: settings::main_language(db),
        trees: settings::trees(db).clone(),
        stylesheet: settings::stylesheet(db),
        has_translations: Site::get(db).config(db).archives.translations,
        menu: menu::entries(db).clone(),
    }
}

impl Frame {
    /// The folder of a language's tree: `""` for the main one, `"/en"`.
    pub(crate) fn prefix(&self, language: &str) -> String {
        if *language == *self.main_language { String::new() } else { format!("/{language}") }
    }
}
