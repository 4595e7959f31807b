//! Text work: macro calls, Markdown, links, feeds, sitemap, calendar, strings.
//!
//! The road of a post's body is [`macros::scan`] and [`macros::expand`] on the raw Markdown, [`markdown::to_html`],
//! [`code::annotate`], [`links::rewrite`]; a page of a language tree ends with [`links::prefix_tree`].
//!
//! Invariant: pure functions on values. Nothing here knows a file, a query, a template or a clock.

pub mod macros;

pub mod markdown;

pub mod code;

pub mod links;

pub mod feed;

pub mod sitemap;

pub mod calendar;

pub mod i18n;

pub mod excerpt;

pub mod dates;

pub mod html;

pub mod percent;

pub mod tags;

pub mod xml;

#[cfg(feature = "conformance")]
pub mod conformance;
