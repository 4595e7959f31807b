//! Nikola (Python, on doit).

use crate::bench::peers::blog::{Blog, Post};

use super::{Put, Tool, command, put_all, said};

pub(super) const NIKOLA: Tool = Tool {
    name: "nikola",
    program: "nikola",
    write,
    source,
    shortcode: "shortcodes/note.tmpl",
    partial: "templates/footer.tmpl",
    command: |program, _| command(program, &["build", "--quiet"]),
    version: |program| said(program, "version"),
    output: "output",
    state: &["cache", ".doit.db", "__pycache__"],
};

const FILES: &[(&str, &str)] = &[
    ("conf.py", include_str!("nikola/conf.py")),
    ("shortcodes/note.tmpl", include_str!("nikola/note.tmpl")),
    ("templates/post.tmpl", include_str!("nikola/post.tmpl")),
    ("templates/index.tmpl", include_str!("nikola/index.tmpl")),
    ("templates/tag.tmpl", "{% extends 'index.tmpl' %}\n"),
    ("templates/tagindex.tmpl", "{% extends 'index.tmpl' %}\n"),
    ("templates/footer.tmpl", include_str!("nikola/footer.tmpl")),
];

fn write(blog: &Blog, put: &mut Put<'_>) -> anyhow::Result<()> {
    put_all(FILES, put)?;
    blog.posts.iter().try_for_each(|post| put(&source(post), &text(post)))
}

/// The folders of the source are those of the page.
fn source(post: &Post) -> String {
    format!("posts/{}.md", post.address())
}

fn text(post: &Post) -> String {
    let (head, date) = (&post.head, post.date());
    format!(
        "<!--\n.. title: {}\n.. slug: {}\n.. date: {date}\n.. tags: {}\n.. category: {}\n-->\n\n{}",
        head.title,
        head.slug,
        head.tags.join(", "),
        head.category,
        post.text(|kind, text| format!("{{{{% note kind=\"{kind}\" text=\"{text}\" %}}}}\n"))
    )
}
