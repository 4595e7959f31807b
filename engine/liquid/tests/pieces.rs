//! Partials whose text is shared: whatever is kept, every page comes out as if nothing were.

use std::cell::RefCell;
use std::collections::HashMap;

use bds_liquid::{
    Array, Environment, Limits, Loaded, Map, Piece, PieceKey, Pieces, RenderError, Rendered, Template, Value, render,
};

/// Keeps everything, and counts.
#[derive(Default)]
struct Shelf {
    kept: RefCell<HashMap<PieceKey, Piece>>,
    made: RefCell<usize>,
    reused: RefCell<usize>,
}

impl Pieces for &Shelf {
    fn reuse(&self, key: &PieceKey, print: &mut dyn FnMut(&Piece) -> bool) -> bool {
        let is_reused = self.kept.borrow().get(key).is_some_and(print);
        *self.reused.borrow_mut() += usize::from(is_reused);
        is_reused
    }

    fn begin(&self) {
        *self.made.borrow_mut() += 1;
    }

    fn end(&self, key: PieceKey, piece: Option<&dyn Fn() -> Piece>) {
        if let Some(piece) = piece {
            self.kept.borrow_mut().insert(key, piece());
        }
    }
}

/// The variables of a page.
type Globals = for<'a> fn(&'a ()) -> Map<'a>;

/// Templates by name, and a note of each that is asked for.
struct Templates(HashMap<&'static str, Template>, RefCell<Vec<String>>);

impl Templates {
    fn new(sources: &[(&'static str, &str)]) -> Self {
        let parsed = |(name, source): &(&'static str, &str)| (*name, Template::parse(name, source).expect("valid"));
        Self(sources.iter().map(parsed).collect(), RefCell::default())
    }

    fn page(
        &self,
        name: &str,
        globals: Globals,
        limits: Limits,
        kept: Option<&Shelf>,
    ) -> Result<Rendered, Box<RenderError>> {
        let loader = |name: &str| {
            self.1.borrow_mut().push(name.to_owned());
            self.0.get(name).map_or(Loaded::Missing, |template| Loaded::Found(template.clone()))
        };
        let environment = Environment::new().with_loader(loader).with_limits(limits);
        let environment = match kept {
            Some(kept) => environment.with_pieces(kept),
            None => environment,
        };
        render(&self.0[name], &globals(&()), &environment)
    }

    fn asked(&self) -> Vec<String> {
        self.1.take()
    }
}

/// How often partials of the page are made when it is rendered for each of these globals in turn.
#[track_caller]
fn check(sources: &[(&'static str, &str)], all: &[Globals], made: usize) {
    let (templates, shelf) = (Templates::new(sources), Shelf::default());
    for globals in all {
        let alone = templates.page("page", *globals, Limits::default(), None).expect("it renders");
        let shared = templates.page("page", *globals, Limits::default(), Some(&shelf)).expect("it renders");
        assert_eq!(shared.text, alone.text);
        assert_eq!(shared.warnings, alone.warnings);
    }
    assert_eq!(*shelf.made.borrow(), made, "{sources:?}");
}

const PAGE: (&str, &str) = ("page", "<{% render 'part', value: value, other: other %}>");

fn list(identity: Option<usize>, items: [&str; 2]) -> Value<'_> {
    let items = items.map(Value::from).to_vec();
    Value::Array(match identity {
        Some(identity) => Array::known_as(identity, items),
        None => Array::from(items),
    })
}

fn known(identity: usize, items: [&str; 2]) -> Map<'_> {
    globals(list(Some(identity), items), 1)
}

fn one_list_twice((): &()) -> Map<'_> {
    let list = Value::array([]);
    globals(list.clone(), list)
}

fn globals<'a>(value: impl Into<Value<'a>>, other: impl Into<Value<'a>>) -> Map<'a> {
    Map::new().with("value", value).with("other", other)
}

#[test]
fn a_partial_is_made_once_for_the_same_arguments() {
    let part = ("part", "{{ value }}/{{ other }}");
    check(&[PAGE, part], &[|()| globals("a", 1), |()| globals("a", 1), |()| globals("a", 1)], 1);
    check(&[PAGE, part], &[|()| globals("a", 1), |()| globals("b", 1), |()| globals("a", 2), |()| globals("a", 1)], 3);
    // What only looks alike: a number and its text, nothing and `nil`, where the one text ends and the other begins.
    check(&[PAGE, part], &[|()| globals("1", 1), |()| globals(1, 1), |()| globals(1, "1"), |()| globals(1.5, 1)], 4);
    check(&[PAGE, part], &[|()| globals("ab", "c"), |()| globals("a", "bc")], 2);
    check(&[PAGE, part], &[|()| globals(Value::Nil, 1), |()| globals("", 1), |()| globals(false, 1)], 3);
}

#[test]
fn lists_are_told_apart_by_what_the_host_knows_them_by() {
    let part = ("part", "{{ value | join: ',' }}");
    check(&[PAGE, part], &[|()| known(1, ["a", "b"]), |()| known(1, ["a", "b"]), |()| known(2, ["c", "d"])], 2);
    check(&[PAGE, part], &[|()| globals(Value::array([]), 1), |()| globals(Value::array([]), 1)], 1);
    // Of these nothing is known, so they are not even tried.
    check(&[PAGE, part], &[|()| globals(list(None, ["a", "b"]), 1), |()| globals(list(None, ["c", "b"]), 1)], 0);
    check(&[PAGE, part], &[|()| globals(Value::object(Map::new()), 1)], 0);
}

#[test]
fn whether_two_lists_are_one_is_seen() {
    let part = ("part", "{{ value | push: 1 | size }}{% if value == other %}same{% endif %}");
    check(&[PAGE, part], &[one_list_twice, |()| globals(Value::array([]), Value::array([]))], 0);
}

#[test]
fn the_depth_at_which_a_partial_stands_is_part_of_what_it_prints() {
    let sources = [
        ("page", "{% render 'part', n: 1 %}{% if true %}{% render 'part', n: 1 %}{% endif %}{% render 'part', n: 1 %}"),
        ("part", "{{ n }}"),
    ];
    check(&sources, &[|()| Map::new(), |()| Map::new()], 2);
}

#[test]
fn what_is_warned_of_is_told_on_every_page() {
    let page = ("page", "{% render 'part', a: 1 %}{% render 'part', a: 1 %}");
    let (templates, shelf) = (Templates::new(&[page, ("part", "{{ missing }}")]), Shelf::default());
    for _ in 0..2 {
        let page = templates.page("page", |()| Map::new(), Limits::default(), Some(&shelf)).expect("it renders");
        assert_eq!(page.warnings.len(), 1, "each page tells it, once");
    }
    assert_eq!(*shelf.reused.borrow(), 0);
}

#[test]
fn a_piece_asks_for_all_templates_that_it_needs() {
    let page = ("page", "{% render 'leaf' %}{% render 'part', a: 1 %}{% render 'part', a: 1 %}");
    let templates = Templates::new(&[page, ("part", "{% render 'leaf' %}"), ("leaf", "leaf")]);
    let shelf = Shelf::default();
    templates.page("page", |()| Map::new(), Limits::default(), Some(&shelf)).expect("it renders");
    assert_eq!(
        templates.asked(),
        ["leaf", "part", "leaf"],
        "`part` asks for `leaf`, which the page has loaded already"
    );
}

#[test]
fn limits_end_a_page_at_the_same_place() {
    let sources = [
        ("page", "{% for n in (1..5) %}{% render 'part', value: 'some text' %}{% endfor %}"),
        ("part", "{% for n in (1..3) %}{{ value | upcase | append: '!' }}{% render 'leaf', n: n %}{% endfor %}"),
        ("leaf", "{{ n }}"),
    ];
    let templates = Templates::new(&sources);
    let (mut ended, mut reused) = (0, 0);
    for allowed in 1..400 {
        let all = [
            Limits { steps: allowed, ..Limits::default() },
            Limits { text_bytes: 2 * allowed, ..Limits::default() },
            Limits { output_bytes: usize::try_from(allowed).expect("small"), ..Limits::default() },
        ];
        for limits in all {
            let shelf = Shelf::default();
            let alone = templates.page("page", |()| Map::new(), limits, None);
            let shared = templates.page("page", |()| Map::new(), limits, Some(&shelf));
            reused += *shelf.reused.borrow();
            match (alone, shared) {
                (Ok(alone), Ok(shared)) => assert_eq!(shared.text, alone.text),
                (Err(alone), Err(shared)) => {
                    ended += 1;
                    assert_eq!((shared.message, shared.position), (alone.message, alone.position), "{limits:?}");
                    assert_eq!(shared.trace, alone.trace, "{limits:?}");
                }
                (alone, shared) => panic!("{limits:?}: {:?}, shared {:?}", alone.is_ok(), shared.is_ok()),
            }
        }
    }
    assert!(ended > 100 && reused > 100, "{ended} pages ended, {reused} pieces were used");
}
