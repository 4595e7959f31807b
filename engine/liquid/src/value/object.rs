use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Text, Value};

/// Things by name, made when a template asks for them.
///
/// A template asks only for what it uses: `map[post.slug]` is one [`get`](Object::get) of one key, however many there
/// are. Only a loop over the object, `size`, `== empty` and the filter `json` look at all of it.
///
/// ```
/// use bds_liquid::{Object, Value};
///
/// struct Post<'db> {
///     title: &'db str,
/// }
///
/// impl<'db> Object<'db> for Post<'db> {
///     fn get(&self, key: &str) -> Option<Value<'db>> {
///         (key == "title").then(|| self.title.into())
///     }
/// }
/// ```
pub trait Object<'a> {
    /// The thing of this name: `None` if there is none, which a template's author is told; `Some(Value::Nil)` if it is
    /// known but empty, which is nothing to tell.
    fn get(&self, key: &str) -> Option<Value<'a>>;

    /// All names, in the order in which a loop shows them.
    fn keys(&self) -> Vec<Text<'a>> {
        Vec::new()
    }

    /// How many things there are.
    fn len(&self) -> usize {
        self.keys().len()
    }

    /// Whether there is nothing in it.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What `{{ object }}` prints; `None` prints `[object Object]`, and tells the author.
    fn text(&self) -> Option<Text<'a>> {
        None
    }

    /// How deep lists stand in what it holds already. Objects that make their values when asked have nothing to say.
    fn nesting(&self) -> u32 {
        0
    }
}

/// An object that is borrowed or shared.
#[derive(Clone)]
pub enum ObjectRef<'a> {
    /// An object that the host keeps.
    Borrowed(&'a (dyn Object<'a> + 'a)),
    /// An object that whoever clones it shares.
    Shared(Rc<dyn Object<'a> + 'a>),
}

impl<'a> ObjectRef<'a> {
    /// Shares an object.
    pub fn new(object: impl Object<'a> + 'a) -> Self {
        Self::Shared(Rc::new(object))
    }

    /// Whether both are the same object, not only equal ones.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        std::ptr::addr_eq(&raw const **self, &raw const **other)
    }
}

impl<'a> Deref for ObjectRef<'a> {
    type Target = dyn Object<'a> + 'a;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Borrowed(object) => *object,
            Self::Shared(object) => object.as_ref(),
        }
    }
}

/// Ready-made things by name, in the order in which they were put in.
#[derive(Debug, Clone, Default)]
pub struct Map<'a> {
    entries: IndexMap<Arc<str>, Value<'a>>,
    nesting: u32,
}

impl<'a> Map<'a> {
    /// A map with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a thing in, in place of what had the name.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, value: impl Into<Value<'a>>) {
        let value = value.into();
        self.nesting = self.nesting.max(value.nesting().saturating_add(1));
        self.entries.insert(key.into(), value);
    }

    /// The map with one thing more.
    #[must_use]
    pub fn with(mut self, key: impl Into<Arc<str>>, value: impl Into<Value<'a>>) -> Self {
        self.insert(key, value);
        self
    }
}

impl<'a> Object<'a> for Map<'a> {
    fn get(&self, key: &str) -> Option<Value<'a>> {
        self.entries.get(key).cloned()
    }

    fn keys(&self) -> Vec<Text<'a>> {
        self.entries.keys().map(Text::from).collect()
    }

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn nesting(&self) -> u32 {
        self.nesting
    }
}

impl<'a, K: Into<Arc<str>>, V: Into<Value<'a>>> FromIterator<(K, V)> for Map<'a> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        entries.into_iter().fold(Self::new(), |map, (key, value)| map.with(key, value))
    }
}
