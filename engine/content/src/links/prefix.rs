use std::borrow::Cow;

use crate::tags::edit_attributes;

/// Puts the prefix of a language tree, such as `/en`, before the links of a page (format sheet §8.2): each
/// `href="/…"`.
///
/// Left alone are files that all trees share (`/media/`, `/assets/`, `/thumbnails/`, `/images/`), what has the prefix
/// already, tags that name their language themselves (`hreflang` or `data-lang-prefix`), and each `src`; and the
/// addresses of which `stays` says that only the main tree has them. An empty prefix changes nothing.
pub fn prefix_tree(html: &str, prefix: &str, stays: impl Fn(&str) -> bool) -> String {
    if prefix.is_empty() {
        return html.to_owned();
    }
    let edited = edit_attributes(html, |tag, attribute| {
        let wanted = attribute.name.eq_ignore_ascii_case("href")
            && is_of_tree(attribute.value, prefix)
            && !tag.has("hreflang")
            && !tag.has("data-lang-prefix")
            && !stays(attribute.value);
        wanted.then(|| format!("{prefix}{}", quotable(attribute.value, attribute.quote)))
    });
    edited.into_owned()
}

/// The value, fit for the quotes that an attribute without quotes gets.
fn quotable(value: &str, quote: Option<u8>) -> Cow<'_, str> {
    if quote.is_none() && value.contains('"') { Cow::Owned(value.replace('"', "&quot;")) } else { value.into() }
}

fn is_of_tree(address: &str, prefix: &str) -> bool {
    const SHARED: &[&str] = &["/media/", "/assets/", "/thumbnails/", "/images/"];
    let prefixed =
        address.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    address.starts_with('/')
        && !address.starts_with("//")
        && !prefixed
        && !SHARED.iter().any(|shared| address.starts_with(shared))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_what_belongs_to_the_tree() {
        let check = |html, expected: &str| {
            assert_eq!(prefix_tree(html, "/en", |address| address == "/main/"), expected, "{html}");
        };
        check("<a href=\"/\">", "<a href=\"/en/\">");
        check("<a href='/tag/x/?a&amp;b'>", "<a href='/en/tag/x/?a&amp;b'>");
        check("<a href=/x/>", "<a href=\"/en/x/\">");
        check("<a href=/x\"y>", "<a href=\"/en/x&quot;y\">");
        check("<link rel=alternate type=x href=\"/rss.xml\">", "<link rel=alternate type=x href=\"/en/rss.xml\">");
        check("<a href=\"/english/\">", "<a href=\"/en/english/\">");
        for unchanged in [
            "<a href=\"/main/\">",
            "<a href=\"/en\">",
            "<a href=\"/en/x\">",
            "<a href=\"/en?x\">",
            "<a href=\"//e.org\">",
            "<a href=\"x\">",
            "<a href=\"/media/x\">",
            "<link href=\"/assets/x\">",
            "<a href=\"/thumbnails/x\">",
            "<a href=\"/images/x\">",
            "<img src=\"/x\">",
            "<link hreflang=\"de\" href=\"/x\">",
            "<a href=\"/\" data-lang-prefix>",
            "<script>'<a href=\"/x\">'</script>",
            "<a href=\"\">",
        ] {
            check(unchanged, unchanged);
        }
        assert_eq!(prefix_tree("<a href=\"/x\">", "", |_| false), "<a href=\"/x\">");
        let once = prefix_tree("<a href=\"/x\">", "/en", |_| false);
        assert_eq!(prefix_tree(&once, "/en", |_| false), once);
    }
}
