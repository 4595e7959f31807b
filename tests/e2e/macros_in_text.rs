//! Pages with macros in all places of a text, as they were found to be right.

use bds_tests::Site;

use crate::pages::essence;

/// A macro that says what it was told, one with a block of HTML, one that fails.
fn site() -> Site {
    Site::new()
        .macro_script(
            "say",
            "def render(context, post):\n    return {\"html\": f\"<b>{context['params'].get('text', 'said')}</b>\"}",
        )
        .macro_script(
            "box",
            "def render(context, post):\n    return {\"html\": f\"<div class=\\\"box\\\">{post['slug']}</div>\"}",
        )
        .macro_script("fail", "def render(context, post):\n    raise ValueError(\"on purpose\")")
}

/// Builds a site with this one post, and compares its page with the snapshot of this name.
#[track_caller]
fn check(name: &str, body: &str, exit_code: i32) -> Site {
    check_post(name, bds_tests::post("text", 1, "tags: [one, two]\n", body), exit_code)
}

#[track_caller]
fn check_post(name: &str, post: String, exit_code: i32) -> Site {
    let site = site().file("posts/2024/05/text.md", post);
    let build = site.build();
    assert_eq!(build.code, Some(exit_code), "{}", build.diagnostics());
    let page = essence(&site.page("2024/05/01/text/index.html"));
    let (_, content) = page.split_once("…\n").expect("the head ends there");
    record(name, &format!("{content}\n{}", build.diagnostics()));
    site
}

fn record(name: &str, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("macros-{name}"), text));
}

#[test]
fn shipped_macros_and_own_ones_stand_in_one_post() {
    let body = "First.\n\n[[youtube id=\"abc\"]]\n\n[[box]]\n\nBetween [[say text=\"own\"]] words.\n\n[[tag_cloud]]\n\n[[gallery]]\n\n\
                [[photo_album year=\"2024\"]]\n\n[[vimeo id=\"1\" title=\"A film\"]]\n\nLast.";
    check("shipped-and-own", body, 0);
}

#[test]
fn macros_stand_in_lists_tables_quotes_and_headings() {
    let body = "# Heading [[say text=\"one\"]]\n\n- item [[say]]\n- [[box]]\n  1. inner [[say text=\"two\"]]\n\n\
                | a | b |\n|---|---|\n| [[say]] | x [[say text=\"three\"]] |\n\n\
                > quoted [[say]]\n>\n> [[box]]\n>\n> > deeper [[say text=\"four\"]]\n\n\
                *[[say]]* and [a link [[say]]](https://example.org) and <i>[[say]]</i>\n\n`[[say]]` stays.\n\n\
                ```\n[[say]]\n```";
    check("in-lists-tables-quotes-headings", body, 0);
}

#[test]
fn macros_stand_in_excerpts() {
    let more = "excerpt: 'In short: [[say text=\"short\"]]'\n";
    let site = check_post("in-excerpts", bds_tests::post("text", 1, more, "Long: [[say text=\"long\"]]"), 0);
    record("in-excerpts-list", &essence(&site.page("index.html")));
}

#[test]
fn one_that_fails_costs_its_own_place_only() {
    check(
        "failing-between-good-ones",
        "[[say text=\"before\"]]\n\n[[fail]]\n\n[[say text=\"after\"]] [[fail]] [[say]]",
        1,
    );
}

#[test]
fn quotes_stand_in_quotes() {
    let body = "[[say text=\"it's\"]] [[say text='a \"b\"']] [[say text='single']] [[say text=bare]] [[say text=\"\"]]\n\n\
                \"[[say text=\"quoted\"]]\" and '[[say text='single']]'";
    check("nested-quotes", body, 0);
}

#[test]
fn macros_stand_at_the_very_start_and_the_very_end() {
    let post = bds_tests::post("text", 1, "", "[[say text=\"start\"]] words [[say text=\"end\"]]");
    check_post("at-start-and-end", post.trim_end().to_owned(), 0);
    check_post("alone", bds_tests::post("text", 1, "", "[[box]]").trim_end().to_owned(), 0);
}

#[test]
fn ten_stand_on_one_line() {
    let calls: Vec<_> = (1..=10).map(|number| format!("[[say text=\"{number}\"]]")).collect();
    check("ten-on-one-line", &calls.concat(), 0);
}
