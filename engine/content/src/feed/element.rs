use std::fmt::Write as _;

use crate::xml::escape;

/// Appends `<name>text</name>` on a line of its own, indented by `depth` steps.
pub(super) fn element(out: &mut String, depth: usize, name: &str, text: &str) {
    raw_element(out, depth, name, &escape(text));
}

/// Appends `<name>xml</name>` on a line of its own; `xml` is written as it is.
pub(super) fn raw_element(out: &mut String, depth: usize, name: &str, xml: &str) {
    let tag = name.split(' ').next().unwrap_or(name);
    line(out, depth, &format!("<{name}>{xml}</{tag}>"));
}

/// Appends a line.
pub(super) fn line(out: &mut String, depth: usize, xml: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{:indent$}{xml}", "", indent = depth * 2);
}
