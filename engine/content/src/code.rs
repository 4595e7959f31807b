//! Marks on code blocks that the browser's scripts read.

use std::borrow::Cow;

use memchr::memmem;

use crate::tags::Tags;

/// Adds ` data-code-language="x"` to each `<code class="language-x">` that lacks it (format sheet §9), with the language
/// in lower case. Languages are letters, digits and `_ . + -`; another name is left alone.
pub fn annotate(html: &str) -> Cow<'_, str> {
    const PREFIX: &str = "language-";
    if memmem::find(html.as_bytes(), PREFIX.as_bytes()).is_none() {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() + 64);
    let mut copied = 0;
    for tag in Tags::new(html).filter(|tag| !tag.is_end && tag.name.eq_ignore_ascii_case("code")) {
        let class = tag.attributes().find(|attribute| attribute.name.eq_ignore_ascii_case("class"));
        let Some(class) = class.filter(|_| !tag.has("data-code-language")) else { continue };
        let mut languages = class.value.split_ascii_whitespace().filter_map(|name| name.strip_prefix(PREFIX));
        let Some(language) = languages.next().filter(|language| is_name(language)) else { continue };
        // After the class and its quote.
        let at = class.span.end + usize::from(class.quote.is_some());
        out.push_str(&html[copied..at]);
        out.push_str(" data-code-language=\"");
        out.push_str(&language.to_ascii_lowercase());
        out.push('"');
        copied = at;
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

fn is_name(language: &str) -> bool {
    !language.is_empty()
        && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_language_once() {
        let check = |html, expected: &str| assert_eq!(annotate(html), expected, "{html}");
        check(
            "<pre><code class=\"language-C++\">x</code></pre>",
            "<pre><code class=\"language-C++\" data-code-language=\"c++\">x</code></pre>",
        );
        check("<code class=language-x>", "<code class=language-x data-code-language=\"x\">");
        for unchanged in [
            "<code class=\"language-x\" data-code-language=\"y\">",
            "<code class=\"language-ä\">",
            "<code class=\"language-\">",
            "<p class=\"language-x\">",
            "<!-- <code class=\"language-x\"> -->",
            "<code>language-x</code>",
        ] {
            check(unchanged, unchanged);
        }
    }
}
