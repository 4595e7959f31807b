use crate::html;
use crate::tags::edit_attributes;

/// Puts the site's public URL, such as `https://example.org`, before each `href`, `src` and `poster` that begins with
/// `/`: for HTML that is read elsewhere, in a feed reader. Addresses with a host of their own stay.
pub fn absolute(html: &str, base_url: &str) -> String {
    let base = html::escape(base_url.trim_end_matches('/'));
    let edited = edit_attributes(html, |_, attribute| {
        let is_address = ["href", "src", "poster"].iter().any(|name| attribute.name.eq_ignore_ascii_case(name));
        let is_local = attribute.value.starts_with('/') && !attribute.value.starts_with("//");
        let value = || {
            if attribute.quote.is_none() { attribute.value.replace('"', "&quot;") } else { attribute.value.to_owned() }
        };
        (is_address && is_local).then(|| format!("{base}{}", value()))
    });
    edited.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completes_local_addresses() {
        let html = "<a href='/x/?a&amp;b'><img src=/y><a href=\"//e.org\"><a href=\"x\"><a title=\"/\">";
        let expected = "<a href='https://b.org/x/?a&amp;b'><img src=\"https://b.org/y\"><a href=\"//e.org\">\
                        <a href=\"x\"><a title=\"/\">";
        assert_eq!(absolute(html, "https://b.org/"), expected);
    }
}
