use bds_base::Span;
use memchr::memmem;
use pulldown_cmark::{Event, Tag, TagEnd};

use super::target::{self, Target};
use crate::{html, markdown, percent, tags};

/// A link from the text of a post to what may be another post.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkTarget {
    /// The slug that the link names. Whether a post has it is for the caller to know.
    pub slug: String,
    /// The text of the link, without markup.
    pub text: String,
    /// Where the link stands, text and target.
    pub span: Span,
}

/// Finds the links of a Markdown text that may lead to posts, for backlinks (format sheet §9): Markdown links and
/// `<a href>`, in their order, each as often as it stands there.
///
/// Read are the forms of the original, `/slug`, `/posts/slug`, `/2026/03/slug`, and every form that
/// [`rewrite`](super::rewrite()) resolves, `/2026/03/13/slug/` included, also below a language such as `/en`.
pub fn extract(markdown: &str) -> Vec<LinkTarget> {
    if !has_candidates(markdown) {
        return Vec::new();
    }
    let mut finder = Finder { markdown, found: Vec::new(), link: None, anchor: None };
    for (event, range) in markdown::parse(markdown).into_offset_iter() {
        finder.event(&event, range.into());
    }
    finder.found.extend(finder.anchor.take().filter(|anchor| anchor.span.end > anchor.span.start));
    finder.found.sort_by_key(|link| link.span);
    finder.found
}

/// The slug that an address may name.
fn slug_in(address: &str) -> Option<String> {
    let (path, _) = target::local(address)?;
    let slug = match target::read(path) {
        Some(Target::Post(slug)) => slug,
        Some(Target::Dated { slug, .. }) => percent::decode(slug),
        Some(Target::Media { .. }) => return None,
        None => {
            let relative = path.strip_prefix('/')?;
            let below_language = relative.split_once('/').filter(|(first, _)| is_language(first));
            match below_language.and_then(|(_, rest)| target::dated(rest)) {
                Some(Target::Dated { slug, .. }) => percent::decode(slug),
                _ => percent::decode(target::slug(relative)?),
            }
        }
    };
    (!slug.contains(['.', '/'])).then(|| slug.into_owned())
}

fn is_language(part: &str) -> bool {
    part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether anything looks like a link to a post: most texts have none, and need not be read as Markdown.
fn has_candidates(markdown: &str) -> bool {
    let names_slug = |at: usize| {
        let rest = markdown[at..].trim_start_matches([' ', '\t', '\n', '\r', '=', '<', '"', '\'']);
        let end = rest.find([' ', '\t', '\n', '\r', ')', '>', '"', '\'']).unwrap_or(rest.len());
        slug_in(&html::decode(&rest[..end])).is_some()
    };
    let after = |mark: &'static str| memmem::find_iter(markdown.as_bytes(), mark).map(move |at| at + mark.len());
    after("](").chain(after("]:")).any(names_slug) || after("href").chain(after("HREF")).any(names_slug)
}

struct Finder<'a> {
    markdown: &'a str,
    found: Vec<LinkTarget>,
    /// The Markdown link that is open.
    link: Option<LinkTarget>,
    /// The `<a>` that is open.
    anchor: Option<LinkTarget>,
}

impl Finder<'_> {
    fn event(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.link = slug_in(dest_url).map(|slug| LinkTarget { slug, text: String::new(), span });
            }
            Event::End(TagEnd::Link) => self.found.extend(self.link.take()),
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => self.html(span),
            Event::Text(text) | Event::Code(text) => self.text(text),
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        for open in [&mut self.link, &mut self.anchor].into_iter().flatten() {
            open.text.push_str(text);
        }
    }

    fn html(&mut self, span: Span) {
        for piece in tags::Pieces::new(&self.markdown[span.range()]) {
            match piece {
                tags::Piece::Text(text) => self.text(&html::decode(text)),
                tags::Piece::Tag(tag) if tag.name.eq_ignore_ascii_case("a") => self.anchor(&tag, span.start),
                tags::Piece::Tag(_) | tags::Piece::Hidden(_) => {}
            }
        }
    }

    fn anchor(&mut self, tag: &tags::Tag<'_>, offset: usize) {
        let span = tag.span.shifted(offset);
        if let Some(mut open) = self.anchor.take() {
            open.span.end = if tag.is_end { span.end } else { span.start };
            self.found.push(open);
        }
        if !tag.is_end {
            let href = tag.attributes().find(|attribute| attribute.name.eq_ignore_ascii_case("href"));
            let slug = href.and_then(|href| slug_in(&html::decode(href.value)));
            self.anchor = slug.map(|slug| LinkTarget { slug, text: String::new(), span });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_links_to_posts() {
        let check = |markdown: &str, expected: &[(&str, &str, &str)]| {
            let found = extract(markdown);
            let found: Vec<_> =
                found.iter().map(|link| (&*link.slug, &*link.text, &markdown[link.span.range()])).collect();
            assert_eq!(found, expected, "{markdown}");
        };
        check("ä [A *b* `c`](/posts/x \"t\") d", &[("x", "A b c", "[A *b* `c`](/posts/x \"t\")")]);
        check("[r][1]\n\n[1]: </2026/03/x.html#y>", &[("x", "r", "[r][1]")]);
        check("p <a class=y href='/x'>T&amp;U</a> q", &[("x", "T&U", "<a class=y href='/x'>T&amp;U</a>")]);
        check("<p>\n<a\nhref=\"/posts/x\">\nT</a></p>", &[("x", "\nT", "<a\nhref=\"/posts/x\">\nT</a>")]);
        check("`[a](/posts/x)`\n\n    [b](/posts/x)\n\n<!-- <a href=\"/x\"> -->", &[]);
        check("[![i](/media/2005/1/a.jpg)](/posts/x)", &[("x", "i", "[![i](/media/2005/1/a.jpg)](/posts/x)")]);
        check(
            "<a href=/x>one<a href=/y>two</a>",
            &[("x", "one", "<a href=/x>one"), ("y", "two", "<a href=/y>two</a>")],
        );
    }

    #[test]
    fn knows_the_forms_of_addresses() {
        for address in [
            "/x",
            "/x/",
            "/x.html",
            "/posts/x",
            "posts/x",
            "/post/2026/3/x",
            "/2026/03/x",
            "/2026/3/13/x/",
            "/x?a#b",
            "/en/2026/03/13/x/",
        ] {
            assert_eq!(slug_in(address).as_deref(), Some("x"), "{address}");
        }
        for address in
            ["", "x", "#x", "https://e.org/x", "//e.org", "/", "/tag/x/", "/rss.xml", "/media/2005/11/x.jpg", "/a/b/c"]
        {
            assert_eq!(slug_in(address), None, "{address}");
        }
        assert_eq!(slug_in("/posts/gr%C3%BC%C3%9Fe").as_deref(), Some("grüße"));
    }

    proptest! {
        #[test]
        fn spans_lie_in_the_text(markdown in "(\\[|\\]\\(/x\\)|</?a>|<a href=/x>|\n|`|> |    |ü|\\PC)*") {
            for link in extract(&markdown) {
                prop_assert!(markdown.get(link.span.range()).is_some_and(|text| !text.is_empty()));
            }
        }
    }
}
