//! `bds deps`: what a page is made from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bds_base::SitePath;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Lineage, Thing};
use crate::lens::Question;

/// What a page is made from, down to files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sources {
    /// The page: an output file.
    #[schemars(with = "String")]
    pub page: SitePath,
    /// Everything that it is made from, the page itself first.
    pub nodes: Vec<Node>,
    /// Which node is made from which, by their places in the list of nodes.
    pub edges: Vec<(usize, usize)>,
    /// The files of the project among the nodes, sorted. What is put together from all files of a kind is not among them.
    #[schemars(with = "Vec<String>")]
    pub files: Vec<SitePath>,
}

/// Something that a page is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Node {
    /// What kind of thing it is.
    pub kind: NodeKind,
    /// What it is, in words; the path of a file.
    pub name: String,
}

/// The kinds of things that pages are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// The page.
    Page,
    /// A text of a post as HTML.
    Text,
    /// A macro call.
    Macro,
    /// Something that was asked for, such as the settings, or which posts are on a page of a list.
    Question,
    /// A file of the project.
    File,
    /// What is in a folder of the project.
    Folder,
    /// What is put together from all files of a kind.
    All,
    /// The settings that everything depends on.
    Settings,
    /// Something that is made anew in every build.
    Unsteady,
}

impl Lineage<'_> {
    /// What a file of the site is made from.
    pub fn sources(&self, page: &SitePath) -> Sources {
        let top = Thing::Output(page.clone());
        let below = self.all_below([top.clone()]);
        let order = in_order(&top, &below);
        let places: BTreeMap<&Thing, usize> = order.iter().enumerate().map(|(place, thing)| (*thing, place)).collect();
        let edge = |thing: &Thing| below[thing].iter().map(|(to, _)| places[to]).collect::<BTreeSet<_>>();
        let edges = order.iter().flat_map(|from| edge(from).into_iter().map(|to| (places[*from], to)));
        let file = |thing: &&Thing| match thing {
            Thing::Source(path) => Some(path.clone()),
            _ => None,
        };
        let mut files: Vec<_> = order.iter().filter_map(file).collect();
        files.sort();
        let nodes = order.iter().map(|thing| Node { kind: self.kind(thing), name: self.name(thing) });
        Sources { page: page.clone(), nodes: nodes.collect(), edges: edges.collect(), files }
    }

    fn kind(&self, thing: &Thing) -> NodeKind {
        match thing {
            Thing::Output(_) => NodeKind::Page,
            Thing::Asked(number) => match *self.question(*number) {
                Question::Rendered(..) => NodeKind::Text,
                Question::Macro { .. } => NodeKind::Macro,
                _ => NodeKind::Question,
            },
            Thing::Field(..) => NodeKind::Question,
            Thing::Source(_) => NodeKind::File,
            Thing::Folder(_) => NodeKind::Folder,
            Thing::Every(_) => NodeKind::All,
            Thing::Settings => NodeKind::Settings,
            Thing::Unsteady(_) => NodeKind::Unsteady,
        }
    }
}

/// Everything below the top, each once, in the order in which it is met.
fn in_order<'t>(top: &'t Thing, below: &'t BTreeMap<Thing, super::Made>) -> Vec<&'t Thing> {
    let (mut order, mut met) = (vec![top], BTreeSet::from([top]));
    let mut next = 0;
    while let Some(thing) = order.get(next).copied() {
        order.extend(below[thing].iter().map(|(to, _)| to).filter(|to| met.insert(to)));
        next += 1;
    }
    order
}

impl Sources {
    /// A tree for people. What was shown with all below it is not shown so again.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.branch(&mut text, 0, 0, &mut BTreeSet::new());
        text
    }

    fn branch(&self, text: &mut String, node: usize, depth: usize, shown: &mut BTreeSet<usize>) {
        let below: Vec<_> = self.edges.iter().filter(|(from, _)| *from == node).map(|(_, to)| *to).collect();
        let is_again = !shown.insert(node) && !below.is_empty();
        let name = &self.nodes[node].name;
        let again = if is_again { " (see above)" } else { "" };
        writeln!(text, "{:indent$}{name}{again}", "", indent = depth * 2).expect("strings take all");
        if !is_again {
            for node in below {
                self.branch(text, node, depth + 1, shown);
            }
        }
    }

    /// A graph for Graphviz.
    pub fn to_dot(&self) -> String {
        super::dependents::dot(self.nodes.iter().map(|node| node.name.as_str()), self.edges.iter().copied())
    }
}
