use bds_base::Span;
use pulldown_cmark::{Event, Tag, TagEnd};

/// A stretch of a document that is text and nothing else: no link, no code, no HTML, no delimiter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Where it stands.
    pub(super) span: Span,
    /// Where the table cell that it stands in ends; the end of the document outside tables.
    pub(super) bound: usize,
}

/// Finds the text of a document, in order.
pub(super) fn runs(markdown: &str) -> Vec<Run> {
    let mut finder = Finder { runs: Vec::new(), linked: 0, blocked: false, anchor: false, bound: markdown.len() };
    let end = markdown.len();
    for (event, range) in super::parse(markdown).into_offset_iter() {
        match event {
            Event::Start(Tag::TableCell) => finder.bound = range.end,
            Event::End(TagEnd::TableCell) => finder.end_block(end),
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => finder.linked += 1,
            Event::End(TagEnd::Link | TagEnd::Image) => finder.linked -= 1,
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => finder.blocked = true,
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => finder.blocked = false,
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => finder.end_block(end),
            Event::InlineHtml(html) => finder.see_tag(&html),
            Event::Text(_) => finder.push(Span::from(range)),
            _ => {}
        }
    }
    finder.runs
}

struct Finder {
    runs: Vec<Run>,
    linked: usize,
    blocked: bool,
    /// Inside `<a>` written as HTML.
    anchor: bool,
    bound: usize,
}

impl Finder {
    fn end_block(&mut self, end: usize) {
        self.anchor = false;
        self.bound = end;
    }

    fn see_tag(&mut self, html: &str) {
        if let Some(tag) = crate::tags::Tags::new(html).next()
            && tag.name.eq_ignore_ascii_case("a")
        {
            self.anchor = !tag.is_end;
        }
    }

    /// Text comes in pieces; those that touch are one run.
    fn push(&mut self, span: Span) {
        if self.linked > 0 || self.blocked || self.anchor {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.span.end == span.start => last.span.end = span.end,
            _ => self.runs.push(Run { span, bound: self.bound }),
        }
    }
}
