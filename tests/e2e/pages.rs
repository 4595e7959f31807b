//! Pages as they were found to be right, for both projects of this repository.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use bds_tests::{Site, fixture};

/// The files of the sample that are recorded: all kinds of the format sheet §8.
const SAMPLE: &[(&str, &str, Shown)] = &[
    ("post", "2025/04/02/pegelkarte/index.html", Shown::Whole),
    ("post-in-english", "en/2025/04/02/gezeiten-ebbe-und-flut-fur-die-tasche/index.html", Shown::Essence),
    ("post-of-a-third-language", "2009/08/21/el-faro/index.html", Shown::Essence),
    ("translation-beside-its-post", "2009/08/21/el-faro.en/index.html", Shown::Essence),
    ("list", "index.html", Shown::Whole),
    ("list-of-a-tag", "en/tag/wattenmeer/index.html", Shown::Essence),
    ("list-of-a-category", "category/aside/index.html", Shown::Essence),
    ("list-of-a-day", "2025/04/02/index.html", Shown::Essence),
    ("not-found", "en/404.html", Shown::Essence),
    ("rss", "rss.xml", Shown::Whole),
    ("atom-in-english", "en/atom.xml", Shown::Whole),
    ("sitemap", "sitemap.xml", Shown::Whole),
    ("calendar", "calendar.json", Shown::Whole),
];

/// The pages of the example that are recorded: those that show what no other page shows.
const EXAMPLE: &[(&str, &str, Shown)] = &[
    ("gallery-and-photo-album", "2024/12/30/a-year-in-pictures/index.html", Shown::Essence),
    ("photo-archive", "photos-2024/index.html", Shown::Essence),
    ("tag-cloud-in-german", "de/tags/index.html", Shown::Essence),
    ("youtube", "2021/11/07/starlings-over-the-reed-bed/index.html", Shown::Essence),
    ("vimeo-moon-and-own-template", "de/2025/08/23/where-the-dark-is/index.html", Shown::Essence),
    ("station", "2022/07/31/a-dry-july/index.html", Shown::Essence),
    ("related", "de/2021/06/19/how-to-look-at-moss/index.html", Shown::Essence),
    ("macros-only-shown", "2026/01/24/how-this-notebook-draws-its-charts/index.html", Shown::Essence),
    ("own-list-template", "de/category/sighting/index.html", Shown::Outline),
    ("second-page-of-a-list", "page/2/index.html", Shown::Outline),
];

#[derive(Clone, Copy)]
enum Shown {
    /// All of the file.
    Whole,
    /// Of a page, what differs between pages of one kind.
    Essence,
    /// Of a list, the same without the texts of the posts.
    Outline,
}

#[test]
fn the_sample_looks_as_recorded() {
    let site = Site::copy_of(&fixture("sample"));
    site.command().args(["--now", "2025-06-01T12:00:00Z"]).run().had_errors();
    let paths = site.output().without(|path| path.starts_with("assets/"));
    let paths = paths.paths().join("\n");
    record("sample", &site, SAMPLE, &[("paths", &paths)]);
}

#[test]
fn the_example_looks_as_recorded() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/field-notes");
    let site = Site::copy_of(&example);
    site.command().args(["--now", "2026-11-20T12:00:00Z"]).run().succeeded();
    record("example", &site, EXAMPLE, &[]);
}

/// Compares files of the site with their snapshots: all of them, though the first differs.
fn record(project: &str, site: &Site, files: &[(&str, &str, Shown)], more: &[(&str, &str)]) {
    let mut settings = insta::Settings::new();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let compare = |name: &str, text: &str| {
        let compared = settings
            .bind(|| catch_unwind(AssertUnwindSafe(|| insta::assert_snapshot!(format!("{project}-{name}"), text))));
        compared.is_err()
    };
    let mut differs = false;
    for (name, text) in more {
        differs |= compare(name, text);
    }
    for (name, file, shown) in files {
        let text = site.page(file);
        differs |= compare(
            name,
            &match shown {
                Shown::Whole => text,
                Shown::Essence => essence(&text),
                Shown::Outline => outline(&essence(&text)),
            },
        );
    }
    assert!(!differs, "pages of the {project} differ from their snapshots");
}

/// The head's links and the title, the languages that the page leads to, and its content.
pub(crate) fn essence(page: &str) -> String {
    const HEAD: [&str; 6] = [
        "<html",
        "<title>",
        "<link rel=\"canonical\"",
        "<link rel=\"alternate\" hreflang",
        "language-switcher-badge",
        "<h1",
    ];
    let (head, content) = page.split_once("</ul>\n</nav>\n").expect("every page has a menu");
    let (content, _) = content.split_once("</main>").expect("every page has a main part");
    let head = head.lines().filter(|line| HEAD.iter().any(|part| line.contains(part)));
    head.chain(["…"]).chain(content.lines()).map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The lines of a list that its template wrote.
fn outline(essence: &str) -> String {
    const TEMPLATE: [&str; 11] = [
        "<html",
        "<title",
        "<link",
        "<h1",
        "<h2",
        "<section",
        "<aside",
        "<nav",
        "<div class=",
        "<a class=",
        "<span class=",
    ];
    let lines = essence.lines().filter(|line| TEMPLATE.iter().any(|begin| line.starts_with(begin)));
    lines.collect::<Vec<_>>().join("\n")
}
