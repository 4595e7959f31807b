use super::element::{element, line};
use super::{Channel, Item};
use crate::dates::iso_millis;
use crate::xml::escape;

/// Writes an Atom feed. It ends with a newline.
///
/// Content is escaped HTML (`type="html"`), not XHTML: what people and macros write is HTML, with `<br>`, `&nbsp;` and
/// attributes without values, and to find out whether it happens to be well-formed XML would take a parse of every
/// post for a feed that reads the same either way.
pub fn atom(channel: &Channel, items: &[Item]) -> String {
    let base = escape(&channel.base_url);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let language = language(channel.language.as_deref());
    line(&mut out, 0, &format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"{language}>"));
    element(&mut out, 1, "title", &channel.title);
    element(&mut out, 1, "subtitle", &channel.description);
    element(&mut out, 1, "id", &format!("{}/", channel.base_url));
    line(&mut out, 1, &format!("<link rel=\"alternate\" href=\"{base}/\" />"));
    line(&mut out, 1, &format!("<link rel=\"self\" href=\"{base}/atom.xml\" />"));
    // The element is required; a feed without items has not changed since the epoch.
    element(&mut out, 1, "updated", &iso_millis(channel.updated.unwrap_or_default()));
    for item in items {
        push_entry(&mut out, channel, item);
    }
    out.push_str("</feed>\n");
    out
}

fn push_entry(out: &mut String, channel: &Channel, item: &Item) {
    line(out, 1, &format!("<entry{}>", language(item.language.as_deref())));
    element(out, 2, "title", &item.title);
    element(out, 2, "id", &item.link);
    line(out, 2, &format!("<link rel=\"alternate\" href=\"{}\" />", escape(&item.link)));
    element(out, 2, "updated", &iso_millis(item.updated));
    element(out, 2, "published", &iso_millis(item.published));
    // An entry without author makes the feed invalid (RFC 4287 §4.1.1): the site speaks for it.
    line(out, 2, "<author>");
    element(out, 3, "name", item.author.as_deref().unwrap_or(&channel.title));
    line(out, 2, "</author>");
    element(out, 2, "summary type=\"html\"", &item.summary);
    element(out, 2, "content type=\"html\"", &item.content);
    for category in item.tags.iter().chain(&item.categories) {
        line(out, 2, &format!("<category term=\"{}\" />", escape(category)));
    }
    line(out, 1, "</entry>");
}

fn language(language: Option<&str>) -> String {
    language.map(|language| format!(" xml:lang=\"{}\"", escape(language))).unwrap_or_default()
}
