//! Text for XML: valid whatever the text is.

use std::borrow::Cow;

/// Escapes text for element content and attribute values: `& < > " '` become `&amp; &lt; &gt; &quot; &apos;`, and
/// characters that no XML 1.0 document may hold are left out (XML 1.0 §2.2).
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|character| reference(character).is_some() || !is_allowed(character)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars().filter(|character| is_allowed(*character)) {
        match reference(character) {
            Some(reference) => out.push_str(reference),
            None => out.push(character),
        }
    }
    Cow::Owned(out)
}

/// Wraps text into a CDATA section. A `]]>` in it is split over two sections, and characters that no XML 1.0 document
/// may hold are left out.
pub fn cdata(text: &str) -> String {
    let mut allowed = Cow::Borrowed(text);
    if !text.chars().all(is_allowed) {
        allowed = Cow::Owned(text.chars().filter(|character| is_allowed(*character)).collect());
    }
    format!("<![CDATA[{}]]>", allowed.replace("]]>", "]]]]><![CDATA[>"))
}

fn reference(character: char) -> Option<&'static str> {
    match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&apos;"),
        _ => None,
    }
}

fn is_allowed(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_xml_forbids() {
        assert_eq!(escape("a\u{0}\u{8}\tb\u{ffff} <&>\"'"), "a\tb &lt;&amp;&gt;&quot;&apos;");
        assert_eq!(cdata("x\u{1b}]]>y"), "<![CDATA[x]]]]><![CDATA[>y]]>");
        assert_eq!(cdata("]]\u{0}>"), "<![CDATA[]]]]><![CDATA[>]]>");
    }
}
