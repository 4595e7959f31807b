//! The filters that templates have beyond Liquid's own (format sheet §7).

use bds_liquid::{Arguments, Value};

use super::template::Target;
use crate::body::{self, Part};
use crate::lens::Lens;

/// `i18n: language`: the string of a key.
pub(super) fn i18n<'a>(lens: &Lens<'_>, input: &Value<'a>, arguments: &Arguments<'a>) -> Value<'a> {
    let (key, language) = (input.to_text(), arguments.get(0).to_text());
    lens.strings().lookup(&language, &key).to_owned().into()
}

/// `markdown: post_id, …, language, language_prefix`: the text of a post as HTML.
///
/// The maps that the app passes are passed on by users' templates too; links are resolved by query, so they are not
/// looked at.
pub(super) fn markdown<'db>(target: &Target<'db>, input: &Value<'db>, arguments: &Arguments<'db>) -> Value<'db> {
    let Some(text) = input.as_str() else { return "".into() };
    let Target { lens, tree, prefix, found } = target;
    let language = arguments.get(LANGUAGE).to_text();
    let language = if language.is_empty() { lens.text(*tree).to_string() } else { language.to_string() };
    let id = arguments.get(POST_ID).to_text();
    let Some(post) = lens.post_of_id(&id) else {
        return bds_content::markdown::to_html(text).into();
    };
    let given = arguments.get(PREFIX).to_text();
    let prefix = if given.is_empty() { prefix.as_str() } else { &given };
    // The words of the page's language come first, then those of the tree.
    let candidates = [lens.name(language.as_str()), *tree];
    let settings = candidates.into_iter().filter_map(|wanted| {
        let words = lens.entry(post, wanted)?.0.shown().words;
        Some(lens.setting(post, words, language.as_str(), prefix))
    });
    let mut last = None;
    for setting in settings {
        if **lens.body(lens.words(setting)) == *text {
            return take(lens.rendered(setting, Part::Body), found);
        }
        if lens.excerpt(setting).as_deref() == Some(text) {
            return take(lens.rendered(setting, Part::Excerpt), found);
        }
        last.get_or_insert(setting);
    }
    // A text that the template made itself, such as a part of the post.
    match last {
        Some(setting) => {
            let rendered = body::render(lens, setting, text, false);
            found.borrow_mut().extend_from_slice(&rendered.diagnostics);
            rendered.html.into()
        }
        None => bds_content::markdown::to_html(text).into(),
    }
}

fn take<'db>(rendered: &'db body::Rendered, found: &std::cell::RefCell<Vec<bds_base::Diagnostic>>) -> Value<'db> {
    found.borrow_mut().extend_from_slice(&rendered.diagnostics);
    (&*rendered.html).into()
}

/// Where the arguments of `markdown` stand.
const POST_ID: usize = 0;
const LANGUAGE: usize = 4;
const PREFIX: usize = 5;
