use std::borrow::Cow;

use super::{Attribute, Tag, Tags};

/// Gives attributes new values: `edit` is asked for each attribute of each start tag, and answers with the new value
/// as attribute text (escaped for either quote), or none to leave the attribute alone.
///
/// Everything else stays byte for byte. A value without quotes gets some.
pub fn edit_attributes<'a>(
    html: &'a str,
    mut edit: impl FnMut(&Tag<'a>, &Attribute<'a>) -> Option<String>,
) -> Cow<'a, str> {
    let mut out = String::new();
    let mut copied = 0;
    for tag in Tags::new(html).filter(|tag| !tag.is_end) {
        for attribute in tag.attributes() {
            let Some(value) = edit(&tag, &attribute) else { continue };
            if out.is_empty() {
                out.reserve(html.len() + html.len() / 16);
            }
            out.push_str(&html[copied..attribute.span.start]);
            let quotes = if attribute.quote.is_some() { "" } else { "\"" };
            out.push_str(quotes);
            out.push_str(&value);
            out.push_str(quotes);
            copied = attribute.span.end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_values_and_nothing_else() {
        let html = "<p>x='1'</p><a x='1' y=2 x=3>x=\"1\"<!-- <a x='1'> --></a x='1'>";
        let edited = edit_attributes(html, |tag, attribute| {
            (tag.name == "a" && attribute.name == "x").then(|| format!("[{}]", attribute.value))
        });
        assert_eq!(edited, "<p>x='1'</p><a x='[1]' y=2 x=\"[3]\">x=\"1\"<!-- <a x='1'> --></a x='1'>");
        assert!(matches!(edit_attributes(html, |_, _| None), Cow::Borrowed(_)));
    }
}
