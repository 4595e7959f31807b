use pulldown_cmark::Alignment;

/// Writes tables. Tables do not nest.
#[derive(Default)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    has_body: bool,
}

impl Table {
    pub(super) fn start(&mut self, out: &mut String, alignments: Vec<Alignment>) {
        *self = Self { alignments, ..Self::default() };
        out.push_str("<table>\n");
    }

    pub(super) fn end(&self, out: &mut String) {
        out.push_str(if self.has_body { "</tbody></table>\n" } else { "</table>\n" });
    }

    pub(super) fn start_head(&mut self, out: &mut String) {
        self.in_head = true;
        self.column = 0;
        out.push_str("<thead>\n<tr>\n");
    }

    pub(super) fn end_head(&mut self, out: &mut String) {
        self.in_head = false;
        out.push_str("</tr>\n</thead>\n");
    }

    pub(super) fn start_row(&mut self, out: &mut String) {
        self.column = 0;
        // A table of only a head has no body (GFM §4.10).
        out.push_str(if self.has_body { "<tr>\n" } else { "<tbody><tr>\n" });
        self.has_body = true;
    }

    pub(super) fn start_cell(&mut self, out: &mut String) {
        let alignment = self.alignments.get(self.column).copied().unwrap_or(Alignment::None);
        self.column += 1;
        out.push_str(if self.in_head { "<th" } else { "<td" });
        out.push_str(match alignment {
            Alignment::None => ">",
            Alignment::Left => " align=\"left\">",
            Alignment::Center => " align=\"center\">",
            Alignment::Right => " align=\"right\">",
        });
    }

    pub(super) fn end_cell(&self, out: &mut String) {
        out.push_str(if self.in_head { "</th>\n" } else { "</td>\n" });
    }
}
