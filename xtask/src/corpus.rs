//! The synthetic blog that speed is measured on: the same bytes for the same number and seed, everywhere.

mod body;
mod heads;
mod random;
mod settings;
mod words;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use bds_base::{OsSystem, System as _};

pub(crate) use heads::Head;
use random::Random;

/// Writes a deterministic synthetic blog.
///
/// Posts of 350 words over ten years with headings, lists, code and links to each other, three of 200 tags, one of eight
/// categories, a macro in every fifth post, and one page with the tag cloud.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many posts.
    #[arg(long, default_value_t = 1000)]
    posts: usize,
    /// The folder of the new project; it must be empty or not there.
    #[arg(long)]
    out: PathBuf,
    /// Which of all such blogs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Args {
    /// So many posts in a new folder, always the same.
    pub(crate) fn new(posts: usize, out: PathBuf) -> Self {
        Self { posts, out, seed: 1 }
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<bool> {
    let taken = OsSystem.list(&args.out).is_ok_and(|names| !names.is_empty());
    ensure!(!taken, "`{}` is not empty", args.out.display());
    let mut count = 0;
    write(args.posts, args.seed, &mut |path, text| {
        count += 1;
        let path = args.out.join(path);
        OsSystem.write_atomic(&path, text.as_bytes()).with_context(|| format!("`{}` cannot be written", path.display()))
    })?;
    println!("{} posts in `{}`, {count} files", args.posts, args.out.display());
    Ok(true)
}

/// Hands every file of the blog to `put`: its path in the project, its text.
fn write(posts: usize, seed: u64, put: &mut dyn FnMut(&Path, String) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut random = Random::new(seed);
    let heads = heads::make(posts, &mut random);
    for (path, text) in settings::files(&heads, &mut random) {
        put(Path::new(path), text)?;
    }
    for (number, head) in heads.iter().enumerate() {
        let text = head.front_matter() + &body(number, &heads, seed);
        put(Path::new(&head.path()), text)?;
    }
    let page = Head::page("Tag Cloud", "tag-cloud", &mut random);
    put(Path::new(&page.path()), page.front_matter() + "Everything that is written about here.\n\n[[tag_cloud]]\n")
}

/// The posts alone, without what else makes a project: their heads and their texts.
pub(crate) fn posts(count: usize) -> Vec<(Head, String)> {
    let heads = heads::make(count, &mut Random::new(1));
    let bodies: Vec<_> = (0..count).map(|number| body(number, &heads, 1)).collect();
    heads.into_iter().zip(bodies).collect()
}

/// Each post draws from a stream of its own, so that one more post does not change all that follow.
fn body(number: usize, heads: &[Head], seed: u64) -> String {
    let mut random = Random::new(seed ^ (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    body::make(number, heads, &mut random)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use bds_base::{Diagnostic, SitePath};
    use bds_project::layout::{self, MetaKind, SourceKind};
    use bds_project::{menu, meta, post, script};

    use super::*;

    fn files(posts: usize, seed: u64) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        write(posts, seed, &mut |path, text| {
            let before = files.insert(path.to_string_lossy().into_owned(), text);
            assert_eq!(before, None, "{} is written once", path.display());
            Ok(())
        })
        .expect("nothing fails in memory");
        files
    }

    fn posts(files: &BTreeMap<String, String>) -> Vec<(&String, &str, &str)> {
        let posts = files.iter().filter(|(path, _)| path.starts_with("posts/") && !path.contains("tag-cloud"));
        let parts = posts.map(|(path, text)| {
            let (head, body) = text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n")).expect("fenced");
            (path, head, body)
        });
        parts.collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_blog_and_another_gives_another() {
        assert_eq!(files(40, 7), files(40, 7));
        assert_ne!(files(40, 7), files(40, 8));
    }

    #[test]
    fn a_post_has_three_hundred_and_fifty_words() {
        for (path, _, body) in posts(&files(60, 1)) {
            let prose = body.lines().filter(|line| !line.starts_with("[["));
            let words: usize =
                prose.map(|line| line.split_whitespace().filter(|word| *word != "-" && *word != "##").count()).sum();
            assert!((340..=360).contains(&words), "{path} has {words}");
        }
    }

    #[test]
    fn every_fifth_post_calls_a_macro_and_every_post_has_its_taxonomy() {
        let files = files(100, 1);
        let posts = posts(&files);
        assert_eq!(posts.len(), 100);
        assert_eq!(posts.iter().filter(|(_, _, body)| body.contains("[[note ")).count(), 20);
        for (path, head, _) in posts {
            let list = |key: &str| {
                let after = head.split_once(&format!("{key}:\n")).expect("there").1;
                after.lines().take_while(|line| line.starts_with("  - ")).collect::<BTreeSet<_>>().len()
            };
            assert_eq!((list("tags"), list("categories")), (3, 1), "{path}");
        }
    }

    #[test]
    fn links_lead_to_posts_that_exist() {
        let files = files(50, 1);
        let slugs: BTreeSet<_> =
            files.keys().filter_map(|path| Some(path.strip_suffix(".md")?.rsplit_once('/')?.1.to_owned())).collect();
        let mut links = 0;
        for (path, _, body) in posts(&files) {
            for target in body.split("](/").skip(1).filter_map(|rest| rest.split_once(')')) {
                let slug = target.0.rsplit('/').next().expect("at least one part");
                assert!(slugs.contains(slug), "{path} links to {slug}");
                links += 1;
            }
        }
        assert!(links >= 50);
    }

    /// What the readers of the product find wrong with a file.
    fn faults(path: &SitePath, text: &str) -> Vec<Diagnostic> {
        match layout::classify(path).expect("every file of the corpus means something") {
            SourceKind::Post => post::parse(path, text).diagnostics,
            SourceKind::Script => script::parse(path, text).diagnostics,
            SourceKind::Meta(MetaKind::Project) => meta::parse_project(path, text).diagnostics,
            SourceKind::Meta(MetaKind::Categories) => meta::parse_categories(path, text).diagnostics,
            SourceKind::Meta(MetaKind::CategoryMeta) => meta::parse_category_meta(path, text).diagnostics,
            SourceKind::Meta(MetaKind::Tags) => meta::parse_tags(path, text).diagnostics,
            SourceKind::Meta(MetaKind::Publishing) => meta::parse_publishing(path, text).diagnostics,
            SourceKind::Meta(MetaKind::Menu) => menu::parse(path, text).diagnostics,
            other => panic!("{path} is no {other:?}"),
        }
    }

    #[test]
    fn every_file_is_read_without_complaint() {
        for (path, text) in files(60, 1) {
            let path = SitePath::new(path).expect("plain");
            assert_eq!(faults(&path, &text), [], "{path}");
        }
    }
}
