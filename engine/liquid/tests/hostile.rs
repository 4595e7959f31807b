//! No template, however hostile or mistaken, overflows the stack, hangs, or eats the memory.

use bds_liquid::{Environment, Limits, Loaded, Map, Template, Value, render};
use proptest::prelude::*;

/// Renders with little stack, as on a thread of a pool.
fn outcome(source: &str) -> Result<String, String> {
    let source = source.to_owned();
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(move || render_source(&source));
    thread.expect("a thread starts").join().expect("the thread does not panic")
}

fn render_source(source: &str) -> Result<String, String> {
    let template = Template::parse("page", source).map_err(|errors| errors.to_string())?;
    let text = source.to_owned();
    let load = move |name: &str| match name {
        "page" => Loaded::Found(Template::parse("page", &text).expect("it was parsed before")),
        _ => Loaded::Missing,
    };
    let globals = Map::new()
        .with("n", 3)
        .with("text", "Füße → 日本 🎉 <b>")
        .with("list", Value::from(vec![3, 1, 2]))
        .with("post", Map::new().with("slug", "a").with("tags", Value::from(vec!["x", "y"])));
    let limits = Limits { steps: 300_000, output_bytes: 1 << 20, text_bytes: 64 << 20, ..Limits::default() };
    let environment = Environment::new().with_loader(load).with_limits(limits);
    render(&template, &globals, &environment).map(|page| page.text).map_err(|error| error.to_string())
}

fn refuses(source: &str, reason: &str) {
    let error = outcome(source).expect_err("it is refused");
    assert!(error.contains(reason), "{error}");
}

#[test]
fn a_hundred_thousand_nested_blocks_are_a_parse_error() {
    for (open, close) in [
        ("{% if n %}", "{% endif %}"),
        ("{% for i in list %}", "{% endfor %}"),
        ("{% capture x %}", "{% endcapture %}"),
    ] {
        refuses(&format!("{}{}", open.repeat(100_000), close.repeat(100_000)), "blocks stand too deep in each other");
        refuses(&open.repeat(100_000), "is not closed");
    }
    refuses(&format!("{{% {}echo n %}}", "liquid ".repeat(100_000)), "too deep");
}

#[test]
fn nested_brackets_are_a_parse_error() {
    refuses(&format!("{{{{ a{} }}}}", "[a".repeat(100_000)), "brackets stand too deep");
    refuses(&format!("{{{{ {}1 }}}}", "(".repeat(100_000)), "brackets stand too deep");
}

#[test]
fn a_template_that_renders_itself_is_an_error_of_that_page() {
    refuses("{% render 'page' %}", "rendered more than 64 deep");
    refuses("{% include 'page' %}", "rendered more than 64 deep");
    refuses("{% layout 'page' %}", "rendered more than 64 deep");
    refuses("{% render 'page' for (1..1000) as x %}", "rendered more than 64 deep");
    let nested = format!("{}{{% render 'page' %}}{}", "{% if true %}".repeat(60), "{% endif %}".repeat(60));
    refuses(&nested, "too deep in each other");
    let captured = format!("{}{{% include 'page' %}}{}", "{% capture x %}".repeat(60), "{% endcapture %}".repeat(60));
    refuses(&captured, "too deep in each other");
    let looped = format!("{}{{% render 'page' %}}{}", "{% for x in (1..1) %}".repeat(60), "{% endfor %}".repeat(60));
    refuses(&looped, "too deep in each other");
    refuses("{% layout 'page' %}{% block a %}{{ block.super }}{% layout 'page' %}{% endblock %}", "");
}

#[test]
fn a_page_that_fans_out_ends() {
    refuses("{% if x %}{% else %}{% render 'page' %}{% render 'page' %}{% endif %}", "deep");
    refuses(
        "{% for i in (1..900) %}{% for j in (1..900) %}{% for k in (1..900) %}x{% endfor %}{% endfor %}{% endfor %}",
        "too many steps",
    );
    refuses("{% for i in (1..1000000000) %}x{% endfor %}", "too many steps");
    refuses("{% for i in (1..9999999999999999999) %}x{% endfor %}", "too many steps");
    refuses("{% tablerow i in (1..100000000) %}{% endtablerow %}", "too many steps");
}

#[test]
fn texts_that_grow_without_end_are_stopped() {
    refuses(
        "{% assign x = 'aaaaaaaaaa' %}{% for i in (1..100) %}{% assign x = x | append: x %}{% endfor %}",
        "too much text",
    );
    refuses(
        "{% assign x = 'aaaaaaaaaa' %}{% for i in (1..100) %}{% assign x = x | replace: 'a', x %}{% endfor %}",
        "too much text",
    );
    refuses(
        "{% capture x %}aaaaaaaa{% endcapture %}{% for i in (1..100) %}{% capture x %}{{ x }}{{ x }}{% endcapture %}{% endfor %}",
        "too much text",
    );
    refuses("{{ 1 | date: '%999999999999d' }}", "too much text");
    refuses("{{ 1 | date: '%999999999N' }}", "too much text");
    refuses("{% assign x = (1..1000) | join: text %}{% for i in (1..9999) %}{{ x }}{% endfor %}", "too much text");
    refuses(
        "{% assign x = (1..20000) | join %}{% for i in (1..200000) %}{% assign y = x | size %}{% endfor %}",
        "too much text",
    );
}

#[test]
fn lists_that_nest_without_end_are_stopped() {
    refuses(
        "{% assign e = '' | split: '' %}{% assign a = e %}{% for i in (1..100000) %}{% assign a = e | push: a %}{% endfor %}{{ a }}",
        "too deep",
    );
    refuses(
        "{% assign a = list %}{% for i in (1..100000) %}{% assign a = a | group_by: 'x' %}{% endfor %}",
        "too deep",
    );
    refuses(
        "{% assign a = '' | split: '' | push: '' %}{% for i in (1..40) %}{% assign a = a | push: a %}{% endfor %}{{ a }}",
        "too many steps",
    );
    refuses(
        "{% assign a = '' | split: '' | push: '' %}{% for i in (1..40) %}{% assign a = a | push: a %}{% endfor %}{{ a | json }}",
        "too m",
    );
    refuses(
        "{% assign a = '' | split: '' | push: '' %}{% for i in (1..40) %}{% assign a = a | push: a %}{% endfor %}{{ a | join }}",
        "too m",
    );
}

#[test]
fn sorting_what_has_no_order_ends() {
    let source =
        "{% assign m = 'b,a,10,9' | split: ',' | concat: list | push: nil | push: true | push: post | push: list %}";
    for filter in ["sort", "sort_natural", "sort: 'x'", "uniq"] {
        assert!(outcome(&format!("{source}{{{{ m | concat: m | concat: m | {filter} | size }}}}")).is_ok());
    }
}

const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{%",
    "%}",
    "{%-",
    "-%}",
    "{{-",
    "-}}",
    " ",
    "\n",
    "ü",
    "🎉",
    "'",
    "\"",
    "\\",
    "n",
    "list",
    "text",
    "post",
    ".slug",
    "[0]",
    "[",
    "]",
    "(1..3)",
    "(",
    ")",
    "..",
    ".",
    ",",
    ":",
    "|",
    "=",
    "==",
    "<",
    "contains",
    "and",
    "or",
    "not",
    "if",
    "endif",
    "else",
    "elsif",
    "unless",
    "endunless",
    "for",
    "i in",
    "endfor",
    "limit: 1",
    "offset: continue",
    "reversed",
    "break",
    "continue",
    "case",
    "when",
    "endcase",
    "tablerow",
    "endtablerow",
    "cols: 2",
    "assign",
    "capture",
    "endcapture",
    "increment",
    "cycle",
    "render 'page'",
    "include 'page'",
    "layout 'page'",
    "block a",
    "endblock",
    "with",
    "as",
    "liquid",
    "echo",
    "#",
    "raw",
    "endraw",
    "comment",
    "endcomment",
    "nil",
    "empty",
    "blank",
    "true",
    "-1",
    "99999999999999999999",
    "1e400",
    "0.5",
    "append",
    "slice: -1, 9999999999999",
    "truncate: -5",
    "split: ''",
    "replace: '', '🎉'",
    "date: '%Y%'",
    "round: 9999",
    "times: 1e308",
    "join: text",
    "where: 'a[b]'",
    "where_exp: 'x', 'x |'",
    "group_by: ''",
    "map: '.'",
    "json: 4",
    "sort: 'a.b'",
    "url_decode",
    "base64_decode",
    "strip_html",
    "escape_once",
    "slugify: 'latin'",
    "first",
    "last",
    "at_least: nil",
    "modulo: 0",
    "sum: 'x'",
];

fn template_of_pieces() -> impl Strategy<Value = String> {
    prop::collection::vec((prop::sample::select(PIECES), prop::sample::select(&["", " "][..])), 0..40)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, space)| [piece, space]).collect())
}

fn tags_of_pieces() -> impl Strategy<Value = String> {
    let content = prop::collection::vec(prop::sample::select(PIECES), 1..6).prop_map(|pieces| pieces.join(" "));
    let piece = (any::<bool>(), content).prop_map(|(tag, content)| {
        if tag { format!("{{% {content} %}}") } else { format!("{{{{ text | {content} }}}}x") }
    });
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_parses_or_is_refused(source in "\\PC{0,60}") {
        let _ = render_source(&source);
    }

    #[test]
    fn any_pieces_render_or_are_refused(source in template_of_pieces()) {
        let _ = render_source(&source);
    }

    #[test]
    fn any_tags_render_or_are_refused(source in tags_of_pieces()) {
        let _ = render_source(&source);
    }

    #[test]
    fn what_is_no_tag_is_kept(source in "[^{]{0,80}") {
        prop_assert_eq!(render_source(&source), Ok(source));
    }
}
