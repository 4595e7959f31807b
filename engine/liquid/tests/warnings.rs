//! What a template's author is told of variables, filters and objects.

use bds_liquid::{Environment, Loaded, Map, Template, Value, render};

/// Renders and gives the warnings as they are printed.
fn told(source: &str) -> Vec<String> {
    let template = Template::parse("page", source).expect("the template is valid");
    let load = |name: &str| match name {
        "card" => Loaded::Found(Template::parse("card", "\n{{ title }}{{ site }}").expect("valid")),
        _ => Loaded::Missing,
    };
    let globals = Map::new()
        .with("nothing", Value::Nil)
        .with("list", Value::from(vec![1, 2]))
        .with("map", Map::new().with("a", 1))
        .with("post", Map::new().with("slug", "x").with("excerpt", Value::Nil));
    let page = render(&template, &globals, &Environment::new().with_loader(load)).expect("it renders");
    page.warnings.iter().map(|warning| format!("{warning}")).collect()
}

fn check(source: &str, expected: &[&str]) {
    assert_eq!(told(source), expected, "{source}");
}

const UNDEFINED: &str = "is not defined and counts as nothing";

#[test]
fn an_undefined_variable_that_is_used_is_a_warning_with_its_place() {
    for (source, place, variable) in [
        ("a\n  {{ titel }}", "2:6", "titel"),
        ("{{ post.titel }}", "1:4", "post.titel"),
        ("{{ post['titel'] }}", "1:4", "post['titel']"),
        ("{{ titel | upcase }}", "1:4", "titel"),
        ("ü{% echo titel %}", "1:10", "titel"),
        ("{% for x in titel %}{% endfor %}", "1:13", "titel"),
        ("{% for i in (1..titel) %}{% endfor %}", "1:17", "titel"),
        ("{% tablerow x in titel %}{% endtablerow %}", "1:18", "titel"),
        ("{% assign x = 'a' | append: titel %}", "1:29", "titel"),
        ("{% assign x = titel | upcase %}", "1:15", "titel"),
        ("{% if list contains 1 %}{{ titel }}{% endif %}", "1:28", "titel"),
        ("{% cycle titel %}", "1:10", "titel"),
        ("{% for p in list %}{{ titel }}{% endfor %}", "1:23", "titel"),
        ("{{ titel[post.slug] }}", "1:4", "titel[post.slug]"),
    ] {
        check(source, &[&format!("page:{place}: `{variable}` {UNDEFINED}")]);
    }
}

#[test]
fn arguments_of_other_templates_are_warned_of_where_they_are_given() {
    check("{% render 'card', title: titel, site: 's' %}", &[&format!("page:1:26: `titel` {UNDEFINED}")]);
    check("{% render 'card', title: 't' %}", &[&format!("card:2:15: `site` {UNDEFINED}")]);
    check("{% render 'card' for titel as title, site: 1 %}", &[&format!("page:1:22: `titel` {UNDEFINED}")]);
}

#[test]
fn conditions_defaults_and_lookups_may_meet_what_is_undefined() {
    for source in [
        "{% if titel %}{% endif %}{% unless titel %}{% endunless %}",
        "{% if titel == blank and post.titel %}{% elsif titel %}{% endif %}",
        "{% case titel %}{% when other %}{% endcase %}",
        "{{ titel | default: other }}{{ titel | upcase | default: 'x' }}",
        "{{ map[post.slug] }}{{ map[titel] }}{{ list[9] }}{{ list[9].x }}",
        "{% for x in list %}{{ forloop.index }}{{ forloop.parentloop.index }}{% endfor %}{{ forloop.index }}",
        "{{ nothing }}{{ nothing.x }}{{ post.excerpt }}{{ post.excerpt.x }}",
        "{% assign x = titel %}{{ x }}{{ x.y }}",
        "{{ post.size }}{{ list.size }}{{ post.slug.size }}",
    ] {
        check(source, &[]);
    }
}

#[test]
fn filters_that_do_not_exist_and_whole_objects_are_told_of() {
    check("{{ 'x' | upcas }}", &["page:1:10: there is no filter `upcas`; it changes nothing"]);
    check("{{ post }}", &["page:1:1: `{{ post }}` is an object and cannot be printed as a whole"]);
    check("{{ post | json }}", &[]);
    check("{{ 'now' | date: '%Y' }}", &["page:1:12: `now` stands for no time here and is printed as it is"]);
}

#[test]
fn hints_name_the_nearest_filter() {
    let template = Template::parse("page", "{{ 'x' | markdwn }}").expect("valid");
    let environment = Environment::new().with_filter("markdown", |input, _| Ok(input));
    let page = render(&template, &Map::new(), &environment).expect("it renders");
    assert_eq!(page.warnings[0].hint.as_deref(), Some("did you mean `markdown`?"));
}

#[test]
fn what_was_met_before_an_error_is_told_with_it() {
    let template = Template::parse("page", "{{ titel }}{% render 'gone' %}{{ never }}").expect("valid");
    let error = render(&template, &Map::new(), &Environment::new()).expect_err("there is no such template");
    let warnings: Vec<_> = error.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, [format!("page:1:4: `titel` {UNDEFINED}")]);
}
