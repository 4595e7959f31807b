use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Parser, Tag, TagEnd};

use super::footnotes::Footnotes;
use super::placeholder::{Link, Part, Placeholders};
use super::table::Table;
use super::{Style, attribute_address};
use crate::html::escape_into;

/// Writes the HTML of a document.
pub(super) fn write(events: Parser<'_>, links: &Placeholders<'_>, style: Style<'_>) -> String {
    let mut writer = Writer {
        out: String::new(),
        links,
        in_heading: false,
        linked: 0,
        images: Vec::new(),
        table: Table::default(),
        footnotes: Footnotes::new(style.footnote_prefix),
        outer: Vec::new(),
    };
    let mut events = events.peekable();
    while let Some(event) = events.next() {
        match event {
            Event::TaskListMarker(checked) => writer.task(checked, events.peek()),
            event => writer.event(event),
        }
    }
    writer.fresh_line();
    writer.footnotes.write(&mut writer.out);
    writer.out
}

struct Writer<'a, 'l> {
    out: String,
    links: &'a Placeholders<'l>,
    in_heading: bool,
    /// How many links are open: in them, addresses are text.
    linked: usize,
    /// The titles of the images that are open: in them, only text is written.
    images: Vec<CowStr<'a>>,
    table: Table,
    footnotes: Footnotes<'a>,
    /// What was written before each footnote that is open, and the footnote's label.
    outer: Vec<(String, CowStr<'a>)>,
}

impl<'a> Writer<'a, '_> {
    fn event(&mut self, event: Event<'a>) {
        match event {
            Event::Start(tag) if self.images.is_empty() || matches!(tag, Tag::Image { .. }) => self.start(tag),
            Event::End(TagEnd::Image) => self.end_image(),
            Event::End(tag) if self.images.is_empty() => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) if self.images.is_empty() => {
                self.out.push_str("<code>");
                self.literal(&text);
                self.out.push_str("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) if self.images.is_empty() => {
                self.out.push_str(&self.links.restore(&html));
            }
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str(if self.images.is_empty() { "<br>" } else { " " }),
            Event::FootnoteReference(label) => {
                if self.images.is_empty() {
                    self.footnotes.refer(&mut self.out, &label);
                }
            }
            Event::Rule => {
                self.fresh_line();
                self.out.push_str("<hr>\n");
            }
            // Of an image only the text is written. Formulas are not among the options.
            Event::Code(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => self.literal(&text),
            Event::Start(_) | Event::End(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::Paragraph => self.block("<p>"),
            Tag::Heading { level, .. } => {
                self.in_heading = true;
                self.block("<h");
                self.out.push(heading_digit(level as usize));
                self.out.push('>');
            }
            Tag::BlockQuote(_) => self.block("<blockquote>\n"),
            Tag::CodeBlock(kind) => self.start_code(&kind),
            Tag::HtmlBlock => self.fresh_line(),
            Tag::List(first) => self.start_list(first),
            Tag::Item => self.block("<li>"),
            Tag::FootnoteDefinition(label) => self.outer.push((std::mem::take(&mut self.out), label)),
            Tag::Table(alignments) => {
                self.fresh_line();
                self.table.start(&mut self.out, alignments);
            }
            Tag::TableHead => self.table.start_head(&mut self.out),
            Tag::TableRow => self.table.start_row(&mut self.out),
            Tag::TableCell => self.table.start_cell(&mut self.out),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Link { link_type, dest_url, title, .. } => self.start_link(link_type, &dest_url, &title),
            Tag::Image { dest_url, title, .. } => self.start_image(&dest_url, title),
            // Not among the options.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.out.push_str("</p>\n"),
            TagEnd::Heading(level) => {
                self.in_heading = false;
                self.out.push_str("</h");
                self.out.push(heading_digit(level as usize));
                self.out.push_str(">\n");
            }
            TagEnd::BlockQuote(_) => self.block("</blockquote>\n"),
            TagEnd::CodeBlock => {
                // The last line of a document may lack its newline. A `>` of code would be escaped: this one is a tag's.
                if !self.out.ends_with('>') {
                    self.fresh_line();
                }
                self.out.push_str("</code></pre>\n");
            }
            TagEnd::List(true) => self.block("</ol>\n"),
            TagEnd::List(false) => self.block("</ul>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => {
                if let Some((before, label)) = self.outer.pop() {
                    let html = std::mem::replace(&mut self.out, before);
                    self.footnotes.define(&label, html);
                }
            }
            TagEnd::Table => self.table.end(&mut self.out),
            TagEnd::TableHead => self.table.end_head(&mut self.out),
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => self.table.end_cell(&mut self.out),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Link => {
                self.linked = self.linked.saturating_sub(1);
                self.out.push_str("</a>");
            }
            _ => {}
        }
    }

    /// Writes the box of a task, or what it was written as where no text of a paragraph follows (GFM §5.3).
    fn task(&mut self, checked: bool, next: Option<&Event<'_>>) {
        use Event::{Code, FootnoteReference, InlineHtml, Start, Text};
        use Tag::{Emphasis, Image, Link, Strikethrough, Strong};
        let goes_on = match next {
            Some(Text(_) | Code(_) | InlineHtml(_) | FootnoteReference(_)) => true,
            Some(Start(tag)) => matches!(tag, Emphasis | Strong | Strikethrough | Link { .. } | Image { .. }),
            _ => false,
        };
        self.out.push_str(match (goes_on && !self.in_heading, checked) {
            (true, true) => "<input checked=\"\" disabled=\"\" type=\"checkbox\"> ",
            (true, false) => "<input disabled=\"\" type=\"checkbox\"> ",
            (false, true) => "[x]",
            (false, false) => "[ ]",
        });
        if goes_on && self.in_heading {
            self.out.push(' ');
        }
    }

    /// Begins a block on a line of its own.
    fn block(&mut self, html: &str) {
        self.fresh_line();
        self.out.push_str(html);
    }

    fn fresh_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'_>) {
        self.block("<pre><code");
        if let CodeBlockKind::Fenced(info) = kind
            && let Some(language) = info.split_whitespace().next()
        {
            self.out.push_str(" class=\"language-");
            self.literal(language);
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn start_list(&mut self, first: Option<u64>) {
        match first {
            None => self.block("<ul>\n"),
            Some(1) => self.block("<ol>\n"),
            Some(first) => self.block(&format!("<ol start=\"{first}\">\n")),
        }
    }

    fn start_link(&mut self, kind: LinkType, address: &str, title: &str) {
        self.linked += 1;
        self.out.push_str("<a href=\"");
        if kind == LinkType::Email {
            self.out.push_str("mailto:");
        }
        self.address(address);
        self.out.push('"');
        self.title(title);
        self.out.push('>');
    }

    fn start_image(&mut self, address: &str, title: CowStr<'a>) {
        if self.images.is_empty() {
            self.out.push_str("<img src=\"");
            self.address(address);
            self.out.push_str("\" alt=\"");
        }
        self.images.push(title);
    }

    fn end_image(&mut self) {
        let title = self.images.pop();
        if self.images.is_empty() {
            self.out.push('"');
            self.title(&title.unwrap_or(CowStr::Borrowed("")));
            self.out.push('>');
        }
    }

    fn address(&mut self, address: &str) {
        self.out.push_str(&attribute_address(&self.links.restore(address)));
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.out.push_str(" title=\"");
            self.literal(title);
            self.out.push('"');
        }
    }

    /// Text, in which bare addresses become links.
    fn text(&mut self, text: &str) {
        if self.links.is_empty() {
            return escape_into(&mut self.out, text);
        }
        let links = self.links;
        for part in links.parts(text) {
            match part {
                Part::Text(text) => escape_into(&mut self.out, text),
                Part::Link(link) if self.linked > 0 || !self.images.is_empty() => escape_into(&mut self.out, link.text),
                Part::Link(link) => self.autolink(link),
            }
        }
    }

    fn autolink(&mut self, link: &Link<'_>) {
        self.out.push_str("<a href=\"");
        self.out.push_str(link.prefix);
        self.out.push_str(&attribute_address(link.text));
        self.out.push_str("\">");
        escape_into(&mut self.out, link.text);
        self.out.push_str("</a>");
    }

    /// Text that stays as it was written.
    fn literal(&mut self, text: &str) {
        escape_into(&mut self.out, &self.links.restore(text));
    }
}

fn heading_digit(level: usize) -> char {
    char::from(b'0' + u8::try_from(level).unwrap_or(6).min(6))
}
