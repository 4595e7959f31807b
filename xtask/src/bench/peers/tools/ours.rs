//! bds itself.

use crate::bench::peers::blog::{Blog, Post};

use super::{Put, Tool, command, put_all, version};

pub(in crate::bench::peers) const OURS: Tool = Tool {
    name: "bds",
    program: "bds",
    write,
    source: |post| post.head.path(),
    shortcode: "scripts/note.py",
    partial: "templates/footer.liquid",
    command: |program, _| command(program, &["build", "--quiet", "--now", "2035-01-01T00:00:00Z"]),
    version,
    output: "html",
    state: &[".bds"],
};

const FILES: &[(&str, &str)] = &[
    ("bds.toml", include_str!("ours/bds.toml")),
    ("meta/project.json", include_str!("ours/project.json")),
    ("scripts/note.py", include_str!("ours/note.py")),
    ("templates/single-post.liquid", include_str!("ours/single-post.liquid")),
    ("templates/post-list.liquid", include_str!("ours/post-list.liquid")),
    ("templates/footer.liquid", include_str!("ours/footer.liquid")),
];

fn write(blog: &Blog, put: &mut Put<'_>) -> anyhow::Result<()> {
    put_all(FILES, put)?;
    blog.posts.iter().try_for_each(|post| put(&post.head.path(), &text(post)))
}

fn text(post: &Post) -> String {
    post.head.front_matter() + &post.text(|kind, text| format!("[[note kind=\"{kind}\" text=\"{text}\"]]\n"))
}
