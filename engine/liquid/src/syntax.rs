//! What a template is made of.

use std::sync::Arc;

use bds_base::Span;

use crate::filters::Builtin;
use crate::value::Word;

/// A part of a template and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: NodeKind,
}

#[derive(Debug)]
pub(crate) enum NodeKind {
    /// The source text at the node's span.
    Text,
    Output(Pipeline),
    If(Vec<Arm>, Vec<Node>),
    Case(Pipeline, Vec<(Vec<Operand>, Vec<Node>)>, Vec<Node>),
    For(Box<For>),
    TableRow(Box<For>),
    Break,
    Continue,
    Assign(Arc<str>, Pipeline),
    Capture(Arc<str>, Vec<Node>),
    Increment(Arc<str>),
    Decrement(Arc<str>),
    Cycle(Box<Cycle>),
    Render(Box<Partial>),
    Include(Box<Partial>),
    Layout(Box<Layout>),
    Block(Arc<Block>),
    /// The tags of a `liquid` tag.
    Group(Vec<Node>),
}

/// A condition and what is rendered if it is met.
#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) condition: Pipeline,
    /// Whether the condition has to be false.
    pub(crate) negated: bool,
    pub(crate) body: Vec<Node>,
}

#[derive(Debug)]
pub(crate) struct For {
    pub(crate) variable: Arc<str>,
    pub(crate) collection: Operand,
    /// Variable and collection as written, such as `p-posts`: `forloop.name`, and what `offset: continue` goes by.
    pub(crate) name: Arc<str>,
    pub(crate) options: Options,
    pub(crate) body: Vec<Node>,
    pub(crate) otherwise: Vec<Node>,
}

#[derive(Debug)]
pub(crate) struct Cycle {
    pub(crate) group: Option<Operand>,
    /// The candidates as written: cycles with the same ones go on together.
    pub(crate) source: Arc<str>,
    pub(crate) candidates: Vec<Pipeline>,
}

/// A `render` or `include` tag.
#[derive(Debug)]
pub(crate) struct Partial {
    pub(crate) name: Name,
    pub(crate) with: Option<Binding>,
    pub(crate) each: Option<Binding>,
    pub(crate) arguments: Options,
}

/// The value of `with` or `for`, and the name after `as`.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) value: Operand,
    pub(crate) source: Arc<str>,
    pub(crate) alias: Option<Arc<str>>,
}

#[derive(Debug)]
pub(crate) struct Layout {
    /// `None` for `{% layout none %}`.
    pub(crate) name: Option<Name>,
    pub(crate) arguments: Options,
    pub(crate) body: Vec<Node>,
}

#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) name: Arc<str>,
    pub(crate) body: Vec<Node>,
    /// Whether the block may print what it replaces, with `{{ block.super }}`.
    pub(crate) mentions_super: bool,
    pub(crate) span: Span,
}

/// The name of another template.
#[derive(Debug)]
pub(crate) enum Name {
    Known(Arc<str>),
    /// A quoted name with outputs in it, such as `"cards/{{ kind }}"`.
    Pieces(Vec<Node>),
    Value(Operand),
}

/// `limit: 2, reversed`: names with values, in the order in which they stand. A name without a value is `true`.
pub(crate) type Options = Vec<(Arc<str>, Option<Operand>)>;

/// A value that goes through filters.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) value: Expression,
    pub(crate) filters: Vec<FilterCall>,
}

impl Pipeline {
    /// Whether the author has said what to do if there is nothing.
    pub(crate) fn has_default(&self) -> bool {
        self.filters.iter().any(|filter| &*filter.name == "default")
    }
}

#[derive(Debug)]
pub(crate) struct FilterCall {
    pub(crate) name: Arc<str>,
    pub(crate) span: Span,
    /// The filter of the language that has the name.
    pub(crate) builtin: Option<Builtin>,
    pub(crate) arguments: Vec<Argument>,
}

#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: Option<Arc<str>>,
    /// `None` for `name:` with nothing after it.
    pub(crate) value: Option<Operand>,
}

/// Terms joined by `and` and `or`, which bind to the right: `a and b or c` is `a and (b or c)`.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) first: Term,
    pub(crate) rest: Vec<(Junction, Term)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Junction {
    And,
    Or,
}

/// Values and comparisons in postfix order. An operator that lacks a value takes an undefined one, and values too many
/// are left aside, as `LiquidJS` does.
#[derive(Debug, Default)]
pub(crate) struct Term(pub(crate) Vec<TermItem>);

impl Term {
    /// The value, if the term is no more than that.
    pub(crate) fn single(&self) -> Option<&Operand> {
        match self.0.as_slice() {
            [TermItem::Operand(operand)] => Some(operand),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(crate) enum TermItem {
    Operand(Operand),
    Operator(Operator),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    Not,
}

#[derive(Debug)]
pub(crate) enum Operand {
    Literal(Literal),
    Path(Box<Path>),
    Range(Box<(Operand, Operand)>),
}

#[derive(Debug, Clone)]
pub(crate) enum Literal {
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(Arc<str>),
    Word(Word),
}

/// `post.tags[0]`: a name, or a literal or range, and what is asked of it.
#[derive(Debug)]
pub(crate) struct Path {
    /// What the segments are asked of; `None` if the first segment names a variable.
    pub(crate) base: Option<Operand>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum Segment {
    /// `.key` or `['key']`.
    Key(Arc<str>),
    /// `[0]`, or another literal in brackets.
    Literal(Literal),
    /// `[post.slug]`.
    Dynamic(Operand),
}
