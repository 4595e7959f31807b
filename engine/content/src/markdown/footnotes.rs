use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The footnotes of a document: numbered in the order of their first reference, written at its end.
pub(super) struct Footnotes<'a> {
    prefix: &'a str,
    /// For each label its number, and how often it was referred to.
    references: BTreeMap<String, (usize, usize)>,
    /// For each label its content.
    notes: BTreeMap<String, String>,
}

impl<'a> Footnotes<'a> {
    pub(super) fn new(prefix: &'a str) -> Self {
        Self { prefix, references: BTreeMap::new(), notes: BTreeMap::new() }
    }

    /// Writes a reference.
    pub(super) fn refer(&mut self, out: &mut String, label: &str) {
        let next = self.references.len() + 1;
        let (number, times) = self.references.entry(label.to_lowercase()).or_insert((next, 0));
        *times += 1;
        let (prefix, which) = (self.prefix, nth(*times));
        // Writing to a string cannot fail.
        let _ = write!(out, "<sup class=\"footnote-ref\"><a href=\"#fn-{prefix}{number}\" ");
        let _ = write!(out, "id=\"fnref-{prefix}{number}{which}\">{number}</a></sup>");
    }

    /// Takes the content of a note.
    pub(super) fn define(&mut self, label: &str, html: String) {
        self.notes.entry(label.to_lowercase()).or_insert(html);
    }

    /// Writes the notes that are referred to, each with links back.
    pub(super) fn write(&self, out: &mut String) {
        if self.references.is_empty() {
            return;
        }
        let mut notes: Vec<_> = self.references.iter().collect();
        notes.sort_by_key(|(_, (number, _))| *number);
        out.push_str("<section class=\"footnotes\">\n<ol>\n");
        for (label, (number, times)) in notes {
            let _ = writeln!(out, "<li id=\"fn-{}{number}\">", self.prefix);
            let html = self.notes.get(label).map_or("", |html| html.trim_end());
            let (text, end) = html.strip_suffix("</p>").map_or((html, "\n"), |text| (text, "</p>\n"));
            out.push_str(text);
            (1..=*times).for_each(|time| self.link_back(out, *number, time));
            out.push_str(end);
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n</section>\n");
    }

    fn link_back(&self, out: &mut String, number: usize, time: usize) {
        let (prefix, which) = (self.prefix, nth(time));
        let _ = write!(out, " <a href=\"#fnref-{prefix}{number}{which}\" class=\"footnote-backref\">↩");
        if time > 1 {
            let _ = write!(out, "<sup>{time}</sup>");
        }
        out.push_str("</a>");
    }
}

/// What tells the second and later references to one note from the first.
fn nth(time: usize) -> String {
    if time > 1 { format!("-{time}") } else { String::new() }
}
