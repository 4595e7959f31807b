//! What expressions mean.

use std::cmp::Ordering;

use super::report::lone_operand;
use super::{Outcome, Renderer};
use crate::environment::Arguments;
use crate::filters::Call;
use crate::syntax::{
    Expression, FilterCall, Junction, Literal, Operand, Operator, Path, Pipeline, Segment, Term, TermItem,
};
use crate::value::{Text, Value, Word, equals, from_number, less_than, order, script_text, to_number};

/// What a path leads to, and whether that is nothing because a name was not known.
struct Found<'a> {
    value: Value<'a>,
    is_unknown: bool,
}

impl<'a> Renderer<'_, 'a> {
    /// The value of a pipeline. `is_used` says that it is printed, so that an undefined variable is worth a warning;
    /// when it goes through filters it always is.
    pub(crate) fn pipeline(&mut self, pipeline: &Pipeline, is_used: bool) -> Outcome<Value<'a>> {
        let warns = !pipeline.has_default();
        let mut value = match lone_operand(pipeline) {
            Some(operand) => self.operand(operand, warns && (is_used || !pipeline.filters.is_empty()))?,
            None => self.expression(&pipeline.value)?,
        };
        for filter in &pipeline.filters {
            value = self.filter(filter, value, warns)?;
        }
        Ok(value)
    }

    /// Whether the condition of a tag holds: an undefined variable is an answer here.
    pub(super) fn holds(&mut self, condition: &Pipeline) -> Outcome<bool> {
        Ok(self.pipeline(condition, false)?.is_truthy())
    }

    fn filter(&mut self, filter: &FilterCall, input: Value<'a>, warns: bool) -> Outcome<Value<'a>> {
        let mut arguments = Arguments::default();
        for argument in &filter.arguments {
            let value = match &argument.value {
                Some(operand) => self.operand(operand, warns)?,
                None => Value::Undefined,
            };
            match &argument.name {
                Some(name) => arguments.named.push((name.clone(), value)),
                None => arguments.positional.push(value),
            }
        }
        self.budget.step();
        self.budget.text(input.as_str().map_or(0, str::len));
        let result = match (self.environment.filter(&filter.name), filter.builtin) {
            (Some(custom), _) => custom(input, &arguments),
            (None, Some(builtin)) => {
                builtin(&mut Call { renderer: self, arguments: &arguments, span: filter.span }, input)
            }
            (None, None) => {
                self.warn_of_filter(filter);
                Ok(input)
            }
        };
        let value = result.map_err(|error| self.failed_filter(filter, error))?;
        self.charge(&value);
        match self.budget.spent() {
            None => Ok(value),
            Some(reason) => Err(self.over_limit(reason, filter.span)),
        }
    }

    /// Accounts for what a filter made.
    fn charge(&self, value: &Value<'a>) {
        match value {
            Value::Text(text) => {
                self.budget.text(text.len());
                self.budget.holds(text.len());
            }
            Value::Array(items) => {
                self.budget.steps(items.len() as u64);
                self.budget.nests(items.nesting());
            }
            _ => {}
        }
    }

    fn expression(&mut self, expression: &Expression) -> Outcome<Value<'a>> {
        let mut value = self.term(&expression.first)?;
        for (junction, term) in &expression.rest {
            match (junction, value.is_truthy()) {
                (Junction::And, false) => return Ok(Value::Bool(false)),
                (Junction::Or, true) => return Ok(Value::Bool(true)),
                _ => value = self.term(term)?,
            }
        }
        Ok(if expression.rest.is_empty() { value } else { Value::Bool(value.is_truthy()) })
    }

    fn term(&mut self, term: &Term) -> Outcome<Value<'a>> {
        if let Some(operand) = term.single() {
            return self.operand(operand, false);
        }
        let mut values: Vec<Value<'a>> = Vec::with_capacity(term.0.len());
        for item in &term.0 {
            let value = match item {
                TermItem::Operand(operand) => self.operand(operand, false)?,
                TermItem::Operator(Operator::Not) => Value::Bool(!values.pop().unwrap_or_default().is_truthy()),
                TermItem::Operator(operator) => {
                    let right = values.pop().unwrap_or_default();
                    let left = values.pop().unwrap_or_default();
                    Value::Bool(self.compare(*operator, &left, &right))
                }
            };
            values.push(value);
        }
        Ok(values.into_iter().next().unwrap_or_default())
    }

    fn compare(&self, operator: Operator, left: &Value<'a>, right: &Value<'a>) -> bool {
        let budget = &self.budget;
        budget.text(left.as_str().map_or(0, str::len).min(right.as_str().map_or(0, str::len)));
        match operator {
            Operator::Equal => equals(left, right, budget),
            Operator::NotEqual => !equals(left, right, budget),
            Operator::Less => less_than(left, right, false, budget),
            Operator::LessOrEqual => less_than(left, right, true, budget),
            Operator::Greater => less_than(right, left, false, budget),
            Operator::GreaterOrEqual => less_than(right, left, true, budget),
            Operator::Contains => self.contains(left, right),
            Operator::Not => false,
        }
    }

    fn contains(&self, left: &Value<'a>, right: &Value<'a>) -> bool {
        match left {
            Value::Array(items) => items.iter().any(|item| self.budget.step() && equals(item, right, &self.budget)),
            Value::Text(text) => {
                self.budget.text(text.len());
                let wanted = if matches!(right, Value::Word(Word::Empty | Word::Blank)) {
                    Text::Borrowed("")
                } else {
                    script_text(right, &self.budget)
                };
                text.contains(&*wanted)
            }
            _ => false,
        }
    }

    pub(super) fn operand(&mut self, operand: &Operand, warns: bool) -> Outcome<Value<'a>> {
        Ok(match operand {
            Operand::Literal(literal) => literal.value(),
            Operand::Path(path) => {
                let found = self.path(path)?;
                if warns && found.is_unknown {
                    self.warn_of_undefined(path);
                }
                found.value
            }
            Operand::Range(ends) => {
                let (low, high) = (self.operand(&ends.0, warns)?, self.operand(&ends.1, warns)?);
                self.range(to_number(&low), to_number(&high))
            }
        })
    }

    fn range(&self, low: f64, high: f64) -> Value<'a> {
        let length = high - low + 1.0;
        if length.is_nan() || length <= 0.0 {
            return Value::array([]);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and casts saturate")]
        let count = length.ceil() as u64;
        if !self.budget.steps(count) {
            return Value::array([]);
        }
        #[expect(clippy::cast_precision_loss, reason = "counts within the limit of steps are exact")]
        Value::array((0..count).map(|step| from_number(low + step as f64)))
    }

    fn path(&mut self, path: &Path) -> Outcome<Found<'a>> {
        let (mut found, segments) = match (&path.base, path.segments.split_first()) {
            (Some(base), _) => {
                (Found { value: self.operand(base, false)?, is_unknown: false }, path.segments.as_slice())
            }
            (None, Some((Segment::Key(name), rest))) => (self.variable(name), rest),
            (None, Some((segment, rest))) => {
                let name = self.segment(segment)?;
                (Found { is_unknown: false, ..self.variable(&script_text(&name, &self.budget)) }, rest)
            }
            (None, None) => (Found { value: Value::Undefined, is_unknown: false }, [].as_slice()),
        };
        for segment in segments {
            found = match segment {
                Segment::Key(key) => named_property(found, key),
                other => {
                    let key = self.segment(other)?;
                    let is_unknown = found.is_unknown;
                    let value = self.property(&found.value, &key);
                    Found { is_unknown: is_unknown && matches!(value, Value::Undefined), value }
                }
            };
        }
        Ok(found)
    }

    fn segment(&mut self, segment: &Segment) -> Outcome<Value<'a>> {
        match segment {
            Segment::Key(key) => Ok(Value::Text(key.into())),
            Segment::Literal(literal) => Ok(literal.value()),
            Segment::Dynamic(operand) => self.operand(operand, false),
        }
    }

    /// What a name means. Names that hold something are known, even if that is nothing.
    fn variable(&self, name: &str) -> Found<'a> {
        if let Some(value) = self.frame.get(name) {
            return Found { value, is_unknown: false };
        }
        let global = if self.frame.is_isolated { None } else { self.globals.get(name) };
        let is_unknown = global.is_none() && !matches!(name, "forloop" | "tablerowloop" | "block");
        Found { value: global.unwrap_or_default(), is_unknown }
    }

    /// What `value[key]` is for a key that the template works out.
    pub(crate) fn property(&self, value: &Value<'a>, key: &Value<'a>) -> Value<'a> {
        match (value, key.as_f64()) {
            (Value::Array(items), Some(index)) => {
                at(items.len(), index).map_or(Value::Undefined, |at| items[at].clone())
            }
            (Value::Text(text), Some(index)) if index >= 0.0 => character_at(text, index),
            _ => {
                let found = Found { value: value.clone(), is_unknown: false };
                named_property(found, &script_text(key, &self.budget)).value
            }
        }
    }

    /// What a path leads to within a value, whose things are the only variables.
    pub(crate) fn path_in(&self, value: &Value<'a>, path: &Path) -> Value<'a> {
        let step = |found: Value<'a>, segment: &Segment| {
            let key = match segment {
                Segment::Key(key) => Value::Text(key.into()),
                Segment::Literal(literal) => literal.value(),
                Segment::Dynamic(Operand::Path(inner)) => self.path_in(value, inner),
                Segment::Dynamic(_) => Value::Undefined,
            };
            self.property(&found, &key)
        };
        let start = if value.is_nil() { Value::Undefined } else { value.clone() };
        path.segments.iter().fold(start, step)
    }

    /// The value of a pipeline with one more variable.
    pub(crate) fn pipeline_with(&mut self, pipeline: &Pipeline, name: &str, value: Value<'a>) -> Outcome<Value<'a>> {
        let mark = self.frame.mark();
        self.frame.bind(name.into(), value);
        let result = self.pipeline(pipeline, false);
        self.frame.leave(mark);
        result
    }

    /// The order in which `sort` puts values: nothing comes last, and what cannot be compared stays where it is.
    pub(crate) fn sort_order(&self, left: &Value<'a>, right: &Value<'a>) -> Ordering {
        order(left, right, &self.budget).unwrap_or(Ordering::Equal)
    }
}

impl Literal {
    fn value<'a>(&self) -> Value<'a> {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Integer(number) => Value::Integer(*number),
            Self::Float(number) => Value::Float(*number),
            Self::Text(text) => Value::Text(text.into()),
            Self::Word(word) => Value::Word(*word),
        }
    }
}

/// What a chain of names joined by dots leads to, as the filter `map` takes it.
pub(crate) fn dotted<'a>(value: &Value<'a>, names: &str) -> Value<'a> {
    let found = Found { value: value.clone(), is_unknown: false };
    names.split('.').fold(found, |found, name| named_property(found, name)).value
}

/// What `value.key` is.
fn named_property<'a>(of: Found<'a>, key: &str) -> Found<'a> {
    let value = match &of.value {
        Value::Object(object) => return named_in_object(&**object, key),
        Value::Array(items) => return Found { value: named_in_array(items, key), is_unknown: false },
        Value::Undefined | Value::Nil => return of,
        Value::Text(text) => named_in_text(text, key),
        _ => Value::Undefined,
    };
    Found { is_unknown: matches!(value, Value::Undefined), value }
}

fn named_in_object<'a>(object: &(dyn crate::value::Object<'a> + 'a), key: &str) -> Found<'a> {
    match object.get(key) {
        Some(value) => Found { value, is_unknown: false },
        None if key == "size" => Found { value: object.len().into(), is_unknown: false },
        None => Found { value: Value::Undefined, is_unknown: true },
    }
}

fn named_in_array<'a>(items: &[Value<'a>], key: &str) -> Value<'a> {
    match key {
        "size" | "length" => items.len().into(),
        "first" => items.first().cloned().unwrap_or_default(),
        "last" => items.last().cloned().unwrap_or_default(),
        _ => key.parse::<usize>().ok().and_then(|at| items.get(at).cloned()).unwrap_or_default(),
    }
}

fn named_in_text<'a>(text: &Text<'a>, key: &str) -> Value<'a> {
    match key {
        "size" | "length" => text.utf16_len().into(),
        _ => key.parse::<u32>().map_or(Value::Undefined, |index| character_at(text, f64::from(index))),
    }
}

/// The place in a list of this length; negative ones count from the end.
fn at(length: usize, index: f64) -> Option<usize> {
    if index.fract() != 0.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole, and casts saturate")]
    let index = index as i64;
    let from_start = if index < 0 { i64::try_from(length).ok()?.checked_add(index)? } else { index };
    usize::try_from(from_start).ok().filter(|at| *at < length)
}

fn character_at<'a>(text: &Text<'a>, index: f64) -> Value<'a> {
    let place = at(text.len(), index);
    let character = place.and_then(|place| text.chars().nth(place));
    character.map_or(Value::Undefined, |character| character.to_string().into())
}
