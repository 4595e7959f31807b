//! Filters on HTML.

use super::{Call, Group};
use crate::error::FilterError;
use crate::value::{Text, Value};

pub(super) const FILTERS: Group = &[
    ("escape", escape),
    ("xml_escape", escape),
    ("escape_once", escape_once),
    ("newline_to_br", newline_to_br),
    ("strip_html", strip_html),
];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

const ENTITIES: [(u8, &str); 5] = [(b'&', "&amp;"), (b'<', "&lt;"), (b'>', "&gt;"), (b'"', "&#34;"), (b'\'', "&#39;")];

fn escape<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(escaped(&input.to_text(), false).into())
}

/// Leaves the entities alone that `escape` makes.
fn escape_once<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(escaped(&input.to_text(), true).into())
}

fn escaped<'a>(text: &Text<'a>, keeps_entities: bool) -> Text<'a> {
    let is_special = |byte: &u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    let Some(first) = text.bytes().position(|byte| is_special(&byte)) else { return text.clone() };
    let mut out = String::with_capacity(text.len() + text.len() / 8 + 8);
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(special) = rest.as_bytes().first() {
        let stands = ENTITIES.iter().find(|(_, entity)| keeps_entities && rest.starts_with(entity));
        let known = ENTITIES.iter().find(|(known, _)| known == special);
        let (written, taken) = match (stands, known) {
            (Some((_, entity)), _) => (*entity, entity.len()),
            (None, Some((_, entity))) => (*entity, 1),
            (None, None) => {
                let plain = rest.bytes().position(|byte| is_special(&byte)).unwrap_or(rest.len());
                (&rest[..plain], plain)
            }
        };
        out.push_str(written);
        rest = &rest[taken..];
    }
    out.into()
}

fn newline_to_br<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(input.to_text().replace("\r\n", "\n").replace('\n', "<br />\n").into())
}

/// Takes out tags, comments, and scripts and styles with what is in them.
fn strip_html<'a>(_: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    let text = input.to_text();
    let mut kinds = vec![("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<", ">")];
    let mut out = String::with_capacity(text.len());
    let mut rest = &text[..];
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let mut end = None;
        // A kind whose end is nowhere in the rest is not looked for again: that keeps the work linear.
        kinds.retain(|(open, close)| {
            if end.is_some() || !rest.starts_with(open) {
                return true;
            }
            end = rest[open.len()..].find(close).map(|at| open.len() + at + close.len());
            end.is_some()
        });
        match end {
            Some(end) => rest = &rest[end..],
            None => break,
        }
    }
    out.push_str(rest);
    Ok(out.into())
}
