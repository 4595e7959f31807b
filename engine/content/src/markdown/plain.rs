use bds_base::Span;
use pulldown_cmark::{Event, Tag, TagEnd};

/// The text of a document.
pub(super) struct Plain {
    /// Its stretches that are text and nothing else: no link, no code, no HTML, no delimiter but tildes. In order.
    pub(super) runs: Vec<Span>,
    /// From where on an address may reach how far, in order.
    bounds: Vec<(usize, usize)>,
}

impl Plain {
    /// Reads a document.
    pub(super) fn new(markdown: &str) -> Self {
        let mut finder = Finder {
            plain: Self { runs: Vec::new(), bounds: vec![(0, markdown.len())] },
            hidden: 0,
            anchor: false,
            open: vec![markdown.len()],
        };
        for (event, range) in super::parse(markdown).into_offset_iter() {
            finder.event(&event, range.into(), markdown.as_bytes());
        }
        finder.plain
    }

    /// How far an address that begins at `at` may reach: to the end of the table cell or of the emphasis that it stands
    /// in.
    pub(super) fn bound(&self, at: usize) -> usize {
        let after = self.bounds.partition_point(|(from, _)| *from <= at);
        self.bounds[after - 1].1
    }
}

struct Finder {
    plain: Plain,
    /// How many links, images and blocks that are no text are open.
    hidden: usize,
    /// Inside `<a>` written as HTML.
    anchor: bool,
    /// Where each table cell and each emphasis that is open ends, outermost first.
    open: Vec<usize>,
}

impl Finder {
    fn event(&mut self, event: &Event<'_>, span: Span, bytes: &[u8]) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock) => self.hidden += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock) => self.hidden -= 1,
            Event::Start(Tag::TableCell) => self.open.push(span.end),
            Event::Start(Tag::Emphasis) => self.open.push(span.end - 1),
            Event::Start(Tag::Strong) => self.open.push(span.end - 2),
            Event::Start(Tag::Strikethrough) => {
                self.text(Span::new(span.start, span.start + tildes(bytes[span.start..].iter())));
                self.open.push(span.end - tildes(bytes[..span.end].iter().rev()));
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

    fn close(&mut self) {
        if self.open.len() > 1 {
            self.open.pop();
        }
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
        let bound = self.open.last().copied().unwrap_or(span.end);
        if self.plain.bounds.last().is_none_or(|(_, last)| *last != bound) {
            self.plain.bounds.push((span.start, bound));
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
