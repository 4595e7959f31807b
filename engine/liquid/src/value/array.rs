use std::ops::Deref;
use std::rc::Rc;

use super::Value;

/// A list that whoever clones it shares.
#[derive(Clone)]
pub struct Array<'a>(Rc<Items<'a>>);

struct Items<'a> {
    values: Box<[Value<'a>]>,
    nesting: u32,
}

impl Array<'_> {
    /// How deep lists stand in it, itself included: what the depth limit looks at, since printing and dropping a list
    /// take stack for each level.
    pub(crate) fn nesting(&self) -> u32 {
        self.0.nesting
    }

    /// Whether both are the same list, not only equal ones.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<'a> Deref for Array<'a> {
    type Target = [Value<'a>];

    fn deref(&self) -> &[Value<'a>] {
        &self.0.values
    }
}

impl<'a> From<Vec<Value<'a>>> for Array<'a> {
    fn from(values: Vec<Value<'a>>) -> Self {
        let nesting = values.iter().map(Value::nesting).max().unwrap_or(0).saturating_add(1);
        Self(Rc::new(Items { values: values.into_boxed_slice(), nesting }))
    }
}

impl<'a> FromIterator<Value<'a>> for Array<'a> {
    fn from_iter<I: IntoIterator<Item = Value<'a>>>(items: I) -> Self {
        items.into_iter().collect::<Vec<_>>().into()
    }
}
