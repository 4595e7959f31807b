//! Pelican (Python), with its cache of what it has read.

use crate::bench::peers::blog::{Blog, Post};

use super::{Put, Tool, command, put_all, version};

pub(super) const PELICAN: Tool = Tool {
    name: "pelican",
    program: "pelican",
    write,
    source,
    shortcode: "plugins/note.py",
    partial: "theme/templates/footer.html",
    command: |program, _| command(program, &["--quiet", "--settings", "pelicanconf.py"]),
    version: |program| format!("Pelican {}", version(program)),
    output: "output",
    state: &["cache"],
};

const FILES: &[(&str, &str)] = &[
    ("pelicanconf.py", include_str!("pelican/pelicanconf.py")),
    ("plugins/note.py", include_str!("pelican/note.py")),
    ("theme/templates/index.html", include_str!("pelican/index.html")),
    ("theme/templates/tag.html", "{% extends 'index.html' %}\n"),
    ("theme/templates/category.html", "{% extends 'index.html' %}\n"),
    ("theme/templates/article.html", include_str!("pelican/article.html")),
    ("theme/templates/sitemap.html", include_str!("pelican/sitemap.html")),
    ("theme/templates/footer.html", include_str!("pelican/footer.html")),
];

fn write(blog: &Blog, put: &mut Put<'_>) -> anyhow::Result<()> {
    put_all(FILES, put)?;
    blog.posts.iter().try_for_each(|post| put(&source(post), &text(post)))
}

fn source(post: &Post) -> String {
    format!("content/{}", post.head.path())
}

fn text(post: &Post) -> String {
    let (head, date) = (&post.head, post.date());
    format!(
        "Title: {}\nSlug: {}\nDate: {date}\nTags: {}\nCategory: {}\n\n{}",
        head.title,
        head.slug,
        head.tags.join(", "),
        head.category,
        post.text(|kind, text| format!("[[note kind=\"{kind}\" text=\"{text}\"]]\n"))
    )
}
