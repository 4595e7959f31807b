//! `for` and `tablerow`.

use std::cell::Cell;
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use super::{Flow, Outcome, Renderer};
use crate::syntax::For;
use crate::value::{
    Array, Object, ObjectRef, Text, Value, entries, from_number, to_count, to_number, write_json_string,
};

/// The name of the loop's own object, kept since every loop binds it.
pub(super) static FORLOOP: LazyLock<Arc<str>> = LazyLock::new(|| "forloop".into());

impl<'a> Renderer<'_, 'a> {
    pub(super) fn for_loop(&mut self, tag: &For) -> Outcome<Flow> {
        let items = self.collection(tag)?;
        if items.is_empty() {
            return self.nodes(&tag.otherwise);
        }
        let (items, is_reversed) = self.window(tag, &items)?;
        let looping = Rc::new(Loop::new(items.len(), tag.name.clone(), 0));
        let mark = self.frame.mark();
        self.frame.bind(FORLOOP.clone(), Value::Object(ObjectRef::Shared(looping.clone())));
        self.frame.bind(tag.variable.clone(), Value::Undefined);
        let length = items.len();
        for turn in 0..length {
            let item = &items[if is_reversed { length - 1 - turn } else { turn }];
            self.frame.rebind(mark + 1, item.clone());
            if self.nodes(&tag.body)? == Flow::Break {
                break;
            }
            looping.turn.set(turn + 1);
        }
        self.frame.leave(mark);
        Ok(Flow::Next)
    }

    fn collection(&mut self, tag: &For) -> Outcome<Array<'a>> {
        let collection = self.operand(&tag.collection, true)?;
        Ok(entries(&collection, &self.budget))
    }

    /// The items between `offset` and `limit`, and whether they come last first.
    fn window<'i>(&mut self, tag: &For, items: &'i Array<'a>) -> Outcome<(&'i [Value<'a>], bool)> {
        if tag.options.is_empty() {
            self.frame.ends.insert(tag.name.clone(), items.len().into());
            return Ok((items, false));
        }
        let mark = self.frame.mark();
        let last_end = self.frame.ends.get(&tag.name).cloned().unwrap_or(Value::Float(NOWHERE));
        self.frame.bind("continue".into(), last_end);
        let options = self.options(&tag.options, false)?;
        self.frame.leave(mark);
        let option = |name: &str| {
            let value = options.iter().find(|(known, _)| &**known == name).map(|(_, value)| value);
            value.filter(|value| !matches!(value, Value::Undefined))
        };
        let mut window: &[Value<'a>] = items;
        if let Some(offset) = option("offset") {
            window = &window[place(offset, window.len())..];
        }
        if let Some(limit) = option("limit") {
            window = &window[..place(limit, window.len())];
        }
        self.frame.ends.insert(tag.name.clone(), end(option("offset"), window.len()));
        Ok((window, option("reversed").is_some()))
    }

    pub(super) fn table_row(&mut self, tag: &For) -> Outcome<Flow> {
        let items = self.collection(tag)?;
        let options = self.options(&tag.options, false)?;
        let number = |name: &str| {
            let value = options.iter().find(|(known, _)| &**known == name).map(|(_, value)| value);
            value.filter(|value| !matches!(value, Value::Undefined)).map(to_number)
        };
        let offset = number("offset").unwrap_or(0.0);
        let start = place(&Value::Float(offset), items.len());
        let end = number("limit").map_or(items.len(), |limit| place(&Value::Float(offset + limit), items.len()));
        let items = &items[start.min(end)..end];
        let columns = number("cols").map(to_count).filter(|columns| *columns > 0);
        let columns = columns.and_then(|columns| usize::try_from(columns).ok()).unwrap_or(items.len());
        self.table(tag, items, columns)
    }

    fn table(&mut self, tag: &For, items: &[Value<'a>], columns: usize) -> Outcome<Flow> {
        let looping = Rc::new(Loop::new(items.len(), tag.name.clone(), columns));
        let mark = self.frame.mark();
        self.frame.bind("tablerowloop".into(), Value::Object(ObjectRef::Shared(looping.clone())));
        self.frame.bind(tag.variable.clone(), Value::Undefined);
        for (turn, item) in items.iter().enumerate() {
            self.frame.rebind(mark + 1, item.clone());
            looping.turn.set(turn);
            let (row, column) = (turn / columns, turn % columns);
            if column == 0 {
                self.out.push_str(if row == 0 { "" } else { "</tr>" });
                write!(self.out, "<tr class=\"row{}\">", row + 1).expect("writing to a string cannot fail");
            }
            write!(self.out, "<td class=\"col{}\">", column + 1).expect("writing to a string cannot fail");
            let flow = self.nodes(&tag.body)?;
            self.out.push_str("</td>");
            if flow == Flow::Break {
                break;
            }
        }
        if !items.is_empty() {
            self.out.push_str("</tr>");
        }
        self.frame.leave(mark);
        Ok(Flow::Next)
    }
}

/// What `offset: continue` is before any loop over the list: no number, so that the loop begins at the first item.
const NOWHERE: f64 = f64::NAN;

/// Where the next loop goes on. After an offset that is no number there is no telling, as in `LiquidJS`: it begins anew.
fn end<'a>(offset: Option<&Value<'a>>, length: usize) -> Value<'a> {
    match offset.map(|offset| (offset.as_f64(), offset.is_script_truthy())) {
        #[expect(clippy::cast_precision_loss, reason = "lists are shorter than 2^53")]
        Some((Some(offset), _)) => from_number(offset + length as f64),
        Some((None, true)) => Value::Float(NOWHERE),
        _ => length.into(),
    }
}

/// A place in a list as JavaScript's `slice` takes it: without fraction, negative from the end, within the list.
fn place(value: &Value<'_>, length: usize) -> usize {
    let index = to_count(to_number(value));
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let from_start = if index < 0 { length.saturating_add(index).max(0) } else { index.min(length) };
    usize::try_from(from_start).unwrap_or(0)
}

/// `forloop` and `tablerowloop`.
pub(super) struct Loop {
    pub(super) turn: Cell<usize>,
    length: usize,
    name: Arc<str>,
    /// How many cells a row has; 0 outside tables.
    columns: usize,
}

impl Loop {
    pub(super) fn new(length: usize, name: Arc<str>, columns: usize) -> Self {
        Self { turn: Cell::new(0), length, name, columns }
    }
}

impl<'a> Object<'a> for Loop {
    fn get(&self, key: &str) -> Option<Value<'a>> {
        let turn = self.turn.get();
        let left = self.length.saturating_sub(turn);
        Some(match key {
            "index" => (turn + 1).into(),
            "index0" | "i" => turn.into(),
            "rindex" => left.into(),
            "rindex0" => left.saturating_sub(1).into(),
            "first" => (turn == 0).into(),
            "last" => (turn + 1 == self.length).into(),
            "length" => self.length.into(),
            "name" => Value::Text((&self.name).into()),
            "cols" if self.columns > 0 => self.columns.into(),
            "row" if self.columns > 0 => (turn / self.columns + 1).into(),
            "col" if self.columns > 0 => (turn % self.columns + 1).into(),
            "col0" if self.columns > 0 => (turn % self.columns).into(),
            "col_first" if self.columns > 0 => turn.is_multiple_of(self.columns).into(),
            "col_last" if self.columns > 0 => (turn % self.columns + 1 == self.columns).into(),
            _ => Value::Nil,
        })
    }

    fn keys(&self) -> Vec<Text<'a>> {
        let columns = (self.columns > 0).then_some("cols");
        ["i", "length", "name"].into_iter().chain(columns).map(Text::from).collect()
    }

    fn text(&self) -> Option<Text<'a>> {
        let mut out = format!("{{\"i\":{},\"length\":{},\"name\":", self.turn.get(), self.length);
        write_json_string(&self.name, &mut out);
        if self.columns > 0 {
            write!(out, ",\"cols\":{}", self.columns).expect("writing to a string cannot fail");
        }
        out.push('}');
        Some(out.into())
    }
}
