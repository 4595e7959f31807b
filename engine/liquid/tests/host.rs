//! What the host sees: which keys a template asks for, filters, loaders, errors and their traces.

use std::cell::{Cell, RefCell};

use bds_liquid::{Environment, FilterError, Loaded, Map, Object, Template, Text, Value, render};

/// An object that notes what it is asked for.
struct Noted<'db> {
    asked: &'db RefCell<Vec<String>>,
    name: &'static str,
}

impl<'db> Object<'db> for Noted<'db> {
    fn get(&self, key: &str) -> Option<Value<'db>> {
        self.asked.borrow_mut().push(format!("{}.{key}", self.name));
        match key {
            "post" => Some(Value::object(Noted { asked: self.asked, name: "post" })),
            "map" => Some(Value::object(Noted { asked: self.asked, name: "map" })),
            "slug" | "a" | "x" => Some("a".into()),
            _ => None,
        }
    }

    fn keys(&self) -> Vec<Text<'db>> {
        self.asked.borrow_mut().push(format!("{}.*", self.name));
        vec!["slug".into()]
    }
}

fn asked(source: &str) -> Vec<String> {
    let template = Template::parse("page", source).expect("the template is valid");
    let asked = RefCell::new(Vec::new());
    render(&template, &Noted { asked: &asked, name: "globals" }, &Environment::new()).expect("it renders");
    asked.into_inner()
}

#[test]
fn a_template_asks_for_what_it_uses_and_nothing_else() {
    for (source, expected) in [
        ("plain", vec![]),
        ("{{ map[post.slug] }}", vec!["globals.map", "globals.post", "post.slug", "map.a"]),
        ("{% assign p = post %}{{ p.slug }}{{ p.slug }}", vec!["globals.post", "post.slug", "post.slug"]),
        ("{% if x or post.slug %}{% endif %}", vec!["globals.x"]),
        ("{% if map.q and post.slug %}{{ post.slug }}{% endif %}", vec!["globals.map", "map.q"]),
        ("{% for x in (1..2) %}{{ x }}{% endfor %}{% increment post %}", vec![]),
        ("{% for kv in post %}{{ kv[0] }}{% endfor %}", vec!["globals.post", "post.*", "post.slug"]),
        ("{% if post == empty %}{% endif %}", vec!["globals.post", "post.*"]),
        ("{{ post }}", vec!["globals.post"]),
        (
            "{% if post %}{% endif %}{% if post == map %}{% endif %}",
            vec!["globals.post", "globals.post", "globals.map"],
        ),
    ] {
        assert_eq!(asked(source), expected, "{source}");
    }
}

#[test]
fn filters_of_the_host_take_arguments_and_win_over_the_languages_own() {
    let calls = Cell::new(0);
    let environment = Environment::new()
        .with_filter("markdown", |input, arguments| {
            calls.set(calls.get() + 1);
            Ok(format!("<p>{}|{}|{}</p>", input.to_text(), arguments.len(), arguments.named("k").to_text()).into())
        })
        .with_filter("upcase", |_, _| Ok("mine".into()));
    let template = Template::parse("page", "{{ 'a' | markdown: 1, 2, nil, k: 'v' }}{{ 'b' | upcase }}").expect("valid");
    let page = render(&template, &Map::new(), &environment).expect("it renders");
    assert_eq!((page.text.as_str(), calls.get()), ("<p>a|3|v</p>mine", 1));
}

#[test]
fn the_time_is_what_the_host_says() {
    let now = "2026-02-23T19:54:58Z".parse().expect("a time");
    let template = Template::parse("page", "{{ 'now' | date: '%d.%m.%Y' }}").expect("valid");
    let page = render(&template, &Map::new(), &Environment::new().with_now(|| now)).expect("it renders");
    assert_eq!(page.text, "23.02.2026");
}

/// Renders `page` of some templates; the error as `place: message; hint; trace`.
fn error(templates: &[(&str, &str)]) -> String {
    let load = |name: &str| match templates.iter().find(|(known, _)| *known == name) {
        None => Loaded::Missing,
        Some((name, source)) => Template::parse(name, source).map_or_else(Loaded::Broken, Loaded::Found),
    };
    let Loaded::Found(page) = load("page") else { panic!("the page is valid") };
    let environment = Environment::new()
        .with_loader(load)
        .with_filter("fails", |_, _| Err(FilterError::new("it never works").with_hint("give up")));
    let error = render(&page, &Map::new(), &environment).expect_err("it does not render");
    let trace = error.trace.iter().map(|step| format!(" < {}:{}", step.template, step.position.line));
    format!("{error}; {}{}", error.hint.as_deref().unwrap_or_default(), trace.collect::<String>())
}

#[test]
fn errors_say_where_they_are_and_how_the_page_led_there() {
    assert_eq!(
        error(&[("page", "\n{% render 'a' %}"), ("a", "\n\n {% include 'b' %}"), ("b", "x {% render 'nope' %}")]),
        "b:1:3: there is no template `nope`; templates are named as they are stored, without `.liquid` < a:3 < page:2"
    );
    assert_eq!(
        error(&[("page", "{% render 'a' %}"), ("a", "\n{% for %}")]),
        "a:2:1: this is no loop; loops look like `{% for post in posts %}` < page:1"
    );
    assert_eq!(error(&[("page", "{{ 'x' | fails }}")]), "page:1:10: `fails`: it never works; give up");
    let recursive = error(&[("page", "{% render 'a' %}"), ("a", "{% render 'a' %}")]);
    assert!(recursive.ends_with(" < a:1 < a:1 < page:1"), "{recursive}");
    assert!(recursive.len() < 300, "the middle of the trace is left out");
}

#[test]
fn all_that_is_wrong_with_a_template_is_said() {
    let source = "---\nslug: x\n---\n{% fi x %}\n{{ a | }}{{ | b }}\n{% if %}{% endif %}{% else %}\n{% for x in y %}";
    let start = source.find("{%").expect("there is one");
    let errors = Template::parse_body("page", source, start).expect_err("it is not valid");
    let said: Vec<_> =
        errors.iter().map(|error| format!("{error}; {}", error.hint.as_deref().unwrap_or_default())).collect();
    assert_eq!(
        said,
        [
            "there is no tag `fi` (line 4, column 1); did you mean `if`?",
            "there is no value here (line 5, column 13); name a variable, or write a text in quotes",
            "there is no value here (line 6, column 6); name a variable, or write a text in quotes",
            "`else` belongs to no block here (line 6, column 20); its block is closed already, or was never opened",
            "this `for` is not closed (line 7, column 1); close it with `{% endfor %}`",
        ]
    );
}

#[test]
fn templates_are_equal_if_their_names_and_texts_are() {
    let parse = |name, source| Template::parse(name, source).expect("valid");
    assert_eq!(parse("a", "{{ x }}"), parse("a", "{{ x }}"));
    assert_ne!(parse("a", "{{ x }}"), parse("b", "{{ x }}"));
    assert_ne!(parse("a", "{{ x }}"), parse("a", "{{ y }}"));
    is_shared(&parse("a", ""));
}

fn is_shared<T: Send + Sync + Clone>(_: &T) {}

#[test]
fn front_matter_is_not_rendered_and_places_count_from_the_begin_of_the_file() {
    let file = "---\nslug: {{ no }}\n---\n{{ yes }}";
    let template = Template::parse_body("page", file, file.rfind("{{").expect("there is one")).expect("valid");
    let page = render(&template, &Map::new(), &Environment::new()).expect("it renders");
    assert_eq!((page.text.as_str(), page.warnings[0].position.line), ("", 4));
}
