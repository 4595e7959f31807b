//! The tags that only look at values and variables.

use bds_base::Span;

use super::{Flow, Outcome, Renderer};
use crate::syntax::{Arm, Cycle, Node, NodeKind, Operand, Options, Pipeline};
use crate::value::{Value, equals, script_text};

impl<'a> Renderer<'_, 'a> {
    pub(super) fn conditional(&mut self, arms: &[Arm], otherwise: &[Node]) -> Outcome<Flow> {
        for arm in arms {
            if self.holds(&arm.condition)? != arm.negated {
                return self.nodes(&arm.body);
            }
        }
        self.nodes(otherwise)
    }

    pub(super) fn plain_tag(&mut self, kind: &NodeKind, span: Span) -> Outcome<Flow> {
        match kind {
            NodeKind::Case(value, arms, otherwise) => return self.case(value, arms, otherwise),
            NodeKind::Assign(name, value) => {
                let value = self.pipeline(value, false)?;
                self.frame.assigned.insert(name.clone(), value);
            }
            NodeKind::Capture(name, body) => {
                let (text, flow) = self.capture(|renderer| renderer.nodes(body))?;
                self.frame.assigned.insert(name.clone(), text.into());
                return Ok(flow);
            }
            NodeKind::Increment(name) => {
                let count = self.frame.counters.entry(name.clone()).or_default();
                self.out.push_str(&count.to_string());
                *count = count.saturating_add(1);
            }
            NodeKind::Decrement(name) => {
                let count = self.frame.counters.entry(name.clone()).or_default();
                *count = count.saturating_sub(1);
                self.out.push_str(&count.to_string());
            }
            NodeKind::Cycle(tag) => self.cycle(tag, span)?,
            _ => {}
        }
        Ok(Flow::Next)
    }

    /// Every `when` that fits is rendered, not only the first.
    fn case(&mut self, value: &Pipeline, arms: &[(Vec<Operand>, Vec<Node>)], otherwise: &[Node]) -> Outcome<Flow> {
        let value = plain(self.pipeline(value, false)?);
        let mut has_hit = false;
        for (candidates, body) in arms {
            for candidate in candidates {
                let candidate = self.operand(candidate, false)?;
                if equals(&value, &candidate, &self.budget) {
                    has_hit = true;
                    let flow = self.nodes(body)?;
                    if flow != Flow::Next {
                        return Ok(flow);
                    }
                    break;
                }
            }
        }
        if has_hit { Ok(Flow::Next) } else { self.nodes(otherwise) }
    }

    fn cycle(&mut self, tag: &Cycle, span: Span) -> Outcome<()> {
        let group = match &tag.group {
            Some(group) => self.operand(group, false)?,
            None => Value::Undefined,
        };
        let key = format!("{}:{}", script_text(&group, &self.budget), tag.source);
        let next = self.frame.cycles.entry(key).or_default();
        let turn = *next;
        *next = (turn + 1) % tag.candidates.len();
        let value = self.pipeline(&tag.candidates[turn], true)?;
        self.print(&value, span);
        Ok(())
    }

    /// The values of named arguments; one without a value is `true`.
    pub(super) fn options(&mut self, options: &Options, warns: bool) -> Outcome<Vec<(std::sync::Arc<str>, Value<'a>)>> {
        let value = |option: &Option<Operand>, renderer: &mut Self| match option {
            Some(operand) => renderer.operand(operand, warns),
            None => Ok(Value::Bool(true)),
        };
        options.iter().map(|(name, option)| Ok((name.clone(), value(option, self)?))).collect()
    }
}

/// The value of a `case`, in which the words of the language are what they stand for.
fn plain(value: Value<'_>) -> Value<'_> {
    use crate::value::Word;
    match value {
        Value::Word(Word::Nil) => Value::Nil,
        Value::Word(Word::Empty | Word::Blank) => Value::from(""),
        other => other,
    }
}
