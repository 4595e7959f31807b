//! Blocks whose end has not come yet.

use std::sync::Arc;

use bds_base::Span;

use super::tags::{self, Loop};
use super::{Cursor, pipeline};
use crate::error::ParseError;
use crate::syntax::{Arm, For, Name, Node, Operand, Options, Pipeline};

/// A block whose end has not come yet.
pub(super) struct Frame {
    pub(super) span: Span,
    pub(super) name: &'static str,
    pub(super) kind: FrameKind,
    /// What stands in the part of the block that is being read.
    pub(super) body: Vec<Node>,
    /// Whether that part is never rendered, as what stands before the first `when`.
    pub(super) is_dropped: bool,
    pub(super) otherwise: Option<Vec<Node>>,
    pub(super) in_otherwise: bool,
}

pub(super) enum FrameKind {
    If {
        arms: Vec<Arm>,
        next: Option<(Pipeline, bool)>,
    },
    Case {
        value: Pipeline,
        arms: Vec<(Vec<Operand>, Vec<Node>)>,
        next: Option<Vec<Operand>>,
    },
    For(Box<Loop>),
    TableRow(Box<Loop>),
    Capture(Arc<str>),
    Block(Arc<str>),
    Layout(Option<Name>, Options),
    Comment,
    /// A block whose first tag is wrong: what stands in it is looked at, and its end is known.
    Broken,
}

impl FrameKind {
    /// Reads the first tag of a block.
    pub(super) fn parse(name: &str, span: Span, cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        Ok(match name {
            "if" | "unless" => {
                let condition = pipeline(cursor)?;
                Self::If { arms: Vec::new(), next: Some((condition, name == "unless")) }
            }
            "case" => Self::Case { value: pipeline(cursor)?, arms: Vec::new(), next: None },
            "for" => Self::For(Box::new(tags::looping(cursor, span)?)),
            "tablerow" => Self::TableRow(Box::new(tags::looping(cursor, span)?)),
            "capture" => Self::Capture(tags::capture(cursor, span)?),
            "block" => Self::Block(tags::block_name(cursor)),
            "comment" => Self::Comment,
            _ => return Err(ParseError::new("`raw` cannot stand in a `liquid` tag", span)),
        })
    }
}

impl Frame {
    /// Whether `else`, `elsif` or `when` divides this block.
    pub(super) fn takes(&self, word: &str) -> bool {
        match self.kind {
            FrameKind::If { .. } => word != "when",
            FrameKind::Case { .. } => word != "elsif",
            FrameKind::For(_) => word == "else",
            FrameKind::Broken => true,
            _ => false,
        }
    }

    /// Puts what was read where it belongs.
    pub(super) fn end_part(&mut self) {
        let takes_body = matches!(self.kind, FrameKind::If { .. } | FrameKind::Case { .. }) || self.in_otherwise;
        if !takes_body {
            return;
        }
        let body = std::mem::take(&mut self.body);
        if self.is_dropped {
            return;
        }
        if self.in_otherwise {
            self.otherwise.get_or_insert_default().extend(body);
            return;
        }
        match &mut self.kind {
            FrameKind::If { arms, next } => {
                arms.extend(next.take().map(|(condition, negated)| Arm { condition, negated, body }));
            }
            FrameKind::Case { arms, next, .. } => arms.extend(next.take().map(|values| (values, body))),
            _ => {}
        }
    }

    /// `unless` and `case` ignore a second `else`, `if` refuses it.
    pub(super) fn turn_to_else(&mut self, span: Span, cursor: &Cursor<'_>) -> Result<(), ParseError> {
        let is_strict = self.name == "if";
        let is_second = self.in_otherwise;
        if let FrameKind::For(head) = &mut self.kind
            && !is_second
        {
            head.body = std::mem::take(&mut self.body);
            head.has_else = true;
        }
        self.end_part();
        self.in_otherwise = true;
        self.is_dropped = is_second && !matches!(self.kind, FrameKind::For(_));
        if is_strict && is_second {
            return Err(ParseError::new("this `if` has an `else` already", span));
        }
        if !cursor.is_at_end() && (is_strict || matches!(self.kind, FrameKind::For(_))) {
            return Err(
                ParseError::new("nothing may follow `else`", span).with_hint("a further condition is an `elsif`")
            );
        }
        Ok(())
    }

    pub(super) fn turn_to_elsif(&mut self, span: Span, cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
        let condition = pipeline(cursor)?;
        self.end_part();
        if self.in_otherwise {
            self.is_dropped = true;
            let error = ParseError::new("this `elsif` comes after `else`", span).with_hint("put `else` last");
            return if self.name == "if" { Err(error) } else { Ok(()) };
        }
        if let FrameKind::If { next, .. } = &mut self.kind {
            *next = Some((condition, false));
        }
        Ok(())
    }

    /// After `else`, a `when` is overlooked, and what follows it is taken for more of the `else`.
    pub(super) fn turn_to_when(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
        if self.in_otherwise {
            return Ok(());
        }
        let values = tags::when(cursor)?;
        self.end_part();
        self.is_dropped = false;
        if let FrameKind::Case { next, .. } = &mut self.kind {
            *next = Some(values);
        }
        Ok(())
    }
}

impl For {
    pub(super) fn new(head: Loop, last_part: Vec<Node>, otherwise: Vec<Node>) -> Self {
        let Loop { variable, collection, name, options, body, has_else } = head;
        let body = if has_else { body } else { last_part };
        Self { variable, collection, name, options, body, otherwise }
    }
}
