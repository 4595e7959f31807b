use std::ops::Deref;
use std::rc::Rc;

use super::Value;

/// A list that whoever clones it shares.
#[derive(Clone)]
pub struct Array<'a>(Rc<Items<'a>>);

struct Items<'a> {
    values: Box<[Value<'a>]>,
    nesting: u32,
    identity: Option<usize>,
}

impl<'a> Array<'a> {
    /// A list that the host knows by a number: whatever else has the number, as long as [`Pieces`](crate::Pieces) are
    /// shared, is a list of the same things.
    pub fn known_as(identity: usize, values: Vec<Value<'a>>) -> Self {
        let nesting = nesting_of(&values);
        Self(Rc::new(Items { values: values.into_boxed_slice(), nesting, identity: Some(identity) }))
    }

    /// The number that the host knows it by, if it does.
    pub(crate) fn identity(&self) -> Option<usize> {
        self.0.identity
    }
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
        let nesting = nesting_of(&values);
        Self(Rc::new(Items { values: values.into_boxed_slice(), nesting, identity: None }))
    }
}

fn nesting_of(values: &[Value<'_>]) -> u32 {
    values.iter().map(Value::nesting).max().unwrap_or(0).saturating_add(1)
}

impl<'a> FromIterator<Value<'a>> for Array<'a> {
    fn from_iter<I: IntoIterator<Item = Value<'a>>>(items: I) -> Self {
        items.into_iter().collect::<Vec<_>>().into()
    }
}
