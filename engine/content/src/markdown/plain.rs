use bds_base::Span;
use pulldown_cmark::{Event, Tag, TagEnd};

/// The text of a document.
pub(super) struct Plain {
    /// Its stretches that are text and nothing else: no link, no code, no HTML, no delimiter but tildes. In order.
    pub(super) runs: Vec<Span>,
    /// The document, its table cells and its emphasis, each after what it stands in.
    scopes: Vec<Scope>,
    /// From where on which scope is the innermost one, in order.
    inner: Vec<(usize, usize)>,
}

impl Plain {
    /// Reads a document.
    pub(super) fn new(markdown: &str) -> Self {
        let mut finder = Finder {
            plain: Self {
                runs: Vec::new(),
                scopes: vec![Scope { start: 0, end: markdown.len(), outer: 0 }],
                inner: vec![(0, 0)],
            },
            hidden: 0,
            anchor: false,
            scope: 0,
        };
        for (event, range) in super::parse(markdown).into_offset_iter() {
            finder.event(&event, range.into(), markdown.as_bytes());
        }
        finder.plain
    }

    /// How far an address that begins at `at` may reach: to the end of the table cell or of the emphasis that it stands
    /// in. A delimiter for which `is_taken` holds belongs to something else: it begins no emphasis.
    pub(super) fn bound(&self, at: usize, is_taken: impl Fn(usize) -> bool) -> usize {
        let after = self.inner.partition_point(|(from, _)| *from <= at);
        let mut scope = self.inner[after - 1].1;
        while scope > 0 && is_taken(self.scopes[scope].start) {
            scope = self.scopes[scope].outer;
        }
        self.scopes[scope].end
    }
}

struct Scope {
    /// Where the delimiter at its beginning stands.
    start: usize,
    /// Where its content ends.
    end: usize,
    /// The scope that it stands in.
    outer: usize,
}

struct Finder {
    plain: Plain,
    /// How many links, images and blocks that are no text are open.
    hidden: usize,
    /// Inside `<a>` written as HTML.
    anchor: bool,
    /// The innermost scope that is open.
    scope: usize,
}

impl Finder {
    fn event(&mut self, event: &Event<'_>, span: Span, bytes: &[u8]) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock) => self.hidden += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock) => self.hidden -= 1,
            Event::Start(Tag::TableCell) => self.open(span.start, span.end),
            Event::Start(Tag::Emphasis) => self.open(span.start, span.end - 1),
            Event::Start(Tag::Strong) => self.open(span.start, span.end - 2),
            Event::Start(Tag::Strikethrough) => {
                self.text(Span::new(span.start, span.start + tildes(bytes[span.start..].iter())));
                self.open(span.start, span.end - tildes(bytes[..span.end].iter().rev()));
            }
            Event::End(TagEnd::Strikethrough) => {
                self.close();
                self.text(Span::new(span.end - tildes(bytes[..span.end].iter().rev()), span.end));
            }
            Event::End(TagEnd::Emphasis | TagEnd::Strong) => self.close(),
            Event::End(TagEnd::TableCell) => {
                self.close();
                self.anchor = false;
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => self.anchor = false,
            Event::InlineHtml(html) => self.tag(html),
            Event::Text(_) => self.text(span),
            _ => {}
        }
    }

    fn open(&mut self, start: usize, end: usize) {
        self.plain.scopes.push(Scope { start, end, outer: self.scope });
        self.scope = self.plain.scopes.len() - 1;
    }

    fn close(&mut self) {
        self.scope = self.plain.scopes[self.scope].outer;
    }

    fn tag(&mut self, html: &str) {
        if let Some(tag) = crate::tags::Tags::new(html).next()
            && tag.name.eq_ignore_ascii_case("a")
        {
            self.anchor = !tag.is_end;
        }
    }

    /// Text comes in pieces; those that touch are one run.
    fn text(&mut self, span: Span) {
        if self.hidden > 0 || self.anchor {
            return;
        }
        if self.plain.inner.last().is_none_or(|(_, last)| *last != self.scope) {
            self.plain.inner.push((span.start, self.scope));
        }
        match self.plain.runs.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => self.plain.runs.push(span),
        }
    }
}

/// How many tildes, one or two, a delimiter of strikethrough has.
fn tildes<'a>(bytes: impl Iterator<Item = &'a u8>) -> usize {
    bytes.take(2).take_while(|byte| **byte == b'~').count()
}
