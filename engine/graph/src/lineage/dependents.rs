//! `bds rdeps`: which pages an edit of a file would rebuild.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::{self, Write as _};
use std::sync::Arc;

use bds_base::SitePath;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Lineage, Made, Thing};
use crate::db::Db;
use crate::lens::Question;
use crate::needs::{self, Kind, Part};

/// The pages that an edit of a file would rebuild: those that it can rebuild, so no other ones; whether it does depends on
/// the edit. Pages that the site does not have yet are not among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dependents {
    /// The file, relative to the project.
    #[schemars(with = "String")]
    pub file: SitePath,
    /// The pages, those that depend on it most directly first, then by path.
    pub pages: Vec<Dependent>,
}

/// A page that depends on a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dependent {
    /// The page: an output file.
    #[schemars(with = "String")]
    pub page: SitePath,
    /// How it depends on the file.
    pub how: How,
    /// What lies between the page and the file, from the page on.
    pub through: Vec<String>,
}

/// How a page depends on a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It shows the file, or what was made of it: of a post also its text.
    Directly,
    /// It shows what the front matter of the file says, and not its text.
    FrontMatter,
    /// It shows something that is put together from all files of the kind, such as which post has a slug.
    Collected,
    /// It is made anew in every build, whatever was edited.
    Always,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Directly => "show the file, or what is made of it",
            Self::FrontMatter => "show what its front matter says",
            Self::Collected => "show something that is put together from all files of its kind",
            Self::Always => "may be rebuilt by any build",
        })
    }
}

/// What leads from a thing to the file: the thing one step down, and how.
type Way = (How, Option<Thing>);

impl Lineage<'_> {
    /// The pages that an edit of a file of the project would rebuild.
    pub fn dependents(&self, file: &SitePath) -> Dependents {
        let below = self.all_below(self.outputs.keys().cloned().map(Thing::Output));
        let ways = ways(file, &below);
        let pages = ways.iter().filter_map(|(thing, (how, _))| match thing {
            Thing::Output(page) => Some(Dependent { page: page.clone(), how: *how, through: self.way(thing, &ways) }),
            _ => None,
        });
        let mut pages: Vec<_> = pages.collect();
        pages.sort_by(|a, b| (a.how, &a.page).cmp(&(b.how, &b.page)));
        Dependents { file: file.clone(), pages }
    }

    /// What lies between a page and the file.
    fn way(&self, page: &Thing, ways: &BTreeMap<Thing, Way>) -> Vec<String> {
        let next = |thing: &Thing| ways.get(thing).and_then(|(_, next)| next.clone());
        let steps = std::iter::successors(next(page), |thing| next(thing));
        steps.map(|thing| self.name(&thing)).collect()
    }

    pub(super) fn question(&self, number: u32) -> Arc<Question> {
        self.db.services().ledger.question(number)
    }
}

/// From everything that an edit of the file can change the shortest of the most direct ways to the file.
fn ways(file: &SitePath, below: &BTreeMap<Thing, Made>) -> BTreeMap<Thing, Way> {
    let mut above: BTreeMap<&Thing, Vec<&Thing>> = BTreeMap::new();
    let mut begins: BTreeMap<How, Vec<(&Thing, Option<Thing>)>> = BTreeMap::new();
    for (thing, made) in below {
        for (from, part) in made {
            above.entry(from).or_default().push(thing);
            if let Some(how) = touches(file, from, *part) {
                begins.entry(how).or_default().push((thing, leaf(from)));
            }
        }
    }
    let mut ways: BTreeMap<Thing, Way> = BTreeMap::new();
    for (how, begins) in begins {
        let mut open = VecDeque::from(begins);
        while let Some((thing, next)) = open.pop_front() {
            if ways.contains_key(thing) {
                continue;
            }
            ways.insert(thing.clone(), (how, next));
            let higher = above.get(thing).into_iter().flatten();
            open.extend(higher.map(|higher| (*higher, Some(thing.clone()))));
        }
    }
    ways
}

/// How an edit of the file changes something that is made from nothing else.
fn touches(file: &SitePath, thing: &Thing, part: Part) -> Option<How> {
    let is_touched = match thing {
        Thing::Source(path) => path == file,
        Thing::Folder(folder) => file.is_in(folder.as_str()),
        Thing::Every(kind) => Kind::of(file) == Some(*kind),
        Thing::Settings => [needs::project_file(), needs::config_file()].contains(file),
        Thing::Unsteady(_) => true,
        Thing::Output(_) | Thing::Asked(_) | Thing::Field(..) => false,
    };
    is_touched.then_some(match (thing, part) {
        (Thing::Unsteady(_), _) => How::Always,
        (Thing::Every(_) | Thing::Settings, _) => How::Collected,
        (_, Part::Head) => How::FrontMatter,
        (_, Part::Whole) => How::Directly,
    })
}

/// What a way tells of its end: not the file itself, which is known.
fn leaf(thing: &Thing) -> Option<Thing> {
    (!matches!(thing, Thing::Source(_))).then(|| thing.clone())
}

impl Dependents {
    /// For people: the pages in groups, each with what lies between it and the file. Of those that depend on it only
    /// through what is put together from all files of its kind, only the number, unless all are asked for.
    pub fn to_text(&self, all: bool) -> String {
        let mut text = String::new();
        for pages in self.pages.chunk_by(|a, b| a.how == b.how) {
            let how = pages[0].how;
            let (count, noun) = (pages.len(), if pages.len() == 1 { "page" } else { "pages" });
            let is_short = !all && how >= How::Collected;
            let end = if is_short { "; --all lists them" } else { ":" };
            writeln!(text, "{count} {noun} that {how}{end}").expect("strings take all");
            for Dependent { page, through, .. } in pages.iter().filter(|_| !is_short) {
                let steps = through.iter().fold(String::new(), |steps, step| steps + " <- " + step);
                writeln!(text, "  {page}{steps}").expect("strings take all");
            }
        }
        text
    }

    /// A graph for Graphviz. Pages that depend on the file only through what is put together from all files of its kind
    /// are in it if all are asked for.
    pub fn to_dot(&self, all: bool) -> String {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut names, mut edges) = (Vec::new(), Vec::new());
        let mut place = |name| {
            *places.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            })
        };
        for dependent in self.pages.iter().filter(|page| all || page.how < How::Collected) {
            let steps = dependent.through.iter().map(String::as_str);
            let way = std::iter::once(dependent.page.as_str()).chain(steps).chain([self.file.as_str()]);
            let way: Vec<_> = way.map(&mut place).collect();
            edges.extend(way.windows(2).map(|pair| (pair[0], pair[1])));
        }
        edges.sort_unstable();
        edges.dedup();
        dot(names.into_iter(), edges.into_iter())
    }
}

/// A graph for Graphviz, from the names of its nodes and its edges.
pub(super) fn dot<'n>(names: impl Iterator<Item = &'n str>, edges: impl Iterator<Item = (usize, usize)>) -> String {
    let mut text = "digraph {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    for (number, name) in names.enumerate() {
        let name = name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        writeln!(text, "  n{number} [label=\"{name}\"];").expect("strings take all");
    }
    for (from, to) in edges {
        writeln!(text, "  n{from} -> n{to};").expect("strings take all");
    }
    text + "}\n"
}
