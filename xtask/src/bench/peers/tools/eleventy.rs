//! Eleventy (Node.js).

use crate::bench::peers::blog::{Blog, Post};

use super::{Put, Tool, command, list, put_all, version};

pub(super) const ELEVENTY: Tool = Tool {
    name: "eleventy",
    program: "eleventy",
    write,
    source,
    shortcode: "note.mjs",
    partial: "src/_includes/footer.njk",
    command: |program, _| command(program, &["--quiet"]),
    version: |program| format!("Eleventy {}", version(program)),
    output: "_site",
    state: &[".cache"],
};

const FILES: &[(&str, &str)] = &[
    ("package.json", "{ \"name\": \"weather\", \"private\": true, \"type\": \"module\" }\n"),
    ("eleventy.config.mjs", include_str!("eleventy/eleventy.config.mjs")),
    ("note.mjs", include_str!("eleventy/note.mjs")),
    ("src/posts/posts.json", "{ \"layout\": \"post.njk\" }\n"),
    ("src/lists.njk", include_str!("eleventy/lists.njk")),
    ("src/feed.njk", include_str!("eleventy/feed.njk")),
    ("src/sitemap.njk", include_str!("eleventy/sitemap.njk")),
    ("src/_includes/post.njk", include_str!("eleventy/post.njk")),
    ("src/_includes/footer.njk", include_str!("eleventy/footer.njk")),
];

fn write(blog: &Blog, put: &mut Put<'_>) -> anyhow::Result<()> {
    put_all(FILES, put)?;
    blog.posts.iter().try_for_each(|post| put(&source(post), &text(post)))
}

fn source(post: &Post) -> String {
    format!("src/{}", post.head.path())
}

fn text(post: &Post) -> String {
    let (head, date) = (&post.head, post.date());
    format!(
        "---\ntitle: {}\ndate: {date}\npermalink: /{}/\ntopics: [{}]\ncategory: \"{}\"\n---\n{}",
        head.title,
        post.address(),
        list(&head.tags),
        head.category,
        post.text(|kind, text| format!("{{% note \"{kind}\", \"{text}\" %}}\n"))
    )
}
