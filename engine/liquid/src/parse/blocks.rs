//! Which tags stand in which. The open blocks are a list, not calls within calls, so that no template overflows the
//! stack of the parser.

use std::sync::Arc;

use bds_base::Span;

use super::Cursor;
use super::frame::{Frame, FrameKind};
use super::lexer::{Token, lex_lines};
use super::tags;
use crate::error::ParseError;
use crate::syntax::{Block, For, Layout, Node, NodeKind};
use crate::text::nearest;

/// Puts tokens together to blocks.
pub(crate) struct Blocks<'s> {
    source: &'s str,
    /// How many more levels of blocks there may be.
    levels: usize,
    open: Vec<Frame>,
    done: Vec<Node>,
    errors: Vec<ParseError>,
}

/// The tags that open a block, with the ones that close them.
const BLOCKS: &[(&str, &str)] = &[
    ("if", "endif"),
    ("unless", "endunless"),
    ("case", "endcase"),
    ("for", "endfor"),
    ("tablerow", "endtablerow"),
    ("capture", "endcapture"),
    ("block", "endblock"),
    ("comment", "endcomment"),
    ("raw", "endraw"),
];

/// The other tags.
const SINGLES: &[&str] = &[
    "assign",
    "break",
    "continue",
    "cycle",
    "decrement",
    "echo",
    "else",
    "elsif",
    "include",
    "increment",
    "layout",
    "liquid",
    "render",
    "when",
    "#",
];

impl<'s> Blocks<'s> {
    pub(crate) fn new(source: &'s str, levels: usize) -> Self {
        Self { source, levels, open: Vec::new(), done: Vec::new(), errors: Vec::new() }
    }

    /// Takes tokens, in their order.
    pub(crate) fn feed(&mut self, tokens: &[Token]) {
        for token in tokens {
            if let Err(error) = self.token(token) {
                self.errors.push(error);
            }
        }
    }

    /// What was made of them. `stopped` is what ended the text too early, so that missing ends are no news.
    pub(crate) fn finish(mut self, stopped: Option<ParseError>) -> (Vec<Node>, Vec<ParseError>) {
        let is_whole = stopped.is_none();
        self.errors.extend(stopped);
        while let Some(frame) = self.open.pop() {
            if is_whole && !matches!(frame.kind, FrameKind::Layout(..)) {
                let end = BLOCKS.iter().find(|(name, _)| *name == frame.name).map_or("its end", |(_, end)| end);
                let error = ParseError::new(format!("this `{}` is not closed", frame.name), frame.span);
                self.errors.push(error.with_hint(format!("close it with `{{% {end} %}}`")));
            }
            self.close(frame);
        }
        (self.done, self.errors)
    }

    fn token(&mut self, token: &Token) -> Result<(), ParseError> {
        if matches!(self.open.last(), Some(Frame { kind: FrameKind::Comment, .. })) {
            if matches!(token, Token::Tag { name, .. } if self.word(*name) == "endcomment") {
                self.open.pop();
            }
            return Ok(());
        }
        match token {
            Token::Text(span) | Token::Raw(span) => self.push(*span, NodeKind::Text),
            Token::Output { span, content } => {
                let value = super::pipeline(&mut Cursor::new(self.source, *content))?;
                self.push(*span, NodeKind::Output(value));
            }
            Token::Tag { span, name, arguments } => {
                let mut cursor = Cursor::new(self.source, *arguments);
                self.tag(*span, *name, &mut cursor)?;
            }
        }
        Ok(())
    }

    fn word(&self, span: Span) -> &'s str {
        &self.source[span.range()]
    }

    fn push(&mut self, span: Span, kind: NodeKind) {
        let body = self.open.last_mut().map_or(&mut self.done, |frame| &mut frame.body);
        body.push(Node { span, kind });
    }

    fn tag(&mut self, span: Span, name: Span, cursor: &mut Cursor<'s>) -> Result<(), ParseError> {
        let word = self.word(name);
        if let Some((opener, _)) = BLOCKS.iter().find(|(opener, _)| *opener == word) {
            return self.opening(opener, span, cursor);
        }
        if self.open.last().is_some_and(|frame| BLOCKS.contains(&(frame.name, word))) {
            return self.closing(word, span, cursor);
        }
        match word {
            "elsif" | "else" | "when" if self.open.last().is_some_and(|frame| frame.takes(word)) => {
                self.branch(word, span, cursor)
            }
            "layout" => {
                self.room(span)?;
                let (name, options) = tags::layout(cursor)?;
                self.open(span, "layout", FrameKind::Layout(name, options));
                Ok(())
            }
            "liquid" => self.lines(span, cursor),
            _ => {
                if let Some(kind) = self.single(word, span, cursor)? {
                    self.push(span, kind);
                }
                Ok(())
            }
        }
    }

    fn single(&self, word: &str, span: Span, cursor: &mut Cursor<'s>) -> Result<Option<NodeKind>, ParseError> {
        Ok(Some(match word {
            "#" => return tags::inline_comment(cursor, span).map(|()| None),
            "assign" => {
                let (variable, value) = tags::assign(cursor)?;
                NodeKind::Assign(variable, value)
            }
            "echo" if cursor.is_at_end() => return Ok(None),
            "echo" => NodeKind::Output(super::pipeline(cursor)?),
            "break" => NodeKind::Break,
            "continue" => NodeKind::Continue,
            "increment" => NodeKind::Increment(cursor.identifier().into()),
            "decrement" => NodeKind::Decrement(cursor.identifier().into()),
            "cycle" => NodeKind::Cycle(Box::new(tags::cycle(cursor, span)?)),
            "render" => NodeKind::Render(Box::new(tags::render(cursor)?)),
            "include" => NodeKind::Include(Box::new(tags::include(cursor)?)),
            _ => return Err(self.unknown(word, span)),
        }))
    }

    /// A tag that is not known here: it closes or divides a block that is not open, or is none at all.
    fn unknown(&self, word: &str, span: Span) -> ParseError {
        let open = self.open.last().and_then(|frame| BLOCKS.iter().find(|(name, _)| *name == frame.name));
        let stray = BLOCKS.iter().any(|(_, end)| *end == word) || ["else", "elsif", "when"].contains(&word);
        if stray {
            let error = ParseError::new(format!("`{word}` belongs to no block here"), span);
            return match open {
                Some((name, end)) => error.with_hint(format!("the open `{name}` is closed with `{{% {end} %}}`")),
                None => error.with_hint("its block is closed already, or was never opened"),
            };
        }
        let error = ParseError::new(format!("there is no tag `{word}`"), span);
        let names = BLOCKS.iter().flat_map(|(name, end)| [*name, *end]).chain(SINGLES.iter().copied());
        match nearest(word, names) {
            Some(name) => error.with_hint(format!("did you mean `{name}`?")),
            None => error.with_hint("the tags are those of Liquid; macros are written `[[name]]` in posts"),
        }
    }

    fn room(&self, span: Span) -> Result<(), ParseError> {
        if self.open.len() < self.levels {
            return Ok(());
        }
        let hint = format!(
            "no more than {} blocks may stand in each other; put some into a template of their own",
            super::NESTING
        );
        Err(ParseError::new("blocks stand too deep in each other", span).with_hint(hint))
    }

    fn open(&mut self, span: Span, name: &'static str, kind: FrameKind) {
        let is_dropped = matches!(kind, FrameKind::Case { .. });
        self.open.push(Frame { span, name, kind, body: Vec::new(), is_dropped, otherwise: None, in_otherwise: false });
    }

    fn opening(&mut self, name: &'static str, span: Span, cursor: &mut Cursor<'s>) -> Result<(), ParseError> {
        match self.room(span).and_then(|()| FrameKind::parse(name, span, cursor)) {
            Ok(kind) => self.open(span, name, kind),
            Err(error) => {
                let is_news = self.open.len() <= self.levels;
                self.open(span, name, FrameKind::Broken);
                return if is_news { Err(error) } else { Ok(()) };
            }
        }
        Ok(())
    }

    fn branch(&mut self, word: &str, span: Span, cursor: &mut Cursor<'s>) -> Result<(), ParseError> {
        let Some(frame) = self.open.last_mut() else { return Ok(()) };
        match word {
            "else" => frame.turn_to_else(span, cursor),
            "elsif" => frame.turn_to_elsif(span, cursor),
            _ => frame.turn_to_when(cursor),
        }
    }

    fn closing(&mut self, word: &str, span: Span, cursor: &Cursor<'s>) -> Result<(), ParseError> {
        if let Some(frame) = self.open.pop() {
            self.close(frame);
        }
        let is_strict = matches!(word, "endif" | "endfor");
        if is_strict && !cursor.is_at_end() {
            return Err(
                ParseError::new(format!("nothing may follow `{word}`"), span).with_hint("a new tag begins with `{%`")
            );
        }
        Ok(())
    }

    fn close(&mut self, mut frame: Frame) {
        frame.end_part();
        let otherwise = frame.otherwise.take().unwrap_or_default();
        let kind = match frame.kind {
            FrameKind::If { arms, .. } => NodeKind::If(arms, otherwise),
            FrameKind::Case { value, arms, .. } => NodeKind::Case(value, arms, otherwise),
            FrameKind::For(head) => NodeKind::For(Box::new(For::new(*head, frame.body, otherwise))),
            FrameKind::TableRow(head) => NodeKind::TableRow(Box::new(For::new(*head, frame.body, otherwise))),
            FrameKind::Capture(variable) => NodeKind::Capture(variable, frame.body),
            FrameKind::Layout(name, arguments) => {
                NodeKind::Layout(Box::new(Layout { name, arguments, body: frame.body }))
            }
            FrameKind::Block(name) => {
                let end = frame.body.last().map_or(frame.span.end, |node| node.span.end);
                let mentions_super = self.source[frame.span.start..end].contains("super");
                NodeKind::Block(Arc::new(Block { name, body: frame.body, mentions_super, span: frame.span }))
            }
            FrameKind::Comment | FrameKind::Broken => return,
        };
        self.push(frame.span, kind);
    }

    /// The tags of a `liquid` tag, which opens and closes all its blocks itself.
    fn lines(&mut self, span: Span, cursor: &Cursor<'s>) -> Result<(), ParseError> {
        self.room(span)?;
        let range = Span::new(cursor.position(), cursor.position() + cursor.rest().len());
        let tokens = lex_lines(self.source, range)?;
        let mut inner = Blocks::new(self.source, self.levels.saturating_sub(self.open.len() + 1));
        inner.feed(&tokens);
        let (nodes, errors) = inner.finish(None);
        self.errors.extend(errors);
        self.push(span, NodeKind::Group(nodes));
        Ok(())
    }
}
