use std::borrow::Cow;

use super::target::{Target, local, read};
use crate::tags::edit_attributes;
use crate::{html, percent};

/// What rewriting asks about a site. Paths are addresses: percent-encoded, with a slash at their beginning.
pub trait Resolver {
    /// The address of the post with this slug: `/2026/03/13/slug/`.
    fn post_path(&self, slug: &str) -> Option<Cow<'_, str>>;

    /// The address of a media file. The key is lower-case, `media/yyyy/mm/file`, where `file` may be the stored name
    /// or the original one.
    fn media_path(&self, key: &str) -> Option<Cow<'_, str>>;
}

/// HTML with its links resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The HTML.
    pub html: String,
    /// The links that lead nowhere, in their order.
    pub unresolved: Vec<Unresolved>,
}

/// A link that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unresolved {
    /// What it should have led to.
    pub kind: UnresolvedKind,
    /// The slug, or the key of the media file.
    pub name: String,
    /// The address as it stands in the HTML, character references resolved.
    pub address: String,
}

/// What a link should have led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnresolvedKind {
    /// A post.
    Post,
    /// A media file.
    Media,
}

/// Resolves the links of a post's HTML (format sheet §9): each `href` to a post or a media file, each `src` to a media
/// file.
///
/// Links to posts end in a slash, as the folder does. A slug that nobody has becomes `/posts/slug`, a media file that
/// nobody has keeps its path, with a slash at its beginning; both are reported. Everything else stays byte for byte.
pub fn rewrite(html: &str, resolver: &dyn Resolver) -> Rewritten {
    let mut rewriter = Rewriter { resolver, unresolved: Vec::new() };
    let edited = edit_attributes(html, |_, attribute| {
        let is_href = attribute.name.eq_ignore_ascii_case("href");
        if !is_href && !attribute.name.eq_ignore_ascii_case("src") {
            return None;
        }
        let address = html::decode(attribute.value.trim());
        let new = rewriter.address(&address, is_href)?;
        (new != *address).then(|| html::escape(&new).into_owned())
    });
    Rewritten { html: edited.into_owned(), unresolved: rewriter.unresolved }
}

struct Rewriter<'r> {
    resolver: &'r dyn Resolver,
    unresolved: Vec<Unresolved>,
}

impl Rewriter<'_> {
    /// What an address becomes; none for one that is left alone.
    fn address(&mut self, address: &str, is_href: bool) -> Option<String> {
        let (path, suffix) = local(address)?;
        let new = match read(path)? {
            Target::Post(slug) if is_href => self.post(&slug, address),
            Target::Dated { path, .. } if is_href => path,
            Target::Media { key, path } => self.media(&key, path, address),
            Target::Post(_) | Target::Dated { .. } => return None,
        };
        Some(new + suffix)
    }

    fn post(&mut self, slug: &str, address: &str) -> String {
        if let Some(path) = self.resolver.post_path(slug) {
            return with_slash(path);
        }
        self.miss(UnresolvedKind::Post, slug, address);
        format!("/posts/{}", percent::encode_segment(slug))
    }

    fn media(&mut self, key: &str, written: String, address: &str) -> String {
        if let Some(path) = self.resolver.media_path(key) {
            return path.into_owned();
        }
        self.miss(UnresolvedKind::Media, key, address);
        written
    }

    fn miss(&mut self, kind: UnresolvedKind, name: &str, address: &str) {
        self.unresolved.push(Unresolved { kind, name: name.to_owned(), address: address.to_owned() });
    }
}

fn with_slash(path: Cow<'_, str>) -> String {
    let mut path = path.into_owned();
    if !path.ends_with('/') {
        path.push('/');
    }
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Site;

    impl Resolver for Site {
        fn post_path(&self, slug: &str) -> Option<Cow<'_, str>> {
            match slug {
                "hello" => Some("/2026/03/13/hello".into()),
                "grüße" => Some("/2026/03/14/gr%C3%BC%C3%9Fe/".into()),
                _ => None,
            }
        }

        fn media_path(&self, key: &str) -> Option<Cow<'_, str>> {
            matches!(key, "media/2005/11/my photo.jpg" | "media/2005/11/a.jpg").then(|| "/media/2005/11/u-u.jpg".into())
        }
    }

    #[test]
    fn follows_the_table() {
        let check = |address: &str, expected: &str| {
            let rewritten = rewrite(&format!("<a href=\"{address}\">x</a>"), &Site);
            assert_eq!(rewritten.html, format!("<a href=\"{expected}\">x</a>"), "{address}");
        };
        for form in [
            "/2026/3/13/hello",
            "/2026/3/13/hello.html",
            "/2026/03/13/hello",
            "/2026/03/13/hello/",
            "post/hello",
            "/posts/hello",
            "posts/hello.html",
            "/post/hello.htm",
            "/posts/2026/03/hello",
            "post/2026/3/hello.HTML",
            "/posts/hello/",
        ] {
            check(form, "/2026/03/13/hello/");
            check(&format!("{form}?a=1&amp;b#c"), "/2026/03/13/hello/?a=1&amp;b#c");
        }
        check("/posts/gr%C3%BC%C3%9Fe", "/2026/03/14/gr%C3%BC%C3%9Fe/");
        check("posts/unknown.html#x", "/posts/unknown#x");
        check("posts/&quot;&gt;", "/posts/%22%3E");
        check("media/2005/11/My%20Photo.JPG?x", "/media/2005/11/u-u.jpg?x");
        check("media/2005/9/b.jpg", "/media/2005/9/b.jpg");
        for unchanged in [
            "",
            "#x",
            "?x",
            "//e.org/posts/hello",
            "https://e.org/posts/hello",
            "mailto:posts/hello",
            "/about/",
            "/media/esmeralda/",
            "/posts/",
            "/posts",
            "posts/a/b",
            "/2026/03/13/",
            "/2026/03/",
            "/26/03/13/x",
            "/2026/03/13/a/b",
            "2026/03/13/a",
            "/posts/2026/x/hello",
            "/",
            "media/2005/11/a/b.jpg",
        ] {
            check(unchanged, unchanged);
        }
    }

    #[test]
    fn images_lead_to_media_only() {
        let check = |html, expected: &str| assert_eq!(rewrite(html, &Site).html, expected, "{html}");
        check("<img src='media/2005/11/a.jpg'/>", "<img src='/media/2005/11/u-u.jpg'/>");
        check("<IMG SRC=media/2005/11/a.jpg>", "<IMG SRC=\"/media/2005/11/u-u.jpg\">");
        check("<img src=\"posts/hello\">", "<img src=\"posts/hello\">");
        check("<script>\"<a href='posts/hello'>\"</script>", "<script>\"<a href='posts/hello'>\"</script>");
        check("<code>&lt;a href=\"posts/hello\"&gt;</code>", "<code>&lt;a href=\"posts/hello\"&gt;</code>");
        check("<p data-href=\"posts/hello\">", "<p data-href=\"posts/hello\">");
    }

    #[test]
    fn dead_links_are_told() {
        let html = "<a href='posts/a&amp;b#c'></a><img src=media/2005/1/X.jpg><a href=/posts/hello>";
        let post = (UnresolvedKind::Post, "a&b", "posts/a&b#c");
        let media = (UnresolvedKind::Media, "media/2005/01/x.jpg", "media/2005/1/X.jpg");
        let expected = [post, media].map(|(kind, name, address)| Unresolved {
            kind,
            name: name.to_owned(),
            address: address.to_owned(),
        });
        assert_eq!(rewrite(html, &Site).unresolved, expected);
    }

    proptest! {
        #[test]
        fn only_values_of_attributes_change(
            html in "(<a href=[\"']?(/?posts?/|/2026/3/13/|/?media/2005/1/)?[a-z.&;%#?ü\"'/]{0,9}[\"']?>|\\PC)*",
        ) {
            let shape = |html: &str| {
                let tags = crate::tags::Tags::new(html);
                tags.map(|tag| (tag.name.to_owned(), tag.attributes().count())).collect::<Vec<_>>()
            };
            prop_assert_eq!(shape(&rewrite(&html, &Site).html), shape(&html));
        }
    }
}
