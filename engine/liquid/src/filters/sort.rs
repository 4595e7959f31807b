//! `sort` and `sort_natural`.

use std::cmp::Ordering;

use super::{Call, Group};
use crate::error::FilterError;
use crate::render::dotted;
use crate::value::{Value, order_ignoring_case};

pub(super) const FILTERS: Group = &[("sort", sort), ("sort_natural", sort_natural)];

type Result<'a> = std::result::Result<Value<'a>, FilterError>;

fn sort<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(sorted(call, &input, |call, left, right| call.renderer.sort_order(left, right)))
}

fn sort_natural<'a>(call: &mut Call<'_, '_, 'a>, input: Value<'a>) -> Result<'a> {
    Ok(sorted(call, &input, |call, left, right| order_ignoring_case(left, right, call.budget())))
}

type Compare<'a> = fn(&Call<'_, '_, 'a>, &Value<'a>, &Value<'a>) -> Ordering;

/// The items in the order of a property of theirs, or of themselves; what is nothing comes last.
fn sorted<'a>(call: &Call<'_, '_, 'a>, input: &Value<'a>, compare: Compare<'a>) -> Value<'a> {
    let names = call.property();
    let key = |item: &Value<'a>| names.as_deref().map_or_else(|| item.clone(), |names| dotted(item, names));
    let keyed = call.items(input).iter().map(|item| (key(item), item.clone())).collect();
    let order = |left: &Value<'a>, right: &Value<'a>| {
        call.budget().step();
        call.budget().text(left.as_str().map_or(0, str::len));
        match (left.is_nil(), right.is_nil()) {
            (false, false) => compare(call, left, right),
            (left, right) => left.cmp(&right),
        }
    };
    Value::array(merge_sorted(keyed, &order).into_iter().map(|(_, item)| item))
}

/// Sorts, keeping the order of equals. The sort of the standard library may panic where an order is none, as between
/// numbers, texts and lists.
fn merge_sorted<'a>(
    mut items: Vec<(Value<'a>, Value<'a>)>,
    order: &impl Fn(&Value<'a>, &Value<'a>) -> Ordering,
) -> Vec<(Value<'a>, Value<'a>)> {
    if items.len() < 2 {
        return items;
    }
    let right = items.split_off(items.len() / 2);
    let mut right = merge_sorted(right, order).into_iter().peekable();
    let mut left = merge_sorted(items, order).into_iter().peekable();
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
        let takes_right = order(&second.0, &first.0) == Ordering::Less;
        merged.extend(if takes_right { right.next() } else { left.next() });
    }
    merged.extend(left);
    merged.extend(right);
    merged
}
