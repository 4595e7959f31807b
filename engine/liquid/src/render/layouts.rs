//! `layout` and `block`.

use std::collections::BTreeMap;
use std::mem;
use std::rc::Rc;
use std::sync::Arc;

use bds_base::Span;

use super::{Flow, Outcome, Renderer};
use crate::syntax::{Block, Layout};
use crate::template::Template;
use crate::value::{Map, Value};

/// What stands in the blocks of a layout.
#[derive(Default)]
pub(super) struct Blocks {
    /// For each block what fills it: the page's own first, then what that replaces.
    filled: BTreeMap<Arc<str>, Vec<Filling>>,
    /// Whether blocks are being collected, not printed.
    collects: bool,
}

/// What fills a block.
#[derive(Clone)]
enum Filling {
    /// A block of a template.
    Block(Template, Arc<Block>),
    /// Everything that a page has outside its blocks.
    Text(Rc<str>),
}

impl Renderer<'_, '_> {
    /// Renders the page, keeping its blocks, then the layout with these.
    pub(super) fn layout(&mut self, tag: &Layout, span: Span) -> Outcome<Flow> {
        let Some(name) = &tag.name else {
            self.frame.blocks.collects = false;
            return self.nodes(&tag.body);
        };
        let name = self.template_name(name, span)?;
        let template = self.load(&name, span)?;
        self.frame.blocks.collects = true;
        let (text, _) = self.capture(|renderer| renderer.nodes(&tag.body))?;
        self.frame.blocks.filled.entry("".into()).or_insert_with(|| vec![Filling::Text(text.into())]);
        self.frame.blocks.collects = false;
        let arguments = self.options(&tag.arguments, true)?;
        let mark = self.frame.mark();
        for (name, value) in arguments {
            self.frame.bind(name, value);
        }
        let result = self.enter(&template, span);
        self.frame.leave(mark);
        result
    }

    pub(super) fn block(&mut self, block: &Arc<Block>) -> Outcome<Flow> {
        let own = Filling::Block(self.template.clone(), Arc::clone(block));
        if self.frame.blocks.collects {
            self.frame.blocks.filled.entry(block.name.clone()).or_default().push(own);
            return Ok(Flow::Next);
        }
        let mut fillings = self.frame.blocks.filled.get(&block.name).cloned().unwrap_or_default();
        fillings.push(own);
        self.fill(&fillings)
    }

    /// Prints the first filling; `block.super` in it is the next one.
    fn fill(&mut self, fillings: &[Filling]) -> Outcome<Flow> {
        match fillings.split_first() {
            None => Ok(Flow::Next),
            Some((Filling::Text(text), _)) => {
                self.out.push_str(text);
                Ok(Flow::Next)
            }
            Some((Filling::Block(template, block), replaced)) => self.fill_with(template, block, replaced),
        }
    }

    fn fill_with(&mut self, template: &Template, block: &Block, replaced: &[Filling]) -> Outcome<Flow> {
        if self.depth >= self.environment.limits().depth {
            return Err(self.stop(block.span, "blocks are rendered too deep in each other"));
        }
        self.depth += 1;
        let replaced =
            if block.mentions_super { self.capture(|renderer| renderer.fill(replaced))?.0 } else { String::new() };
        let mark = self.frame.mark();
        self.frame.bind("block".into(), Value::object(Map::new().with("super", replaced)));
        let outer = mem::replace(&mut self.template, template.clone());
        let result = self.nodes(&block.body);
        self.template = outer;
        self.frame.leave(mark);
        self.depth -= 1;
        result
    }
}
