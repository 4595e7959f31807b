//! `sitemap.xml`.

use std::fmt::{self, Write as _};

use jiff::Timestamp;

use crate::dates::iso_millis;
use crate::xml::escape;

/// One page in the sitemap. Addresses are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// The page's address, with its trailing slash.
    pub loc: String,
    /// When it last changed.
    pub lastmod: Option<Timestamp>,
    /// How often it changes.
    pub changefreq: ChangeFreq,
    /// Its weight among the site's pages, in tenths: 10 is `1.0`.
    pub priority: u8,
    /// The same page in other languages: (`hreflang`, address), `x-default` included. Only written for a site of
    /// several languages.
    pub alternates: Vec<(String, String)>,
}

/// How often a page changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeFreq {
    /// `daily`: the root and its pages.
    Daily,
    /// `weekly`: page routes, categories, tags.
    Weekly,
    /// `monthly`: posts and date archives.
    Monthly,
}

impl fmt::Display for ChangeFreq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
        })
    }
}

/// Writes the sitemap (format sheet §8.4), in the order of `urls`; `multilingual` adds the links between languages.
pub fn sitemap(urls: &[Url], multilingual: bool) -> String {
    let mut out = String::with_capacity(256 + urls.len() * 160);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"");
    if multilingual {
        out.push_str(" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"");
    }
    out.push_str(">\n");
    for url in urls {
        push_url(&mut out, url, multilingual);
    }
    out.push_str("</urlset>\n");
    out
}

fn push_url(out: &mut String, url: &Url, multilingual: bool) {
    out.push_str("  <url>\n");
    push_element(out, "loc", &url.loc);
    if let Some(lastmod) = url.lastmod {
        push_element(out, "lastmod", &iso_millis(lastmod));
    }
    push_element(out, "changefreq", &url.changefreq.to_string());
    push_element(out, "priority", &format!("{}.{}", url.priority / 10, url.priority % 10));
    for (language, href) in url.alternates.iter().filter(|_| multilingual) {
        let (language, href) = (escape(language), escape(href));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "    <xhtml:link rel=\"alternate\" hreflang=\"{language}\" href=\"{href}\" />");
    }
    out.push_str("  </url>\n");
}

fn push_element(out: &mut String, name: &str, text: &str) {
    let _ = writeln!(out, "    <{name}>{}</{name}>", escape(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> Url {
        Url {
            loc: "https://e.org/?a&b".to_owned(),
            lastmod: "2026-03-13T11:59:19.243Z".parse().ok(),
            changefreq: ChangeFreq::Daily,
            priority: 10,
            alternates: vec![("x-default".to_owned(), "https://e.org/".to_owned())],
        }
    }

    #[test]
    fn of_one_language_is_plain() {
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">
  <url>
    <loc>https://e.org/?a&amp;b</loc>
    <lastmod>2026-03-13T11:59:19.243Z</lastmod>
    <changefreq>daily</changefreq>
    <priority>1.0</priority>
  </url>
</urlset>
";
        assert_eq!(sitemap(&[root()], false), expected);
    }

    #[test]
    fn of_several_languages_links_them() {
        let text = sitemap(&[root()], true);
        assert!(text.contains(" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n"));
        let link = "    <xhtml:link rel=\"alternate\" hreflang=\"x-default\" href=\"https://e.org/\" />\n  </url>\n";
        assert!(text.contains(&format!("</priority>\n{link}")));
    }
}
