//! Front matter in YAML: a mapping whose values are scalars or lists of scalars. Deeper values have no meaning there
//! and are passed over without being built, so that neither nesting nor aliases can blow up.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use bds_base::Span;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput};

/// A mapping as it stands, in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct Mapping<'t> {
    pub(crate) entries: Vec<Entry<'t>>,
}

/// One key of a mapping with its value.
#[derive(Debug)]
pub(crate) struct Entry<'t> {
    pub(crate) key: Cow<'t, str>,
    /// Where the key stands in the head.
    pub(crate) key_span: Span,
    pub(crate) value: Value<'t>,
    /// Where the value stands in the head.
    pub(crate) span: Span,
}

/// What stands behind a key.
#[derive(Debug, Clone)]
pub(crate) enum Value<'t> {
    Scalar(Scalar<'t>),
    List(Rc<[Item<'t>]>),
    /// A mapping.
    Nested,
}

/// One entry of a list; `None` when it is no scalar.
#[derive(Debug, Clone)]
pub(crate) struct Item<'t> {
    pub(crate) scalar: Option<Scalar<'t>>,
    pub(crate) span: Span,
}

/// A scalar.
#[derive(Debug, Clone)]
pub(crate) struct Scalar<'t> {
    /// What it says, as written.
    pub(crate) text: Cow<'t, str>,
    /// What a YAML reader takes it for.
    pub(crate) kind: ScalarKind,
}

/// What a YAML reader takes a scalar for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScalarKind {
    Null,
    Text,
    /// A number, a truth value or a date.
    Other,
}

/// Says that a head is no mapping in YAML.
#[derive(Debug)]
pub(crate) struct YamlError {
    pub(crate) message: String,
    /// Where it shows in the head.
    pub(crate) span: Span,
}

/// Reads the mapping that `head` is. An empty head is an empty mapping.
pub(crate) fn read(head: &str) -> Result<Mapping<'_>, YamlError> {
    let mut reader = Reader {
        head,
        parser: Parser::new_from_str(head),
        offsets: Offsets { head, index: 0, byte: 0 },
        anchors: HashMap::new(),
        depth: 0,
    };
    reader.document()
}

/// How deep front matter may be nested; anything real has two levels.
const DEEPEST: usize = 64;

struct Reader<'t> {
    head: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    offsets: Offsets<'t>,
    anchors: HashMap<usize, Value<'t>>,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn document(&mut self) -> Result<Mapping<'t>, YamlError> {
        let mut mapping = Mapping::default();
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::MappingStart(..) => {
                    self.depth += 1;
                    mapping = self.mapping()?;
                }
                Event::Scalar(text, style, ..) if kind(&text, style) == ScalarKind::Null => {}
                Event::Scalar(..) | Event::SequenceStart(..) | Event::Alias(_) => {
                    return Err(YamlError { message: "the front matter is no list of `key: value`".to_owned(), span });
                }
                Event::StreamEnd => return Ok(mapping),
                _ => {}
            }
        }
    }

    fn mapping(&mut self) -> Result<Mapping<'t>, YamlError> {
        let mut mapping = Mapping::default();
        loop {
            let (event, key_span) = self.next()?;
            let key = match event {
                Event::MappingEnd => {
                    self.depth -= 1;
                    return Ok(mapping);
                }
                Event::Scalar(text, ..) => Some(text),
                other => {
                    self.pass(&other)?;
                    None
                }
            };
            let (event, span) = self.next()?;
            let (value, span) = self.value(event, span)?;
            if let Some(key) = key {
                mapping.entries.push(Entry { key, key_span, value, span });
            }
        }
    }

    fn value(&mut self, event: Event<'t>, span: Span) -> Result<(Value<'t>, Span), YamlError> {
        let (value, anchor, end) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let kind = kind(&text, style);
                (Value::Scalar(Scalar { text, kind }), anchor, span.end)
            }
            Event::SequenceStart(anchor, _) => {
                self.depth += 1;
                let (items, end) = self.items()?;
                (Value::List(items.into()), anchor, end)
            }
            Event::Alias(id) => (self.anchors.get(&id).cloned().unwrap_or(Value::Nested), 0, span.end),
            Event::MappingStart(anchor, _) => {
                self.pass(&Event::MappingStart(0, None))?;
                (Value::Nested, anchor, span.end)
            }
            _ => (Value::Nested, 0, span.end),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok((value, Span::new(span.start, end.max(span.start))))
    }

    fn items(&mut self) -> Result<(Vec<Item<'t>>, usize), YamlError> {
        let mut items = Vec::new();
        let mut end = 0;
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                self.depth -= 1;
                // A list in brackets ends where it says so, one of dashes with its last entry.
                return Ok((items, if span.start == span.end { end } else { span.end }));
            }
            let (value, span) = self.value_in_list(event, span)?;
            end = span.end;
            let scalar = match value {
                Value::Scalar(scalar) => Some(scalar),
                Value::List(_) | Value::Nested => None,
            };
            items.push(Item { scalar, span });
        }
    }

    /// A value in a list; what is nested there has no meaning, so it is not built.
    fn value_in_list(&mut self, event: Event<'t>, span: Span) -> Result<(Value<'t>, Span), YamlError> {
        if matches!(event, Event::SequenceStart(..)) {
            self.pass(&event)?;
            return Ok((Value::Nested, span));
        }
        self.value(event, span)
    }

    /// Passes over the rest of what `event` begins.
    fn pass(&mut self, event: &Event<'_>) -> Result<(), YamlError> {
        if !matches!(event, Event::SequenceStart(..) | Event::MappingStart(..)) {
            return Ok(());
        }
        let outside = self.depth;
        self.depth += 1;
        while self.depth > outside {
            match self.next()? {
                (Event::SequenceStart(..) | Event::MappingStart(..), span) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(YamlError { message: "the front matter is nested too deeply".to_owned(), span });
                    }
                }
                (Event::SequenceEnd | Event::MappingEnd, _) => self.depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), YamlError> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let start = self.offsets.byte_of(span.start);
                Ok((event, Span::new(start, self.offsets.byte_of(span.end).max(start))))
            }
            Some(Err(error)) => Err(self.error(&error)),
            None => Ok((Event::StreamEnd, Span::new(self.head.len(), self.head.len()))),
        }
    }

    fn error(&mut self, error: &ScanError) -> YamlError {
        let at = self.offsets.byte_of(*error.marker());
        YamlError { message: error.info().to_owned(), span: Span::new(at, at) }
    }
}

/// Turns the parser's places, which count characters, into bytes. Places mostly go forward, so that all of them
/// together cost one pass over the text.
struct Offsets<'t> {
    head: &'t str,
    index: usize,
    byte: usize,
}

impl Offsets<'_> {
    fn byte_of(&mut self, marker: Marker) -> usize {
        let index = marker.index();
        if index < self.index {
            let back = self.head[..self.byte].char_indices().rev().nth(self.index - index - 1);
            self.byte = back.map_or(0, |(byte, _)| byte);
        } else {
            let ahead = self.head[self.byte..].char_indices().nth(index - self.index);
            self.byte = ahead.map_or(self.head.len(), |(byte, _)| self.byte + byte);
        }
        self.index = index;
        self.byte
    }
}

/// Whether a plain text is taken for anything but text.
pub(crate) fn is_no_text(text: &str) -> bool {
    kind(text, ScalarStyle::Plain) != ScalarKind::Text
}

/// The plain forms of the YAML 1.2 core schema, and timestamps.
fn kind(text: &str, style: ScalarStyle) -> ScalarKind {
    if style != ScalarStyle::Plain {
        return ScalarKind::Text;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => ScalarKind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => ScalarKind::Other,
        _ if is_number(text) || crate::date::parse(text).is_some() => ScalarKind::Other,
        _ => ScalarKind::Text,
    }
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let special = matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN");
    let based = |prefix, radix| {
        let digits: Option<&str> = text.strip_prefix(prefix);
        digits.is_some_and(|digits| !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix)))
    };
    let decimal = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
        && unsigned.parse::<f64>().is_ok();
    special || based("0x", 16) || based("0o", 8) || decimal
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn shown(head: &str) -> String {
        let mapping = match read(head) {
            Ok(mapping) => mapping,
            Err(error) => return format!("{} @{}", error.message, error.span.start),
        };
        let scalar = |scalar: &Scalar<'_>| format!("{:?} {:?}", scalar.kind, scalar.text);
        let value = |value: &Value<'_>| match value {
            Value::Scalar(one) => scalar(one),
            Value::List(items) => {
                let items = items.iter().map(|item| item.scalar.as_ref().map_or("-".to_owned(), scalar));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            Value::Nested => "{}".to_owned(),
        };
        let entries = mapping.entries.iter();
        entries
            .map(|entry| format!("{}={}@{:?}", entry.key, value(&entry.value), entry.span.range()))
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn values_keep_their_text_kind_and_place() {
        let check = |head: &str, expected: &str| assert_eq!(shown(head), expected, "{head}");
        check("a: x y\n", "a=Text \"x y\"@3..6");
        check("ä: 'ü'\nb: 2\n", "ä=Text \"ü\"@4..8; b=Other \"2\"@12..13");
        check("a: 2024-01-02\n", "a=Other \"2024-01-02\"@3..13");
        check("a: '2024-01-02'\n", "a=Text \"2024-01-02\"@3..15");
        check("a: >-\n  one\n  two\n", "a=Text \"one two\"@8..18");
        check("a: [x, 1, [y], {z: 1}]\n", "a=[Text \"x\", Other \"1\", -, -]@3..22");
        check("a:\n  - x\n  - y\nb: 1\n", "a=[Text \"x\", Text \"y\"]@5..14; b=Other \"1\"@18..19");
        check("a:\n  b: {c: [d]}\ne: ~\n", "a={}@5..5; e=Null \"~\"@20..21");
        check("a: 1.5.2\r\nb: -\u{2013}\r\n", "a=Text \"1.5.2\"@3..8; b=Text \"-\u{2013}\"@13..17");
        check("", "");
        check("# only a comment\n", "");
    }

    #[test]
    fn aliases_are_followed() {
        assert_eq!(shown("a: &x [t]\nb: *x\n"), "a=[Text \"t\"]@3..9; b=[Text \"t\"]@13..15");
    }

    #[test]
    fn what_is_no_mapping_is_an_error_with_its_place() {
        assert_eq!(shown("just text\n"), "the front matter is no list of `key: value` @0");
        assert_eq!(shown("- a\n- b\n"), "the front matter is no list of `key: value` @0");
        assert!(shown("a: 'open\nb: 1\n").contains('@'));
        assert!(shown("a: b: c\n").contains('@'));
    }

    #[test]
    fn bombs_and_depth_do_no_harm() {
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..60 {
            let below = format!("*a{},", level - 1).repeat(9);
            writeln!(bomb, "a{level}: &a{level} [{below}]").unwrap();
        }
        assert!(read(&bomb).is_ok());
        for deep in ["[".repeat(200_000), "{a: ".repeat(200_000), "- ".repeat(200_000), "? ".repeat(200_000)] {
            assert!(read(&format!("a: {deep}\n")).is_err());
            assert!(read(&format!("a:\n  {deep}\n")).is_err());
        }
    }
}
