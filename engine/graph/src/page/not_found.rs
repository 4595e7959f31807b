//! `404.html`.

use std::sync::Arc;

use bds_liquid::{Object, Text, Value};

use super::Content;
use super::common::Common;
use super::template::{self, Target};
use crate::lens::Lens;

/// Renders the page that static hosts show for addresses that lead nowhere.
pub(super) fn render(lens: &Lens<'_>, tree: &Arc<str>) -> Content {
    let target = Target::new(lens, tree);
    let common = Common {
        target: target.clone(),
        language: Arc::clone(tree),
        title: lens.strings().lookup(tree, "render.notFound.title").into(),
        path: "/404.html".to_owned(),
        calendar: None,
        exists_in: &|_| false,
    };
    template::render(&target, "not-found", &NotFound(common))
}

struct NotFound<'c, 'db>(Common<'c, 'db>);

impl<'db> Object<'db> for NotFound<'_, 'db> {
    /// The shipped template has words of its own; a message here would stand in for them.
    fn get(&self, key: &str) -> Option<Value<'db>> {
        match key {
            "not_found_message" | "not_found_back_label" => Some(Value::Nil),
            _ => self.0.get(key),
        }
    }

    fn keys(&self) -> Vec<Text<'db>> {
        ["not_found_message", "not_found_back_label"].map(Text::from).into_iter().chain(Common::keys()).collect()
    }
}
