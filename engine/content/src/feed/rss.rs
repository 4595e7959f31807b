use super::element::{element, line, raw_element};
use super::{Channel, Item};
use crate::dates::rfc2822;
use crate::xml::cdata;

/// Writes an RSS 2.0 feed. It ends with a newline.
///
/// An author who is no e-mail address stands in `dc:creator`, since `author` of RSS 2.0 has to be one.
pub fn rss(channel: &Channel, items: &[Item]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"");
    out.push_str(" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n");
    line(&mut out, 1, "<channel>");
    element(&mut out, 2, "title", &channel.title);
    element(&mut out, 2, "link", &format!("{}/", channel.base_url));
    element(&mut out, 2, "description", &channel.description);
    if let Some(language) = &channel.language {
        element(&mut out, 2, "language", language);
    }
    if let Some(updated) = channel.updated {
        element(&mut out, 2, "lastBuildDate", &rfc2822(updated));
    }
    element(&mut out, 2, "generator", "bds");
    for item in items {
        push_item(&mut out, item);
    }
    line(&mut out, 1, "</channel>");
    out.push_str("</rss>\n");
    out
}

fn push_item(out: &mut String, item: &Item) {
    line(out, 2, "<item>");
    element(out, 3, "title", &item.title);
    element(out, 3, "link", &item.link);
    element(out, 3, "guid isPermaLink=\"true\"", &item.link);
    element(out, 3, "pubDate", &rfc2822(item.published));
    if let Some(author) = &item.author {
        element(out, 3, if author.contains('@') { "author" } else { "dc:creator" }, author);
    }
    if let Some(language) = &item.language {
        element(out, 3, "dc:language", language);
    }
    raw_element(out, 3, "description", &cdata(&item.summary));
    raw_element(out, 3, "content:encoded", &cdata(&item.content));
    for category in item.categories.iter().chain(&item.tags) {
        element(out, 3, "category", category);
    }
    line(out, 2, "</item>");
}
