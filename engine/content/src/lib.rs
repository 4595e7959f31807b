//! Text work: macro calls, Markdown, links, feeds, sitemap, calendar, strings.
