//! Zensical (Rust and Python), made for documentation: it has no lists of posts, so that its site has pages of posts only.

use crate::bench::peers::blog::{Blog, Post};

use super::{Put, Tool, command, list, put_all, version};

pub(super) const ZENSICAL: Tool = Tool {
    name: "zensical",
    program: "zensical",
    write,
    source,
    shortcode: "main.py",
    partial: "overrides/partials/footer.html",
    command: |program, _| command(program, &["build"]),
    version: |program| format!("{} (no lists, no feeds)", version(program)),
    output: "site",
    state: &[".cache"],
};

const FILES: &[(&str, &str)] = &[
    ("zensical.toml", include_str!("zensical/zensical.toml")),
    ("main.py", include_str!("zensical/main.py")),
    ("overrides/main.html", include_str!("zensical/main.html")),
    ("overrides/partials/footer.html", include_str!("zensical/footer.html")),
    ("docs/index.md", "# Weather\n"),
];

fn write(blog: &Blog, put: &mut Put<'_>) -> anyhow::Result<()> {
    put_all(FILES, put)?;
    blog.posts.iter().try_for_each(|post| put(&source(post), &text(post)))
}

/// The folders of the source are those of the page.
fn source(post: &Post) -> String {
    format!("docs/{}.md", post.address())
}

fn text(post: &Post) -> String {
    let (head, date) = (&post.head, post.date());
    format!(
        "---\ntitle: {}\ndate: {date}\ntags: [{}]\n---\n{}",
        head.title,
        list(&head.tags),
        post.text(|kind, text| format!("{{{{ note(\"{kind}\", \"{text}\") }}}}\n"))
    )
}
