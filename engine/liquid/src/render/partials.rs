//! `render` and `include`.

use std::mem;
use std::rc::Rc;
use std::sync::Arc;

use bds_base::Span;

use super::frame::Frame;
use super::loops::{FORLOOP, Loop};
use super::{Flow, Outcome, Renderer, Stop};
use crate::environment::Loaded;
use crate::error::{ParseErrors, RenderError, TraceStep};
use crate::pieces::{Cost, Piece, PieceKey};
use crate::syntax::{Name, Partial};
use crate::template::Template;
use crate::value::{ObjectRef, Value, entries};

impl<'a> Renderer<'_, 'a> {
    /// A template that sees only its arguments.
    pub(super) fn render_partial(&mut self, tag: &Partial, span: Span) -> Outcome<Flow> {
        let name = self.template_name(&tag.name, span)?;
        let template = self.load(&name, span)?;
        let mut frame = Frame::isolated();
        frame.assigned.extend(self.options(&tag.arguments, true)?);
        if let Some(with) = &tag.with {
            let value = self.operand(&with.value, true)?;
            frame.assigned.insert(with.alias.clone().unwrap_or_else(|| name.clone()), value);
        }
        let Some(each) = &tag.each else {
            return self.print_piece(&template, frame, span);
        };
        let items = self.operand(&each.value, true)?;
        let items = entries(&items, &self.budget);
        let alias = each.alias.clone().unwrap_or(name);
        let looping = Rc::new(Loop::new(items.len(), format!("{alias}-{}", each.source).into(), 0));
        frame.assigned.insert(FORLOOP.clone(), Value::Object(ObjectRef::Shared(looping.clone())));
        let outer = mem::replace(&mut self.frame, frame);
        let mut result = Ok(Flow::Next);
        for (turn, item) in items.iter().enumerate() {
            looping.turn.set(turn);
            self.frame.assigned.insert(alias.clone(), item.clone());
            result = self.enter(&template, span);
            if result.is_err() {
                break;
            }
        }
        self.frame = outer;
        result.map(|_| Flow::Next)
    }

    /// Prints a template that sees only what is in the frame, or what it printed before.
    fn print_piece(&mut self, template: &Template, frame: Frame<'a>, span: Span) -> Outcome<Flow> {
        let key = self.environment.pieces().and_then(|pieces| {
            let key = PieceKey::of(template, (self.depth, self.levels), &frame.assigned)?;
            Some((pieces, key))
        });
        let Some((pieces, key)) = key else {
            return self.enter_isolated(template, frame, span);
        };
        let (out, budget) = (&mut self.out, &self.budget);
        let is_printed = pieces.reuse(&key, &mut |piece| {
            let is_left = budget.take(piece.cost, out.len(), piece.text().len());
            if is_left {
                out.push_str(piece.text());
            }
            is_left
        });
        if is_printed {
            return Ok(Flow::Next);
        }
        pieces.begin();
        let (start, faults, left) = (self.out.len(), self.faults, self.budget.left());
        // The piece says which templates it needs, also those that the page has loaded already.
        let outer = mem::take(&mut self.templates);
        let result = self.enter_isolated(template, frame, span);
        self.templates.extend(outer);
        let now = self.budget.left();
        let cost = Cost { steps: left.steps - now.steps, text_bytes: left.text_bytes - now.text_bytes };
        let piece = || Piece::new(&self.out[start..], cost, template);
        let is_sound = result.is_ok() && self.faults == faults && self.budget.spent().is_none();
        pieces.end(key, if is_sound { Some(&piece) } else { None });
        result
    }

    fn enter_isolated(&mut self, template: &Template, frame: Frame<'a>, span: Span) -> Outcome<Flow> {
        let outer = mem::replace(&mut self.frame, frame);
        let result = self.enter(template, span);
        self.frame = outer;
        result.map(|_| Flow::Next)
    }

    /// A template that sees, and sets, the variables of the one that includes it.
    pub(super) fn include(&mut self, tag: &Partial, span: Span) -> Outcome<Flow> {
        let name = self.template_name(&tag.name, span)?;
        let mut bindings = self.options(&tag.arguments, true)?;
        if let Some(with) = &tag.with {
            bindings.push((name.clone(), self.operand(&with.value, true)?));
        }
        let template = self.load(&name, span)?;
        let outer = mem::take(&mut self.frame.blocks);
        let mark = self.frame.mark();
        for (name, value) in bindings {
            self.frame.bind(name, value);
        }
        let result = self.enter(&template, span);
        self.frame.leave(mark);
        self.frame.blocks = outer;
        result
    }

    /// Renders another template from the tag at `span`.
    pub(super) fn enter(&mut self, template: &Template, span: Span) -> Outcome<Flow> {
        let limit = self.environment.limits().depth;
        if self.depth >= limit {
            let message = format!("templates are rendered more than {limit} deep in each other");
            let hint = "a template that renders itself needs a condition that ends it";
            return Err(self.stop(span, message).with_hint(hint));
        }
        self.depth += 1;
        let outer = mem::replace(&mut self.template, template.clone());
        let result = self.nodes(template.nodes());
        self.template = outer;
        self.depth -= 1;
        result.map_err(|stop| stop.through(&self.template, span))
    }

    /// The name that a tag means, which may have to be put together.
    pub(super) fn template_name(&mut self, name: &Name, span: Span) -> Outcome<Arc<str>> {
        let name: Arc<str> = match name {
            Name::Known(name) => name.clone(),
            Name::Pieces(nodes) => self.capture(|renderer| renderer.nodes(nodes))?.0.into(),
            Name::Value(operand) => (*self.operand(operand, true)?.to_text()).into(),
        };
        if name.is_empty() {
            return Err(self.stop(span, "the name of the template is empty"));
        }
        Ok(name)
    }

    pub(super) fn load(&mut self, name: &str, span: Span) -> Outcome<Template> {
        if let Some(template) = self.templates.get(name) {
            return Ok(template.clone());
        }
        match self.environment.load(name) {
            Loaded::Found(template) => {
                self.templates.insert(name.into(), template.clone());
                Ok(template)
            }
            Loaded::Missing => {
                let hint = "templates are named as they are stored, without `.liquid`";
                Err(self.stop(span, format!("there is no template `{name}`")).with_hint(hint))
            }
            Loaded::Broken(errors) => Err(Stop::broken(&errors).through(&self.template, span)),
        }
    }
}

impl Stop {
    /// The first of the errors for which a template could not be parsed.
    fn broken(errors: &ParseErrors) -> Self {
        let error = errors.first();
        Self::from(RenderError {
            message: error.message.clone(),
            template: errors.template().into(),
            span: error.span,
            position: error.position,
            trace: Vec::<TraceStep>::new(),
            hint: error.hint.clone(),
            warnings: Vec::new(),
        })
    }
}
