use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::{FilterError, ParseErrors, RenderError};
use crate::limits::Limits;
use crate::pieces::Pieces;
use crate::template::Template;
use crate::value::{Object, Value};
use crate::warning::Warning;

/// What the host brings to the templates: its filters, a way to find other templates, limits and the time.
///
/// `'a` is how long the host's data lives; filters and loader may borrow it.
pub struct Environment<'a> {
    filters: BTreeMap<Box<str>, Box<Filter<'a>>>,
    loader: Box<dyn Loader + 'a>,
    limits: Limits,
    now: Option<Box<dyn Fn() -> jiff::Timestamp + 'a>>,
    pieces: Option<Box<dyn Pieces + 'a>>,
}

impl<'a> Environment<'a> {
    /// An environment with the filters of the language and no other templates.
    pub fn new() -> Self {
        Self {
            filters: BTreeMap::new(),
            loader: Box::new(NoTemplates),
            limits: Limits::default(),
            now: None,
            pieces: None,
        }
    }

    /// Finds the templates that `render`, `include` and `layout` name.
    #[must_use]
    pub fn with_loader(mut self, loader: impl Loader + 'a) -> Self {
        self.loader = Box::new(loader);
        self
    }

    /// Adds a filter, in place of the language's own of this name.
    #[must_use]
    pub fn with_filter<F>(mut self, name: &str, filter: F) -> Self
    where
        F: Fn(Value<'a>, &Arguments<'a>) -> Result<Value<'a>, FilterError> + 'a,
    {
        self.filters.insert(name.into(), Box::new(filter));
        self
    }

    /// Sets how much one render may use.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Says what `'now' | date` is. Asked only by templates that use it, so that the others need not depend on the time.
    /// Without it, `now` is printed as it is, with a warning.
    #[must_use]
    pub fn with_now(mut self, now: impl Fn() -> jiff::Timestamp + 'a) -> Self {
        self.now = Some(Box::new(now));
        self
    }

    /// Shares what partials print with other renders. They must have the same filters and limits, and the same templates
    /// under the same names.
    #[must_use]
    pub fn with_pieces(mut self, pieces: impl Pieces + 'a) -> Self {
        self.pieces = Some(Box::new(pieces));
        self
    }

    pub(crate) fn pieces(&self) -> Option<&dyn Pieces> {
        self.pieces.as_deref().map(|pieces| pieces as &dyn Pieces)
    }

    pub(crate) fn filter(&self, name: &str) -> Option<&Filter<'a>> {
        self.filters.get(name).map(AsRef::as_ref)
    }

    pub(crate) fn filter_names(&self) -> impl Iterator<Item = &str> {
        self.filters.keys().map(AsRef::as_ref)
    }

    pub(crate) fn load(&self, name: &str) -> Loaded {
        self.loader.load(name)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn now(&self) -> Option<jiff::Timestamp> {
        self.now.as_ref().map(|now| now())
    }
}

impl Default for Environment<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// A filter of the host: makes a value of what stands before the `|` and the arguments behind its name.
pub type Filter<'a> = dyn Fn(Value<'a>, &Arguments<'a>) -> Result<Value<'a>, FilterError> + 'a;

/// What stands after the `:` of a filter.
#[derive(Debug, Default)]
pub struct Arguments<'a> {
    pub(crate) positional: Vec<Value<'a>>,
    pub(crate) named: Vec<(Arc<str>, Value<'a>)>,
}

impl<'a> Arguments<'a> {
    /// The argument at this place, from 0; undefined if there are fewer.
    pub fn get(&self, index: usize) -> Value<'a> {
        self.positional.get(index).cloned().unwrap_or_default()
    }

    /// The argument of this name; undefined if there is none.
    pub fn named(&self, name: &str) -> Value<'a> {
        self.named.iter().find(|(known, _)| &**known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// How many arguments stand there without a name.
    pub fn len(&self) -> usize {
        self.positional.len()
    }

    /// Whether none stands there without a name.
    pub fn is_empty(&self) -> bool {
        self.positional.is_empty()
    }
}

/// Finds templates by name. It is asked once for a name in a render.
pub trait Loader {
    /// The template that `{% render 'name' %}` means.
    fn load(&self, name: &str) -> Loaded;
}

impl<F: Fn(&str) -> Loaded> Loader for F {
    fn load(&self, name: &str) -> Loaded {
        self(name)
    }
}

/// What a [`Loader`] found.
#[derive(Debug, Clone)]
pub enum Loaded {
    /// The template.
    Found(Template),
    /// There is none of this name.
    Missing,
    /// There is one, but it is not valid.
    Broken(ParseErrors),
}

struct NoTemplates;

impl Loader for NoTemplates {
    fn load(&self, _: &str) -> Loaded {
        Loaded::Missing
    }
}

/// What a render gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The page.
    pub text: String,
    /// What was probably not meant, in the order in which it was met: each variable once for each place.
    pub warnings: Vec<Warning>,
}

/// Renders a template. `globals` is asked for the variables that the template uses and does not set itself.
pub fn render<'a>(
    template: &Template,
    globals: &(dyn Object<'a> + '_),
    environment: &Environment<'a>,
) -> Result<Rendered, Box<RenderError>> {
    crate::render::run(template, globals, environment)
}
