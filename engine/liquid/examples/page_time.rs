//! Prints how long one page takes: `cargo run --release -p bds-liquid --example page_time`.
#![expect(clippy::print_stdout, reason = "a tool for developers")]

use std::hint::black_box;
use std::time::Instant;

use bds_liquid::{Environment, Loaded, Map, Template, Value, render};

const PAGE: &str = r#"<!doctype html>
<html lang="{{ language }}" data-language-prefix="{{ language_prefix }}" {{ html_theme_attribute | default: '' }}>
{% render 'head', page_title: page_title, language: language, language_prefix: language_prefix, alternate_links: alternate_links %}
<body><main>
{% if blog_languages.size > 1 %}<nav>{% for l in blog_languages %}{% if l.is_current %}<span title="{{ l.code }}">{{ l.flag }}</span>{% else %}<a href="{{ l.href_prefix }}/">{{ l.flag }}</a>{% endif %}{% endfor %}</nav>{% endif %}
<h1>{{ post.title }}</h1>
{% render 'menu-items', items: menu_items %}
{% if post_categories.size > 0 or post_tags.size > 0 %}<div>
{% for category in post_categories %}<a href="/category/{{ category | url_encode }}/">{{ category | escape }}</a>{% endfor %}
{% for tag in post_tags %}{% assign color = tag_color_by_name[tag] %}<a href="{{ language_prefix }}/tag/{{ tag | url_encode }}/"{% if color %} style="--bubble-accent: {{ color }};"{% endif %}>{{ tag | escape }}</a>{% endfor %}
</div>{% endif %}
<article data-template="single-post">{{ post.content | markdown: post.id, a, b, c, language, language_prefix }}</article>
{% if backlinks.size > 0 %}{% for b in backlinks %}<a href="{{ b.path }}">{{ b.display_slug | escape }}</a>{% endfor %}{% endif %}
</main></body></html>"#;

const HEAD: &str = r#"<head><meta charset="utf-8"><title>{{ page_title }}</title>
{% for a in alternate_links %}<link rel="alternate" hreflang="{{ a.hreflang | escape }}" href="{{ a.href | escape }}">{% endfor %}
<link rel="alternate" type="application/rss+xml" href="{{ language_prefix }}/rss.xml"></head>"#;

const MENU: &str = r#"<ul>{% for item in items %}<li>{% if item.has_children %}<span>{{ item.title | escape }}</span>{% render 'menu-items', items: item.children %}{% else %}<a href="{{ item.href }}">{{ item.title | escape }}</a>{% endif %}</li>{% endfor %}</ul>"#;

const ROUNDS: u32 = 200;

fn main() {
    let parse = |name, source| Template::parse(name, source).expect("valid");
    let (page, head, menu) = (parse("page", PAGE), parse("head", HEAD), parse("menu-items", MENU));
    let html: String = "<p>Some text of the post.</p>\n".repeat(100);
    let menu_items = vec![item("A", vec![]), item("B", vec![item("C", vec![]), item("D", vec![])]), item("E", vec![])];
    let globals = Map::new()
        .with("language", "de")
        .with("language_prefix", "")
        .with("page_title", "Notes")
        .with("blog_languages", Value::array([]))
        .with("alternate_links", Value::from(vec![link("de"), link("en")]))
        .with("menu_items", Value::from(menu_items))
        .with("post_categories", Value::from(vec!["article"]))
        .with("post_tags", Value::from(vec!["a b", "c&d", "e"]))
        .with("tag_color_by_name", Map::new().with("e", "#fff"))
        .with("backlinks", Value::array([]))
        .with("post", Map::new().with("id", "1").with("title", "T").with("content", "md"));
    fastest("a page", || {
        let load = |name: &str| Loaded::Found(if name == "head" { head.clone() } else { menu.clone() });
        let environment =
            Environment::new().with_loader(load).with_filter("markdown", |_, _| Ok(Value::from(html.as_str())));
        black_box(render(&page, &globals, &environment).expect("it renders"));
    });
    fastest("its template parsed", || drop(black_box(parse("page", PAGE))));
}

fn item<'a>(title: &'a str, children: Vec<Map<'a>>) -> Map<'a> {
    let map = Map::new().with("title", title).with("href", "/a/").with("has_children", !children.is_empty());
    map.with("children", children)
}

fn link(language: &str) -> Map<'_> {
    Map::new().with("hreflang", language).with("href", "/en/2026/01/02/x/")
}

/// Prints how long the work takes when nothing else disturbs it.
fn fastest(what: &str, work: impl Fn()) {
    let batch = || {
        let start = Instant::now();
        (0..ROUNDS).for_each(|_| work());
        start.elapsed() / ROUNDS
    };
    println!("{what}: {:?}", (0..50).map(|_| batch()).min().unwrap_or_default());
}
