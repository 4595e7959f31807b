use std::collections::BTreeMap;
use std::fmt::Write as _;

use html5ever::tendril::TendrilSink as _;
use html5ever::{ParseOpts, local_name, ns, parse_fragment};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// Writes the tree of an HTML fragment as text: one node a line, attributes sorted, white space collapsed outside
/// `<pre>`, and left out where it stands between blocks or at their edges.
pub(super) fn outline(html: &str) -> String {
    let context = html5ever::QualName::new(None, ns!(html), local_name!("body"));
    let dom = parse_fragment(RcDom::default(), ParseOpts::default(), context, Vec::new(), false).one(html);
    let mut out = String::new();
    for root in dom.document.children.borrow().iter() {
        write_children(&mut out, root, 0, false);
    }
    out
}

fn write_children(out: &mut String, parent: &Handle, depth: usize, in_pre: bool) {
    let children = parent.children.borrow();
    let nodes = merged(&children);
    for (at, node) in nodes.iter().enumerate() {
        match node {
            Node::Text(text) if in_pre => write_line(out, depth, &format!("{text:?}")),
            Node::Text(text) => {
                let mut text = collapsed(text);
                if at == 0 && is_block(parent) || at > 0 && nodes[at - 1].is_block() {
                    text = text.trim_start().to_owned();
                }
                if at + 1 == nodes.len() && is_block(parent) || nodes.get(at + 1).is_some_and(Node::is_block) {
                    text = text.trim_end().to_owned();
                }
                if !text.is_empty() {
                    write_line(out, depth, &format!("{text:?}"));
                }
            }
            Node::Other(handle) => write_node(out, handle, depth, in_pre),
        }
    }
}

fn write_node(out: &mut String, node: &Handle, depth: usize, in_pre: bool) {
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let attributes: BTreeMap<String, String> =
                attrs.borrow().iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string())).collect();
            let mut tag = format!("<{}", name.local);
            for (name, value) in attributes {
                // Writing to a string cannot fail.
                let _ = write!(tag, " {name}={value:?}");
            }
            write_line(out, depth, &(tag + ">"));
            write_children(out, node, depth + 1, in_pre || &*name.local == "pre");
        }
        NodeData::Comment { contents } => write_line(out, depth, &format!("<!--{contents}-->")),
        _ => {}
    }
}

fn write_line(out: &mut String, depth: usize, line: &str) {
    let _ = writeln!(out, "{:indent$}{line}", "", indent = depth * 2);
}

enum Node {
    Text(String),
    Other(Handle),
}

impl Node {
    fn is_block(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Other(handle) => is_block(handle),
        }
    }
}

/// Children with neighbouring texts joined, and without texts of only white space that touch a block.
fn merged(children: &[Handle]) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for child in children {
        match &child.data {
            NodeData::Text { contents } => match nodes.last_mut() {
                Some(Node::Text(text)) => text.push_str(&contents.borrow()),
                _ => nodes.push(Node::Text(contents.borrow().to_string())),
            },
            _ => nodes.push(Node::Other(child.clone())),
        }
    }
    nodes
}

fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' ' | '\t' | '\n' | '\r' | '\x0c' if out.ends_with(' ') => {}
            ' ' | '\t' | '\n' | '\r' | '\x0c' => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

fn is_block(node: &Handle) -> bool {
    const BLOCKS: &[&str] = &[
        "html",
        "body",
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "details",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    match &node.data {
        NodeData::Element { name, .. } => BLOCKS.contains(&&*name.local),
        NodeData::Comment { .. } | NodeData::Document => true,
        _ => false,
    }
}
