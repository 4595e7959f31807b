//! Links in a project: the system tells of changes of what they lead to, by the name that it has there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bds_base::Link;

/// How many names of one file are looked for: links can lead to each other in circles.
const MOST: usize = 32;

/// The links that are known.
#[derive(Debug, Default)]
pub(super) struct Links(BTreeSet<Link>);

impl Links {
    /// Adds one; says whether it was unknown.
    pub(super) fn add(&mut self, link: Link) -> bool {
        self.0.insert(link)
    }

    /// All paths at which the same file is found: this one first, then those that lead to it by way of links.
    pub(super) fn paths(&self, path: &Path) -> Vec<PathBuf> {
        let mut paths = vec![path.to_owned()];
        let mut next = 0;
        while let Some(known) = paths.get(next).cloned() {
            next += 1;
            for Link { path, target } in &self.0 {
                let Ok(rest) = known.strip_prefix(target) else { continue };
                let path = if rest.as_os_str().is_empty() { path.clone() } else { path.join(rest) };
                if paths.len() < MOST && !paths.contains(&path) {
                    paths.push(path);
                }
            }
        }
        paths
    }

    /// Whether a path lies in a folder that a link leads to.
    pub(super) fn lead_above(&self, path: &Path) -> bool {
        self.0.iter().any(|link| path.starts_with(&link.target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_name_by_each_way_that_leads_to_it() {
        let mut links = Links::default();
        for (path, target) in [("/blog/posts", "/vault"), ("/vault/in", "/more"), ("/blog/a.md", "/more/a.md")] {
            assert!(links.add(Link { path: path.into(), target: target.into() }));
        }
        let check = |path: &str, expected: &[&str]| {
            let expected: Vec<_> = expected.iter().map(PathBuf::from).collect();
            assert_eq!(links.paths(Path::new(path)), expected);
        };
        check("/vault/x.md", &["/vault/x.md", "/blog/posts/x.md"]);
        check("/vault", &["/vault", "/blog/posts"]);
        check("/more/a.md", &["/more/a.md", "/blog/a.md", "/vault/in/a.md", "/blog/posts/in/a.md"]);
        check("/elsewhere", &["/elsewhere"]);
    }

    #[test]
    fn circles_come_to_an_end() {
        let mut links = Links::default();
        links.add(Link { path: "/a/in".into(), target: "/b".into() });
        links.add(Link { path: "/b/in".into(), target: "/a".into() });
        assert_eq!(links.paths(Path::new("/a/x")).len(), MOST);
    }
}
