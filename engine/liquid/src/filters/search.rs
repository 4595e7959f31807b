//! Filters that look for items of a list, by a property or by an expression.

use super::{Call, Group};
use crate::error::FilterError;
use crate::parse;
use crate::syntax::{Path, Pipeline};
use crate::value::{Array, Map, Text, Value, entries, equals, is_same};

pub(super) const FILTERS: Group = &[
    ("where", where_is),
    ("reject", reject),
    ("where_exp", where_exp),
    ("reject_exp", reject_exp),
    ("group_by", group_by),
    ("group_by_exp", group_by_exp),
    ("has", has),
    ("has_exp", has_exp),
    ("find", find),
    ("find_exp", find_exp),
    ("find_index", find_index),
    ("find_index_exp", find_index_exp),
];

type Result<T> = std::result::Result<T, FilterError>;
type Filtered<'a> = Result<Value<'a>>;

/// How an item is looked at.
enum Look<'a> {
    /// By a property: whether it is equal to a value, or, without one, whether it is truthy.
    Property(Option<Path>, Value<'a>),
    /// By an expression in which the item has a name.
    Expression(Text<'a>, Box<Pipeline>),
}

impl<'a> Look<'a> {
    fn by_property(call: &Call<'_, '_, 'a>) -> Result<Self> {
        let path = parse::lone_path(&call.text(0)).map_err(in_argument)?;
        Ok(Self::Property(path, call.argument(1)))
    }

    fn by_expression(call: &Call<'_, '_, 'a>) -> Result<Self> {
        let pipeline = parse::lone_pipeline(&call.text(1)).map_err(in_argument)?;
        Ok(Self::Expression(call.text(0), Box::new(pipeline)))
    }

    fn value(&self, call: &mut Call<'_, '_, 'a>, item: &Value<'a>) -> Result<Value<'a>> {
        call.budget().step();
        Ok(match self {
            Self::Property(None, _) => Value::Undefined,
            Self::Property(Some(path), _) => call.renderer.path_in(item, path),
            Self::Expression(name, pipeline) => call.renderer.pipeline_with(pipeline, name, item.clone())?,
        })
    }

    fn fits(&self, call: &mut Call<'_, '_, 'a>, item: &Value<'a>) -> Result<bool> {
        let value = self.value(call, item)?;
        Ok(match self {
            Self::Property(_, Value::Undefined) => value.is_truthy(),
            Self::Property(_, expected) => equals(&value, expected, call.budget()),
            Self::Expression(..) => value.is_script_truthy(),
        })
    }
}

fn in_argument(error: crate::error::ParseError) -> FilterError {
    FilterError { message: format!("in its argument, {}", error.message), hint: error.hint }
}

fn where_is<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_property(call)?;
    kept(call, &input, |call, item| look.fits(call, item))
}

fn reject<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_property(call)?;
    kept(call, &input, |call, item| Ok(!look.fits(call, item)?))
}

/// Keeps the items for which the expression is `true`, not merely truthy.
fn where_exp<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_expression(call)?;
    kept(call, &input, |call, item| Ok(matches!(look.value(call, item)?, Value::Bool(true))))
}

/// Keeps the items for which the expression is `false`, not merely nothing.
fn reject_exp<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_expression(call)?;
    kept(call, &input, |call, item| Ok(matches!(look.value(call, item)?, Value::Bool(false))))
}

fn kept<'a, 'r>(
    call: &mut Call<'_, 'r, 'a>,
    input: &Value<'a>,
    keeps: impl Fn(&mut Call<'_, 'r, 'a>, &Value<'a>) -> Result<bool>,
) -> Filtered<'a> {
    let mut kept = Vec::new();
    for item in call.items(input).iter() {
        if keeps(call, item)? {
            kept.push(item.clone());
        }
    }
    Ok(kept.into())
}

fn group_by<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_property(call)?;
    grouped(call, &input, &look)
}

fn group_by_exp<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_expression(call)?;
    grouped(call, &input, &look)
}

/// `{name, items}` for each value, in the order in which they come first.
fn grouped<'a>(call: &mut Call<'_, '_, 'a>, input: &Value<'a>, look: &Look<'a>) -> Filtered<'a> {
    let mut groups: Vec<(Value<'a>, Vec<Value<'a>>)> = Vec::new();
    for item in entries(input, call.budget()).iter() {
        let name = look.value(call, item)?;
        call.budget().steps(groups.len() as u64 / 8);
        match groups.iter_mut().find(|(known, _)| is_same(known, &name)) {
            Some((_, items)) => items.push(item.clone()),
            None => groups.push((name, vec![item.clone()])),
        }
    }
    let object =
        |(name, items): (Value<'a>, Vec<Value<'a>>)| Map::new().with("name", name).with("items", Array::from(items));
    Ok(Value::array(groups.into_iter().map(|group| object(group).into())))
}

fn has<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_property(call)?;
    Ok(first_fit(call, &input, &look)?.is_some().into())
}

fn has_exp<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_expression(call)?;
    Ok(first_fit(call, &input, &look)?.is_some().into())
}

fn find<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_property(call)?;
    Ok(first_fit(call, &input, &look)?.map_or(Value::Undefined, |(_, item)| item))
}

fn find_exp<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_expression(call)?;
    Ok(first_fit(call, &input, &look)?.map_or(Value::Undefined, |(_, item)| item))
}

fn find_index<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_property(call)?;
    Ok(first_fit(call, &input, &look)?.map_or(Value::Undefined, |(index, _)| index.into()))
}

fn find_index_exp<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Filtered<'a> {
    let look = Look::by_expression(call)?;
    Ok(first_fit(call, &input, &look)?.map_or(Value::Undefined, |(index, _)| index.into()))
}

fn first_fit<'a>(
    call: &mut Call<'_, '_, 'a>,
    input: &Value<'a>,
    look: &Look<'a>,
) -> Result<Option<(usize, Value<'a>)>> {
    for (index, item) in call.items(input).iter().enumerate() {
        if look.fits(call, item)? {
            return Ok(Some((index, item.clone())));
        }
    }
    Ok(None)
}
