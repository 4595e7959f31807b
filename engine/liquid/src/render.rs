//! Walks over the nodes of a template and prints.

mod evaluate;
mod frame;
mod layouts;
mod loops;
mod partials;
mod report;
mod tags;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bds_base::Span;

pub(crate) use evaluate::dotted;
use frame::Frame;
pub(crate) use report::{Outcome, Stop};

use crate::environment::{Environment, Rendered};
use crate::error::RenderError;
use crate::limits::Budget;
use crate::syntax::{Node, NodeKind};
use crate::template::Template;
use crate::value::{Object, Value, print};
use crate::warning::{Warning, WarningKind};

/// How many blocks may be rendered inside each other, those of all templates together. A thread with 2 MiB of stack
/// bears some times that, in a debug build too.
const LEVELS: u32 = 400;

/// Renders a template from nothing to a page.
pub(crate) fn run<'a>(
    template: &Template,
    globals: &(dyn Object<'a> + '_),
    environment: &Environment<'a>,
) -> Result<Rendered, Box<RenderError>> {
    let mut renderer = Renderer {
        environment,
        globals,
        template: template.clone(),
        frame: Frame::default(),
        out: String::with_capacity(template.source().len() * 2),
        budget: Budget::new(environment.limits()),
        depth: 0,
        levels: 0,
        templates: BTreeMap::new(),
        warnings: Vec::new(),
        faults: 0,
        warned: BTreeSet::new(),
    };
    match renderer.nodes(template.nodes()) {
        Ok(_) => Ok(Rendered { text: renderer.out, warnings: renderer.warnings }),
        Err(stop) => Err(Box::new(RenderError { warnings: renderer.warnings, ..stop.into_error() })),
    }
}

/// The state of a render.
pub(crate) struct Renderer<'r, 'a> {
    pub(crate) environment: &'r Environment<'a>,
    globals: &'r (dyn Object<'a> + 'r),
    /// The template whose nodes are being rendered.
    template: Template,
    frame: Frame<'a>,
    out: String,
    pub(crate) budget: Budget,
    /// How many templates are being rendered inside each other.
    depth: u32,
    /// How many blocks, of all these templates, are.
    levels: u32,
    /// What the loader gave, by name.
    templates: BTreeMap<Box<str>, Template>,
    warnings: Vec<Warning>,
    /// How often there was something to warn of, told or not.
    faults: usize,
    warned: BTreeSet<(Arc<str>, Span, WarningKind)>,
}

/// How rendering goes on after a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

impl<'a> Renderer<'_, 'a> {
    /// Renders nodes of the present template, until one breaks off.
    fn nodes(&mut self, nodes: &[Node]) -> Outcome<Flow> {
        let Some(first) = nodes.first() else { return Ok(Flow::Next) };
        if self.levels >= LEVELS {
            let hint = "a template that renders itself needs a condition that ends it";
            return Err(self.stop(first.span, "blocks and templates stand too deep in each other").with_hint(hint));
        }
        self.levels += 1;
        let mut flow = Ok(Flow::Next);
        for node in nodes {
            flow = self.node(node);
            if !matches!(flow, Ok(Flow::Next)) {
                break;
            }
        }
        self.levels -= 1;
        flow
    }

    fn node(&mut self, node: &Node) -> Outcome<Flow> {
        self.budget.step();
        let flow = match &node.kind {
            NodeKind::Text => {
                self.out.push_str(self.template.text(node.span));
                Flow::Next
            }
            NodeKind::Output(value) => {
                let printed = self.pipeline(value, true)?;
                self.print(&printed, node.span);
                Flow::Next
            }
            NodeKind::If(arms, otherwise) => self.conditional(arms, otherwise)?,
            NodeKind::Group(nodes) => self.nodes(nodes)?,
            NodeKind::Break => Flow::Break,
            NodeKind::Continue => Flow::Continue,
            NodeKind::For(tag) => self.for_loop(tag)?,
            NodeKind::TableRow(tag) => self.table_row(tag)?,
            NodeKind::Render(tag) => self.render_partial(tag, node.span)?,
            NodeKind::Include(tag) => self.include(tag, node.span)?,
            NodeKind::Layout(tag) => self.layout(tag, node.span)?,
            NodeKind::Block(block) => self.block(block)?,
            other => self.plain_tag(other, node.span)?,
        };
        self.budget.holds(self.out.len());
        match self.budget.spent() {
            None => Ok(flow),
            Some(reason) => Err(self.over_limit(reason, node.span)),
        }
    }

    /// Prints a value; of a whole object, the author is told.
    fn print(&mut self, value: &Value<'a>, span: Span) {
        if let Value::Object(object) = value
            && object.text().is_none()
        {
            self.warn_of_object(span);
        }
        print(value, &mut self.out, &self.budget);
    }

    /// What the nodes print, instead of printing it.
    fn capture(&mut self, render: impl FnOnce(&mut Self) -> Outcome<Flow>) -> Outcome<(String, Flow)> {
        let outer = std::mem::take(&mut self.out);
        let flow = render(self);
        let captured = std::mem::replace(&mut self.out, outer);
        self.budget.text(captured.len());
        Ok((captured, flow?))
    }
}
