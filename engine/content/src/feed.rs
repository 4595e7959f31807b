//! `rss.xml` and `atom.xml` (format sheet §8.3). Texts are given as they are, HTML as it was rendered, with absolute
//! addresses ([`links::absolute`](crate::links::absolute)); escaping is done here.

mod atom;
mod element;
mod rss;

use jiff::Timestamp;

pub use atom::atom;
pub use rss::rss;

/// What a feed says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Channel {
    /// The site's name.
    pub title: String,
    /// The site's public URL without a slash at its end, with the prefix of the language tree: `https://e.org/en`.
    pub base_url: String,
    /// The site's description, or its name.
    pub description: String,
    /// The language; only in feeds of language trees.
    pub language: Option<String>,
    /// When the newest item changed; none in a feed without items.
    pub updated: Option<Timestamp>,
}

/// One post in a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The post's title.
    pub title: String,
    /// The post's absolute address, which is also its id.
    pub link: String,
    /// When it was published, or else changed.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Who wrote it.
    pub author: Option<String>,
    /// The language of its text, where that is told.
    pub language: Option<String>,
    /// Its excerpt or first paragraph as HTML.
    pub summary: String,
    /// Its whole text as HTML.
    pub content: String,
    /// Its categories.
    pub categories: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
}

#[cfg(test)]
mod tests;
